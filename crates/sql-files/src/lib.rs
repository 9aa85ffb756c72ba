//! Migrations that are folders with SQL: which files there are, and what each is for.
//!
//! `m20260101_000000_add_user/up.sql` applies the revision, `down.sql` beside it reverses it. `up.postgres.sql`,
//! `up.mysql.sql` and `up.sqlite.sql` are for one engine, and come before `up.sql` there.

mod error;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use error::Error;

/// The engines that a file may be for. That of MySQL is MariaDB's too.
pub const ENGINES: [&str; 3] = ["postgres", "mysql", "sqlite"];

/// Which way a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// It applies the revision.
    Up,
    /// It reverses it.
    Down,
}

impl Way {
    /// As it stands in the name of a file.
    pub fn word(self) -> &'static str {
        match self {
            Way::Up => "up",
            Way::Down => "down",
        }
    }
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purpose {
    /// Which way it goes.
    pub way: Way,
    /// The only engine that it is for, one of [`ENGINES`].
    pub engine: Option<&'static str>,
}

impl Purpose {
    /// What the name of a file says; `None` where it is no part of a migration. What begins like one, and is none, is an
    /// error: `up.postgre.sql` would be passed over in silence.
    pub fn of(file: &str) -> Result<Option<Self>, Error> {
        let mut parts = file.split('.');
        let way = match parts.next() {
            Some("up") => Way::Up,
            Some("down") => Way::Down,
            _ => return Ok(None),
        };
        let parts: Vec<_> = parts.collect();
        let engine = match parts[..] {
            ["sql"] => None,
            [engine, "sql"] => {
                let known = ENGINES.into_iter().find(|known| *known == engine);
                Some(known.ok_or_else(|| Error::Engine(file.to_owned()))?)
            }
            [.., "sql"] => return Err(Error::Engine(file.to_owned())),
            _ => return Ok(None),
        };
        Ok(Some(Self { way, engine }))
    }

    /// The name of the file.
    pub fn file(self) -> String {
        let way = self.way.word();
        match self.engine {
            Some(engine) => format!("{way}.{engine}.sql"),
            None => format!("{way}.sql"),
        }
    }
}

/// A migration that is a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The revision, which has the name of the folder.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What its files are for, those that go up first.
    pub files: Vec<Purpose>,
}

impl Folder {
    /// The migration in the folder `path`; `None` where it has no file of one.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let wrong = |error: Error| error.within(path);
        let mut files = vec![];
        for entry in fs::read_dir(path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let purpose = name.to_str().map(Purpose::of).transpose().map_err(wrong)?;
            files.extend(purpose.flatten());
        }
        if files.is_empty() {
            return Ok(None);
        }
        if !files.iter().any(|file| file.way == Way::Up) {
            return Err(Error::NoUp(path.to_owned()));
        }
        files.sort();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::Name(path.to_owned()))?.to_owned();
        let beside = path.with_file_name(format!("{name}.rs"));
        let module = path.join("mod.rs");
        if let Some(rust) = [beside, module].into_iter().find(|path| path.is_file()) {
            let sql = path.to_owned();
            return Err(Error::Both { sql, rust });
        }
        let path = path.to_owned();
        Ok(Some(Self { name, path, files }))
    }

    /// The migrations in the folders of `path`, by name.
    pub fn all_in(path: &Path) -> Result<Vec<Self>, Error> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let mut folders = vec![];
        for entry in fs::read_dir(path).map_err(failed)? {
            let path = path.join(entry.map_err(failed)?.file_name());
            if path.is_dir() {
                folders.extend(Self::read(&path)?);
            }
        }
        folders.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(folders)
    }

    /// The file that has the head of the revision: the first that goes up.
    pub fn head(&self) -> PathBuf {
        let first = self.files.first().copied();
        let file = first.map_or("up.sql".to_owned(), Purpose::file);
        self.path.join(file)
    }

    /// The files with their texts.
    pub fn texts(&self) -> Result<Vec<(Purpose, String)>, Error> {
        let texts = self.files.iter().map(|file| {
            let path = self.path.join(file.file());
            match fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => Ok((*file, text)),
                Ok(Err(error)) => {
                    let valid = error.utf8_error().valid_up_to();
                    let before = error.as_bytes().iter().take(valid);
                    let line = before.filter(|byte| **byte == b'\n').count() + 1;
                    Err(Error::NotUtf8 { path, line })
                }
                Err(source) => Err(Error::Read { path, source }),
            }
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_file_is_for() {
        let up = Way::Up;
        for (name, expected) in [
            ("up.sql", Some((up, None))),
            ("down.sql", Some((Way::Down, None))),
            ("up.postgres.sql", Some((up, Some("postgres")))),
            ("down.sqlite.sql", Some((Way::Down, Some("sqlite")))),
            ("seed.sql", None),
            ("upper.sql", None),
            ("up.sql.orig", None),
            ("up.md", None),
            ("mod.rs", None),
        ] {
            let purpose = Purpose::of(name).unwrap();
            assert_eq!(purpose.map(|one| (one.way, one.engine)), expected, "{name}");
            if let Some(purpose) = purpose {
                assert_eq!(purpose.file(), name);
            }
        }
        for name in [
            "up.postgre.sql",
            "up.a.b.sql",
            "down..sql",
            "up.mariadb.sql",
        ] {
            assert!(matches!(Purpose::of(name), Err(Error::Engine(_))), "{name}");
        }
    }

    #[test]
    fn what_a_folder_must_not_be() {
        let all = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = all.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("m2/up.sql", b"");
        write("m2/down.mysql.sql", b"");
        write("m2/notes.md", b"");
        write("m1/up.sqlite.sql", b"");
        write("m1/up.postgres.sql", b"");
        write("data/seed.sql", b"");
        let folders = Folder::all_in(all.path()).unwrap();
        let names: Vec<_> = folders.iter().map(|folder| folder.name.as_str()).collect();
        assert_eq!(names, ["m1", "m2"]);
        assert!(folders[0].head().ends_with("m1/up.postgres.sql"));
        assert!(folders[1].head().ends_with("m2/up.sql"));

        write("m3/down.sql", b"");
        assert!(matches!(Folder::all_in(all.path()), Err(Error::NoUp(_))));
        write("m3/up.sql", b"SELECT 1;\n\xff");
        let folder = Folder::read(&all.path().join("m3")).unwrap().unwrap();
        assert!(matches!(
            folder.texts(),
            Err(Error::NotUtf8 { line: 2, .. })
        ));
        for rust in ["m3.rs", "m3/mod.rs"] {
            write(rust, b"");
            let read = Folder::read(&all.path().join("m3"));
            assert!(matches!(read, Err(Error::Both { .. })), "{rust}");
            fs::remove_file(all.path().join(rust)).unwrap();
        }
    }
}
