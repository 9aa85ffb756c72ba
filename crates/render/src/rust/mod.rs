//! A plan as the source of a migration, which depends on sea-orm-migration alone.

mod batch;
mod column;
mod fill;
mod layout;
mod statement;

use askama::Template;
use layout::Expression;
use seadrift_plan::Plan;
use seadrift_schema::{Change, Dialect};

use crate::{Verification, sql::rebuild, text};

/// What stands in the head of a migration beside its plan.
#[derive(Debug, Clone)]
pub struct Head<'a> {
    /// The message, in one line.
    pub message: &'a str,
    /// The name of the revision, which is the file's without `.rs`.
    pub revision: &'a str,
    /// The revision before it, if there is one.
    pub revises: Option<&'a str>,
    /// When it was made: `2026-11-20 11:05:00 UTC`.
    pub created: &'a str,
    /// What the plan was compared with: `PostgreSQL 15.19`. None for an empty revision.
    pub server: Option<&'a str>,
    /// What was answered about renames, as the command line takes it.
    pub answers: &'a [String],
    /// Whether the plan was tried out. None for an empty revision.
    pub verification: Option<Verification>,
}

#[derive(Template)]
#[template(path = "migration.rs.jinja", escape = "none")]
struct Migration<'a> {
    message: String,
    revision: &'a str,
    revises: &'a str,
    created: &'a str,
    server: &'a str,
    answers: Vec<String>,
    version: &'a str,
    changes: Vec<String>,
    hazards: Vec<String>,
    verification: String,
    imports: &'a str,
    outside_transaction: &'a str,
    is_batch: bool,
    directions: [Direction; 2],
}

/// A statement, and what stands before it for a person to fill in.
struct Step {
    place: Option<String>,
    statement: Expression,
}

/// `up` or `down`.
struct Direction {
    name: &'static str,
    statements: Vec<String>,
    /// The SQL that is run as a whole, as a constant; empty where there are statements.
    batch: String,
}

/// The source of the migration for `plan`; with no plan, of one that a person fills in.
pub fn migration(plan: Option<&Plan>, head: &Head<'_>) -> String {
    let steps = |changes: &[Change], dialect, fills| -> Vec<Step> {
        changes
            .iter()
            .flat_map(|change| {
                let mut place = match fills {
                    true => fill::place(change),
                    false => None,
                };
                let statements = statement::statements(change, dialect).into_iter();
                statements.map(move |statement| Step {
                    place: place.take(),
                    statement,
                })
            })
            .collect()
    };
    let lines = |changes: &[Change], dialect: Dialect| -> Vec<String> {
        changes
            .iter()
            .flat_map(|change| text::lines(change, dialect))
            .map(|line| one_line(&line))
            .collect()
    };
    let is_batch = plan.is_some_and(|plan| rebuild::is_batch(&plan.up));
    let (up, down, changes, hazards) = match plan {
        Some(plan) => (
            steps(&plan.up, plan.dialect, plan.in_steps),
            steps(&plan.down, plan.dialect, false),
            lines(&plan.up, plan.dialect),
            plan.hazards
                .iter()
                .map(|hazard| one_line(&hazard.to_string()))
                .collect(),
        ),
        None => (vec![], vec![], vec![], vec![]),
    };
    let (up, down) = match is_batch {
        true => (vec![], vec![]),
        false => (up, down),
    };
    let batch = |name: &str, changes: fn(&Plan) -> &[Change]| match plan {
        Some(plan) if is_batch => batch::constant(name, changes(plan)),
        _ => String::new(),
    };
    let uses_helpers = up
        .iter()
        .chain(&down)
        .any(|step| uses_helper(&step.statement));
    let laid_out = |steps: Vec<Step>| -> Vec<String> {
        steps
            .iter()
            .map(|step| {
                let place = step.place.as_deref().unwrap_or_default();
                format!("{place}{}", layout::statement(&step.statement))
            })
            .collect()
    };
    let migration = Migration {
        message: one_line(head.message),
        revision: head.revision,
        revises: head.revises.unwrap_or("nothing"),
        created: head.created,
        server: head.server.unwrap_or_default(),
        answers: head.answers.iter().map(|answer| one_line(answer)).collect(),
        version: env!("CARGO_PKG_VERSION"),
        changes,
        hazards,
        verification: head
            .verification
            .as_ref()
            .map_or(String::new(), Verification::to_string),
        imports: if uses_helpers || plan.is_none() {
            "{prelude::*, schema::*}"
        } else {
            "prelude::*"
        },
        outside_transaction: match plan {
            Some(plan) if is_batch && plan.outside_transaction => {
                "SQLite switches foreign keys off only outside of a transaction."
            }
            Some(plan) if plan.outside_transaction => {
                "PostgreSQL takes a new enum value as a default only once the value is committed."
            }
            _ => "",
        },
        is_batch,
        directions: [
            Direction {
                name: "up",
                statements: laid_out(up),
                batch: batch("UP", |plan| &plan.up),
            },
            Direction {
                name: "down",
                statements: laid_out(down),
                batch: batch("DOWN", |plan| &plan.down),
            },
        ],
    };
    // Writing to a string cannot fail.
    migration.render().unwrap_or_default()
}

/// `text` without what would end a line of a comment, or stand at its end unseen.
fn one_line(text: &str) -> String {
    let parts: Vec<_> = text
        .split(is_unseen)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ").trim().to_owned()
}

/// Whether `c` is a control character, or turns text around, which rustc refuses in comments and literals.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether one of sea-orm-migration's column helpers stands in the expression.
fn uses_helper(expression: &Expression) -> bool {
    use layout::Link;
    match expression {
        Expression::Word(_) => false,
        Expression::Array(parts) | Expression::Tuple(parts) => parts.iter().any(uses_helper),
        Expression::Call(function, arguments) => {
            !function.contains("::") || arguments.iter().any(uses_helper)
        }
        Expression::Chain(head, links) => {
            uses_helper(head)
                || links.iter().any(|link| match link {
                    Link::Method(_, arguments) => arguments.iter().any(uses_helper),
                    Link::Await => false,
                })
        }
    }
}
