//! A lock file beside a SQLite database. The system takes the lock back with the process.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::Access;

/// A locked file.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
    path: PathBuf,
    access: Access,
}

/// The lock file of the database at `database`.
pub(super) fn beside(database: &str) -> PathBuf {
    // However it is reached, it is one file.
    let path = fs::canonicalize(database).unwrap_or_else(|_| database.into());
    let mut path = path.into_os_string();
    path.push("-seadrift.lock");
    path.into()
}

/// Locks the file at `path`, which is made where it is missing; `None` where somebody else has it.
pub(super) fn try_lock(path: &Path, access: Access) -> io::Result<Option<Held>> {
    let file = open(path)?;
    let locked = match access {
        Access::Alone => file.try_lock(),
        Access::Shared => file.try_lock_shared(),
    };
    match locked {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Whoever had it before may have removed it meanwhile, and then it keeps nobody out.
    Ok(is_at(&file, path)?.then(|| Held {
        file,
        path: path.to_owned(),
        access,
    }))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    match options.open(path) {
        // Another user's: it can be locked all the same.
        Err(error) if error.kind() == ErrorKind::PermissionDenied && path.exists() => {
            File::open(path)
        }
        opened => opened,
    }
}

impl Drop for Held {
    /// Removes the file, unless others hold it too, before the lock goes with it.
    fn drop(&mut self) {
        let is_alone = match self.access {
            Access::Alone => true,
            Access::Shared => self.file.try_lock().is_ok(),
        };
        if is_alone && cfg!(unix) && is_at(&self.file, &self.path).unwrap_or(false) {
            // One that stays does no harm.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether `file` is what lies at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Nothing is removed here.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn one_holds_it_alone_or_several_share_it() {
        let folder = env::temp_dir().join(format!("seadrift-lock-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.db-seadrift.lock");
        let alone = try_lock(&path, Access::Alone).unwrap().unwrap();
        assert!(try_lock(&path, Access::Alone).unwrap().is_none());
        assert!(try_lock(&path, Access::Shared).unwrap().is_none());
        drop(alone);
        assert!(!path.exists());

        let first = try_lock(&path, Access::Shared).unwrap().unwrap();
        let second = try_lock(&path, Access::Shared).unwrap().unwrap();
        assert!(try_lock(&path, Access::Alone).unwrap().is_none());
        drop(first);
        assert!(path.exists());
        assert!(try_lock(&path, Access::Alone).unwrap().is_none());
        drop(second);
        assert!(!path.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
