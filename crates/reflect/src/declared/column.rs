//! One column of an entity.

use seadrift_schema::{Column, Dialect, ObjectName, canonical};

use super::{default, types};
use crate::Error;

/// What `declared`, a column of `table`, is on `dialect`.
pub(super) fn read(
    declared: &super::Column,
    table: &ObjectName,
    dialect: Dialect,
) -> Result<Column, Error> {
    let ty = types::read(&declared.ty, dialect).map_err(|ty| Error::UnknownType {
        table: table.clone(),
        column: declared.name.clone(),
        ty: format!("{ty:?}"),
    })?;
    let default =
        match &declared.default {
            None => None,
            Some(expression) => Some(default::read(expression, dialect).ok_or_else(|| {
                Error::UnwritableDefault {
                    table: table.clone(),
                    column: declared.name.clone(),
                    dialect,
                }
            })?),
        };
    let mut column = Column::new(&declared.name, ty);
    column.nullable = declared.nullable;
    // SeaORM takes every key for numbered that is not called `String` or `Uuid`, newtypes of them included.
    column.auto_increment = declared.auto_increment && canonical::is_integer(&column.ty);
    column.default = default;
    column.comment = declared.comment.clone();
    column.extra = declared.extra.clone();
    column.renamed_from = declared.renamed_from.clone();
    Ok(column)
}
