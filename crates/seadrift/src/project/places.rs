//! Where the revisions of a list are: in a Rust file, or in a folder with SQL.

use std::path::{Path, PathBuf};

use seadrift_render::migrator::Entry;
use seadrift_runner::SqlMigration;
use seadrift_schema::Dialect;
use seadrift_sql_files::{Folder, Purpose, Way};

use crate::Error;

/// A revision of the list.
#[derive(Debug)]
pub(crate) struct Listed {
    pub name: String,
    pub place: Place,
}

/// Where a revision is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A Rust file, which may not be there.
    Rust(PathBuf),
    /// A folder with SQL.
    Sql(Folder),
}

impl Place {
    /// The file that has the head.
    pub(crate) fn head(&self) -> PathBuf {
        match self {
            Place::Rust(path) => path.clone(),
            Place::Sql(folder) => folder.head(),
        }
    }

    /// The folder with SQL.
    pub(crate) fn folder(&self) -> Option<&Folder> {
        match self {
            Place::Rust(_) => None,
            Place::Sql(folder) => Some(folder),
        }
    }

    /// The file that runs this way on `dialect`, of a folder with SQL: its own, or the one for all.
    pub(crate) fn runs(&self, way: Way, dialect: Dialect) -> Option<PathBuf> {
        let folder = self.folder()?;
        let has = |purpose: &Purpose| folder.files.contains(purpose);
        let purpose = purposes(way, dialect).into_iter().find(has)?;
        Some(folder.path.join(purpose.file()))
    }

    /// The files.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Place::Rust(path) => vec![path.clone()],
            Place::Sql(folder) => {
                let files = folder.files.iter();
                files.map(|file| folder.path.join(file.file())).collect()
            }
        }
    }

    /// The files with their texts.
    pub(crate) fn texts(&self) -> Result<Vec<(PathBuf, String)>, Error> {
        match self {
            Place::Rust(path) => Ok(vec![(path.clone(), super::read(path)?)]),
            Place::Sql(folder) => {
                let texts = folder.texts()?.into_iter();
                Ok(texts
                    .map(|(file, text)| (folder.path.join(file.file()), text))
                    .collect())
            }
        }
    }

    /// All that the files say.
    pub(crate) fn content(&self) -> Result<String, Error> {
        let texts = self.texts()?;
        Ok(match self {
            Place::Rust(_) => texts.into_iter().map(|(_, text)| text).collect(),
            Place::Sql(_) => joined(&texts),
        })
    }
}

/// What a file may be for that runs this way on `dialect`; the first that there is does.
pub(crate) fn purposes(way: Way, dialect: Dialect) -> [Purpose; 2] {
    let engine = match dialect {
        Dialect::Postgres => "postgres",
        Dialect::MySql | Dialect::MariaDb => "mysql",
        Dialect::Sqlite => "sqlite",
    };
    [Some(engine), None].map(|engine| Purpose { way, engine })
}

/// The texts of the files of a folder, as one.
pub(crate) fn joined(texts: &[(PathBuf, String)]) -> String {
    let mut texts: Vec<_> = texts
        .iter()
        .map(|(path, text)| (path.file_name().unwrap_or_default(), text))
        .collect();
    texts.sort();
    texts
        .iter()
        .map(|(name, text)| format!("-- {}\n{text}\n", name.display()))
        .collect()
}

/// The migration in a folder, which can be run.
pub(super) fn migration(folder: &Folder) -> Result<SqlMigration, Error> {
    let texts = folder.texts()?.into_iter();
    let files = texts.map(|(file, text)| (file, text.into()));
    Ok(SqlMigration::new(folder.name.clone(), files))
}

/// Whether a folder of `folder` is a migration.
pub(crate) fn has_sql(folder: &Path) -> bool {
    // One that is wrong is one all the same.
    Folder::all_in(folder).map_or_else(
        |error| !matches!(error, seadrift_sql_files::Error::Read { .. }),
        |folders| !folders.is_empty(),
    )
}

/// The migrations in the folders of `folder`, which may not be there yet.
pub(super) fn folders(folder: &Path) -> Result<Vec<Listed>, Error> {
    if !folder.exists() {
        return Ok(vec![]);
    }
    let folders = Folder::all_in(folder)?.into_iter();
    Ok(folders.map(listed_folder).collect())
}

fn listed_folder(folder: Folder) -> Listed {
    Listed {
        name: folder.name.clone(),
        place: Place::Sql(folder),
    }
}

/// The revisions of `entries`, of a list in the folder `source` of the crate in `crate_folder`.
pub(super) fn listed(
    entries: &[Entry],
    source: &Path,
    crate_folder: &Path,
) -> Result<Vec<Listed>, Error> {
    let mut listed = vec![];
    for entry in entries {
        match entry {
            Entry::Module(modules) => {
                let name = modules.last().cloned().unwrap_or_default();
                // A path from the root of a crate that the list is deep in.
                let beside = || module(source, modules.last().map(std::slice::from_ref)?);
                let path = module(source, modules).or_else(beside);
                let path = path.unwrap_or_else(|| source.join(format!("{name}.rs")));
                let place = Place::Rust(path);
                listed.push(Listed { name, place });
            }
            Entry::Sql(path) => {
                let path = crate_folder.join(path);
                let folder = Folder::read(&path)?;
                let none = || seadrift_sql_files::Error::NoUp(path.clone());
                listed.push(listed_folder(folder.ok_or_else(none)?));
            }
            Entry::SqlFolders(path) => {
                let folders = Folder::all_in(&crate_folder.join(path))?.into_iter();
                listed.extend(folders.map(listed_folder));
            }
        }
    }
    Ok(listed)
}

/// The file of a module below the folder of the list, if there is one.
pub(super) fn module(source: &Path, modules: &[String]) -> Option<PathBuf> {
    let (name, above) = modules.split_last()?;
    let mut folder = source.to_owned();
    folder.extend(above);
    let mut usual = [
        folder.join(format!("{name}.rs")),
        folder.join(name).join("mod.rs"),
    ]
    .into_iter();
    usual.find(|path| path.is_file())
}
