//! One column of an entity.

use sea_orm::{ColumnDef, sea_query::ColumnSpec};
use seadrift_schema::{Column, Dialect, ObjectName, canonical};

use super::{default, types};
use crate::Error;

/// The column `name` of `table`. `declared` is what the entity says; `spec` is what SeaORM makes of it, which shows
/// what `declared` keeps to itself.
pub(super) fn read(
    name: &str,
    declared: &ColumnDef,
    spec: &ColumnSpec,
    table: &ObjectName,
    dialect: Dialect,
) -> Result<Column, Error> {
    let ty = types::read(declared.get_column_type(), dialect).map_err(|ty| Error::UnknownType {
        table: table.clone(),
        column: name.to_owned(),
        ty: format!("{ty:?}"),
    })?;
    let default =
        match declared.get_column_default() {
            None => None,
            Some(expression) => Some(default::read(expression, dialect).ok_or_else(|| {
                Error::UnwritableDefault {
                    table: table.clone(),
                    column: name.to_owned(),
                    dialect,
                }
            })?),
        };
    let (comment, renamed_from) = split_comment(declared, spec.comment.as_deref());
    let mut column = Column::new(name, ty);
    column.nullable = declared.is_null();
    // SeaORM takes every key for numbered that is not called `String` or `Uuid`, newtypes of them included.
    column.auto_increment = spec.auto_increment && canonical::is_integer(&column.ty);
    column.default = default;
    column.comment = comment;
    column.extra = spec.extra.clone();
    column.renamed_from = renamed_from;
    Ok(column)
}

/// The comment, and the old name that SeaORM puts behind it: `comment; renamed_from "old"`. A comment may look
/// like that by itself, so `declared` is asked whether the old name is the one it has.
fn split_comment(declared: &ColumnDef, comment: Option<&str>) -> (Option<String>, Option<String>) {
    const MARK: &str = "renamed_from \"";
    let Some(text) = comment else {
        return (None, None);
    };
    for (at, _) in text.match_indices(MARK) {
        let Some(old) = text[at + MARK.len()..].strip_suffix('"') else {
            continue;
        };
        if declared.clone().renamed_from(old) == *declared {
            let own = text[..at].strip_suffix("; ").map(str::to_owned);
            return (own, Some(old.to_owned()));
        }
    }
    (Some(text.to_owned()), None)
}
