//! Indexes and unique constraints: the same where they have the same columns and admit the same values.

use seadrift_schema::{Change, Dialect, Index, IndexOrigin};

use crate::{
    Context, Error, spelling,
    table::{Gone, Sides},
};

/// Adds the indexes that only one side of a table has, and those that go and come back with the columns that go.
pub(crate) fn compare(
    sides: &Sides<'_>,
    gone: &Gone,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let strict = context.strict;
    let table = &sides.actual.name;
    let (mut stay, mut come) = (vec![], vec![]);
    for (desired, actual) in pairs(sides, context) {
        match actual {
            Some(actual) if gone.touches(&actual.all_columns()) => come.push(actual),
            Some(actual) => {
                stay.push(actual);
                let is_own = desired.origin != IndexOrigin::ForeignKey
                    && desired.definition.is_none()
                    && actual.definition.is_none();
                let has_name = context.dialect != Dialect::Sqlite;
                if strict.names && has_name && is_own && actual.name != desired.name {
                    changes.push(Change::RenameIndex {
                        table: table.clone(),
                        from: actual.name.clone(),
                        to: desired.name.clone(),
                    });
                }
            }
            None => come.push(desired),
        }
    }
    for actual in &sides.actual.indexes {
        // What entities cannot say was never theirs, even where it stands for what they say.
        let is_it = |index: &Index| {
            index.definition.is_some() == actual.definition.is_some()
                && same(index, actual, context.dialect)
        };
        let owned = sides
            .locked
            .is_some_and(|table| table.indexes.iter().any(is_it));
        let in_the_way = come.iter().any(|desired| desired.name == actual.name);
        if in_the_way && actual.definition.is_some() && !owned {
            return Err(Error::IndexName {
                table: table.clone(),
                index: actual.name.clone(),
            });
        }
        let replaced = (strict.uniques || strict.names)
            && come
                .iter()
                .any(|desired| same(desired, actual, context.dialect));
        let goes = !stay.contains(&actual) && (owned || in_the_way || replaced);
        let columns = actual.all_columns();
        if goes || gone.touches(&columns) {
            changes.push(Change::DropIndex {
                table: table.clone(),
                index: actual.clone(),
            });
            if !goes && !gone.ends(&columns) {
                come.push(actual);
            }
        }
    }
    for desired in come {
        let mut index = desired.clone();
        if index.origin == IndexOrigin::ForeignKey {
            // The table stands already, so that the index is made by a statement of its own.
            index.origin = IndexOrigin::Index;
        }
        changes.push(Change::CreateIndex {
            table: table.clone(),
            index,
        });
    }
    Ok(())
}

/// Each index that is wanted, with the one that the database has already. That one keeps the name it has, unless another
/// one is wanted under it.
fn pairs<'a>(sides: &Sides<'a>, context: &Context<'_>) -> Vec<(&'a Index, Option<&'a Index>)> {
    let mut pairs = match context.strict.whole {
        true => one_by_one(sides, context.dialect),
        false => by_effect(sides, context),
    };
    // MySQL takes the index that it made for a foreign key away when another one comes that serves it.
    let comes = |pairs: &[(&Index, Option<&Index>)], known: &Index| {
        known.origin == IndexOrigin::ForeignKey
            && pairs.iter().any(|(desired, other)| {
                other.is_none() && desired.columns.starts_with(&known.columns)
            })
    };
    while let Some(at) = pairs
        .iter()
        .position(|(_, known)| known.is_some_and(|known| comes(&pairs, known)))
    {
        pairs[at].1 = None;
    }
    let is_wanted = |pairs: &[(&Index, Option<&Index>)], name: &str| {
        pairs
            .iter()
            .any(|(desired, known)| known.is_none() && desired.name == name)
    };
    while let Some(at) = pairs
        .iter()
        .position(|(_, known)| known.is_some_and(|known| is_wanted(&pairs, &known.name)))
    {
        pairs[at].1 = None;
    }
    pairs
}

