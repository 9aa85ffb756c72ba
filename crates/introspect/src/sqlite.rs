//! Reads SQLite through its pragmas.

mod queries;

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use seadrift_schema::{
    Column, DefaultValue, Dialect, ForeignKey, Index, IndexOrigin, ObjectName, Schema, Server,
    Table, canonical,
};

use crate::{
    Database, Error, Scope,
    assemble::{self, Tables},
    catalog::{Catalog, Row},
};

pub(crate) async fn server(db: &impl ConnectionTrait) -> Result<Server, Error> {
    let sql = "SELECT sqlite_version()";
    let version = Catalog::new(db, Dialect::Sqlite.name())
        .row("the version", sql)
        .await?
        .text()?;
    Ok(Server {
        dialect: Dialect::Sqlite,
        version,
    })
}

pub(crate) async fn introspect(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
) -> Result<Database, Error> {
    let server = server(db).await?;
    let reader = Reader::new(db);
    let mut tables = reader.tables(scope).await?;
    reader.columns(&mut tables).await?;
    reader.primary_keys(&mut tables).await?;
    reader.indexes(&mut tables).await?;
    reader.foreign_keys(&mut tables).await?;
    resolve_references(&mut tables);
    Ok(Database {
        server,
        own_schema: "main".to_owned(),
        schema: Schema {
            tables,
            ..Schema::default()
        },
    })
}

struct Reader<'a, C> {
    catalog: Catalog<'a, C>,
}

impl<'a, C: ConnectionTrait> Reader<'a, C> {
    fn new(db: &'a C) -> Self {
        Self {
            catalog: Catalog::new(db, Dialect::Sqlite.name()),
        }
    }

    /// The rows that `sql` gives, for the tables that are read.
    async fn rows(&self, what: &'static str, sql: &str) -> Result<Vec<Row>, Error> {
        let sql = format!("{}{sql}", queries::READ);
        self.catalog.rows(what, &sql, &[]).await
    }

    async fn tables(&self, scope: &Scope<'_>) -> Result<Tables, Error> {
        let mut tables = Tables::new();
        for mut row in self.rows("the tables", queries::TABLES).await? {
            let name = ObjectName::new(row.text()?);
            if !scope.ignored_tables.contains(&name.name) {
                tables.insert(name.clone(), Table::new(name));
            }
        }
        Ok(tables)
    }

    async fn columns(&self, tables: &mut Tables) -> Result<(), Error> {
        for mut row in self.rows("the columns", queries::COLUMNS).await? {
            let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) else {
                continue;
            };
            let name = row.text()?;
            let ty = canonical::parse_type(&row.text()?, Dialect::Sqlite);
            let mut column = Column::new(name, ty);
            column.nullable = row.flag()?;
            column.default = row.optional_text()?.as_deref().and_then(default);
            column.auto_increment = row.flag()?;
            table.columns.push(column);
        }
        Ok(())
    }

    async fn primary_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        let rows = self.rows("the primary keys", queries::PRIMARY_KEYS);
        for mut row in rows.await? {
            if let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) {
                assemble::primary_key_column(table, None, row.text()?);
            }
        }
        Ok(())
    }

    async fn indexes(&self, tables: &mut Tables) -> Result<(), Error> {
        for mut row in self.rows("the indexes", queries::INDEXES).await? {
            let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) else {
                continue;
            };
            let first = row.flag()?;
            let index = Index {
                name: row.text()?,
                columns: vec![],
                unique: row.flag()?,
                origin: if row.flag()? {
                    IndexOrigin::Constraint
                } else {
                    IndexOrigin::Index
                },
                definition: row.optional_text()?,
            };
            assemble::index_column(table, first, index, row.optional_text()?);
        }
        Ok(())
    }

    async fn foreign_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        let rows = self.rows("the foreign keys", queries::FOREIGN_KEYS);
        for mut row in rows.await? {
            let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) else {
                continue;
            };
            let first = row.flag()?;
            let references = row.text()?;
            let what = format!("to {references}");
            let key = ForeignKey {
                name: None,
                columns: vec![],
                references: ObjectName::new(references),
                referenced_columns: vec![],
                on_delete: Some(assemble::action(&row.text()?, &table.name, &what)?),
                on_update: Some(assemble::action(&row.text()?, &table.name, &what)?),
                clauses: None,
            };
            assemble::foreign_key_column(table, first, key, row.text()?, row.optional_text()?);
        }
        Ok(())
    }
}

/// Gives foreign keys the names that their tables and columns really have, since SQLite keeps the case they were
/// written in, and the primary key's columns where none were written.
fn resolve_references(tables: &mut Tables) {
    let targets: BTreeMap<String, Table> = tables
        .values()
        .map(|table| (table.name.name.to_ascii_lowercase(), table.clone()))
        .collect();
    for key in tables
        .values_mut()
        .flat_map(|table| &mut table.foreign_keys)
    {
        let Some(target) = targets.get(&key.references.name.to_ascii_lowercase()) else {
            continue;
        };
        key.references = target.name.clone();
        if key.referenced_columns.is_empty()
            && let Some(primary_key) = &target.primary_key
        {
            key.referenced_columns = primary_key.columns.clone();
        }
        for name in &mut key.referenced_columns {
            let mut columns = target.columns.iter();
            if let Some(column) = columns.find(|column| column.name.eq_ignore_ascii_case(name)) {
                *name = column.name.clone();
            }
        }
    }
}

/// The default that was written as `sql`. SQLite takes a name for a text there, quoted or not.
fn default(sql: &str) -> Option<DefaultValue> {
    let sql = sql.trim();
    let quoted = sql
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.replace("\"\"", "").contains('"'));
    if let Some(inner) = quoted {
        return Some(DefaultValue::Text(inner.replace("\"\"", "\"")));
    }
    let is_name = sql.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && sql.chars().all(|c| c.is_alphanumeric() || c == '_');
    let words = [
        "null",
        "true",
        "false",
        "current_time",
        "current_date",
        "current_timestamp",
    ];
    if is_name && !words.iter().any(|word| word.eq_ignore_ascii_case(sql)) {
        return Some(DefaultValue::Text(sql.to_owned()));
    }
    assemble::default(sql)
}

#[cfg(test)]
mod tests;
