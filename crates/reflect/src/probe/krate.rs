//! The crate that is built: its manifest and its program.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{Error, Request, cache, metadata::Project};
use crate::source::{Listed, Place};

/// Where this crate was built from. There are its sources, unless the program came without them.
const OWN_FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// An entity that the program asks.
pub(super) struct Entity {
    /// Its path within its crate.
    pub path: String,
    /// The package of its crate.
    pub package: String,
    pub place: Place,
}

impl Entity {
    pub(super) fn new(listed: Listed, package: &str) -> Self {
        let inner = listed.path.split_once("::");
        Self {
            path: inner.map_or("", |(_, inner)| inner).to_owned(),
            package: package.to_owned(),
            place: listed.place,
        }
    }
}

/// The name of the package of the crate in `folder`: programs of one name would be in each other's way.
pub(super) fn name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    format!("seadrift-probe-{name}")
}

/// Where the crate for `request` is.
pub(super) fn folder(request: &Request<'_>) -> PathBuf {
    let name = cache::name(request.folders, &request.options.cfg);
    let folder = request.target.join("seadrift/probe").join(name);
    std::path::absolute(&folder).unwrap_or(folder)
}

/// Writes what has changed of the crate.
pub(super) fn write(folder: &Path, projects: &[Project], entities: &[Entity]) -> Result<(), Error> {
    let manifest = manifest(&name(folder), projects)?;
    write_file(&folder.join("Cargo.toml"), manifest.to_string().as_bytes())?;
    write_file(
        &folder.join("src/main.rs"),
        program(projects, entities).as_bytes(),
    )?;
    // The versions of the project, kept apart to see when they change: cargo adds to the copy what the project lacks.
    let Some(project) = projects.first() else {
        return Ok(());
    };
    let lock = project.workspace.join("Cargo.lock");
    let lock = fs::read(&lock).map_err(|source| Error::Read { path: lock, source })?;
    if write_file(&folder.join("Cargo.lock.project"), &lock)? {
        write_file(&folder.join("Cargo.lock"), &lock)?;
    }
    Ok(())
}

/// The line of the program that lists `entities[at]`.
pub(super) fn entity_at(line: usize, entities: &[Entity]) -> Option<&Entity> {
    entities.get(line.checked_sub(LINES_BEFORE + 1)?)
}

const HEAD: &str = "// Written by seadrift. Prints what the entities declare.\n\nfn main() {\n    let entities = seadrift_reflect::entities![\n";
const LINES_BEFORE: usize = 4;

fn program(projects: &[Project], entities: &[Entity]) -> String {
    let mut text = HEAD.to_owned();
    for entity in entities {
        let at = projects
            .iter()
            .position(|project| project.name == entity.package);
        let path: Vec<_> = entity.path.split("::").map(identifier).collect();
        text.push_str(&format!(
            "        {}::{},\n",
            krate(at.unwrap_or_default()),
            path.join("::")
        ));
    }
    text.push_str(
        "    ];
    match entities.answer().to_json() {
        Ok(answer) => print!(\"{answer}\"),
        Err(error) => panic!(\"{error}\"),
    }
}
",
    );
    text
}

/// The name that the program knows a crate of entities by.
fn krate(at: usize) -> String {
    format!("entities_{at}")
}

fn identifier(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        Err(_) => format!("r#{name}"),
    }
}

/// The manifest: a workspace of its own, which builds as the project does.
fn manifest(name: &str, projects: &[Project]) -> Result<Table, Error> {
    let mut package = Table::new();
    package.insert("name".to_owned(), name.into());
    package.insert("version".to_owned(), "0.0.0".into());
    package.insert("edition".to_owned(), "2021".into());
    package.insert("publish".to_owned(), false.into());
    let mut dependencies = Table::new();
    for (at, project) in projects.iter().enumerate() {
        let mut dependency = Table::new();
        dependency.insert("package".to_owned(), project.name.clone().into());
        dependency.insert("path".to_owned(), text_of(&project.folder));
        dependency.insert("default-features".to_owned(), false.into());
        let features = project.features.iter().cloned().map(Value::String);
        dependency.insert("features".to_owned(), Value::Array(features.collect()));
        dependencies.insert(krate(at), dependency.into());
    }
    let mut own = Table::new();
    if Path::new(OWN_FOLDER).join("Cargo.toml").is_file() {
        own.insert("path".to_owned(), OWN_FOLDER.into());
    } else {
        let version = concat!("=", env!("CARGO_PKG_VERSION"));
        own.insert("version".to_owned(), version.into());
    }
    own.insert("default-features".to_owned(), false.into());
    dependencies.insert("seadrift-reflect".to_owned(), own.into());

    let mut manifest = Table::new();
    manifest.insert("package".to_owned(), package.into());
    manifest.insert("dependencies".to_owned(), dependencies.into());
    manifest.insert("workspace".to_owned(), Table::new().into());
    if let Some(project) = projects.first() {
        let of_project = project.workspace.join("Cargo.toml");
        let text = fs::read_to_string(&of_project).map_err(|source| Error::Read {
            path: of_project,
            source,
        })?;
        let of_project: Table = text.parse().unwrap_or_default();
        // What the project has built already is built the same way here.
        if let Some(profile) = of_project.get("profile").and_then(|all| all.get("dev")) {
            let mut profiles = Table::new();
            profiles.insert("dev".to_owned(), profile.clone());
            manifest.insert("profile".to_owned(), profiles.into());
        }
        if let Some(patches) = of_project.get("patch") {
            let mut patches = patches.clone();
            make_absolute(&mut patches, &project.workspace);
            manifest.insert("patch".to_owned(), patches);
        }
    }
    Ok(manifest)
}

/// Makes every `path` in `value` one from `folder`.
fn make_absolute(value: &mut Value, folder: &Path) {
    let Value::Table(table) = value else { return };
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(path) if key == "path" => {
                *path = folder.join(&*path).to_string_lossy().into_owned();
            }
            other => make_absolute(other, folder),
        }
    }
}

fn text_of(path: &Path) -> Value {
    path.to_string_lossy().into_owned().into()
}

/// Writes `content` whole or not at all, and only where it is something else; whether it was.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|known| known == content) {
        return Ok(false);
    }
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })?;
    Ok(true)
}
