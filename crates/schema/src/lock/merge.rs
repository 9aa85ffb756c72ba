//! Two locks that started from one, made one again.
//!
//! What only one side changed is taken from it. Where both changed a table, each of its parts goes by the same rule, and the table is named:
//! the result may be right, and somebody should have a look. What both changed in different ways is a conflict.

use std::collections::{BTreeMap, BTreeSet};

use super::{Head, Migration};
use crate::{ObjectName, Schema, Table, canonical};

/// A lock: what it says beside, and what was declared.
pub type Lock = (Head, Schema);

/// What comes of two locks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// What the two say together; of what they disagree about, what ours says.
    pub lock: Lock,
    /// The tables that both changed, or that one changed while the other changed what it needs.
    pub met: BTreeSet<ObjectName>,
    /// What both changed in different ways: a line each.
    pub conflicts: Vec<String>,
    /// Whether a migration is among that.
    pub are_migrations_in_conflict: bool,
}

/// Makes one of `ours` and `theirs`, which both started from `base`.
pub fn merge(base: &Lock, ours: &Lock, theirs: &Lock) -> Merged {
    let mut conflicts = vec![];
    let migrations = migrations(
        &base.0.migrations,
        &ours.0.migrations,
        &theirs.0.migrations,
        &mut conflicts,
    );
    let are_migrations_in_conflict = !conflicts.is_empty();
    let accepted = lines(&base.0.accepted, &ours.0.accepted, &theirs.0.accepted);
    let (tables, mut met) = tables([&base.1, &ours.1, &theirs.1], &mut conflicts);
    let mut schema = ours.1.clone();
    schema.tables = tables;
    met.extend(torn(&schema, &ours.1, &theirs.1, &mut conflicts));
    let head = Head {
        accepted,
        migrations,
    };
    Merged {
        lock: (head, schema),
        met,
        conflicts,
        are_migrations_in_conflict,
    }
}

/// What one of three says, by what it was: `Err` where both changed it in different ways.
fn three<T: PartialEq>(base: T, ours: T, theirs: T) -> Result<T, T> {
    if ours == theirs || theirs == base {
        Ok(ours)
    } else if ours == base {
        Ok(theirs)
    } else {
        Err(ours)
    }
}

/// The keys of the three in the order of `ours`, with what only `theirs` has behind.
fn keys<T, K: PartialEq>(ours: &[T], theirs: &[T], key: impl Fn(&T) -> K) -> Vec<K> {
    let mut keys: Vec<K> = ours.iter().map(&key).collect();
    for one in theirs.iter().map(&key) {
        if !keys.contains(&one) {
            keys.push(one);
        }
    }
    keys
}

/// Merges lists whose items have a key each.
fn list<T: PartialEq + Clone, K: PartialEq>(
    [base, ours, theirs]: [&[T]; 3],
    key: impl Fn(&T) -> K,
    mut conflict: impl FnMut(&K),
) -> Vec<T> {
    let mut merged = vec![];
    for name in keys(ours, theirs, &key) {
        let of = |items: &[T]| items.iter().find(|item| key(item) == name).cloned();
        let one = three(of(base), of(ours), of(theirs)).unwrap_or_else(|ours| {
            conflict(&name);
            ours
        });
        merged.extend(one);
    }
    merged
}

fn migrations(
    base: &[Migration],
    ours: &[Migration],
    theirs: &[Migration],
    conflicts: &mut Vec<String>,
) -> Vec<Migration> {
    let name = |migration: &Migration| migration.name.clone();
    list([base, ours, theirs], name, |name| {
        conflicts.push(format!("migration `{name}`"));
    })
}

fn lines(base: &[String], ours: &[String], theirs: &[String]) -> Vec<String> {
    list([base, ours, theirs], String::clone, |_| {})
}

