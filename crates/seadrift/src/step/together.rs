//! Changes that come of one thing that was done, by hand or to an entity, found together: who drops a column drops its index with
//! it, and hears of it once.

use std::collections::BTreeSet;

use seadrift_diff::{self as diff, Candidate};
use seadrift_schema::{
    Change, Column, Constraint, Dialect, ForeignKey, Index, ObjectName, canonical,
};

/// Changes that come of one thing, and what that may have been.
pub(super) struct Group {
    /// The one that stands for what was done, then what belongs to it.
    pub changes: Vec<Change>,
    /// The rename that they may be, as an answer to `revision` says it.
    pub rename: Option<String>,
}

/// `changes` in groups, in their order.
pub(super) fn grouped(changes: Vec<Change>, dialect: Dialect) -> Vec<Group> {
    let renames = renames(&changes, dialect);
    let changes = without_what_comes_back(changes);
    let (leading, mut rest): (Vec<_>, Vec<_>) = changes.into_iter().partition(leads);
    let mut groups: Vec<Group> = vec![];
    for change in leading {
        let rename = renames
            .iter()
            .find(|one| [&one.gone, &one.made].contains(&&change));
        let text = rename.map(|one| one.rename.text());
        let known = groups
            .iter_mut()
            .find(|group| text.is_some() && group.rename == text);
        match known {
            Some(group) => group.changes.push(change),
            None => groups.push(Group {
                changes: vec![change],
                rename: text,
            }),
        }
    }
    for group in &mut groups {
        rest = gathered(group, rest);
    }
    let mut rest = rest.into_iter();
    while let Some(change) = rest.next() {
        let mut group = Group {
            changes: vec![change],
            rename: None,
        };
        rest = gathered(&mut group, rest.collect()).into_iter();
        groups.push(group);
    }
    for group in &mut groups {
        group.changes.sort_by_key(rank);
    }
    groups
}

/// Puts into `group` what of `rest` belongs to it, and returns what does not. What belongs to a part belongs to the whole.
fn gathered(group: &mut Group, mut rest: Vec<Change>) -> Vec<Change> {
    let mut newest = 0;
    while newest < group.changes.len() {
        let (known, to_come) = (newest, group.changes.len());
        newest = to_come;
        let is_part = |change: &Change| {
            let mut parts = group.changes.iter().skip(known).take(to_come - known);
            parts.any(|part| belongs(change, part))
        };
        let (parts, left): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_part);
        group.changes.extend(parts);
        rest = left;
    }
    rest
}

/// The renames that `changes` may be, where each could be one only.
fn renames(changes: &[Change], dialect: Dialect) -> Vec<Candidate> {
    let candidates = diff::candidates(changes, dialect);
    let is_leading = |one: &&Candidate| leads(&one.gone) && one.gone != one.made;
    let is_only = |one: &&Candidate| {
        let mut same = candidates
            .iter()
            .filter(|other| other.gone == one.gone || other.made == one.made);
        same.next().is_some() && same.next().is_none()
    };
    let only = candidates.iter().filter(is_leading).filter(is_only);
    only.cloned().collect()
}

/// What stands for a group comes first: a table or column, then what should be, then what is in its way.
fn rank(change: &Change) -> u8 {
    match change {
        Change::CreateTable(_) | Change::AddColumn { .. } => 0,
        change if leads(change) => 1,
        Change::AddForeignKey { .. } => 2,
        Change::DropIndex { .. }
        | Change::DropForeignKey { .. }
        | Change::DropConstraint { .. } => 4,
        _ => 3,
    }
}

/// Without what is taken away and made again as it was, because something else could not change under it.
fn without_what_comes_back(changes: Vec<Change>) -> Vec<Change> {
    let undone = |change: &Change| {
        let is_key = matches!(
            change,
            Change::DropIndex { .. }
                | Change::CreateIndex { .. }
                | Change::DropForeignKey { .. }
                | Change::AddForeignKey { .. }
                | Change::DropConstraint { .. }
                | Change::AddConstraint { .. }
        );
        is_key
            && change
                .reverse()
                .is_some_and(|undone| changes.contains(&undone))
    };
    let come_back: Vec<bool> = changes.iter().map(undone).collect();
    let kept = changes.into_iter().zip(come_back);
    kept.filter(|(_, comes_back)| !comes_back)
        .map(|(change, _)| change)
        .collect()
}

/// Whether other changes may belong to it.
fn leads(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateTable(_)
            | Change::DropTable(_)
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::AlterColumn { .. }
            | Change::ReplaceColumn { .. }
    )
}

