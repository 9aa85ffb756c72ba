//! The files of folders, and what is in them.

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::error::Kind;

/// More than any entity: a thousand columns are a tenth of it.
const LARGEST: u64 = 2 << 20;

/// The Rust files in `folder`, which may be a file itself, sorted; what is wrong goes to `report`.
pub(super) fn list(folder: &Path, report: &mut impl FnMut(&Path, Kind)) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(folder, &mut BTreeSet::new(), &mut files, report);
    files
}

/// `above` are the folders that lead here, without symbolic links.
fn walk(
    path: &Path,
    above: &mut BTreeSet<PathBuf>,
    files: &mut Vec<PathBuf>,
    report: &mut impl FnMut(&Path, Kind),
) {
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(error) => return report(path, Kind::Unreadable(error.to_string())),
    };
    if kind.is_file() {
        files.push(path.to_owned());
        return;
    }
    let entries = fs::canonicalize(path).and_then(|real| Ok((real, fs::read_dir(path)?)));
    let (real, entries) = match entries {
        Ok(entries) => entries,
        Err(error) => return report(path, Kind::Unreadable(error.to_string())),
    };
    if !above.insert(real.clone()) {
        return report(path, Kind::LinkLoop);
    }
    let mut paths = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => report(path, Kind::Unreadable(error.to_string())),
        }
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_rust = path.extension().is_some_and(|kind| kind == "rs");
        match fs::metadata(&path) {
            _ if name.starts_with('.') => {}
            Ok(kind) if kind.is_dir() => {
                // What cargo builds.
                if !path.join("CACHEDIR.TAG").is_file() {
                    walk(&path, above, files, report);
                }
            }
            Ok(_) if is_rust => files.push(path),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound && !is_rust => {}
            Err(error) => report(&path, Kind::Unreadable(error.to_string())),
        }
    }
    above.remove(&real);
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Kind> {
    let unreadable = |error: std::io::Error| Kind::Unreadable(error.to_string());
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(Kind::TooLarge(size));
    }
    fs::read(path).map_err(unreadable)
}
