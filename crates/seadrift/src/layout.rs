//! Where SeaORM projects usually have their migrations and their entities.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::project::has_sql;

/// Where migrations may be: crates, and folders of a crate.
const MIGRATIONS: [&str; 7] = [
    "migration",
    "migrations",
    "crates/migration",
    "crates/migrations",
    "src/migration",
    "src/migrations",
    "src/migrator",
];

/// Where entities may be: crates, and folders of a crate.
const ENTITIES: [&str; 7] = [
    "entity",
    "entities",
    "crates/entity",
    "crates/entities",
    "src/entity",
    "src/entities",
    "src/models/_entities",
];

/// The file of a `Migrator`: the one at a usual place in the working folder or above it, or that of the folder itself.
pub(crate) fn migrator() -> Option<PathBuf> {
    roots().find_map(|root| {
        let usual = MIGRATIONS.iter().map(|place| root.join(place));
        usual.chain([root.clone()]).find_map(|folder| {
            let file = migrator_in(&folder)?;
            says(&file, &["MigratorTrait"]).then_some(file)
        })
    })
}

/// A file where that of a `Migrator` should be, which does not look like one.
pub(crate) fn expected_migrator() -> Option<PathBuf> {
    ["migration", ""]
        .iter()
        .find_map(|place| migrator_in(Path::new(place)))
}

/// A folder at a usual place with folders of SQL in it.
pub(crate) fn sql() -> Option<PathBuf> {
    roots().find_map(|root| {
        let mut usual = MIGRATIONS.iter().map(|place| root.join(place));
        usual.find(|folder| has_sql(folder))
    })
}

/// The file that would hold the `Migrator` of a crate, or of a folder of one.
pub(crate) fn migrator_in(folder: &Path) -> Option<PathBuf> {
    let mut files = ["src/lib.rs", "lib.rs", "mod.rs"].into_iter();
    let file = files.find(|file| folder.join(file).is_file())?;
    Some(folder.join(file))
}

/// The folder of entities at a usual place in the working folder or above it.
pub(crate) fn entities() -> Option<PathBuf> {
    roots().find_map(|root| {
        let usual = ENTITIES.iter().map(|place| root.join(place));
        let mut folders = usual.map(|place| match place.join("Cargo.toml").is_file() {
            true => place.join("src"),
            false => place,
        });
        folders.find(|folder| has_entities(folder))
    })
}

/// The working folder and those above it, then the same for the crate that cargo runs.
fn roots() -> impl Iterator<Item = PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let running = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let mut roots = above(&here);
    // What is in the working folder is shown as a person would type it.
    if let Some(here) = roots.first_mut() {
        *here = PathBuf::new();
    }
    roots.extend(running.iter().flat_map(|folder| above(folder)));
    roots.into_iter()
}

/// `folder` and those above it, up to where the repository ends.
fn above(folder: &Path) -> Vec<PathBuf> {
    let mut is_inside = true;
    let folders = folder.ancestors();
    let inside = folders
        .take_while(|folder| std::mem::replace(&mut is_inside, !folder.join(".git").exists()));
    inside.map(Path::to_owned).collect()
}

/// Whether one of the files in `folder`, or of those a level below, looks like an entity.
fn has_entities(folder: &Path) -> bool {
    let marks = ["DeriveEntityModel", "DeriveEntity", "sea_orm::model"];
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let inside = files(folder);
    let below = inside.iter().flat_map(|path| files(path));
    inside
        .iter()
        .cloned()
        .chain(below)
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .any(|path| says(&path, &marks))
}

fn says(file: &Path, marks: &[&str]) -> bool {
    let bytes = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    marks.iter().any(|mark| text.contains(mark))
}
