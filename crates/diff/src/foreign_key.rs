//! Foreign keys: the same where they tie the same columns to the same columns.

use std::collections::BTreeMap;

use seadrift_schema::{
    Change, Dialect, ForeignKey, IndexOrigin, ObjectName, PrimaryKey, ReferentialAction, Schema,
    Table, canonical,
};

use crate::{
    Context,
    table::{Gone, Sides},
};

/// Adds the foreign keys that only one side of a table has or that act differently, and those that go and come back
/// with a column at either end. `gone` is of all tables.
pub(crate) fn compare(
    sides: &Sides<'_>,
    gone: &BTreeMap<ObjectName, Gone>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) {
    let dialect = context.dialect;
    let table = &sides.actual.name;
    let drop = |key: &ForeignKey| Change::DropForeignKey {
        table: table.clone(),
        key: key.clone(),
    };
    let add = |key: &ForeignKey| Change::AddForeignKey {
        table: table.clone(),
        key: key.clone(),
    };
    let (mut kept, mut come) = (vec![], vec![]);
    for (declared, desired) in sides
        .declared
        .foreign_keys
        .iter()
        .zip(&sides.canonical.foreign_keys)
    {
        let Some(actual) = sides
            .actual
            .foreign_keys
            .iter()
            .find(|actual| same(actual, desired))
        else {
            come.push(declared.name.clone());
            changes.push(add(declared));
            continue;
        };
        kept.push(actual);
        let locked = sides
            .locked
            .and_then(|table| table.foreign_keys.iter().find(|key| same(key, desired)));
        let target = target(actual, declared, locked);
        if differs(actual, &target, context)
            || goes(sides.actual, actual, gone)
            || loses_its_target(actual, dialect, changes)
            || (dialect.is_mysql() && loses_its_index(table, actual, changes))
            || (dialect.is_mysql() && context.strict.whole && moves(table, actual, changes))
        {
            changes.extend([drop(actual), add(&target)]);
        } else if let (true, Some(from), Some(to)) =
            (context.strict.names, &actual.name, &desired.name)
            && from != to
        {
            let (table, from, to) = (table.clone(), from.clone(), to.clone());
            match dialect {
                Dialect::Postgres => changes.push(Change::RenameForeignKey { table, from, to }),
                // MySQL has no other name for a foreign key that it has.
                _ => changes.extend([drop(actual), add(&target)]),
            }
        }
    }
    for actual in sides
        .actual
        .foreign_keys
        .iter()
        .filter(|actual| !kept.contains(actual))
    {
        let owned = sides
            .locked
            .is_some_and(|table| table.foreign_keys.iter().any(|key| same(key, actual)));
        let goes = goes(sides.actual, actual, gone) || loses_its_target(actual, dialect, changes);
        let is_in_the_way = actual.name.is_some() && come.contains(&actual.name);
        if owned || goes || is_in_the_way {
            changes.push(drop(actual));
            if !owned && !is_in_the_way && comes_back(sides.actual, actual, gone) {
                changes.push(add(actual));
            }
        }
    }
}

/// Gives the foreign keys of `canonical` the actions that `schema` says, where the canonical form has one word for two.
pub(crate) fn keep_actions(canonical: &mut Schema, schema: &Schema, own_schema: &str) {
    for table in schema.tables.values() {
        let name = canonical::object_name(&table.name, own_schema);
        let Some(of) = canonical.tables.get_mut(&name) else {
            continue;
        };
        let mut table = table.clone();
        canonical::in_order(&mut table);
        for (key, said) in of.foreign_keys.iter_mut().zip(&table.foreign_keys) {
            (key.on_delete, key.on_update) = (said.on_delete, said.on_update);
        }
    }
}

/// Adds the foreign keys of a table that only the database has, which go with a column that they point to.
pub(crate) fn release(
    table: &Table,
    gone: &BTreeMap<ObjectName, Gone>,
    dialect: Dialect,
    changes: &mut Vec<Change>,
) {
    for key in &table.foreign_keys {
        if !goes(table, key, gone) && !loses_its_target(key, dialect, changes) {
            continue;
        }
        changes.push(Change::DropForeignKey {
            table: table.name.clone(),
            key: key.clone(),
        });
        if comes_back(table, key, gone) {
            changes.push(Change::AddForeignKey {
                table: table.name.clone(),
                key: key.clone(),
            });
        }
    }
}