/// Whether `change` comes of what `first` is about.
fn belongs(change: &Change, first: &Change) -> bool {
    // The index that MySQL makes for a foreign key.
    let is_index_of =
        |index: &Index, key: &ForeignKey| index.columns == key.columns && !index.unique;
    let (columns, references) = touched(change);
    let is_of = |table: &ObjectName| change.table() == Some(table) || references == Some(table);
    let is_over = |table: &ObjectName, column: &Column| {
        change.table() == Some(table) && columns.contains(column.name.as_str())
    };
    // The type that only this column had, or will have.
    let is_enum_of = |columns: &[&Column]| match change {
        Change::CreateEnum(ty) | Change::DropEnum(ty) => {
            let mut enums = columns
                .iter()
                .filter_map(|column| canonical::enum_of(&column.ty));
            enums.any(|used| used.name == ty.name)
        }
        _ => false,
    };
    match first {
        Change::CreateTable(table) | Change::DropTable(table) => {
            is_of(&table.name) || is_enum_of(&table.columns.iter().collect::<Vec<_>>())
        }
        Change::AddColumn { table, column, .. } | Change::DropColumn { table, column, .. } => {
            is_over(table, column) || is_enum_of(&[column])
        }
        Change::ReplaceColumn { table, to, .. } => is_over(table, to),
        Change::AlterColumn { from, to, .. } => is_enum_of(&[from, to]),
        Change::DropIndex { table, index } | Change::CreateIndex { table, index } => match change {
            Change::DropIndex {
                table: other,
                index: another,
            }
            | Change::CreateIndex {
                table: other,
                index: another,
            } => other == table && (another.name == index.name || another.columns == index.columns),
            Change::AddForeignKey { table: other, key }
            | Change::DropForeignKey { table: other, key } => {
                other == table && is_index_of(index, key)
            }
            _ => false,
        },
        Change::DropForeignKey { table, key } | Change::AddForeignKey { table, key } => {
            match change {
                Change::DropForeignKey {
                    table: other,
                    key: another,
                }
                | Change::AddForeignKey {
                    table: other,
                    key: another,
                } => {
                    other == table
                        && (another.columns == key.columns
                            || (key.name.is_some() && another.name == key.name))
                }
                // The index that MySQL makes for it.
                Change::CreateIndex {
                    table: other,
                    index,
                }
                | Change::DropIndex {
                    table: other,
                    index,
                } => other == table && is_index_of(index, key),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The columns of its table that a change is over, and the table that it points to.
fn touched(change: &Change) -> (BTreeSet<&str>, Option<&ObjectName>) {
    match change {
        Change::CreateIndex { index, .. } | Change::DropIndex { index, .. } => {
            let columns = index.columns.iter().chain(&index.covers);
            (columns.map(String::as_str).collect(), None)
        }
        Change::AddForeignKey { key, .. } | Change::DropForeignKey { key, .. } => (
            key.columns.iter().map(String::as_str).collect(),
            Some(&key.references),
        ),
        Change::AlterPrimaryKey { from, to, .. } => {
            let columns = [from, to].into_iter().flatten();
            let columns = columns.flat_map(|key| &key.columns);
            (columns.map(String::as_str).collect(), None)
        }
        Change::AddConstraint { constraint, .. } | Change::DropConstraint { constraint, .. } => {
            let columns = match constraint {
                Constraint::Check(check) => &check.columns,
                Constraint::Exclusion(exclusion) => &exclusion.columns,
            };
            (columns.iter().map(String::as_str).collect(), None)
        }
        _ => (BTreeSet::new(), None),
    }
}

#[cfg(test)]
mod tests {
    use seadrift_schema::{Table, Type};

    use super::*;

    fn index(name: &str, columns: &[&str]) -> Index {
        Index::new(
            name,
            columns.iter().map(|name| (*name).to_owned()).collect(),
        )
    }

    fn lengths(changes: Vec<Change>) -> Vec<usize> {
        let groups = grouped(changes, Dialect::Postgres);
        groups.iter().map(|group| group.changes.len()).collect()
    }

    #[test]
    fn what_comes_of_one_thing_is_one_group() {
        let table = ObjectName::new("a");
        let add = Change::AddColumn {
            table: table.clone(),
            column: Column::new("x", Type::Integer),
            references: None,
        };
        let create = |name: &str, columns: &[&str]| Change::CreateIndex {
            table: table.clone(),
            index: index(name, columns),
        };
        let drop = |name: &str, columns: &[&str]| Change::DropIndex {
            table: table.clone(),
            index: index(name, columns),
        };
        // A part that comes by way of another part, whatever the order.
        let by_way = vec![drop("i", &["y"]), create("i", &["x"]), add.clone()];
        assert_eq!(lengths(by_way), [3]);
        // What stands for it is first.
        let groups = grouped(
            vec![drop("i", &["y"]), create("i", &["z"])],
            Dialect::Postgres,
        );
        assert!(matches!(groups[0].changes[0], Change::CreateIndex { .. }));
        // Two things are two.
        assert_eq!(
            lengths(vec![create("i", &["y"]), create("j", &["z"]), add]),
            [1, 1, 1]
        );
        // What comes back as it was is nothing.
        assert_eq!(
            lengths(vec![drop("i", &["y"]), create("i", &["y"])]),
            [0; 0]
        );
        assert_eq!(lengths(vec![]), [0; 0]);
    }

    #[test]
    fn what_may_be_one_rename_is_one_group() {
        let table = |name: &str| {
            let mut table = Table::new(ObjectName::new(name));
            table.columns = vec![
                Column::new("x", Type::Integer),
                Column::new("y", Type::Text),
            ];
            table
        };
        let (a, b, c) = (table("a"), table("b"), table("c"));
        let one = vec![Change::DropTable(a.clone()), Change::CreateTable(b.clone())];
        let groups = grouped(one.clone(), Dialect::Postgres);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].rename.as_deref(), Some("table:a=b"));
        // Of two that could be, nobody knows.
        let several = [one, vec![Change::CreateTable(c)]].concat();
        assert_eq!(lengths(several), [1, 1, 1]);
    }
}
