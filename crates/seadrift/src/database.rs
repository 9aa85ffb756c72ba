//! The database that the command line names.

use std::{future, io, time::Duration};

use log::LevelFilter;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use seadrift_runner::said;
use seadrift_schema::Dialect;
use tokio::{net::TcpStream, time::sleep};

use crate::{Context, Error};

/// A database URL whose scheme is known.
#[derive(Clone)]
pub(crate) struct Url {
    text: String,
    parsed: url::Url,
}

impl Url {
    /// The schemes that a database URL may have.
    pub(crate) const SCHEMES: [&str; 5] = ["postgres", "postgresql", "mysql", "mariadb", "sqlite"];

    /// The database that the command line names.
    pub(crate) fn of(context: &Context) -> Result<Self, Error> {
        let text = context.options.database_url.as_deref();
        Self::parse(text.ok_or(Error::NoDatabaseUrl)?)
    }

    /// The URL as it was given, with its password.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The URL in its parts.
    pub(crate) fn parsed(&self) -> &url::Url {
        &self.parsed
    }

    /// Whether a database of this dialect is named.
    pub(crate) fn is_of(&self, dialect: Dialect) -> bool {
        self.dialect().shares_migrations_with(dialect)
    }

    /// What the scheme stands for; MySQL also where it may be MariaDB.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.parsed.scheme() {
            "sqlite" => Dialect::Sqlite,
            "mysql" | "mariadb" => Dialect::MySql,
            _ => Dialect::Postgres,
        }
    }

    /// The database that `text` names.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let parsed = url::Url::parse(text).map_err(Error::BadUrl)?;
        match parsed.scheme() {
            "postgres" | "postgresql" if !cfg!(feature = "sqlx-postgres") => {
                Err(Error::NotBuilt("PostgreSQL"))
            }
            "mysql" | "mariadb" if !cfg!(feature = "sqlx-mysql") => Err(Error::NotBuilt("MySQL")),
            "sqlite" if !cfg!(feature = "sqlx-sqlite") => Err(Error::NotBuilt("SQLite")),
            // The password's own `@`, `/` or `#` took the rest for something else, and would be shown as that.
            scheme
                if Self::SCHEMES.contains(&scheme)
                    && scheme != "sqlite"
                    && parsed.username().is_empty()
                    && text.contains('@') =>
            {
                Err(Error::NoUser)
            }
            scheme if Self::SCHEMES.contains(&scheme) => Ok(Self {
                text: text.to_owned(),
                parsed,
            }),
            scheme => Err(Error::UnknownScheme(scheme.to_owned())),
        }
    }

    /// The URL for people: without its password and without options, which may hold one too.
    pub(crate) fn shown(&self) -> String {
        let mut shown = self.parsed.clone();
        if shown.password().is_some() {
            // Fails only where there can be no password.
            let _ = shown.set_password(Some("***"));
        }
        shown.set_query(None);
        shown.set_fragment(None);
        shown.to_string()
    }

    /// `message` without the password, in case the driver repeats what it was given.
    pub(crate) fn redact(&self, message: &str) -> String {
        let mut redacted = message.replace(&self.text, &self.shown());
        if let Some(password) = self
            .parsed
            .password()
            .filter(|password| !password.is_empty())
        {
            redacted = redacted.replace(password, "***");
        }
        redacted
    }

    /// Host and port of the server, where the URL has them in their usual places.
    fn address(&self) -> Option<String> {
        let (usual_host, usual_port) = match self.parsed.scheme() {
            // Without a host, the driver may look for a socket.
            "postgres" | "postgresql" => (None, 5432),
            "mysql" | "mariadb" => (Some("localhost"), 3306),
            _ => return None,
        };
        let is_elsewhere = |(name, _): (_, _)| {
            ["host", "hostaddr", "port", "socket"]
                .into_iter()
                .any(|key| name == key)
        };
        if self.parsed.query_pairs().any(is_elsewhere) {
            return None;
        }
        let host = self.parsed.host_str().filter(|host| !host.is_empty());
        let host = host.or(usual_host)?;
        Some(format!(
            "{host}:{}",
            self.parsed.port().unwrap_or(usual_port)
        ))
    }

    /// What is likely to help against what the driver says.
    fn hint(&self, message: &str) -> Option<&'static str> {
        let lower = message.to_lowercase();
        if self.parsed.scheme() == "sqlite" {
            if lower.contains("is locked") {
                return Some(
                    "another program has it locked; nothing was done, try again when it is through",
                );
            }
            if !lower.contains("unable to open") {
                return None;
            }
            let is_made = |(name, value): (_, _)| name == "mode" && value == "rwc";
            return Some(match self.parsed.query_pairs().any(is_made) {
                true => "is the path right, the folder there, and may it be written to?",
                false => "if the file is to be made, add `?mode=rwc` to the URL",
            });
        }
        if lower.contains("access denied") && lower.contains("to database") {
            return Some("the user may not use this database, or there is none of this name");
        }
        if lower.contains("does not exist") || lower.contains("unknown database") {
            return Some("create the database first, or correct its name in the URL");
        }
        if lower.contains("password") || lower.contains("access denied") {
            return Some("look at user and password in the URL");
        }
        if ["refused", "no answer", "lookup", "unreachable"]
            .into_iter()
            .any(|sign| lower.contains(sign))
        {
            return Some("is the server running, and are host and port of the URL its own?");
        }
        None
    }
}

