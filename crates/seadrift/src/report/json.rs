//! The difference for programs, as `docs/diff.schema.json` describes it.

use seadrift_plan::Plan;
use seadrift_render::{sql, text};
use seadrift_schema::{Change, Dialect};
use serde::Serialize;

use super::Difference;
use crate::{output, sides::Open};

/// The version of the format. It counts up when something that is there now goes or means another thing.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    dialect: Dialect,
    direction: &'static str,
    from: End<'a>,
    to: End<'a>,
    is_different: bool,
    changes: Vec<Step>,
    hazards: Vec<Hazard<'a>>,
    outside_transaction: bool,
    statements: Vec<String>,
    not_compared: Vec<NotCompared<'a>>,
}

#[derive(Serialize)]
struct End<'a> {
    kind: &'a str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
}

#[derive(Serialize)]
struct Step {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    summary: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Step>,
}

#[derive(Serialize)]
struct Hazard<'a> {
    code: &'a str,
    effect: &'a str,
    advice: &'a str,
}

#[derive(Serialize)]
struct NotCompared<'a> {
    kind: &'a str,
    name: String,
    sides: Vec<String>,
}

/// Prints `plan`, of the wanted way.
pub(crate) fn json(difference: &Difference<'_>, plan: &Plan) {
    let step = |change: &Change| step(change, plan.dialect);
    let not_compared = difference.not_compared().into_iter();
    let report = Report {
        version: VERSION,
        dialect: plan.dialect,
        direction: if difference.is_down { "down" } else { "up" },
        from: end(difference.from),
        to: end(difference.to),
        is_different: !plan.up.is_empty(),
        changes: plan.up.iter().map(step).collect(),
        hazards: plan
            .hazards
            .iter()
            .map(|hazard| Hazard {
                code: hazard.code,
                effect: &hazard.effect,
                advice: hazard.advice,
            })
            .collect(),
        outside_transaction: plan.outside_transaction,
        statements: sql::script(&plan.up, plan.dialect),
        not_compared: not_compared
            .map(|((kind, name), sides)| NotCompared {
                kind,
                name,
                sides: sides.iter().map(|side| side.to_lowercase()).collect(),
            })
            .collect(),
    };
    // Plain data always serializes.
    output::result(serde_json::to_string_pretty(&report).unwrap_or_default());
}

fn end(open: &Open) -> End<'_> {
    End {
        kind: open.side.place.kind(),
        name: open.side.place.to_string(),
        server: open.server.as_ref().map(|(server, _)| server.to_string()),
    }
}

fn step(change: &Change, dialect: Dialect) -> Step {
    let nested = match change {
        Change::RebuildTable(rebuild) => rebuild.changes.as_slice(),
        _ => &[],
    };
    Step {
        kind: change.kind(),
        table: change.table().map(ToString::to_string),
        name: change.name(),
        summary: text::line(change, dialect),
        changes: nested.iter().map(|change| step(change, dialect)).collect(),
    }
}
