//! Why two sides cannot be compared.

/// What is wrong with one of the sides, or with the two together.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub(crate) enum Problem {
    #[error("it is empty")]
    Empty,
    #[error("it is neither a database URL nor `entities:DIR`, `lock:FILE` or `sql:FILE`")]
    NoKind,
    #[error("nothing that can be compared starts with `{0}:`")]
    UnknownKind(String),
    #[error("`{0}:` names no file")]
    NoPath(String),
    #[error("FROM is on {from}, and TO on {to}")]
    TwoEngines { from: String, to: String },
    #[error("`--dialect` says {said}, and the database is on {found}")]
    OtherDialect { said: String, found: String },
    #[error("nothing says for which engine the two are compared")]
    NoDialect,
    #[error("there is no server to load it on")]
    NoServer(&'static str),
    #[error(
        "FROM has `{from}` as its own schema, and TO has `{to}`, so that names mean another thing in each"
    )]
    OwnSchemas { from: String, to: String },
    #[error("line {line}: {message}\n  {statement}")]
    Statement {
        line: usize,
        statement: String,
        message: String,
    },
    #[error(
        "line {line}: {what} is nothing that a scratch database can be made with\n  {statement}"
    )]
    Outside {
        line: usize,
        what: &'static str,
        statement: String,
    },
    #[error(transparent)]
    Open(#[from] seadrift_runner::split::Unended),
}

impl Problem {
    /// What to do next, where that is more than the message says.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Problem::Empty | Problem::NoKind | Problem::UnknownKind(_) => {
                "it may be `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite://…`, `entities:DIR`, `lock:FILE`, `sql:FILE`, or \
                 `entities` for the project's own"
            }
            Problem::NoPath(_) => "write the path behind the colon, as in `sql:schema.sql`",
            Problem::TwoEngines { .. } => {
                "two engines have no common words for a schema; compare each with the entities or with the lock"
            }
            Problem::OtherDialect { .. } => "leave `--dialect` out: the database says it itself",
            Problem::NoDialect => {
                "say it with `--dialect postgres`, `--dialect mysql`, `--dialect mariadb` or `--dialect sqlite`"
            }
            Problem::NoServer(_) => {
                "name one with `--scratch-url`; what is loaded there is taken away again"
            }
            Problem::OwnSchemas { .. } => "name the one to work in with `--schema`",
            Problem::Statement { .. } => {
                "nothing is left behind; the file has to run on an empty database, statement by statement"
            }
            Problem::Outside { .. } => {
                "nothing is left behind; take it out of the file: `pg_dump --schema-only --no-owner`, `mariadb-dump --no-data` \
                 and sqlite3's `.schema` write files without"
            }
            Problem::Open(_) => "nothing was run; close the quote, the comment or the block",
        })
    }
}
