//! Values of enums that are a part of their column's type (MySQL), while they are written anew: one that is given another name gets
//! into the type, rows that have the old one get the new one, and the old one goes.

use std::collections::BTreeMap;

use seadrift_schema::{Change, Column, DefaultValue, ObjectName, Type};
use sqlparser::ast::{AssignmentTarget, BinaryOperator, Expr, Ident, Update, Value};

use super::Reader;

/// A column, with its table.
type Key = (ObjectName, String);

/// What became of the values of columns that the revision alters.
#[derive(Debug, Default)]
pub(super) struct Values {
    origins: BTreeMap<Key, Vec<Origin>>,
    updates: Vec<Renamed>,
}

/// A value that a column had before the revision.
#[derive(Debug)]
struct Origin {
    was: String,
    /// What rows that had it have now. Nothing where that is not known, or the value that others have, too.
    is: Option<String>,
}

/// All rows with one value get another, which none had.
#[derive(Debug)]
struct Renamed {
    text: usize,
    key: Key,
    /// The place of the value among those that the column had.
    origin: usize,
    from: String,
    to: String,
}

impl Values {
    /// The column becomes another.
    pub(super) fn alter(&mut self, table: &ObjectName, from: &Column, to: &Column) {
        let key = (table.clone(), to.name.clone());
        let (Some(old), Some(new)) = (values(&from.ty), values(&to.ty)) else {
            let origins = self.origins.get_mut(&key).into_iter().flatten();
            return origins.for_each(|origin| origin.is = None);
        };
        let origins = self.origins.entry(key).or_insert_with(|| {
            let origin = |value: &String| Origin {
                was: value.clone(),
                is: Some(value.clone()),
            };
            old.iter().map(origin).collect()
        });
        for origin in origins {
            origin.is = origin.is.take().filter(|value| new.contains(value));
        }
    }

    /// Rows of the table were written, or its columns are not what they were.
    pub(super) fn forget(&mut self, table: &ObjectName) {
        let of_table = self.origins.iter_mut().filter(|((of, _), _)| of == table);
        for origin in of_table.flat_map(|(_, origins)| origins) {
            origin.is = None;
        }
    }
}

impl Reader {
    /// Whether an update of `table` does nothing but give a value of an enum another name. It may be that only for now.
    pub(super) fn renames_value(&mut self, table: &ObjectName, update: &Update) -> bool {
        let Some((column, from, to)) = self.renamed(update) else {
            return false;
        };
        let known = self
            .tables
            .get(table)
            .and_then(|known| known.column(&column));
        let has = known
            .and_then(|column| values(&column.ty))
            .unwrap_or_default();
        if !has.contains(&from) || !has.contains(&to) {
            return false;
        }
        let key = (table.clone(), column);
        let Some(origins) = self.now.values.origins.get_mut(&key) else {
            return false;
        };
        // Two values of which one is made are no longer told apart.
        let is = |one: &Origin, value: &String| one.is.as_ref() == Some(value);
        let at = origins.iter().position(|one| is(one, &from));
        let (Some(at), false) = (at, origins.iter().any(|one| is(one, &to))) else {
            return false;
        };
        if let Some(origin) = origins.get_mut(at) {
            origin.is = Some(to.clone());
        }
        self.now.values.updates.push(Renamed {
            text: self.now.text,
            key,
            origin: at,
            from,
            to,
        });
        true
    }

    /// The column, the value that rows had and the one that they get, where an update is no more than that.
    fn renamed(&self, update: &Update) -> Option<(String, String, String)> {
        let [assignment] = update.assignments.as_slice() else {
            return None;
        };
        let AssignmentTarget::ColumnName(name) = &assignment.target else {
            return None;
        };
        let is_plain = self.dialect.is_mysql()
            && update.table.joins.is_empty()
            && update.from.is_none()
            && update.limit.is_none();
        let Some(Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        }) = update.selection.as_ref().filter(|_| is_plain)
        else {
            return None;
        };
        let Expr::Identifier(column) = &**left else {
            return None;
        };
        let column: &Ident = column;
        let name = self.name(name).name;
        let (from, to) = (text(right)?, text(&assignment.value)?);
        (self.ident(column) == name && from != to).then_some((name, from, to))
    }

    /// What was read is over: the values that have another name now are renamed, and neither gone nor new. What was written for another
    /// reason is written.
    pub(super) fn rename_values(&mut self) {
        let Values { origins, updates } = std::mem::take(&mut self.now.values);
        for (key, origins) in &origins {
            let (table, name) = key;
            let changes = &mut self.now.does.changes;
            let at = changes.iter().position(|change| {
                matches!(change, Change::AlterColumn { table: of, to, .. } if of == table && to.name == *name)
            });
            let Some(at) = at else { continue };
            let Some(Change::AlterColumn { from, to, .. }) = changes.get_mut(at) else {
                continue;
            };
            let stays = |value: &String| values(&to.ty).is_some_and(|all| all.contains(value));
            // The old name is no longer there, or another's.
            let is_free = |name: &String| {
                let mut all = origins.iter();
                !stays(name) || all.any(|origin| origin.is.as_ref() == Some(name))
            };
            let is_renamed = |origin: &&Origin| {
                let is = origin.is.as_ref();
                is.is_some_and(|is| *is != origin.was && stays(is)) && is_free(&origin.was)
            };
            let before = from.clone();
            let renames: Vec<_> = origins.iter().filter(is_renamed).collect();
            let new_name = |value: &mut String| {
                let origin = renames.iter().find(|origin| origin.was == *value);
                if let Some(is) = origin.and_then(|origin| origin.is.as_ref()) {
                    value.clone_from(is);
                }
            };
            if let Type::Enum(ty) = &mut from.ty {
                ty.values.iter_mut().for_each(new_name);
            }
            if let Some(DefaultValue::Text(value)) = &mut from.default {
                new_name(value);
            }
            let of_it = |update: &&Renamed| {
                let origin = origins.get(update.origin);
                update.key == *key && origin.is_some_and(|origin| is_renamed(&origin))
            };
            let renamed: Vec<_> = updates
                .iter()
                .filter(of_it)
                .map(|update| {
                    let change = Change::RenameEnumValue {
                        ty: ObjectName::new(""),
                        from: update.from.clone(),
                        to: update.to.clone(),
                        columns: vec![(table.clone(), before.clone())],
                    };
                    (update.text, change)
                })
                .collect();
            if from == to {
                changes.remove(at);
            }
            let new = renamed.iter().map(|(_, change)| change.clone());
            changes.splice(at..at, new.collect::<Vec<_>>());
            let are_all =
                updates.iter().filter(|update| update.key == *key).count() == renamed.len();
            self.now.does.log.extend(renamed);
            if !are_all {
                self.now.does.writes.insert(table.clone());
            }
        }
        let is_altered = |table: &ObjectName, name: &String| {
            let mut changes = self.now.does.changes.iter();
            changes.any(|change| match change {
                Change::RenameEnumValue { columns, .. } => columns
                    .iter()
                    .any(|(of, column)| of == table && column.name == *name),
                _ => false,
            })
        };
        let others: Vec<_> = updates
            .into_iter()
            .filter(|update| !is_altered(&update.key.0, &update.key.1))
            .collect();
        for update in others {
            self.writes(update.key.0);
        }
    }
}

/// The values of an enum.
fn values(ty: &Type) -> Option<&[String]> {
    match ty {
        Type::Enum(ty) => Some(&ty.values),
        _ => None,
    }
}

/// The text of a literal.
fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
