//! Puts keys and indexes together from catalog rows, of which each tells of one column.

use std::collections::BTreeMap;

use seadrift_schema::{
    DefaultValue, ForeignKey, Index, ObjectName, PrimaryKey, ReferentialAction, Table,
};

use crate::Error;

/// The tables read so far. A row about any other table is passed over.
pub(crate) type Tables = BTreeMap<ObjectName, Table>;

/// Adds the next column of the primary key of `table`.
pub(crate) fn primary_key_column(table: &mut Table, name: Option<String>, column: String) {
    let key = table.primary_key.get_or_insert(PrimaryKey {
        name,
        columns: vec![],
    });
    key.columns.push(column);
}

/// Adds `index` to `table` if this is its `first` column, and the column if no definition covers it.
pub(crate) fn index_column(table: &mut Table, first: bool, index: Index, column: Option<String>) {
    if first {
        table.indexes.push(index);
    }
    if let Some(index) = table.indexes.last_mut()
        && index.definition.is_none()
    {
        index.columns.extend(column);
    }
}

/// Adds `key` to `table` if this is its `first` column, and the column with the one that it points to.
pub(crate) fn foreign_key_column(
    table: &mut Table,
    first: bool,
    key: ForeignKey,
    column: String,
    referenced: Option<String>,
) {
    if first {
        table.foreign_keys.push(key);
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(column);
        key.referenced_columns.extend(referenced);
    }
}

/// The action that the server calls `words`, for foreign key `key` of `table`.
pub(crate) fn action(
    words: &str,
    table: &ObjectName,
    key: &str,
) -> Result<ReferentialAction, Error> {
    ReferentialAction::from_sql(words).ok_or_else(|| Error::ReferentialAction {
        table: table.clone(),
        key: key.to_owned(),
    })
}

/// The default that `sql` gives. NULL is none.
pub(crate) fn default(sql: &str) -> Option<DefaultValue> {
    match sql.parse() {
        Ok(DefaultValue::Null) => None,
        Ok(value) => Some(value),
        Err(never) => match never {},
    }
}