/// How long a port that refuses connections may go on doing so.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long the connection may lie idle and be trusted to be there still. To try it each time is a round trip more for
/// each statement.
const IDLE: Duration = Duration::from_secs(5);

/// Connects to the database of the command line. One connection: everything runs in order, and what SQLite does within
/// one connection stays there.
pub(crate) async fn connect(context: &Context, url: &Url) -> Result<DatabaseConnection, Error> {
    connect_to(url, context.options.schema.as_deref()).await
}

/// Connects to a database, with this schema first of PostgreSQL's search path.
pub(crate) async fn connect_to(
    url: &Url,
    schema: Option<&str>,
) -> Result<DatabaseConnection, Error> {
    connect_as(url, schema, LevelFilter::Trace).await
}

/// Like [`connect`], for what no migration sends: nobody is told of it.
pub(crate) async fn connect_beside(
    context: &Context,
    url: &Url,
) -> Result<DatabaseConnection, Error> {
    connect_as(url, context.options.schema.as_deref(), LevelFilter::Off).await
}

async fn connect_as(
    url: &Url,
    schema: Option<&str>,
    told: LevelFilter,
) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(url.text.clone());
    options
        .max_connections(1)
        .test_before_acquire_if_idle_for(IDLE)
        // What is listened to is what fails, not what is sent.
        .sqlx_logging_level(told);
    if let Some(schema) = schema {
        options.set_schema_search_path(schema);
    }
    let connected = tokio::select! {
        connected = Database::connect(options) => connected.map_err(|error| said(&error)),
        refusal = refusal(url) => Err(refusal.to_string()),
    };
    connected.map_err(|message| {
        let message = url.redact(&message);
        let hint = url.hint(&message);
        Error::Connect {
            url: url.shown(),
            message,
            hint,
        }
    })
}

/// Ends when the server's port refuses connections, which the driver would go on trying for half a minute.
async fn refusal(url: &Url) -> io::Error {
    sleep(PATIENCE).await;
    if let Some(address) = url.address()
        && let Err(error) = TcpStream::connect(address).await
        && error.kind() == io::ErrorKind::ConnectionRefused
    {
        return error;
    }
    future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let text = "postgres://me:s%40cret@localhost/db?sslpassword=s%40cret";
        let url = Url::parse(text).unwrap();
        assert_eq!(url.shown(), "postgres://me:***@localhost/db");
        let cut_short = Url::parse("postgres://localhost:123#secret/db").unwrap();
        assert_eq!(cut_short.shown(), "postgres://localhost:123");
        for text in [
            "postgres://me:12/secret@host/db",
            "mysql://me:12#secret@host/db",
        ] {
            assert!(matches!(Url::parse(text), Err(Error::NoUser)), "{text}");
        }
        assert_eq!(
            url.redact(&format!("bad: {text}, s%40cret")),
            "bad: postgres://me:***@localhost/db, ***"
        );
    }

    #[test]
    fn a_server_is_asked_where_it_is() {
        for (text, address) in [
            ("postgres://me:secret@[::1]/db", Some("[::1]:5432")),
            ("mysql://localhost:33060/db", Some("localhost:33060")),
            ("postgres:///db?host=/run/postgresql", None),
            ("postgres://here/db?port=1", None),
            ("sqlite://file.db", None),
        ] {
            assert_eq!(
                Url::parse(text).unwrap().address().as_deref(),
                address,
                "{text}"
            );
        }
    }

    #[test]
    fn an_unknown_scheme_is_an_error_that_names_it_alone() {
        let error = Url::parse("mssql://me:secret@localhost/db").err().unwrap();
        assert_eq!(
            error.to_string(),
            "the database URL has the scheme `mssql`, which seadrift does not know"
        );
        assert!(Url::parse("not a url").is_err());
    }
}
