//! Tables: what of a table differs, and which tables are no longer declared.

use seadrift_schema::{Change, Column, Dialect, PrimaryKey, Schema, Table, Type};

use crate::{Context, Error, column};

/// A table as each side has it.
pub(crate) struct Sides<'a> {
    /// In the database, canonical.
    pub actual: &'a Table,
    /// In the entities, as declared.
    pub declared: &'a Table,
    /// In the entities, canonical. Columns and keys stand in the same order as in `declared`.
    pub canonical: &'a Table,
    /// In the lock, canonical.
    pub locked: Option<&'a Table>,
}

/// The columns of a table that take their keys and indexes with them.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    /// Those that are dropped.
    pub dropped: Vec<String>,
    /// Those that are dropped and made anew.
    pub replaced: Vec<String>,
    /// Those of a primary key that becomes another.
    pub key: Vec<String>,
    /// Those that stay, but become of a type that no foreign key lets them change to.
    pub retyped: Vec<String>,
}

impl Gone {
    /// Whether a key, index or constraint over `columns` goes with one of its columns.
    pub(crate) fn touches(&self, columns: &[String]) -> bool {
        columns
            .iter()
            .any(|column| self.dropped.contains(column) || self.replaced.contains(column))
    }

    /// Whether a foreign key of `columns` goes.
    pub(crate) fn unties(&self, columns: &[String]) -> bool {
        self.touches(columns) || columns.iter().any(|column| self.retyped.contains(column))
    }

    /// Whether a foreign key that points to `columns` goes.
    pub(crate) fn releases(&self, columns: &[String]) -> bool {
        self.unties(columns) || columns == self.key
    }

    /// Whether one of `columns` does not come back.
    pub(crate) fn ends(&self, columns: &[String]) -> bool {
        columns.iter().any(|column| self.dropped.contains(column))
    }
}

/// Adds what differs in a table that both sides have, but for what stands on its columns, and returns the columns that
/// take what stands on them with them.
pub(crate) fn compare(
    sides: &Sides<'_>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<Gone, Error> {
    comment(sides, changes);
    if context.strict.whole {
        options(sides, context, changes)?;
    }
    let mut gone = column::compare(sides, context, changes)?;
    let columns = |key: &Option<PrimaryKey>| {
        key.as_ref()
            .map(|key| key.columns.clone())
            .unwrap_or_default()
    };
    let (from, to) = (&sides.actual.primary_key, &sides.canonical.primary_key);
    if columns(from) != columns(to) {
        gone.key = columns(from);
        changes.push(Change::AlterPrimaryKey {
            table: sides.actual.name.clone(),
            from: from.clone(),
            to: to.clone(),
        });
    } else if let (true, Dialect::Postgres, Some(from), Some(to)) =
        (context.strict.whole, context.dialect, from, to)
        && let (Some(from), Some(to)) = (&from.name, &to.name)
        && from != to
    {
        // A constraint goes by the name of its index.
        changes.push(Change::RenameIndex {
            table: sides.actual.name.clone(),
            from: from.clone(),
            to: to.clone(),
        });
    }
    Ok(gone)
}

/// Adds the change of what stands behind a table's parentheses.
fn options(
    sides: &Sides<'_>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let (from, to) = (&sides.actual.options, &sides.canonical.options);
    if from == to {
        return Ok(());
    }
    let table = sides.actual.name.clone();
    if context.dialect == Dialect::Postgres {
        return Err(Error::Partitions(table));
    }
    let collation = |options: &Option<String>| {
        let mut words = options.iter().flat_map(|text| text.split(' '));
        words
            .find(|word| word.starts_with("COLLATE="))
            .map(str::to_owned)
    };
    let is_text = |ty: &Type| match ty {
        Type::Char(_) | Type::String(_) | Type::Text | Type::Enum(_) => true,
        Type::Other(name) => name.ends_with("text") || name.starts_with("set("),
        _ => false,
    };
    let is_concerned = collation(from) != collation(to);
    let taking = |table: &Table| -> Vec<Column> {
        let mut columns = table.columns.clone();
        columns.retain(|column| is_concerned && column.collation.is_none() && is_text(&column.ty));
        let columns = columns.iter();
        columns
            .map(|column| column::with_check(column, table))
            .collect()
    };
    let mut after = taking(sides.canonical);
    after.retain(|column| sides.actual.column(&column.name).is_some());
    changes.push(Change::AlterTableOptions {
        table,
        from: from.clone(),
        to: to.clone(),
        before: taking(sides.actual),
        after,
    });
    Ok(())
}

/// Adds the change of a table's comment, if the entity says one, or said one.
fn comment(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let owned = sides.locked.is_some_and(|table| table.comment.is_some());
    let to = &sides.canonical.comment;
    if (to.is_some() || owned) && *to != sides.actual.comment {
        changes.push(Change::AlterTableComment {
            table: sides.actual.name.clone(),
            from: sides.actual.comment.clone(),
            to: to.clone(),
        });
    }
}

/// Adds the drop of tables that the lock says and the entities no longer do, and of the foreign keys of other
/// tables that point to them.
pub(crate) fn drop_owned(
    actual: &Schema,
    desired: &Schema,
    lock: &Schema,
    changes: &mut Vec<Change>,
) {
    let is_dropped = |table: &Table| {
        !desired.tables.contains_key(&table.name) && lock.tables.contains_key(&table.name)
    };
    for table in actual.tables.values().filter(|table| is_dropped(table)) {
        changes.push(Change::DropTable(table.clone()));
        for other in actual.tables.values().filter(|other| !is_dropped(other)) {
            for key in other
                .foreign_keys
                .iter()
                .filter(|key| key.references == table.name)
            {
                let change = Change::DropForeignKey {
                    table: other.name.clone(),
                    key: key.clone(),
                };
                if !changes.contains(&change) {
                    changes.push(change);
                }
            }
        }
    }
}

/// Whether something that is no table has the name of one that is declared, such as a view that an entity maps.
pub(crate) fn is_no_table(actual: &Schema, table: &Table) -> bool {
    let views = ["view", "materialized view", "foreign table"];
    actual
        .unmanaged
        .iter()
        .any(|other| other.name == table.name && views.contains(&other.kind.as_str()))
}
