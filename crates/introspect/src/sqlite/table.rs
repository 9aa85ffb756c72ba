//! Puts a table together from what the pragmas tell of it and what its statement says.

use std::collections::HashMap;

use seadrift_schema::{
    Column, DefaultValue, Dialect, ForeignKey, Generated, Index, IndexOrigin, ObjectName, Table,
    canonical,
};

use super::{
    create_table::CreateTable,
    pragma::{ColumnRow, IndexColumnRow, IndexRow, KeyRow},
    sql::{self, Kind},
};
use crate::{Error, assemble};

/// Adds the columns and the primary key.
pub(super) fn add_columns(
    table: &mut Table,
    rows: Vec<ColumnRow>,
    indexes: &[IndexRow],
    create: &CreateTable,
) {
    // An `INTEGER PRIMARY KEY` is the row id, which SQLite numbers. It is the only key that needs no index.
    // (https://sqlite.org/lang_createtable.html#rowid)
    let is_row_id = !indexes.iter().any(|index| index.origin == "pk");
    let mut key = vec![];
    for row in rows {
        let generated = row.generated();
        let ty = canonical::parse_type(&row.ty, Dialect::Sqlite);
        let mut column = Column::new(row.name, ty);
        column.nullable = row.not_null == 0 && row.key == 0;
        column.auto_increment = is_row_id && row.key > 0;
        let clauses = create.column(&column.name);
        if let Some(stored) = generated {
            let expression = clauses.and_then(|clauses| clauses.generated.clone());
            column.generated =
                expression.map(|expression| Box::new(Generated { expression, stored }));
        } else {
            column.default = row.default.as_deref().and_then(default);
        }
        column.collation = clauses
            .and_then(|clauses| clauses.collation.clone())
            .filter(|collation| collation != DEFAULT_COLLATION);
        if row.key > 0 {
            key.push((row.key, column.name.clone()));
        }
        table.columns.push(column);
    }
    key.sort();
    for (_, column) in key {
        assemble::primary_key_column(table, create.primary_key.clone(), column);
    }
}

const DEFAULT_COLLATION: &str = "BINARY";

/// Adds the indexes and unique constraints by name. `statements` are those that made indexes.
pub(super) fn add_indexes(
    table: &mut Table,
    rows: Vec<IndexRow>,
    create: &mut CreateTable,
    statements: &HashMap<String, String>,
) {
    for row in rows.into_iter().filter(|row| row.origin != "pk") {
        let is_whole = row.partial == 0;
        let stands_for = if is_whole {
            let columns = row.columns.iter().map(|column| as_it_is(column, table));
            let columns: Option<Vec<_>> = columns.collect();
            columns.unwrap_or_default()
        } else {
            vec![]
        };
        let is_plain = row.partial == 0 && row.columns.iter().all(|column| is_plain(column, table));
        let columns = row.columns.into_iter().filter_map(|column| column.name);
        let mut index = Index::new(row.name, columns.collect());
        index.unique = row.unique != 0;
        if row.origin == "u" {
            index.origin = IndexOrigin::Constraint;
            if let Some(unique) = create.take_unique(&index.columns) {
                index.name = unique.name.unwrap_or(index.name);
                index.definition = Some(unique.definition).filter(|_| !is_plain);
                index.stands_for = stands_for;
            }
        } else if !is_plain {
            let statement = statements.get(&index.name);
            index.covers = statement.map_or(vec![], |sql| named(sql, table));
            index.definition = statement.cloned();
            index.stands_for = stands_for;
            index.columns.clear();
        }
        table.indexes.push(index);
    }
    table
        .indexes
        .sort_by(|one, other| one.name.cmp(&other.name));
}

/// The columns of `table` that the index made by `statement` names.
fn named(statement: &str, table: &Table) -> Vec<String> {
    let tokens = sql::tokens(statement);
    let mut from_columns = tokens.iter().skip_while(|token| token.kind != Kind::Open);
    let columns: Vec<_> = from_columns.by_ref().map(|token| token.text).collect();
    assemble::columns_in(&columns.join(" "), table)
}

/// Whether an index has `column` of `table` as it is, ascending.
fn is_plain(column: &IndexColumnRow, table: &Table) -> bool {
    column.descending == 0 && as_it_is(column, table).is_some()
}

/// The column of `table` that an index has as it is, in whatever direction.
fn as_it_is(column: &IndexColumnRow, table: &Table) -> Option<String> {
    let of_table = table.column(column.name.as_deref()?)?;
    let own = of_table.collation.as_deref().unwrap_or(DEFAULT_COLLATION);
    let collation = column.collation.as_deref().unwrap_or(own);
    collation
        .eq_ignore_ascii_case(own)
        .then(|| of_table.name.clone())
}

/// Adds the foreign keys in the order of the statement.
pub(super) fn add_foreign_keys(
    table: &mut Table,
    rows: Vec<KeyRow>,
    create: &CreateTable,
) -> Result<(), Error> {
    for row in rows {
        let what = format!("to {}", row.references);
        let mut key = ForeignKey::new(vec![], ObjectName::new(row.references), vec![]);
        key.on_delete = Some(assemble::action(&row.on_delete, &table.name, &what)?);
        key.on_update = Some(assemble::action(&row.on_update, &table.name, &what)?);
        assemble::foreign_key_column(table, row.place == 0, key, row.column, row.referenced);
    }
    if table.foreign_keys.len() == create.references.len() {
        for (key, written) in table.foreign_keys.iter_mut().zip(&create.references) {
            key.name = written.name.clone();
            key.clauses = Some(written.clauses.join(" ")).filter(|clauses| !clauses.is_empty());
        }
    }
    Ok(())
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
