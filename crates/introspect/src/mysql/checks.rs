//! Reads the checks of MySQL and MariaDB.

use seadrift_schema::{Check, Dialect, ObjectName, Table, Type};

use super::{Reader, queries, text};
use crate::{Error, assemble, catalog::Connection};

/// A check as the catalog reports it.
pub(super) struct CheckRow {
    pub(super) table: ObjectName,
    /// The column that it keeps to JSON.
    pub(super) json: Option<String>,
    check: Check,
}

impl CheckRow {
    /// Whether it is what makes `longtext` MariaDB's JSON.
    fn makes_json(&self, table: &Table) -> bool {
        self.check.of_column
            && self
                .json
                .as_deref()
                .and_then(|name| table.column(name))
                .is_some_and(|column| column.ty == Type::Json)
    }
}

impl<C: Connection> Reader<'_, C> {
    pub(super) async fn checks(&self) -> Result<Vec<CheckRow>, Error> {
        // MySQL has checks from version 8.0.16 on.
        if !self.settings.has("CHECK_CONSTRAINTS.CHECK_CLAUSE") {
            return Ok(vec![]);
        }
        let sql = match self.dialect() {
            Dialect::MariaDb if self.settings.has("CHECK_CONSTRAINTS.LEVEL") => {
                queries::MARIADB_CHECKS.replace("{level}", "LEVEL")
            }
            Dialect::MariaDb => queries::MARIADB_CHECKS.replace("{level}", "'Column'"),
            _ => queries::MYSQL_CHECKS.to_owned(),
        };
        let mut checks = vec![];
        let mut rows = self.rows("the checks", &sql).await?;
        while let Some(mut row) = rows.next().await? {
            let (table, name, clause) = (ObjectName::new(row.text()?), row.text()?, row.text()?);
            let of_column = !row.flag()?;
            checks.push(CheckRow {
                table,
                json: text::checked_json_column(&clause)
                    .filter(|_| self.dialect() == Dialect::MariaDb),
                check: Check {
                    name: Some(name),
                    expression: text::expression(&clause, self.dialect()),
                    clauses: row.optional_text()?,
                    columns: vec![],
                    of_column,
                },
            });
        }
        Ok(checks)
    }

    pub(super) fn add_checks(&mut self, checks: Vec<CheckRow>) {
        for row in checks {
            if let Some(table) = self.tables.get_mut(&row.table)
                && !row.makes_json(table)
            {
                let mut check = row.check;
                check.columns = assemble::columns_in(&check.expression, table);
                // A renamed column's check keeps the column's old name.
                let is_column = |name: &String| table.column(name).is_some();
                if let (true, [column]) = (check.of_column, check.columns.as_slice())
                    && !check.name.as_ref().is_some_and(is_column)
                {
                    check.name = Some(column.clone());
                }
                table.checks.push(check);
            }
        }
    }
}
