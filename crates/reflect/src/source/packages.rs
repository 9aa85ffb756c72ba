//! Packages: where their sources are, and which others they depend on by path.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

/// Where a crate has its sources: its name, the folder, and the file that is its root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CrateRoot {
    pub name: Option<String>,
    pub folder: PathBuf,
    pub file: Option<PathBuf>,
    /// The folder with its `Cargo.toml`.
    pub package: Option<PathBuf>,
}

/// The crate that `path` belongs to: that of the next `Cargo.toml` above it if that has `path` among its sources,
/// else `path` itself.
pub(super) fn crate_of(path: &Path) -> CrateRoot {
    let start = if path.is_file() {
        path.parent()
    } else {
        Some(path)
    };
    let above = start.into_iter().flat_map(Path::ancestors);
    let package = above
        .filter(|folder| !folder.as_os_str().is_empty())
        .find(|folder| folder.join("Cargo.toml").is_file());
    if let Some(root) = package.and_then(library)
        && path.starts_with(&root.folder)
    {
        return root;
    }
    let (folder, file) = if path.is_file() {
        (path.parent().unwrap_or(path), Some(path.to_owned()))
    } else {
        (path, root_file(path))
    };
    CrateRoot {
        folder: folder.to_owned(),
        file,
        ..CrateRoot::default()
    }
}

/// The library, or else the program, of the package in `folder`.
fn library(folder: &Path) -> Option<CrateRoot> {
    let manifest = manifest(folder)?;
    let text = |table: &str, key: &str| {
        let value = manifest.get(table)?.get(key)?;
        value.as_str().map(str::to_owned)
    };
    let name = text("lib", "name").or_else(|| text("package", "name"))?;
    let file = text("lib", "path").map(|path| folder.join(path));
    let sources = match &file {
        Some(file) => file.parent()?.to_owned(),
        None => folder.join("src"),
    };
    Some(CrateRoot {
        name: Some(name.replace('-', "_")),
        file: file.or_else(|| root_file(&sources)),
        folder: sources,
        package: Some(folder.to_owned()),
    })
}

fn root_file(folder: &Path) -> Option<PathBuf> {
    let names = ["lib.rs", "main.rs", "mod.rs"];
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

fn manifest(folder: &Path) -> Option<Table> {
    let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    text.parse().ok()
}

/// The crate that the package in `folder` knows as `name` and has by path, itself or through its workspace.
pub(super) fn dependency(folder: &Path, name: &str) -> Option<CrateRoot> {
    let own = manifest(folder)?;
    let asked = named(&own, name)?;
    if asked.get("workspace").and_then(Value::as_bool) != Some(true) {
        return library(&folder.join(asked.get("path")?.as_str()?));
    }
    folder.ancestors().find_map(|above| {
        let manifest = manifest(above)?;
        let asked = named(manifest.get("workspace")?.as_table()?, name)?;
        library(&above.join(asked.get("path")?.as_str()?))
    })
}

/// What the dependencies in `table` say of the crate `name`.
fn named<'t>(table: &'t Table, name: &str) -> Option<&'t Value> {
    let dependencies = table.get("dependencies")?.as_table()?;
    let mut dependencies = dependencies.iter();
    dependencies
        .find(|(key, _)| key.replace('-', "_") == name)
        .map(|(_, value)| value)
}
