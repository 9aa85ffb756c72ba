//! The database that the command line names.

use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::{Context, Error};

/// A database URL whose scheme is known.
pub(crate) struct Url {
    text: String,
    parsed: url::Url,
}

impl Url {
    /// The schemes that a database URL may have.
    pub(crate) const SCHEMES: [&str; 5] = ["postgres", "postgresql", "mysql", "mariadb", "sqlite"];

    /// The database that the command line names.
    pub(crate) fn of(context: &Context) -> Result<Self, Error> {
        let text = context
            .options
            .database_url
            .as_deref()
            .filter(|url| !url.is_empty());
        Self::parse(text.ok_or(Error::NoDatabaseUrl)?)
    }

    /// The URL in its parts.
    pub(crate) fn parsed(&self) -> &url::Url {
        &self.parsed
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let parsed = url::Url::parse(text).map_err(Error::BadUrl)?;
        match parsed.scheme() {
            "postgres" | "postgresql" if !cfg!(feature = "sqlx-postgres") => {
                Err(Error::NotBuilt("PostgreSQL"))
            }
            "mysql" | "mariadb" if !cfg!(feature = "sqlx-mysql") => Err(Error::NotBuilt("MySQL")),
            "sqlite" if !cfg!(feature = "sqlx-sqlite") => Err(Error::NotBuilt("SQLite")),
            scheme if Self::SCHEMES.contains(&scheme) => Ok(Self {
                text: text.to_owned(),
                parsed,
            }),
            scheme => Err(Error::UnknownScheme(scheme.to_owned())),
        }
    }

    /// The URL for people: without its password and without options, which may hold one too.
    fn shown(&self) -> String {
        let mut shown = self.parsed.clone();
        if shown.password().is_some() {
            // Fails only where there can be no password.
            let _ = shown.set_password(Some("***"));
        }
        shown.set_query(None);
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

    /// What is likely to help against what the driver says.
    fn hint(&self, message: &str) -> Option<&'static str> {
        let lower = message.to_lowercase();
        if self.parsed.scheme() == "sqlite" {
            return lower
                .contains("unable to open")
                .then_some("if the file is to be made, add `?mode=rwc` to the URL");
        }
        if lower.contains("does not exist") || lower.contains("unknown database") {
            return Some("create the database first, or correct its name in the URL");
        }
        if lower.contains("password") || lower.contains("access denied") {
            return Some("look at user and password in the URL");
        }
        if lower.contains("refused") || lower.contains("timed out") || lower.contains("lookup") {
            return Some("is the server running, and are host and port of the URL its own?");
        }
        None
    }
}

/// Connects to the database of the command line. One connection: everything runs in order, and what SQLite does within
/// one connection stays there.
pub(crate) async fn connect(context: &Context, url: &Url) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(url.text.clone());
    options.max_connections(1).sqlx_logging(false);
    if let Some(schema) = &context.options.schema {
        options.set_schema_search_path(schema.clone());
    }
    Database::connect(options).await.map_err(|error| {
        let message = url.redact(&error.to_string());
        let hint = url.hint(&message);
        Error::Connect {
            url: url.shown(),
            message,
            hint,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let text = "postgres://me:s%40cret@localhost/db?sslpassword=s%40cret";
        let url = Url::parse(text).unwrap();
        assert_eq!(url.shown(), "postgres://me:***@localhost/db");
        assert_eq!(
            url.redact(&format!("bad: {text}, s%40cret")),
            "bad: postgres://me:***@localhost/db, ***"
        );
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
