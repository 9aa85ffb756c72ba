//! Files that are written together: all of them, or none.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::Error;

/// Writes every text to its file, whole or not at all. Where one cannot be written, those before it are put back, and
/// the error names the one.
pub(crate) fn write(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let error = |path: &Path, source, restored| Error::Write {
        path: path.to_owned(),
        source,
        restored,
    };
    let mut made = Folders::default();
    let mut prepared = vec![];
    for (path, text) in files {
        made.make(path)
            .map_err(|source| error(path, source, true))?;
        let target = behind_link(path).map_err(|source| error(path, source, true))?;
        let before = read(&target).map_err(|source| error(path, source, true))?;
        let file = prepare(&target, text.as_bytes())
            .map_err(|source| error(path, without_temporary_path(source), true))?;
        prepared.push((path, target, before, file));
    }
    let mut written: Vec<(PathBuf, Option<Vec<u8>>)> = vec![];
    for (path, target, before, file) in prepared {
        if let Err(failed) = file.persist(&target) {
            let restored = written
                .iter()
                .rev()
                .all(|(target, before)| restore(target, before.as_deref()).is_ok());
            return Err(error(path, failed.error, restored));
        }
        written.push((target, before));
    }
    made.keep();
    Ok(())
}

/// Folders that were made for files. Those that are not kept are taken away again.
#[derive(Default)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes those that `path` is to be in.
    fn make(&mut self, path: &Path) -> io::Result<()> {
        let above = path.ancestors().skip(1);
        let missing = above.take_while(|folder| *folder != Path::new("") && !folder.exists());
        let missing: Vec<_> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder)?;
            self.0.push(folder);
        }
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // What somebody else has put there stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The file to write for `path`: a link stays a link.
fn behind_link(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error) if path.is_symlink() => Err(io::Error::new(
            error.kind(),
            format!("it is a link to what is not there: {error}"),
        )),
        Err(_) => Ok(path.to_owned()),
    }
}

/// `error` without the path of the file beside the one that was to be written, which nobody has heard of.
fn without_temporary_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

/// What the file holds; `None` where there is none.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file beside `target` with its content to be, on the disk.
fn prepare(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seadrift-");
    // What a new file gets but for the mask of the process, instead of what a temporary one does.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    if let Ok(existing) = fs::metadata(target) {
        if existing.permissions().readonly() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it is read-only",
            ));
        }
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn restore(target: &Path, before: Option<&[u8]>) -> io::Result<()> {
    match before {
        Some(content) => prepare(target, content)?
            .persist(target)
            .map(drop)
            .map_err(|failed| failed.error),
        None => fs::remove_file(target),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second, third) = (
            folder.path().join("a"),
            folder.path().join("b"),
            folder.path().join("c"),
        );
        fs::write(&second, "old").unwrap();
        // A folder where a file should be: it can be prepared, but not put in its place.
        fs::create_dir(&third).unwrap();
        let files = [
            (first.clone(), "1".to_owned()),
            (second.clone(), "2".to_owned()),
        ];

        let mut failing = files.to_vec();
        let made = folder.path().join("d");
        failing.push((made.join("e/f"), "4".to_owned()));
        failing.push((third, "3".to_owned()));
        assert!(matches!(
            write(&failing),
            Err(Error::Write { restored: true, .. })
        ));
        assert!(!first.exists());
        assert!(!made.exists());
        assert_eq!(fs::read_to_string(&second).unwrap(), "old");

        write(&files).unwrap();
        assert_eq!(fs::read_to_string(&first).unwrap(), "1");
        assert_eq!(fs::read_to_string(&second).unwrap(), "2");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