fn tables(
    [base, ours, theirs]: [&Schema; 3],
    conflicts: &mut Vec<String>,
) -> (BTreeMap<ObjectName, Table>, BTreeSet<ObjectName>) {
    let (mut merged, mut met) = (BTreeMap::new(), BTreeSet::new());
    let names: BTreeSet<_> = ours.tables.keys().chain(theirs.tables.keys()).collect();
    for name in names {
        let of = |schema: &Schema| schema.tables.get(name).cloned();
        let table = match three(of(base), of(ours), of(theirs)) {
            Ok(table) => table,
            Err(_) => {
                met.insert(name.clone());
                match (of(ours), of(theirs)) {
                    (Some(ours), Some(theirs)) => {
                        let base = of(base).unwrap_or_else(|| Table::new(name.clone()));
                        Some(table([&base, &ours, &theirs], conflicts))
                    }
                    (one, other) => {
                        conflicts.push(format!("table `{name}`"));
                        one.or(other)
                    }
                }
            }
        };
        merged.extend(table.map(|table| (name.clone(), table)));
    }
    (merged, met)
}

fn table([base, ours, theirs]: [&Table; 3], conflicts: &mut Vec<String>) -> Table {
    let name = ours.name.clone();
    let mut merged = ours.clone();
    macro_rules! lists {
        ($($part:ident by $key:expr, $word:literal;)*) => {$(
            merged.$part = list([&base.$part, &ours.$part, &theirs.$part], $key, |key| {
                conflicts.push(format!(concat!($word, " `{}` of table `{}`"), shown(key), name));
            });
        )*};
    }
    lists! {
        columns by |one| vec![one.name.clone()], "column";
        indexes by |one| vec![one.name.clone()], "index";
        foreign_keys by |one| one.columns.clone(), "foreign key";
        checks by |one| vec![one.expression.clone()], "check";
        exclusions by |one| vec![one.name.clone()], "exclusion";
    }
    macro_rules! values {
        ($($part:ident, $word:literal;)*) => {$(
            match three(&base.$part, &ours.$part, &theirs.$part) {
                Ok(value) => merged.$part = value.clone(),
                Err(_) => conflicts.push(format!(concat!($word, " of table `{}`"), name)),
            }
        )*};
    }
    values! {
        comment, "comment";
        primary_key, "primary key";
        options, "options";
    }
    merged
}

fn shown(key: &[String]) -> String {
    key.join(", ")
}

