//! What somebody made by hand beside what was declared: it stays as it is, or comes back with what it stands on.

use std::collections::BTreeSet;

use seadrift_schema::{Column, Dialect, ObjectName, Schema, Table, Type};

use super::draft::Extra;
use super::types::is_indexable;

/// The statements that make `extras` in a database that has the first of the two schemas.
pub fn statements(extras: &[Extra], schemas: &[Schema; 2], dialect: Dialect) -> Vec<String> {
    let [before, after] = schemas;
    let mut statements = vec![];
    let mut renumbered = BTreeSet::new();
    for (number, extra) in extras.iter().enumerate() {
        let tables: Vec<_> = before.tables.values().collect();
        let Some(at) = usize::from(extra.table).checked_rem(tables.len()) else {
            continue;
        };
        if RENUMBER.contains(&(extra.kind % KINDS)) && !renumbered.insert(at) {
            continue;
        }
        let place = Place {
            table: tables[at],
            after: after.tables.get(&tables[at].name),
            dialect,
        };
        statements.extend(place.statements(extra, number).unwrap_or_default());
    }
    statements
}

const KINDS: u8 = 10;

/// The kinds that change how rows are numbered, of which a table takes one.
const RENUMBER: [u8; 2] = [5, 6];

/// A table, and what becomes of it.
struct Place<'a> {
    table: &'a Table,
    after: Option<&'a Table>,
    dialect: Dialect,
}

impl Place<'_> {
    fn statements(&self, extra: &Extra, number: usize) -> Option<Vec<String>> {
        let table = self.table.name.quoted(self.dialect);
        let any = self.columns(|_| true);
        let indexable = self.columns(|column| is_indexable(&column.ty, self.dialect));
        let quote = |column: &Column| self.dialect.quote(&column.name);
        let pick = |columns: &[&Column], choice: u8| {
            let at = usize::from(choice).checked_rem(columns.len())?;
            Some(quote(columns[at]))
        };
        let index = |rest: String| {
            Some(vec![format!(
                "CREATE INDEX extra{number} ON {table} ({rest}"
            )])
        };
        let add = |what: String| Some(vec![format!("ALTER TABLE {table} ADD {what}")]);
        let (a, b) = (pick(&any, extra.first), pick(&any, extra.second));
        let (key, other) = (
            pick(&indexable, extra.first),
            pick(&indexable, extra.second),
        );
        let check =
            |a, b| format!("CONSTRAINT extra{number} CHECK ({a} IS NOT NULL OR {b} IS NOT NULL)");
        match (self.dialect, extra.kind % KINDS) {
            (_, 0) => index(format!("{} DESC)", key?)),
            (Dialect::Postgres, 1) => index(format!("{}) INCLUDE ({})", key?, b?)),
            (Dialect::Postgres | Dialect::Sqlite, 2) => {
                index(format!("({} IS NULL)) WHERE {} IS NOT NULL", a?, b?))
            }
            (Dialect::Sqlite, _) => None,
            (_, 3 | 1) => add(check(a?, b?)),
            (Dialect::Postgres, 4) => add(format!(
                "CONSTRAINT extra{number} EXCLUDE USING btree ({} WITH =) WHERE ({} IS NULL)",
                key?, b?
            )),
            (Dialect::Postgres, 5) => {
                let numbered = self.numbered()?;
                let alter = format!("ALTER TABLE {table} ALTER COLUMN {}", quote(numbered));
                Some(vec![format!(
                    "{alter} SET GENERATED ALWAYS SET INCREMENT BY 5 SET CACHE 3"
                )])
            }
            (Dialect::Postgres, 6) => {
                let numbered = quote(self.numbered()?);
                let sequence = ObjectName {
                    schema: self.table.name.schema.clone(),
                    name: format!("Extra {number}"),
                };
                let sequence = sequence.quoted(self.dialect);
                let next = self.dialect.literal(&sequence);
                let alter = format!("ALTER TABLE {table} ALTER COLUMN {numbered}");
                Some(vec![
                    format!("{alter} DROP IDENTITY"),
                    format!("CREATE SEQUENCE {sequence} AS integer OWNED BY {table}.{numbered}"),
                    format!("{alter} SET DEFAULT nextval({next})"),
                ])
            }
            (Dialect::Postgres, 7) => {
                let texts = self.columns(|column| matches!(column.ty, Type::Text));
                let text = pick(&texts, extra.first)?;
                Some(vec![format!(
                    "ALTER TABLE {table} ALTER COLUMN {text} TYPE text COLLATE \"C\""
                )])
            }
            (Dialect::Postgres, 8) => {
                let (key, other) = (key?, other?);
                let columns = if key == other {
                    key
                } else {
                    format!("{key}, {other}")
                };
                add(format!(
                    "CONSTRAINT extra{number} UNIQUE ({columns}) INCLUDE ({})",
                    b?
                ))
            }
            (Dialect::Postgres, _) => add(format!(
                "extra{number} int GENERATED ALWAYS AS (1 + 1) STORED CHECK (extra{number} > 0)"
            )),
            (_, 4 | 5) => add(format!(
                "extra{number} int COMMENT 'extra' CHECK (extra{number} > 0 OR {} IS NULL)",
                a?
            )),
            (_, 6 | 7) => add(format!(
                "extra{number} datetime DEFAULT now() ON UPDATE now()"
            )),
            (_, _) => add(format!("extra{number} int AS (1 + 1) VIRTUAL")),
        }
    }

    /// The columns that stay as they are or go for good, of those that `fit`.
    fn columns(&self, fits: impl Fn(&Column) -> bool) -> Vec<&Column> {
        let stays_or_goes = |column: &&Column| {
            let becomes = self.after.and_then(|after| {
                let is_it = |other: &&Column| {
                    other.name.eq_ignore_ascii_case(&column.name)
                        || other.renamed_from.as_ref() == Some(&column.name)
                };
                after.columns.iter().find(is_it)
            });
            let is_tied = |key: &seadrift_schema::ForeignKey| key.columns.contains(&column.name);
            fits(column)
                && !(self.dialect.is_mysql() && self.table.foreign_keys.iter().any(is_tied))
                && !(self.dialect.is_mysql() && column.auto_increment)
                && becomes.is_none_or(|becomes| {
                    becomes.ty == column.ty
                        && becomes.renamed_from.is_none()
                        && !(self.dialect.is_mysql() && becomes.auto_increment)
                })
        };
        self.table.columns.iter().filter(stays_or_goes).collect()
    }

    fn numbered(&self) -> Option<&Column> {
        self.table
            .columns
            .iter()
            .find(|column| column.auto_increment)
    }
}
