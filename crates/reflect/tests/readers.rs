//! Every reader says the same of the same entities.

use std::path::{Path, PathBuf};

use seadrift_reflect::{
    Entities, Warning,
    probe::{self, Request},
    source::{self, Options, Source},
};
use seadrift_schema::{Dialect, Schema};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(folder: &str) -> Source {
    let folder = workspace().join(folder);
    source::read(&[folder], &Options::default()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What the compiler knows of `linked` is what is read from `sources`.
fn agree(linked: &Entities, sources: &Source) {
    agree_on(linked, |dialect| sources.read(dialect).unwrap());
    assert_eq!(sources.schemas(), linked.schemas());
    assert!(sources.warnings.is_empty(), "{:#?}", sources.warnings);
}

/// What `read` gives is what `linked` declare.
fn agree_on(linked: &Entities, read: impl Fn(Dialect) -> (Schema, Vec<Warning>)) {
    for dialect in Dialect::ALL {
        let (wanted, wanted_warnings) = linked.read(dialect).unwrap();
        let (read, warnings) = read(dialect);
        let names = |schema: &Schema| schema.tables.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&read), names(&wanted), "{dialect}");
        for (name, wanted) in &wanted.tables {
            let table = &read.tables[name];
            for (column, wanted) in table.columns.iter().zip(&wanted.columns) {
                assert_eq!(column, wanted, "{name} on {dialect}");
            }
            assert_eq!(table, wanted, "{name} on {dialect}");
        }
        assert_eq!(read, wanted);
        assert_eq!(warnings, wanted_warnings);
    }
}

#[test]
fn of_all_that_entities_can_be() {
    let sources = read("fixtures/entities/src");
    assert!(sources.entities().count() >= 60);
    agree(&seadrift_entities::entities(), &sources);
}

#[test]
fn of_the_quickstart() {
    let linked = with_quickstart(Entities::new());
    agree(&linked, &read("examples/quickstart/entity/src"));
}

fn with_quickstart(entities: Entities) -> Entities {
    entities
        .with(entity::post::Entity)
        .with(entity::post_tag::Entity)
        .with(entity::tag::Entity)
        .with(entity::user::Entity)
}

/// One crate for all, so that it is built once.
#[test]
fn of_all_that_can_be_built_upon() {
    let linked = with_quickstart(seadrift_entities::entities());
    let folders = ["fixtures/entities/src", "examples/quickstart/entity/src"];
    let folders = folders.map(|folder| workspace().join(folder));
    let target = target();
    let request = Request {
        folders: &folders,
        options: &Options::default(),
        target: &target,
    };
    let probed = probe::read(&request).unwrap_or_else(|error| panic!("{error}"));
    agree_on(&linked, |dialect| probed.read(dialect).unwrap());
    assert_eq!(probed.schemas(), linked.schemas());
    assert!(!probed.is_empty());
    assert_eq!(probe::cached(&request), Some(probed));
}

/// The folder that this program was built into, so that what it is built from needs not be built again.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let target = program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.unwrap().to_owned()
}
