//! What has to be committed before the rest of a plan can run: a value that is added to an enum, which PostgreSQL takes as a
//! default, in the transaction that adds it, for unsafe. (<https://www.postgresql.org/docs/current/sql-altertype.html>)

use seadrift_schema::{Change, Column, DefaultValue, Dialect, EnumType, Type, canonical};

use crate::{
    Plan, hazard,
    online::{Stage, Work},
    whole::Whole,
};

/// The stages of `plan`, each a revision that runs in a transaction of its own: all of it, or what leads to such a value and
/// then what uses it.
pub fn in_turn(plan: Plan) -> Vec<Stage> {
    cut(Stage::whole(plan))
}

/// `stage` in two where it has to be.
pub(crate) fn cut(stage: Stage) -> Vec<Stage> {
    let Plan { up, dialect, .. } = &stage.plan;
    if *dialect != Dialect::Postgres || !uses_new_enum_value(up) {
        return vec![stage];
    }
    // What comes before may be needed: the type may have got its name just there.
    let is_last = |change: &Change| matches!(change, Change::AlterEnum { .. });
    let at = up.iter().rposition(is_last).map_or(0, |at| at + 1);
    let whole = Whole {
        changes: up,
        dialect: *dialect,
    };
    let (first, rest) = up.split_at(at);
    let early: Vec<_> = first
        .iter()
        .flat_map(|change| hazard::of(change, &whole))
        .collect();
    let hazards = stage.plan.hazards.iter().cloned();
    let (early, late) = hazards.partition(|hazard| early.contains(hazard));
    let stage = |work, changes: &[Change], hazards| Stage {
        work,
        plan: Plan::new(changes.to_vec(), hazards, *dialect),
    };
    vec![
        stage(Work::Enum, first, early),
        stage(Work::Alter, rest, late),
    ]
}

/// Whether a default takes a value that the same plan adds to its enum.
pub(crate) fn uses_new_enum_value(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let Change::AlterEnum { from, to, .. } = change else {
            return false;
        };
        is_added_to(change)
            && changes.iter().any(|change| {
                let columns = match change {
                    Change::CreateTable(table) => table.columns.as_slice(),
                    Change::AddColumn { column, .. }
                    | Change::AlterColumn { to: column, .. }
                    | Change::ReplaceColumn { to: column, .. } => std::slice::from_ref(column),
                    _ => &[],
                };
                columns.iter().any(|column| takes_new(column, from, to))
            })
    })
}

/// Whether the type gets values and is not made anew, in which case they could be used at once.
fn is_added_to(change: &Change) -> bool {
    let Change::AlterEnum { from, to, columns } = change else {
        return false;
    };
    let kept = to.values.iter().filter(|value| from.values.contains(value));
    let is_new = |value: &String| !from.values.contains(value);
    let restores_default = columns.iter().any(
        |(_, column)| matches!(&column.default, Some(DefaultValue::Text(value)) if is_new(value)),
    );
    kept.eq(&from.values) && !restores_default
}

/// Whether the default of the column is, or seems to hold, a value that comes to its enum.
fn takes_new(column: &Column, from: &EnumType, to: &EnumType) -> bool {
    if canonical::enum_of(&column.ty).is_none_or(|ty| ty.name != to.name) {
        return false;
    }
    let mut new = to
        .values
        .iter()
        .filter(|value| !from.values.contains(value));
    match &column.default {
        Some(DefaultValue::Text(text)) => match &column.ty {
            Type::Array(_) => new.any(|value| text.contains(value.as_str())),
            _ => new.any(|value| value == text),
        },
        Some(DefaultValue::Expression(sql)) => {
            new.any(|value| sql.contains(&Dialect::Postgres.literal(value)))
        }
        _ => false,
    }
}
