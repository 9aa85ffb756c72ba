//! The rows of a database, to see that a migration keeps them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use seadrift_schema::{Dialect, ObjectName, Schema, Table, canonical};

/// The values of each column, in the order of rows, and how many rows there are.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    rows: usize,
    columns: BTreeMap<String, Vec<Option<String>>>,
}

/// What the tables of a database hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows(BTreeMap<ObjectName, Content>);

impl Rows {
    /// Reads all rows of `schema`.
    pub async fn read(
        db: &DatabaseConnection,
        schema: &Schema,
        dialect: Dialect,
    ) -> Result<Self, String> {
        let mut rows = BTreeMap::new();
        for table in schema.tables.values() {
            rows.insert(table.name.clone(), content(db, table, dialect).await?);
        }
        Ok(Self(rows))
    }

    /// What `self` has lost since it was `before`, of the columns that `kept` says for a table.
    pub fn lost_since(
        &self,
        before: &Self,
        kept: impl Fn(&ObjectName) -> Option<BTreeSet<String>>,
    ) -> Result<(), String> {
        for (table, old) in &before.0 {
            let (Some(columns), Some(new)) = (kept(table), self.0.get(table)) else {
                continue;
            };
            if old.rows != new.rows {
                return Err(format!(
                    "{table} had {} rows and has {}",
                    old.rows, new.rows
                ));
            }
            for column in columns {
                let (old, new) = (old.columns.get(&column), new.columns.get(&column));
                if old != new {
                    return Err(format!("{table}.{column} held {old:?} and holds {new:?}"));
                }
            }
        }
        Ok(())
    }
}

/// The columns that two states of a table have alike, so that they hold what they held.
pub fn alike(
    one: &Schema,
    other: &Schema,
    table: &ObjectName,
    dialect: Dialect,
) -> Option<BTreeSet<String>> {
    let (one, other) = (one.tables.get(table)?, other.tables.get(table)?);
    let same = one.columns.iter().filter(|column| {
        let other = other.column(&column.name);
        other.is_some_and(|other| canonical::same_type(&column.ty, &other.ty, dialect))
    });
    Some(same.map(|column| column.name.clone()).collect())
}

/// The columns that a table has had all along, whatever their type.
pub fn kept(start: &Schema, there: &Schema, table: &ObjectName) -> Option<BTreeSet<String>> {
    let (start, there) = (start.tables.get(table)?, there.tables.get(table)?);
    let names = start.columns.iter().map(|column| &column.name);
    let same = names.filter(|name| there.column(name).is_some());
    Some(same.cloned().collect())
}

async fn content(
    db: &DatabaseConnection,
    table: &Table,
    dialect: Dialect,
) -> Result<Content, String> {
    let mut names: Vec<_> = table.columns.iter().map(|c| c.name.clone()).collect();
    names.sort();
    let mut texts: Vec<_> = names
        .iter()
        .map(|name| as_text(&dialect.quote(name), dialect))
        .collect();
    // Row ids, where they are no column and can be seen.
    if dialect == Dialect::Sqlite
        && !table.is_without_row_id()
        && !table.columns.iter().any(|column| column.auto_increment)
        && table.column("oid").is_none()
    {
        names.push("oid".to_owned());
        texts.push(as_text("oid", dialect));
    }
    let select = format!(
        "SELECT {} FROM {} ORDER BY {}",
        texts.join(", "),
        table.name.quoted(dialect),
        (1..=texts.len())
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    );
    let statement = Statement::from_string(db.get_database_backend(), select);
    let rows = db
        .query_all_raw(statement)
        .await
        .map_err(|error| error.to_string())?;
    let mut columns = BTreeMap::new();
    for (place, name) in names.into_iter().enumerate() {
        let values: Result<Vec<Option<String>>, _> =
            rows.iter().map(|row| row.try_get_by_index(place)).collect();
        let mut values = values.map_err(|error| format!("{}.{name}: {error}", table.name))?;
        // Rows come in the order of all their columns, of which some may have changed.
        values.sort();
        columns.insert(name, values);
    }
    Ok(Content {
        rows: rows.len(),
        columns,
    })
}

/// A column's value as a text that tells it from every other.
fn as_text(column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => format!("{column}::text"),
        Dialect::MySql | Dialect::MariaDb => format!("HEX({column})"),
        Dialect::Sqlite => format!("quote({column})"),
    }
}
