//! The test cases: a folder each under `fixtures/cases/<area>/<name>/`.
//!
//! ```text
//! case.toml          what differs from the defaults, see `Config`; may be empty
//! before.sql         the starting database; absent means empty
//! before.rs          instead of it, with `before_entities = true`: entities as they were
//! entities.rs        the desired state
//! expected/
//!   changes.txt      one line per change
//!   migration.rs     the generated file
//!   sqlite.sql       what it runs; also postgres.sql and mysql.sql
//!   error.txt        instead of the others, where the case is refused
//! ```
//!
//! A file for one backend alone has its name before the extension, as in `before.mysql.sql` and
//! `expected/changes.postgres.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Backend, compare_or_bless, golden};

/// One case.
#[derive(Debug)]
pub struct Case {
    /// Its area and name, such as `column/drop`.
    pub name: String,
    /// Where its files are.
    pub folder: PathBuf,
    /// Its `case.toml`.
    pub config: Config,
}

/// What `case.toml` may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The backends the case is for; all unless said.
    pub backends: Vec<Backend>,
    /// What a reader should know, such as why a wrong golden is kept.
    pub note: Option<String>,
    /// The revision's message; the case's name unless said.
    pub message: Option<String>,
    /// The database is built, and the lock written, from the entities in `before.rs`.
    pub before_entities: bool,
}

/// All cases below `root`, sorted by name. An unknown key or a file that nothing reads is an error naming it.
pub fn cases(root: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for area in folders(root)? {
        for folder in folders(&area)? {
            let name = format!("{}/{}", file_name(&area), file_name(&folder));
            cases.push(Case::load(name, folder)?);
        }
    }
    Ok(cases)
}

impl Case {
    /// The message of the revision that the case generates.
    pub fn message(&self) -> &str {
        self.config.message.as_deref().unwrap_or(&self.name)
    }

    /// The SQL that makes the starting database; `None` when it is empty or comes from `before.rs`.
    pub fn before(&self, backend: Backend) -> Option<String> {
        read_if_there(&for_backend(&self.folder, backend, "before", "sql"))
    }

    /// The entities in `before.rs`, in a case that starts from entities.
    pub fn before_entities(&self) -> Option<PathBuf> {
        self.config
            .before_entities
            .then(|| self.folder.join("before.rs"))
    }

    /// The entities that say what is wanted.
    pub fn entities(&self) -> PathBuf {
        self.folder.join("entities.rs")
    }

    /// A file under `expected/` and what it says; the backend's own if there is one. `changes`, `txt` for
    /// `changes.txt`; the SQL of a backend has that backend's name as its `stem`.
    pub fn expected(&self, backend: Backend, stem: &str, ext: &str) -> Option<(PathBuf, String)> {
        let path = self.expected_path(backend, stem, ext);
        read_if_there(&path).map(|text| (path, text))
    }

    /// Compares `actual` with what is expected. With `SEADRIFT_BLESS=1` it makes that expected instead: a case's
    /// first backend writes the file for all, the others only what differs from it, so they have to come later.
    pub fn compare_or_bless(
        &self,
        backend: Backend,
        stem: &str,
        ext: &str,
        actual: &str,
    ) -> Result<(), String> {
        if golden::is_blessing() {
            self.bless(backend, stem, ext, actual)
        } else {
            compare_or_bless(&self.expected_path(backend, stem, ext), actual)
        }
    }

    fn bless(&self, backend: Backend, stem: &str, ext: &str, actual: &str) -> Result<(), String> {
        let folder = self.folder.join("expected");
        let shared = folder.join(format!("{stem}.{ext}"));
        let own = folder.join(own_name(backend, stem, ext));
        let is_first = self.config.backends.first() == Some(&backend);
        if stem != backend.name() {
            if !is_first && read_if_there(&shared).is_none_or(|text| text != actual) {
                return golden::write(&own, actual);
            }
            if own.exists() {
                fs::remove_file(&own).map_err(|error| format!("{}: {error}", own.display()))?;
            }
        }
        golden::write(&shared, actual)
    }

    fn load(name: String, folder: PathBuf) -> Result<Case, String> {
        let path = folder.join("case.toml");
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}; it may be empty", path.display()))?;
        let config: Config =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        if config.backends.is_empty() {
            return Err(format!("{}: `backends` is empty", path.display()));
        }
        let case = Case {
            name,
            folder,
            config,
        };
        case.check_files()?;
        Ok(case)
    }

    fn check_files(&self) -> Result<(), String> {
        let mut needed = vec![self.entities()];
        needed.extend(self.before_entities());
        if let Some(missing) = needed.iter().find(|path| !path.is_file()) {
            return Err(format!("{} is missing", missing.display()));
        }
        let mut read: BTreeSet<PathBuf> = needed.into_iter().collect();
        read.insert(self.folder.join("case.toml"));
        for &backend in &self.config.backends {
            if !self.config.before_entities {
                read.insert(for_backend(&self.folder, backend, "before", "sql"));
            }
            let error = self.expected_path(backend, "error", "txt");
            if error.exists() {
                read.insert(error);
            } else {
                read.insert(self.expected_path(backend, "changes", "txt"));
                read.insert(self.expected_path(backend, "migration", "rs"));
                read.insert(self.expected_path(backend, backend.name(), "sql"));
            }
        }
        let mut files = entries(&self.folder)?;
        let expected = self.folder.join("expected");
        if expected.is_dir() {
            files.retain(|path| *path != expected);
            files.extend(entries(&expected)?);
        }
        match files.iter().find(|path| !read.contains(*path)) {
            Some(unread) => Err(format!("nothing reads {}", unread.display())),
            None => Ok(()),
        }
    }

    fn expected_path(&self, backend: Backend, stem: &str, ext: &str) -> PathBuf {
        let folder = self.folder.join("expected");
        if stem == backend.name() {
            folder.join(format!("{stem}.{ext}"))
        } else {
            for_backend(&folder, backend, stem, ext)
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            backends: Backend::ALL.to_vec(),
            note: None,
            message: None,
            before_entities: false,
        }
    }
}

/// The backend's own file if there is one, else the one for all, there or not.
fn for_backend(folder: &Path, backend: Backend, stem: &str, ext: &str) -> PathBuf {
    let own = folder.join(own_name(backend, stem, ext));
    if own.exists() {
        own
    } else {
        folder.join(format!("{stem}.{ext}"))
    }
}

fn own_name(backend: Backend, stem: &str, ext: &str) -> String {
    format!("{stem}.{}.{ext}", backend.name())
}

fn read_if_there(path: &Path) -> Option<String> {
    path.exists().then(|| {
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

/// The folders in `folder`, sorted; anything else in it is an error.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = entries(folder)?;
    match entries.iter().find(|path| !path.is_dir()) {
        Some(file) => Err(format!("nothing reads {}", file.display())),
        None => Ok(entries),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
