//! Where the project's migrations are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use seadrift_render::migrator;
use seadrift_runner::Migrations;
use seadrift_schema::{Schema, lock};

use crate::{Error, cli::Options, compare::Lock, layout};

/// The name of the lock file.
pub(crate) const LOCK: &str = "seadrift.lock";

/// A project's migrations.
pub(crate) struct Project {
    /// The folder of the migrations.
    pub source: PathBuf,
    /// The file that holds the `Migrator`.
    pub migrator: PathBuf,
    /// The lock file.
    pub lock: PathBuf,
}

/// Variables of `.env` files, which do not replace what is set: of the working folder first, then of the crate that
/// cargo runs.
pub(crate) fn read_env_files() {
    // No such file is the usual case.
    let _ = dotenvy::dotenv();
    if let Some(manifest) = env::var_os("CARGO_MANIFEST_DIR") {
        for folder in Path::new(&manifest).ancestors() {
            if dotenvy::from_path(folder.join(".env")).is_ok() {
                break;
            }
        }
    }
}

impl Project {
    /// The migrations that the command line names, or those of the crate that cargo runs, or those at a usual place.
    pub(crate) fn find(options: &Options) -> Result<Self, Error> {
        let named = options.migrations.as_deref();
        let running = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let folder = named.or(running.as_deref());
        let migrator = folder.and_then(layout::migrator_in);
        let migrator = match named {
            Some(_) => migrator,
            None => migrator.or_else(layout::migrator),
        };
        match migrator {
            Some(migrator) => Ok(Self::of(migrator)),
            None => Err(Error::NoProject(match folder {
                Some(folder) => vec![folder.to_owned()],
                None => vec!["migration".into(), ".".into()],
            })),
        }
    }

    fn of(migrator: PathBuf) -> Self {
        let source = migrator.parent().unwrap_or(Path::new("")).to_owned();
        // The lock of a crate is the same one whichever of its folders is named.
        let lock = match source.ends_with("src") {
            true => source.with_file_name(LOCK),
            false => match fs::canonicalize(&source) {
                Ok(source) if source.ends_with("src") => source.with_file_name(LOCK),
                _ => source.join(LOCK),
            },
        };
        Self {
            source,
            migrator,
            lock,
        }
    }

    /// The migrations as their sources name them, in the order of the `Migrator`.
    pub(crate) fn migrations(&self) -> Result<Migrations, Error> {
        let source = read(&self.migrator)?;
        let failed = |source| Error::Migrations {
            path: self.migrator.clone(),
            source,
        };
        let names = migrator::list(&source).map_err(failed)?;
        let table = migrator::table(&source).map_err(failed)?;
        Ok(Migrations::named(names, table))
    }

    /// The file of `revision`.
    pub(crate) fn file(&self, revision: &str) -> PathBuf {
        self.source.join(format!("{revision}.rs"))
    }
}

/// What the entities declared at the newest revision, as the lock file at `path` says it, if there is one, and what it says
/// beside. They declare `desired` now.
pub(crate) fn read_lock(path: &Path, desired: &Schema) -> Result<(Lock, lock::Head), Error> {
    if !path.exists() {
        return Ok((Lock::Unknown, lock::Head::default()));
    }
    let source = read(path)?;
    let failed = |source| Error::Lock {
        path: path.to_owned(),
        source,
    };
    if lock::holds(&source, desired) {
        let head = lock::read_head(&source).map_err(failed)?;
        return Ok((Lock::Same, head));
    }
    let (locked, head) = read_whole_lock(path)?;
    let lock = match locked == *desired {
        true => Lock::Same,
        false => Lock::Other(locked),
    };
    Ok((lock, head))
}

/// The lock file at `path`, which is there: what the entities declared, and what it says beside.
pub(crate) fn read_whole_lock(path: &Path) -> Result<(Schema, lock::Head), Error> {
    let source = read(path)?;
    let failed = |source| Error::Lock {
        path: path.to_owned(),
        source,
    };
    let locked = lock::read(&source).map_err(failed)?;
    let head = lock::read_head(&source).map_err(failed)?;
    Ok((locked, head))
}

/// The text of the file at `path`.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// `path` as a person would type it here: relative where it lies below the working folder.
pub(crate) fn shown(path: &Path) -> String {
    let below = env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok());
    let path = below.unwrap_or(path);
    match path.strip_prefix(".") {
        Ok(inner) if inner != Path::new("") => inner.display().to_string(),
        _ => path.display().to_string(),
    }
}
