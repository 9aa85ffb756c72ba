//! PostgreSQL's objects beside the tables.

use seadrift_schema::{Dialect, Object};

const DIALECT: Dialect = Dialect::Postgres;

/// A new object. An extension or schema that somebody else has made meanwhile is as good.
pub(super) fn create(object: &Object) -> String {
    match object {
        Object::Schema(name) => format!("CREATE SCHEMA IF NOT EXISTS {}", DIALECT.quote(name)),
        Object::Extension(name) => {
            format!("CREATE EXTENSION IF NOT EXISTS {}", DIALECT.quote(name))
        }
        Object::Domain { name, definition } => {
            format!("CREATE DOMAIN {} AS {definition}", name.quoted(DIALECT))
        }
        Object::Sequence { name, options } => {
            format!("CREATE SEQUENCE {} {options}", name.quoted(DIALECT))
                .trim_end()
                .to_owned()
        }
    }
}

/// An object taken away, unless something else has come to need it: then the server refuses.
pub(super) fn drop(object: &Object) -> String {
    match object {
        Object::Schema(name) => format!("DROP SCHEMA {}", DIALECT.quote(name)),
        Object::Extension(name) => format!("DROP EXTENSION {}", DIALECT.quote(name)),
        Object::Domain { name, .. } => format!("DROP DOMAIN {}", name.quoted(DIALECT)),
        Object::Sequence { name, .. } => format!("DROP SEQUENCE {}", name.quoted(DIALECT)),
    }
}
