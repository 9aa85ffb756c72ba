//! What a MySQL or MariaDB server is, and what its tables are like if nothing is said.

use seadrift_schema::{Dialect, Server};

use super::queries;
use crate::{
    Error,
    catalog::{Catalog, Connection},
};

pub(super) struct Settings {
    pub(super) server: Server,
    pub(super) own_schema: String,
    engine: String,
    /// The collation of the current database.
    collation: String,
    /// Columns of the catalog that only some servers have.
    catalog_columns: String,
}

impl Settings {
    pub(super) async fn read(db: &impl Connection) -> Result<Self, Error> {
        let catalog = Catalog::new(db, Dialect::MySql.name());
        let mut row = catalog.row("the settings", queries::SETTINGS).await?;
        Ok(Self {
            server: server(&row.text()?),
            own_schema: row.optional_text()?.ok_or(Error::NoDatabase)?,
            engine: row.text()?,
            collation: row.text()?,
            catalog_columns: row.optional_text()?.unwrap_or_default(),
        })
    }

    /// Whether the catalog has `column`, which is given with its table.
    pub(super) fn has(&self, column: &str) -> bool {
        let mut known = self.catalog_columns.split(' ');
        known.any(|name| name.eq_ignore_ascii_case(column))
    }

    /// What a table's statement says behind its columns, beyond what every table in the database gets.
    pub(super) fn table_options(
        &self,
        engine: Option<&str>,
        collation: Option<&str>,
        create_options: &str,
    ) -> Option<String> {
        let engine = engine.filter(|name| !name.eq_ignore_ascii_case(&self.engine));
        let collation = collation.filter(|name| !name.eq_ignore_ascii_case(&self.collation));
        let others = create_options
            .split_whitespace()
            .filter(|option| *option != PARTITIONED);
        let options: Vec<_> = engine
            .map(|name| format!("ENGINE={name}"))
            .into_iter()
            .chain(collation.map(|name| format!("COLLATE={name}")))
            .chain(others.map(str::to_owned))
            .collect();
        (!options.is_empty()).then(|| options.join(" "))
    }
}

/// The word among a table's options that no statement takes.
pub(super) const PARTITIONED: &str = "partitioned";

/// The server that reports `version`. MariaDB puts `5.5.5-` before its version to please old replicas, and its
/// name and words of the distribution behind it.
pub(super) fn server(version: &str) -> Server {
    let Some(at) = version.to_ascii_lowercase().find("mariadb") else {
        return Server {
            dialect: Dialect::MySql,
            version: version.to_owned(),
        };
    };
    let version = version.get(..at).unwrap_or(version).trim_end_matches('-');
    Server {
        dialect: Dialect::MariaDb,
        version: version.strip_prefix("5.5.5-").unwrap_or(version).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_version_text_names_a_server() {
        let cases = [
            ("8.0.36-0ubuntu0.22.04.1", "MySQL 8.0.36-0ubuntu0.22.04.1"),
            ("8.0.mysql_aurora.3.02.0", "MySQL 8.0.mysql_aurora.3.02.0"),
            ("9.0.1+azure", "MySQL 9.0.1+azure"),
            ("", "MySQL "),
            ("10.11.14-MariaDB-0+deb12u2-log", "MariaDB 10.11.14"),
            ("5.5.5-10.11.2-MariaDB", "MariaDB 10.11.2"),
            ("10.6.16-11-MariaDB-enterprise", "MariaDB 10.6.16-11"),
            ("11.4.2-mariadb-ubu2404", "MariaDB 11.4.2"),
        ];
        for (text, expected) in cases {
            assert_eq!(server(text).to_string(), expected);
        }
    }

    #[test]
    fn options_are_what_differs_from_a_plain_table() {
        let settings = Settings {
            server: server("8.0.36"),
            own_schema: "app".to_owned(),
            engine: "InnoDB".to_owned(),
            collation: "utf8mb4_0900_ai_ci".to_owned(),
            catalog_columns: "STATISTICS.EXPRESSION STATISTICS.IS_VISIBLE".to_owned(),
        };
        let own = Some("utf8mb4_0900_ai_ci");
        let cases = [
            (Some("InnoDB"), own, "", None),
            (Some("InnoDB"), own, "partitioned", None),
            (None, None, "", None),
            (Some("MyISAM"), own, "", Some("ENGINE=MyISAM")),
            (
                Some("MEMORY"),
                Some("latin1_bin"),
                "max_rows=5 partitioned checksum=1",
                Some("ENGINE=MEMORY COLLATE=latin1_bin max_rows=5 checksum=1"),
            ),
        ];
        for (engine, collation, others, options) in cases {
            let found = settings.table_options(engine, collation, others);
            assert_eq!(found.as_deref(), options);
        }
        assert!(settings.has("STATISTICS.IS_VISIBLE"));
        assert!(!settings.has("STATISTICS.IGNORED"));
    }
}
