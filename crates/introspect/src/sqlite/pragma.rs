//! What the pragmas tell of a table, as JSON in the order of the query.

use sea_orm::DbErr;
use serde::{Deserialize, de::DeserializeOwned};

/// A column of `pragma_table_xinfo`.
#[derive(Deserialize)]
pub(super) struct ColumnRow {
    place: i64,
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) not_null: i64,
    pub(super) default: Option<String>,
    /// Its place in the primary key, or zero.
    pub(super) key: i64,
    hidden: i64,
}

impl ColumnRow {
    /// Whether its values are computed, and then stored.
    pub(super) fn generated(&self) -> Option<bool> {
        match self.hidden {
            2 => Some(false),
            3 => Some(true),
            _ => None,
        }
    }
}

/// An index of `pragma_index_list`.
#[derive(Deserialize)]
pub(super) struct IndexRow {
    pub(super) name: String,
    pub(super) unique: i64,
    /// `c` for `CREATE INDEX`, `u` for a unique constraint, `pk` for a primary key.
    pub(super) origin: String,
    pub(super) partial: i64,
    pub(super) columns: Vec<IndexColumnRow>,
}

/// A column of `pragma_index_xinfo`.
#[derive(Deserialize)]
pub(super) struct IndexColumnRow {
    place: i64,
    /// `None` for an expression.
    pub(super) name: Option<String>,
    pub(super) descending: i64,
    pub(super) collation: Option<String>,
}

/// A column of a foreign key of `pragma_foreign_key_list`.
#[derive(Deserialize)]
pub(super) struct KeyRow {
    id: i64,
    pub(super) place: i64,
    pub(super) references: String,
    pub(super) column: String,
    pub(super) referenced: Option<String>,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

/// The columns in their order.
pub(super) fn columns(json: &str) -> Result<Vec<ColumnRow>, DbErr> {
    let mut rows: Vec<ColumnRow> = rows(json)?;
    rows.sort_by_key(|row| row.place);
    Ok(rows)
}

/// The indexes by name.
pub(super) fn indexes(json: &str) -> Result<Vec<IndexRow>, DbErr> {
    let mut rows: Vec<IndexRow> = rows(json)?;
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    for row in &mut rows {
        row.columns.sort_by_key(|column| column.place);
    }
    Ok(rows)
}

/// The columns of the foreign keys in the order of the table's statement, of which SQLite counts the last as first.
pub(super) fn foreign_keys(json: &str) -> Result<Vec<KeyRow>, DbErr> {
    let mut rows: Vec<KeyRow> = rows(json)?;
    rows.sort_by_key(|row| (-row.id, row.place));
    Ok(rows)
}

fn rows<T: DeserializeOwned>(json: &str) -> Result<Vec<T>, DbErr> {
    serde_json::from_str(json).map_err(|error| DbErr::Json(error.to_string()))
}
