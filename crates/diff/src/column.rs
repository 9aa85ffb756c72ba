//! Columns: added, dropped, made anew, and altered in everything else.

use std::borrow::Cow;

use seadrift_schema::{Change, Check, Column, DefaultValue, Dialect, Table, Type, canonical};

use crate::{
    Context, Error, spelling,
    table::{Gone, Sides},
};

/// Adds what differs in the columns of a table that both sides have, and returns the columns that take their keys and
/// indexes with them.
pub(crate) fn compare(
    sides: &Sides<'_>,
    context: &Context<'_>,
    changes: &mut Vec<Change>,
) -> Result<Gone, Error> {
    let table = &sides.actual.name;
    let mut gone = Gone::default();
    for (at, declared) in sides.declared.columns.iter().enumerate() {
        let Some(actual) = sides.actual.column_near(at, &declared.name) else {
            changes.push(Change::AddColumn {
                table: table.clone(),
                column: declared.clone(),
                references: None,
            });
            continue;
        };
        // Most are as they are declared. What an entity may say in other words than all others is looked at by itself.
        if !context.strict.whole && sides.canonical.columns.get(at) == Some(actual) {
            continue;
        }
        let mut to = target(actual, declared, sides, context);
        let from = with_check(actual, sides.actual);
        // What the entity says in its own words may say the check already.
        if to.extra == actual.extra {
            to.extra.clone_from(&from.extra);
        } else if context.strict.whole {
            to.extra = with_check(&to, sides.actual).extra;
        }
        let canonical = Cow::Borrowed(&to);
        let canonical = canonical::column(
            canonical,
            sides.declared,
            context.dialect,
            context.own_schema,
        )?;
        if unties(&actual.ty, &canonical.ty, context.dialect) {
            gone.retyped.push(actual.name.clone());
        }
        if !same_computation(actual, &canonical, context.dialect) {
            gone.replaced.push(actual.name.clone());
            changes.push(Change::ReplaceColumn {
                table: table.clone(),
                from,
                to,
            });
        } else if differs(actual, &canonical, context)
            || (context.strict.whole && declared.extra != actual.extra)
        {
            changes.push(Change::AlterColumn {
                table: table.clone(),
                from,
                to,
            });
        }
    }
    for (at, column) in sides.actual.columns.iter().enumerate() {
        let has = |table: &Table| table.column_near(at, &column.name).is_some();
        if !has(sides.declared) && sides.locked.is_some_and(has) {
            gone.dropped.push(column.name.clone());
            changes.push(Change::DropColumn {
                table: table.clone(),
                column: with_check(column, sides.actual),
                references: None,
            });
        }
    }
    Ok(gone)
}

/// Whether a column cannot become of another type while it is tied to another one: on MySQL never, on PostgreSQL where
/// it could not be compared with the other one in between.
fn unties(from: &Type, to: &Type, dialect: Dialect) -> bool {
    let is_text = |ty: &Type| matches!(ty, Type::Char(_) | Type::String(_) | Type::Text);
    match dialect {
        Dialect::Sqlite => false,
        Dialect::MySql | Dialect::MariaDb => !canonical::same_type(from, to, dialect),
        Dialect::Postgres => {
            from != to
                && !(is_text(from) && is_text(to))
                && !(canonical::is_integer(from) && canonical::is_integer(to))
        }
    }
}

/// `declared`, with what it does not say, and never said, as the database has it.
fn target(actual: &Column, declared: &Column, sides: &Sides<'_>, context: &Context<'_>) -> Column {
    let mut target = declared.clone();
    let locked = sides.locked.and_then(|table| table.column(&declared.name));
    let dialect = context.dialect;
    if let Some(canonical) = sides.canonical.column(&declared.name) {
        // An entity that used to say another type means what it says now.
        let is_as_before =
            locked.is_none_or(|column| canonical::same_type(&column.ty, &canonical.ty, dialect));
        let will_do = || canonical::will_do(&actual.ty, &declared.ty, dialect);
        let is_other = !canonical::same_type(&actual.ty, &canonical.ty, dialect);
        if is_other && is_as_before && !context.strict.types && will_do() {
            target.ty = actual.ty.clone();
        }
        if actual.default != canonical.default && same_default(actual, canonical, context) {
            target.default = actual.default.clone();
        }
    }
    macro_rules! keep_unsaid {
        ($($part:ident),*) => {$(
            if declared.$part.is_none() && locked.is_none_or(|column| column.$part.is_none()) {
                target.$part = actual.$part.clone();
            }
        )*};
    }
    let is_strict = match context.strict.whole {
        true => sides.declared.is_strict(),
        false => sides.actual.is_strict(),
    };
    if is_strict {
        target.ty = canonical::strict_type(&target.ty);
    }
    keep_unsaid!(
        default, identity, generated, collation, on_update, comment, extra
    );
    // Entities say of a primary key alone whether the server numbers it.
    let says = |table: &Table| table.is_sole_primary_key(&declared.name);
    if !says(sides.declared) && !declared.auto_increment {
        let said = locked.is_some_and(|column| column.auto_increment);
        target.auto_increment = actual.auto_increment && !said;
    }
    if target.auto_increment {
        target.identity = target.identity.or_else(|| actual.identity.clone());
        if context.strict.numbering && declared.identity.is_none() {
            target
                .identity
                .take_if(|identity| identity.sequence.is_some());
        }
    } else {
        target.identity = None;
    }
    target
}

/// `column` of `table` with the check that is part of its definition, which is lost unless it is said again. What the
/// entity says in its own words may say it already.
pub(crate) fn with_check(column: &Column, table: &Table) -> Column {
    let mut column = column.clone();
    let is_its_own = |check: &&Check| check.of_column && check.name.as_ref() == Some(&column.name);
    if let Some(check) = table.checks.iter().find(is_its_own) {
        let mut extra = column
            .extra
            .take()
            .map_or(String::new(), |extra| extra + " ");
        extra += &format!("CHECK ({})", check.expression);
        column.extra = Some(extra);
    }
    column
}

/// Whether two canonical columns differ in what can be altered.
fn differs(actual: &Column, target: &Column, context: &Context<'_>) -> bool {
    let dialect = context.dialect;
    !canonical::same_type(&actual.ty, &target.ty, dialect)
        || actual.nullable != target.nullable
        || !same_default(actual, target, context)
        || actual.auto_increment != target.auto_increment
        || actual.identity != target.identity
        || actual.collation != target.collation
        || actual.on_update != target.on_update
        || actual.comment != target.comment
}

/// Whether two canonical columns are computed in the same way, or neither is.
fn same_computation(one: &Column, other: &Column, dialect: Dialect) -> bool {
    match (&one.generated, &other.generated) {
        (Some(one), Some(other)) => {
            one.stored == other.stored
                && spelling::same(&one.expression, &other.expression, dialect)
        }
        (one, other) => one == other,
    }
}

/// Whether two canonical columns have the same default.
fn same_default(one: &Column, other: &Column, context: &Context<'_>) -> bool {
    let (one, other) = (one.default.as_ref(), other.default.as_ref());
    let is_current = |default| matches!(default, Some(&DefaultValue::CurrentTimestamp));
    canonical::same_default(one, other, context.dialect)
        && !(context.strict.defaults && is_current(one) != is_current(other))
}
