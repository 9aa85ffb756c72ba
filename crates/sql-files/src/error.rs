//! What a folder of a migration must not be.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Why a folder is no migration.
#[derive(Debug)]
pub enum Error {
    /// A file or a folder cannot be read.
    Read {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not UTF-8.
    NotUtf8 {
        /// Where it is.
        path: PathBuf,
        /// The first line that is not, from 1.
        line: usize,
    },
    /// The name of a file begins like that of a migration, and names no engine.
    Engine(String),
    /// What is wrong with a file, and the folder that it is in.
    Within {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        error: Box<Error>,
    },
    /// Nothing in the folder goes up.
    NoUp(PathBuf),
    /// The name of the folder is not UTF-8.
    Name(PathBuf),
    /// There is a Rust file of the same revision.
    Both {
        /// The folder.
        sql: PathBuf,
        /// The other file.
        rust: PathBuf,
    },
}

impl Error {
    pub(crate) fn within(self, path: &Path) -> Self {
        let (path, error) = (path.to_owned(), Box::new(self));
        Error::Within { path, error }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Read { path, source } => {
                write!(f, "cannot read `{}`: {source}", path.display())
            }
            Error::NotUtf8 { path, line } => {
                write!(f, "`{}` is not UTF-8 (line {line})", path.display())
            }
            Error::Engine(file) => write!(
                f,
                "`{file}` names no engine that there is: it may be `postgres`, `mysql` (which is MariaDB's too) or `sqlite`"
            ),
            Error::Within { path, error } => write!(f, "in `{}`, {error}", path.display()),
            Error::NoUp(path) => write!(f, "`{}` has no `up.sql`", path.display()),
            Error::Name(path) => write!(f, "the name of `{}` is not UTF-8", path.display()),
            Error::Both { sql, rust } => write!(
                f,
                "`{}` and `{}` are the same revision",
                sql.display(),
                rust.display()
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Read { source, .. } => Some(source),
            Error::Within { error, .. } => Some(error),
            _ => None,
        }
    }
}
