//! Columns: added, dropped, and altered in type, nullability, default, numbering or comment.

use seadrift_schema::{Change, Column, Dialect, canonical};

use crate::{Context, Error, table::Sides};

/// Adds what differs in the columns of a table that both sides have, and returns the columns that are dropped.
pub(crate) fn compare(
    sides: &Sides<'_>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<Vec<Column>, Error> {
    let table = &sides.actual.name;
    for declared in &sides.declared.columns {
        let Some(actual) = sides.actual.column(&declared.name) else {
            changes.push(Change::AddColumn {
                table: table.clone(),
                column: declared.clone(),
                references: None,
            });
            continue;
        };
        let locked = sides.locked.and_then(|table| table.column(&declared.name));
        let target = target(actual, declared, locked);
        let mut whole = sides.declared.clone();
        whole.columns = vec![target.clone()];
        let whole = canonical::table(&whole, context.dialect, context.own_schema)?;
        if whole
            .columns
            .iter()
            .any(|target| differs(actual, target, context.dialect))
        {
            changes.push(Change::AlterColumn {
                table: table.clone(),
                from: actual.clone(),
                to: target,
            });
        }
    }
    let is_dropped = |column: &&Column| {
        sides.declared.column(&column.name).is_none()
            && sides
                .locked
                .is_some_and(|table| table.column(&column.name).is_some())
    };
    let dropped: Vec<_> = sides
        .actual
        .columns
        .iter()
        .filter(is_dropped)
        .cloned()
        .collect();
    for column in &dropped {
        changes.push(Change::DropColumn {
            table: table.clone(),
            column: column.clone(),
            references: None,
        });
    }
    Ok(dropped)
}

/// `declared`, with what it does not say, and never said, as the database has it.
fn target(actual: &Column, declared: &Column, locked: Option<&Column>) -> Column {
    let mut target = declared.clone();
    if declared.default.is_none() && locked.is_none_or(|column| column.default.is_none()) {
        target.default = actual.default.clone();
    }
    if declared.comment.is_none() && locked.is_none_or(|column| column.comment.is_none()) {
        target.comment = actual.comment.clone();
    }
    target
}

/// Whether two canonical columns differ in something that an entity can say.
fn differs(actual: &Column, target: &Column, dialect: Dialect) -> bool {
    !canonical::same_type(&actual.ty, &target.ty, dialect)
        || actual.nullable != target.nullable
        || actual.default != target.default
        || actual.auto_increment != target.auto_increment
        || actual.comment != target.comment
}
