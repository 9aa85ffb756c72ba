//! Every reader says the same of the same entities.

use std::path::{Path, PathBuf};

use seadrift_reflect::{
    Entities,
    source::{self, Options, Source},
};
use seadrift_schema::Dialect;

const DIALECTS: [Dialect; 4] = [
    Dialect::Postgres,
    Dialect::MySql,
    Dialect::MariaDb,
    Dialect::Sqlite,
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(folder: &str) -> Source {
    let folder = workspace().join(folder);
    source::read(&[folder], &Options::default()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What the compiler knows of `linked` is what is read from `sources`.
fn agree(linked: &Entities, sources: &Source) {
    for dialect in DIALECTS {
        let (wanted, wanted_warnings) = linked.read(dialect).unwrap();
        let (read, warnings) = sources.read(dialect).unwrap();
        let names =
            |schema: &seadrift_schema::Schema| schema.tables.keys().cloned().collect::<Vec<_>>();
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
    assert_eq!(sources.schemas(), linked.schemas());
    assert!(sources.warnings.is_empty(), "{:#?}", sources.warnings);
}

#[test]
fn of_all_that_entities_can_be() {
    let sources = read("fixtures/entities/src");
    assert!(sources.entities().count() >= 60);
    agree(&seadrift_entities::entities(), &sources);
}

#[test]
fn of_the_quickstart() {
    let linked = seadrift_reflect::entities![
        entity::post::Entity,
        entity::post_tag::Entity,
        entity::tag::Entity,
        entity::user::Entity,
    ];
    agree(&linked, &read("examples/quickstart/entity/src"));
}
