//! The test cases: a folder each under `fixtures/cases/<area>/<name>/`.
//!
//! ```text
//! case.toml          what differs from the defaults, see `Config`; may be empty
//! before.rs          the entities as they were, which is what the lock says; absent means that it says nothing
//! before.sql         the starting database; absent means that it is made from `before.rs`, or is empty
//! entities.rs        the desired state
//! expected/
//!   changes.txt      one line per change
//!   migration.rs     the generated file; of several, `migration_1_alter.rs` and so on
//!   sqlite.sql       what it runs; also postgres.sql and mysql.sql
//!   error.txt        instead of the others, where the case is refused
//! ```
//!
//! A file for one backend alone has its name before the extension, as in `before.mysql.sql` and
//! `expected/changes.postgres.txt`. Where nothing is to be done, `changes.txt` is all there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use seadrift_diff::Strict;
use seadrift_schema::{Grant, Privilege};
use serde::Deserialize;

use crate::{Backend, golden};

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its area and name, such as `column/drop`.
    pub name: String,
    /// Where its files are.
    pub folder: PathBuf,
    /// Its `case.toml`.
    pub config: Config,
}

/// What `case.toml` may say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The backends the case is for; all unless said.
    pub backends: Vec<Backend>,
    /// What a reader should know, such as why a wrong golden is kept.
    pub note: Option<String>,
    /// The revision's message; the case's name unless said.
    pub message: Option<String>,
    /// What counts as a difference although it means the same, as in a project's config.
    pub strict: Strict,
    /// What was answered about renames, as the command line takes it.
    pub renames: Vec<String>,
    /// What each role may do with every new table, as in a project's config.
    pub grants: BTreeMap<String, Vec<Privilege>>,
    /// Whether columns come to take no NULL in steps, as `--in-steps` has it.
    pub in_steps: bool,
    /// Whether one file is written for all of the backends, as a project's `backends` have it.
    pub together: bool,
    /// Whether the plan keeps nobody waiting for long, as `--online` has it.
    pub online: bool,
    /// What goes wrong today when the revision is run forward and back, as a part of the message; `note` says why.
    pub fails: Option<String>,
}

