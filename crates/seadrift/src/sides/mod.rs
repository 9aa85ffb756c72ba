//! What `diff` compares: a database, entities, a lock file or a file with SQL, by the word that names it.

mod error;
mod open;
mod outside;

use std::{fmt, path::PathBuf};

use seadrift_schema::Dialect;

use crate::{Error, database::Url, project};

pub(crate) use error::Problem;
pub(crate) use open::{Open, Opening};

/// One of the two sides, with its name for people.
#[derive(Clone)]
pub(crate) struct Side {
    /// `FROM` or `TO`.
    pub name: &'static str,
    /// What it is.
    pub place: Place,
}

/// Where a schema is found.
#[derive(Clone)]
pub(crate) enum Place {
    /// In a database.
    Database(Url),
    /// In the files of entities.
    Entities(PathBuf),
    /// In the entities that the program was built with.
    LinkedIn,
    /// In a lock file.
    Lock(PathBuf),
    /// In what a file with SQL makes of an empty database.
    Sql(PathBuf),
}

impl Side {
    /// Reads the word that names a side.
    pub(crate) fn parse(name: &'static str, text: &str) -> Result<Self, Error> {
        let place = Place::parse(text).map_err(|error| error.of(name))?;
        Ok(Self { name, place })
    }

    /// `error` as one of this side.
    pub(crate) fn error(&self, error: impl Into<Error>) -> Error {
        error
            .into()
            .of(&format!("{} (`{}`)", self.name, self.place))
    }
}

impl Place {
    fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Problem::Empty.into());
        }
        if text == "entities" {
            return Ok(Place::LinkedIn);
        }
        let Some((kind, rest)) = text.split_once(':') else {
            return Err(Problem::NoKind.into());
        };
        let place = match kind {
            "entities" => Place::Entities,
            "lock" => Place::Lock,
            "sql" => Place::Sql,
            scheme if Url::SCHEMES.contains(&scheme) => {
                return Ok(Place::Database(Url::parse(text)?));
            }
            _ => return Err(Problem::UnknownKind(kind.to_owned()).into()),
        };
        if rest.is_empty() {
            return Err(Problem::NoPath(kind.to_owned()).into());
        }
        Ok(place(rest.into()))
    }

    /// The engine, where the word says it.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        match self {
            Place::Database(url) => Some(url.dialect()),
            _ => None,
        }
    }

    /// Whether it is what somebody declares, and leaves unsaid what is of no concern.
    pub(crate) fn is_declared(&self) -> bool {
        match self {
            Place::Entities(_) | Place::LinkedIn | Place::Lock(_) => true,
            Place::Database(_) | Place::Sql(_) => false,
        }
    }

    /// What it is, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Place::Database(_) => "database",
            Place::Entities(_) | Place::LinkedIn => "entities",
            Place::Lock(_) => "lock",
            Place::Sql(_) => "sql",
        }
    }
}

/// As it was named, without a password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Database(url) => f.write_str(&url.shown()),
            Place::Entities(path) => write!(f, "entities:{}", project::shown(path)),
            Place::LinkedIn => f.write_str("entities"),
            Place::Lock(path) => write!(f, "lock:{}", project::shown(path)),
            Place::Sql(path) => write!(f, "sql:{}", project::shown(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_known_by_its_first_word() {
        for (text, kind) in [
            ("entities", "entities"),
            ("entities:src/entity", "entities"),
            ("lock:seadrift.lock", "lock"),
            ("sql:a:b.sql", "sql"),
            ("sqlite::memory:", "database"),
            ("postgresql://localhost/a", "database"),
            ("mariadb://localhost/a", "database"),
        ] {
            assert_eq!(Side::parse("TO", text).ok().unwrap().place.kind(), kind);
        }
    }

    #[test]
    fn what_is_no_side_is_refused_by_its_name_and_without_its_text() {
        for (text, expected) in [
            ("", "TO: it is empty"),
            ("sql:", "TO: `sql:` names no file"),
            (
                "secret",
                "TO: it is neither a database URL nor `entities:DIR`, `lock:FILE` or `sql:FILE`",
            ),
            (
                "mssql://me:secret@host/db",
                "TO: nothing that can be compared starts with `mssql:`",
            ),
        ] {
            let error = Side::parse("TO", text).err().unwrap();
            assert_eq!(error.to_string(), expected);
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let side = Side::parse("FROM", "postgres://me:secret@host/db")
            .ok()
            .unwrap();
        assert_eq!(side.place.to_string(), "postgres://me:***@host/db");
    }
}