/// Each index that is wanted with one that does what it does, which may do for several.
fn by_effect<'a>(sides: &Sides<'a>, context: &Context<'_>) -> Vec<(&'a Index, Option<&'a Index>)> {
    let strict = context.strict;
    let pair = |desired: &'a Index| {
        let known = || {
            let same = move |actual: &&Index| {
                let is_renamed = strict.names && actual.name != desired.name;
                same(actual, desired, context.dialect)
                    && !(strict.uniques && actual.origin == IndexOrigin::Constraint)
                    // SQLite makes an index of another name anew.
                    && !(is_renamed && context.dialect == Dialect::Sqlite)
            };
            sides.actual.indexes.iter().filter(same)
        };
        let namesake = known().find(|known| known.name == desired.name);
        let plain = || known().find(|known| known.definition.is_none());
        (desired, namesake.or_else(plain).or_else(|| known().next()))
    };
    sides.canonical.indexes.iter().map(pair).collect()
}

/// Each index that is wanted with the one that is the same to the letter, first of its own name, then of one that is not
/// wanted any more.
fn one_by_one<'a>(sides: &Sides<'a>, dialect: Dialect) -> Vec<(&'a Index, Option<&'a Index>)> {
    let (actual, wanted) = (&sides.actual.indexes, &sides.canonical.indexes);
    let is_constraint = |index: &Index| index.origin == IndexOrigin::Constraint;
    // SQLite names a constraint's index itself, and no other one anew.
    let is_named = |index: &Index| dialect != Dialect::Sqlite || !is_constraint(index);
    let equal = |one: &Index, other: &Index| {
        let same_definition = match (&one.definition, &other.definition) {
            (Some(one), Some(other)) => spelling::same(one, other, dialect),
            (one, other) => one == other,
        };
        same_definition
            && (one.definition.is_some() || one.columns == other.columns)
            && one.unique == other.unique
            && is_constraint(one) == is_constraint(other)
    };
    let mut taken: Vec<&Index> = vec![];
    let mut pairs: Vec<(&Index, Option<&Index>)> = vec![];
    for desired in wanted {
        let mut known = actual.iter();
        let known = known
            .find(|known| is_named(known) && known.name == desired.name && equal(known, desired));
        taken.extend(known);
        pairs.push((desired, known));
    }
    for (desired, pair) in pairs.iter_mut().filter(|(_, pair)| pair.is_none()) {
        // A name is free only once what has it is gone, and that comes after.
        if is_named(desired) && actual.iter().any(|known| known.name == desired.name) {
            continue;
        }
        let is_free = |known: &&Index| {
            let is_wanted = is_named(known) && wanted.iter().any(|other| other.name == known.name);
            let can_be_renamed = dialect != Dialect::Sqlite || is_constraint(known);
            !taken.contains(known) && !is_wanted && can_be_renamed && equal(known, desired)
        };
        *pair = actual.iter().find(is_free);
        taken.extend(*pair);
    }
    pairs
}

/// Whether two indexes are the same but for their names. What is kept by its definition is the same by its text, or the
/// same as the plain index that it stands for.
fn same(one: &Index, other: &Index, dialect: Dialect) -> bool {
    let columns = match (&one.definition, &other.definition) {
        (Some(one), Some(other)) => return spelling::same(one, other, dialect),
        (None, None) => [&one.columns, &other.columns],
        (None, Some(_)) => [&one.columns, &other.stands_for],
        (Some(_), None) => [&one.stands_for, &other.columns],
    };
    let [columns, others] = columns;
    // In whatever order, unique ones admit the same rows, and an entity has no say in the order.
    let have_same = || {
        let [mut columns, mut others] = [columns, others].map(Vec::clone);
        columns.sort();
        others.sort();
        columns == others
    };
    one.unique == other.unique && (columns == others || (one.unique && have_same()))
}