/// Whether the index goes that MySQL has for `key`, with no other one to take over before. One that MySQL made by itself
/// it may take away as well, as soon as another one serves, so that neither its being there nor its being gone can be
/// relied on while the key stands.
fn loses_its_index(table: &ObjectName, key: &ForeignKey, changes: &[Change]) -> bool {
    let comes_again = |name: &str| {
        changes.iter().any(|change| match change {
            Change::CreateIndex { table: of, index } => of == table && index.name == name,
            _ => false,
        })
    };
    changes.iter().any(|change| match change {
        Change::DropIndex { table: of, index } if of == table => match index.origin {
            IndexOrigin::ForeignKey => key.name.as_ref() == Some(&index.name),
            _ => index.columns.starts_with(&key.columns) && comes_again(&index.name),
        },
        _ => false,
    })
}

/// Whether the primary key serves `key` on MySQL before or after, and an index the other time: neither can be changed first, there
/// and back.
fn moves(table: &ObjectName, key: &ForeignKey, changes: &[Change]) -> bool {
    let serves = |columns: &[String]| columns.starts_with(&key.columns);
    let of_key = |primary: &Option<PrimaryKey>| {
        let primary = primary.as_ref();
        primary.is_some_and(|primary| serves(&primary.columns))
    };
    let has = |is_it: &dyn Fn(&Change) -> bool| changes.iter().any(is_it);
    has(&|change| match change {
        Change::AlterPrimaryKey {
            table: of,
            from,
            to,
        } => of == table && of_key(from) != of_key(to),
        _ => false,
    }) && has(&|change| match change {
        Change::CreateIndex { table: of, index } | Change::DropIndex { table: of, index } => {
            of == table && serves(&index.columns)
        }
        _ => false,
    })
}

/// Whether a unique index goes that `key` points to, so that no row could be told by its columns meanwhile.
fn loses_its_target(key: &ForeignKey, dialect: Dialect, changes: &[Change]) -> bool {
    let sorted = |columns: &[String]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns
    };
    dialect != Dialect::Sqlite
        && changes.iter().any(|change| match change {
            Change::DropIndex { table, index } => {
                index.unique
                    && key.references == *table
                    && sorted(&index.columns) == sorted(&key.referenced_columns)
            }
            _ => false,
        })
}

/// Whether a column at either end of `key` goes, for good or to come back.
fn goes(table: &Table, key: &ForeignKey, gone: &BTreeMap<ObjectName, Gone>) -> bool {
    gone.get(&table.name)
        .is_some_and(|gone| gone.unties(&key.columns))
        || gone
            .get(&key.references)
            .is_some_and(|gone| gone.releases(&key.referenced_columns))
}

/// Whether all columns at both ends of `key` are there afterwards.
fn comes_back(table: &Table, key: &ForeignKey, gone: &BTreeMap<ObjectName, Gone>) -> bool {
    !gone
        .get(&table.name)
        .is_some_and(|gone| gone.ends(&key.columns))
        && !gone
            .get(&key.references)
            .is_some_and(|gone| gone.ends(&key.referenced_columns))
}

/// `declared`, with what it does not say, and never said, as the database has it.
fn target(actual: &ForeignKey, declared: &ForeignKey, locked: Option<&ForeignKey>) -> ForeignKey {
    let mut target = declared.clone();
    if target.on_delete.is_none() && locked.is_none_or(|key| key.on_delete.is_none()) {
        target.on_delete = actual.on_delete.filter(says_something);
    }
    if target.on_update.is_none() && locked.is_none_or(|key| key.on_update.is_none()) {
        target.on_update = actual.on_update.filter(says_something);
    }
    if target.clauses.is_none() && locked.is_none_or(|key| key.clauses.is_none()) {
        target.clauses = actual.clauses.clone();
    }
    target
}

/// Whether an action is another than what saying none comes to.
fn says_something(action: &ReferentialAction) -> bool {
    *action != ReferentialAction::NoAction
}

/// Whether `target` acts otherwise than `actual`. MySQL's `RESTRICT` is its `NO ACTION`.
fn differs(actual: &ForeignKey, target: &ForeignKey, context: &Context<'_>) -> bool {
    let effect = |action| match effect(action) {
        ReferentialAction::Restrict if context.dialect.is_mysql() && !context.strict.actions => {
            ReferentialAction::NoAction
        }
        action => action,
    };
    effect(actual.on_delete) != effect(target.on_delete)
        || effect(actual.on_update) != effect(target.on_update)
        || actual.clauses != target.clauses
}

/// Whether two foreign keys tie the same columns to the same columns, in whatever order they are listed.
fn same(one: &ForeignKey, other: &ForeignKey) -> bool {
    fn pairs(key: &ForeignKey) -> Vec<(&String, &String)> {
        let mut pairs: Vec<_> = key.columns.iter().zip(&key.referenced_columns).collect();
        pairs.sort();
        pairs
    }
    one.references == other.references && pairs(one) == pairs(other)
}

/// What an action comes to: none said is `NO ACTION`.
fn effect(action: Option<ReferentialAction>) -> ReferentialAction {
    action.unwrap_or(ReferentialAction::NoAction)
}