/// Something that a case gives on one backend, to be compared with a file under `expected/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file's name without extension: `changes`, `migration`, `error`, or a backend's name for its SQL.
    pub stem: String,
    /// The file's extension.
    pub ext: &'static str,
    /// What has to stand in it.
    pub text: String,
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

    /// The rights that every new table gets.
    pub fn grants(&self) -> Vec<Grant> {
        let grants = self.config.grants.clone().into_iter();
        grants
            .map(|(role, privileges)| Grant { role, privileges })
            .collect()
    }

    /// The SQL that makes the starting database; `None` when it is empty or comes from `before.rs`.
    pub fn before(&self, backend: Backend) -> Option<String> {
        read_if_there(&for_backend(&self.folder, backend, "before", "sql"))
    }

    /// The file under `expected/` that is compared on `backend`, there or not: its own if there is one.
    pub fn expected(&self, backend: Backend, stem: &str, ext: &str) -> PathBuf {
        let folder = self.folder.join("expected");
        if stem == backend.name() {
            folder.join(format!("{stem}.{ext}"))
        } else {
            for_backend(&folder, backend, stem, ext)
        }
    }

    /// Compares what came out on `backend` with what is expected. The error shows every file that differs.
    pub fn compare(&self, backend: Backend, outputs: &[Output]) -> Result<(), String> {
        let mut errors: Vec<String> = outputs
            .iter()
            .filter_map(|output| {
                let path = self.expected(backend, &output.stem, output.ext);
                golden::compare(&path, &output.text).err()
            })
            .collect();
        let came_out = |(stem, ext): &(&str, &str)| {
            outputs
                .iter()
                .any(|output| output.stem == *stem && output.ext == *ext)
        };
        for stem in self
            .parts(backend)
            .iter()
            .filter(|stem| !came_out(&(stem, "rs")))
        {
            errors.push(format!("{stem}.rs is expected, and did not come out"));
        }
        for (stem, ext) in files_of(backend).iter().filter(|file| !came_out(file)) {
            let path = self.expected(backend, stem, ext);
            let is_own = *stem == backend.name() || path.ends_with(own_name(backend, stem, ext));
            if is_own && path.exists() {
                errors.push(format!(
                    "{} is expected, and did not come out",
                    path.display()
                ));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.join("\n"))
        }
    }

    /// Makes what came out on each of the case's backends what is expected: the first backend with a file writes it
    /// for all, the others only what differs from it. Nothing else stays.
    pub fn bless(&self, outcomes: &[(Backend, Vec<Output>)]) -> Result<(), String> {
        let is_error = |(_, outputs): &(Backend, Vec<Output>)| {
            outputs.iter().any(|output| output.stem == "error")
        };
        let mixed = outcomes.iter().any(is_error) && !outcomes.iter().all(is_error);
        // One of several migrations, where others need one.
        let is_part_of_some = |stem: &String| {
            let has = |(_, outputs): &(Backend, Vec<Output>)| {
                outputs.iter().any(|output| output.stem == *stem)
            };
            stem.starts_with("migration_") && !outcomes.iter().all(has)
        };
        let mut files: BTreeMap<String, &str> = BTreeMap::new();
        for (backend, outputs) in outcomes {
            for Output { stem, ext, text } in outputs {
                let shared = format!("{stem}.{ext}");
                // A common `error.txt` would stand for the backends that refuse nothing too.
                let is_own = match files.get(&shared) {
                    Some(known) => *known != text,
                    None => (mixed && stem == "error") || is_part_of_some(stem),
                };
                let name = if is_own {
                    own_name(*backend, stem, ext)
                } else {
                    shared
                };
                files.insert(name, text);
            }
        }
        let folder = self.folder.join("expected");
        if folder.is_dir() {
            for path in entries(&folder)? {
                if !files.contains_key(&file_name(&path)) {
                    fs::remove_file(&path)
                        .map_err(|error| format!("{}: {error}", path.display()))?;
                }
            }
        }
        for (name, text) in files {
            let path = folder.join(name);
            // A file that is written is compiled anew.
            if read_if_there(&path).is_none_or(|known| known != text) {
                golden::write(&path, text)?;
            }
        }
        Ok(())
    }

    /// The names of the files that are expected on `backend` where its plan is several migrations, without extension.
    fn parts(&self, backend: Backend) -> Vec<String> {
        let expected = self.folder.join("expected");
        if !expected.is_dir() {
            return vec![];
        }
        let names = entries(&expected).unwrap_or_default().into_iter();
        let names = names.map(|path| file_name(&path));
        let stems: BTreeSet<_> = names
            .filter(|name| name.starts_with("migration_"))
            .filter_map(|name| {
                let stem = name.strip_suffix(".rs")?;
                match stem.split_once('.') {
                    Some((stem, of)) => (of == backend.name()).then(|| stem.to_owned()),
                    None => Some(stem.to_owned()),
                }
            })
            .collect();
        stems.into_iter().collect()
    }

    /// The case in `folder`.
    pub fn load(name: String, folder: PathBuf) -> Result<Case, String> {
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
        let entities = self.folder.join("entities.rs");
        if !entities.is_file() {
            return Err(format!("{} is missing", entities.display()));
        }
        let names = ["case.toml", "entities.rs", "before.rs"];
        let mut read: BTreeSet<PathBuf> = names.map(|name| self.folder.join(name)).into();
        for &backend in &self.config.backends {
            read.insert(for_backend(&self.folder, backend, "before", "sql"));
            let error = self.expected(backend, "error", "txt");
            if error.exists() {
                read.insert(error);
            } else {
                let files = files_of(backend);
                read.extend(files.map(|(stem, ext)| self.expected(backend, stem, ext)));
                let parts = self.parts(backend).into_iter();
                read.extend(parts.map(|stem| self.expected(backend, &stem, "rs")));
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
}

/// The files under `expected/` that a backend may have.
fn files_of(backend: Backend) -> [(&'static str, &'static str); 4] {
    [
        ("changes", "txt"),
        ("migration", "rs"),
        (backend.name(), "sql"),
        ("error", "txt"),
    ]
}

impl Default for Config {
    fn default() -> Self {
        Config {
            backends: Backend::ALL.to_vec(),
            note: None,
            message: None,
            strict: Strict::default(),
            renames: vec![],
            grants: BTreeMap::new(),
            in_steps: false,
            together: false,
            online: false,
            fails: None,
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
