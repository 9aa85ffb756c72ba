//! PostgreSQL's objects beside the tables.

use seadrift_schema::{Dialect, Object, ObjectName};

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

/// A sequence with these options, and the server's own for all others.
pub(super) fn alter_sequence(name: &ObjectName, options: &str) -> String {
    let usual = [
        ("AS", "AS bigint"),
        ("INCREMENT", "INCREMENT BY 1"),
        ("MINVALUE", "NO MINVALUE"),
        ("MAXVALUE", "NO MAXVALUE"),
        ("START", "START WITH 1"),
        ("CACHE", "CACHE 1"),
        ("CYCLE", "NO CYCLE"),
    ];
    let is_said = |word: &str| options.split(' ').any(|said| said == word);
    let others = usual.into_iter().filter(|(word, _)| !is_said(word));
    let mut words: Vec<_> = others.map(|(_, option)| option).collect();
    words.extend((!options.is_empty()).then_some(options));
    format!(
        "ALTER SEQUENCE {} {}",
        name.quoted(DIALECT),
        words.join(" ")
    )
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
