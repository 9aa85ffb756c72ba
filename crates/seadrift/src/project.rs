//! Where the project's migrations are.

mod places;

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use seadrift_render::migrator::{self, Entry};
use seadrift_runner::Migrations;
use seadrift_schema::{Schema, lock};

use seadrift_sql_files::Folder;

use crate::{Error, cli::Options, compare::Lock, config::Format, layout};
use places::Listed;
pub(crate) use places::{Place, has_sql, joined, purposes};

/// The name of the lock file.
pub(crate) const LOCK: &str = "seadrift.lock";

/// A project's migrations.
pub(crate) struct Project {
    /// The folder of the migrations.
    pub source: PathBuf,
    /// The file that holds the `Migrator`. None where the folder alone is the list, and all migrations are SQL.
    pub migrator: Option<PathBuf>,
    /// The lock file.
    pub lock: PathBuf,
    /// Where the revisions are that the list names, as far as it can be read.
    places: OnceCell<BTreeMap<String, Place>>,
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
        if let Some(migrator) = migrator {
            return Ok(Self::of(migrator));
        }
        let is_sql = options.format == Format::Sql;
        let sql = match named {
            Some(folder) => (is_sql || has_sql(folder)).then(|| folder.to_owned()),
            None => layout::sql().or_else(|| is_sql.then(|| "migrations".into())),
        };
        if let Some(source) = sql {
            return Ok(Self {
                lock: source.join(LOCK),
                migrator: None,
                source,
                places: OnceCell::new(),
            });
        }
        if let (None, Some(expected)) = (named, layout::expected_migrator()) {
            return Ok(Self::of(expected));
        }
        Err(Error::NoProject(match folder {
            Some(folder) => vec![folder.to_owned()],
            None => vec!["migration".into(), ".".into()],
        }))
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
            migrator: Some(migrator),
            lock,
            places: OnceCell::new(),
        }
    }

    /// The migrations as their sources name them, in the order of the `Migrator`. Those that are all SQL can be run.
    pub(crate) fn migrations(&self) -> Result<Migrations, Error> {
        let listed = self.listed()?;
        let table = match &self.migrator {
            None => None,
            Some(path) => migrator::table(&read(path)?).map_err(self.not_listed(path))?,
        };
        let is_sql = listed.iter().all(|one| matches!(one.place, Place::Sql(_)));
        if is_sql && (self.migrator.is_none() || !listed.is_empty()) {
            let folders = listed.iter().filter_map(|one| one.place.folder());
            let all: Result<_, _> = folders.map(places::migration).collect();
            return Ok(Migrations::sql(all?, table));
        }
        let names = listed.into_iter().map(|one| one.name);
        Ok(Migrations::named(names.collect(), table))
    }

    /// What the list names, in order.
    fn listed(&self) -> Result<Vec<Listed>, Error> {
        match self.entries()? {
            None => places::folders(&self.source),
            Some(entries) => places::listed(&entries, &self.source, &self.crate_folder()),
        }
    }

    /// What stands in the list of the `Migrator`, where there is one.
    pub(crate) fn entries(&self) -> Result<Option<Vec<Entry>>, Error> {
        let Some(path) = &self.migrator else {
            return Ok(None);
        };
        let modules = |modules: &[String]| {
            let path = places::module(&self.source, modules)?;
            fs::read_to_string(path).ok()
        };
        let entries = migrator::list(&read(path)?, &modules);
        entries.map(Some).map_err(self.not_listed(path))
    }

    /// The file of the module that `modules` lead to, if it is one of the crate's.
    pub(crate) fn module(&self, modules: &[String]) -> Option<PathBuf> {
        places::module(&self.source, modules)
    }

    /// The names in the list, as far as it can be read.
    pub(crate) fn listed_names(&self) -> Vec<String> {
        let listed = self.listed().unwrap_or_default().into_iter();
        listed.map(|one| one.name).collect()
    }

    fn not_listed(&self, path: &Path) -> impl FnOnce(migrator::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Migrations { path, source }
    }

    /// The folder of the crate that has the `Migrator`.
    pub(crate) fn crate_folder(&self) -> PathBuf {
        let mut above = self.source.ancestors();
        let found = above.find(|folder| folder.join("Cargo.toml").is_file());
        found.unwrap_or(&self.source).to_owned()
    }

    /// Where `revision` is, if it is there.
    pub(crate) fn place(&self, revision: &str) -> Option<Place> {
        let places = self.places.get_or_init(|| {
            let listed = self.listed().unwrap_or_default().into_iter();
            listed.map(|one| (one.name, one.place)).collect()
        });
        let beside = || {
            let module = [revision.to_owned()];
            let rust = places::module(&self.source, &module).map(Place::Rust);
            let folder = self.source.join(revision);
            rust.or_else(|| Folder::read(&folder).ok().flatten().map(Place::Sql))
        };
        let listed = places.get(revision).filter(|place| place.head().is_file());
        listed.cloned().or_else(beside)
    }

    /// The file of `revision` that has its head, or that would have it.
    pub(crate) fn file(&self, revision: &str) -> PathBuf {
        match self.place(revision) {
            Some(place) => place.head(),
            None => self.source.join(format!("{revision}.rs")),
        }
    }

    /// All that the files of `revision` say.
    pub(crate) fn content(&self, revision: &str) -> Result<String, Error> {
        match self.place(revision) {
            Some(place) => place.content(),
            None => read(&self.file(revision)),
        }
    }

    /// Whether something has the name of `revision` already, in `folder` or in the list.
    pub(crate) fn has(&self, folder: &Path, revision: &str) -> bool {
        let is_there = |folder: &Path| {
            folder.join(revision).exists() || folder.join(format!("{revision}.rs")).exists()
        };
        self.place(revision).is_some() || is_there(folder) || is_there(&self.source)
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