/// The tables that hang together with what the other side changed: a key to a table that is gone, an enum type with other values.
fn torn(
    merged: &Schema,
    ours: &Schema,
    theirs: &Schema,
    conflicts: &mut Vec<String>,
) -> BTreeSet<ObjectName> {
    let mut torn = BTreeSet::new();
    let mut enums: BTreeMap<&ObjectName, (&[String], &ObjectName)> = BTreeMap::new();
    for table in merged.tables.values() {
        for key in &table.foreign_keys {
            let is_there = |schema: &Schema| schema.tables.contains_key(&key.references);
            if !is_there(merged) && (is_there(ours) || is_there(theirs)) {
                let (name, target) = (&table.name, &key.references);
                conflicts.push(format!("table `{target}`, which table `{name}` points to"));
                torn.insert(name.clone());
            }
        }
        for column in &table.columns {
            let Some(ty) = canonical::enum_of(&column.ty) else {
                continue;
            };
            let known = *enums.entry(&ty.name).or_insert((&ty.values, &table.name));
            if known.0 != ty.values {
                let conflict = format!("enum `{}`", ty.name);
                if !conflicts.contains(&conflict) {
                    conflicts.push(conflict);
                }
                torn.extend([known.1.clone(), table.name.clone()]);
            }
        }
    }
    torn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, EnumType, ForeignKey, Index, Type};

    fn lock(migrations: &[&str], tables: &[Table]) -> Lock {
        let migrations = migrations.iter().map(|name| Migration {
            name: (*name).to_owned(),
            checksum: format!("of {name}"),
        });
        let head = Head {
            accepted: vec![],
            migrations: migrations.collect(),
        };
        let mut schema = Schema::default();
        for table in tables {
            schema.tables.insert(table.name.clone(), table.clone());
        }
        (head, schema)
    }

    fn table(name: &str, columns: &[&str]) -> Table {
        let mut table = Table::new(ObjectName::new(name));
        let columns = columns.iter().map(|name| Column::new(*name, Type::Integer));
        table.columns = columns.collect();
        table
    }

    fn names(lock: &Lock) -> Vec<&str> {
        let migrations = lock.0.migrations.iter();
        migrations.map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn what_commutes_is_merged() {
        let base = lock(
            &["m1"],
            &[
                table("a", &["id"]),
                table("b", &["id"]),
                table("c", &["id"]),
            ],
        );
        let ours = lock(
            &["m1", "m3"],
            &[
                table("a", &["id", "x"]),
                table("b", &["id"]),
                table("c", &["id"]),
            ],
        );
        let theirs = lock(
            &["m1", "m2"],
            &[
                table("a", &["id"]),
                table("b", &["id"]),
                table("d", &["id"]),
            ],
        );
        let merged = merge(&base, &ours, &theirs);
        assert!(
            merged.met.is_empty() && merged.conflicts.is_empty(),
            "{merged:?}"
        );
        let wanted = lock(
            &["m1", "m3", "m2"],
            &[
                table("a", &["id", "x"]),
                table("b", &["id"]),
                table("d", &["id"]),
            ],
        );
        assert_eq!(merged.lock, wanted);
        let other = merge(&base, &theirs, &ours);
        assert_eq!(other.lock.1, wanted.1);
        assert_eq!(names(&other.lock), ["m1", "m2", "m3"]);
    }

    #[test]
    fn nothing_new_is_what_there_was() {
        let base = lock(&["m1"], &[table("a", &["id"])]);
        let other = lock(&["m1", "m2"], &[table("b", &["id"])]);
        for (ours, theirs) in [(&base, &other), (&other, &base), (&other, &other)] {
            let merged = merge(&base, ours, theirs);
            assert_eq!(merged.lock, other);
            assert!(merged.met.is_empty() && merged.conflicts.is_empty());
        }
    }

    #[test]
    fn parts_of_one_table_are_merged_and_said() {
        let base = lock(&[], &[table("a", &["id", "old"])]);
        let mut mine = table("a", &["id", "old", "x"]);
        mine.indexes.push(Index::new("by_x", vec!["x".into()]));
        let ours = lock(&[], &[mine.clone()]);
        let theirs = lock(&[], &[table("a", &["id", "y"])]);
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(merged.conflicts, [""; 0]);
        assert_eq!(merged.met, BTreeSet::from([ObjectName::new("a")]));
        let mut wanted = table("a", &["id", "x", "y"]);
        wanted.indexes = mine.indexes;
        assert_eq!(merged.lock, lock(&[], &[wanted]));
    }

    #[test]
    fn what_both_changed_is_a_conflict() {
        let base = lock(&["m1"], &[table("a", &["id"])]);
        let mut mine = table("a", &["id"]);
        mine.columns[0].ty = Type::BigInteger;
        mine.comment = Some("one".into());
        let mut other = table("a", &["id"]);
        other.columns[0].nullable = true;
        other.comment = Some("two".into());
        let (mut ours, theirs) = (lock(&["m1"], &[mine]), lock(&["m1"], &[other]));
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(
            merged.conflicts,
            ["column `id` of table `a`", "comment of table `a`"]
        );
        let gone = merge(&base, &ours, &lock(&["m1"], &[]));
        assert_eq!(gone.conflicts, ["table `a`"]);
        ours.0.migrations[0].checksum = "x".into();
        let mut edited = theirs.clone();
        edited.0.migrations[0].checksum = "y".into();
        let merged = merge(&base, &ours, &edited);
        assert_eq!(merged.conflicts[0], "migration `m1`");
        assert!(merged.are_migrations_in_conflict);
    }

    #[test]
    fn what_hangs_together_is_not_torn() {
        let base = lock(&[], &[table("a", &["id"])]);
        let mut child = table("b", &["a_id"]);
        let key = ForeignKey::new(vec!["a_id".into()], ObjectName::new("a"), vec!["id".into()]);
        child.foreign_keys.push(key);
        let ours = lock(&[], &[table("a", &["id"]), child]);
        let merged = merge(&base, &ours, &lock(&[], &[]));
        assert_eq!(merged.conflicts, ["table `a`, which table `b` points to"]);
        assert_eq!(merged.met, BTreeSet::from([ObjectName::new("b")]));

        let with = |name: &str, values: &[&str]| {
            let mut table = table(name, &["mood"]);
            table.columns[0].ty = Type::Enum(Box::new(EnumType {
                name: ObjectName::new("mood"),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }));
            table
        };
        let base = lock(&[], &[with("a", &["sad"])]);
        let ours = lock(&[], &[with("a", &["sad", "ok"])]);
        let theirs = lock(&[], &[with("a", &["sad"]), with("b", &["sad"])]);
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(merged.conflicts, ["enum `mood`"]);
    }
}
