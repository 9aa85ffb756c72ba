//! Answers that are kept, and when they still hold.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Error, krate, metadata::Project};
use crate::{runtime::Answer, source::Cfg};

/// Files larger than this are known by their size and date.
const LARGEST: u64 = 1 << 20;

/// All that an answer depends on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Key {
    /// Folders of packages, with all files in them.
    folders: BTreeSet<PathBuf>,
    /// Files beside, of which some may not be there.
    files: BTreeSet<PathBuf>,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct Kept<A> {
    key: Key,
    answer: A,
}

impl Key {
    pub(super) fn new(folders: Vec<PathBuf>, projects: &[Project]) -> Self {
        let mut files = BTreeSet::new();
        for project in projects {
            files.extend(project.manifests.iter().cloned());
            // What decides which versions, features and compiler there are.
            let names = [
                "Cargo.toml",
                "Cargo.lock",
                "rust-toolchain",
                "rust-toolchain.toml",
                ".cargo/config",
                ".cargo/config.toml",
            ];
            files.extend(names.map(|name| project.workspace.join(name)));
        }
        let mut key = Self {
            folders: folders.into_iter().collect(),
            files,
            hash: String::new(),
        };
        key.hash = key.hash_now();
        key
    }

    /// The hash of all that it names, as it is now.
    fn hash_now(&self) -> String {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        for folder in &self.folders {
            folder.hash(&mut hasher);
            hash_folder(folder, &mut hasher);
        }
        for file in &self.files {
            file.hash(&mut hasher);
            hash_file(file, &mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }
}

/// The name of the folder for entities in `folders` under `conditions`.
pub(super) fn name(folders: &[PathBuf], conditions: &Cfg) -> String {
    let mut hasher = DefaultHasher::new();
    let absolute = |folder: &PathBuf| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
    let folders: BTreeSet<_> = folders.iter().map(absolute).collect();
    folders.hash(&mut hasher);
    if let Cfg::Only(conditions) = conditions {
        conditions.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The answer kept in `folder`, if it still holds.
pub(super) fn recall(folder: &Path) -> Option<Answer> {
    let text = fs::read(folder.join(NAME)).ok()?;
    let kept: Kept<Answer> = serde_json::from_slice(&text).ok()?;
    (kept.key.hash == kept.key.hash_now()).then_some(kept.answer)
}

/// Keeps `answer` in `folder`.
pub(super) fn keep(folder: &Path, key: &Key, answer: &Answer) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Kept<'a> {
        key: &'a Key,
        answer: &'a Answer,
    }
    let text = serde_json::to_vec(&Kept { key, answer })?;
    krate::write_file(&folder.join(NAME), &text)?;
    Ok(())
}

const NAME: &str = "answer.json";

/// All files of a package: not those of packages inside of it, nor what is hidden or was built.
fn hash_folder(folder: &Path, hasher: &mut impl Hasher) {
    let mut names: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect(),
        Err(_) => return hasher.write_u8(0),
    };
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let is_hidden = name.to_string_lossy().starts_with('.') || name == "node_modules";
        if is_hidden {
            continue;
        }
        name.hash(hasher);
        if !path.is_dir() {
            hash_file(&path, hasher);
        } else if !path.is_symlink()
            && !path.join("Cargo.toml").is_file()
            && !path.join("CACHEDIR.TAG").is_file()
        {
            hash_folder(&path, hasher);
        }
    }
}

fn hash_file(path: &Path, hasher: &mut impl Hasher) {
    let Ok(found) = fs::metadata(path) else {
        return hasher.write_u8(0);
    };
    if found.len() > LARGEST {
        hasher.write_u64(found.len());
        let date = found.modified().ok();
        date.hash(&mut *hasher);
        return;
    }
    match fs::read(path) {
        Ok(content) => {
            hasher.write_usize(content.len());
            hasher.write(&content);
        }
        Err(_) => hasher.write_u8(1),
    }
}
