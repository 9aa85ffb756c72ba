//! What `up` and `down` do: statements, or SQL that is run as a whole, on each backend that the file is for.

use seadrift_plan::Plan;
use seadrift_schema::{Change, Dialect};

use super::{
    batch, fill,
    layout::{self, Expression, Link, call, word},
    statement,
    together::{self, Stretch},
};
use crate::sql::rebuild;

/// How far what stands in a method is indented, and what stands in an arm of a `match` in it.
const IN_METHOD: usize = 8;
const IN_ARM: usize = 16;

/// `up` or `down`.
pub(super) struct Body {
    /// Which of the two.
    pub name: &'static str,
    /// Whether it runs nothing, though there may be a place to fill in.
    pub is_idle: bool,
    /// What is done, a part each; what ends in `;` needs nothing more.
    pub parts: Vec<String>,
    /// What is handed on to be run as a whole, where that is all.
    pub whole: Option<&'static str>,
    /// The SQL that is run as a whole, as a constant; empty where there are statements only.
    pub batch: String,
    /// Whether one of sea-orm-migration's column helpers is used.
    pub uses_helpers: bool,
    /// Whether the backends part.
    pub parts_ways: bool,
}

/// What stands in `up` or `down`.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// A place for a person to fill in, as lines of comments.
    Place(Vec<String>),
    Statement(Expression),
}

impl Body {
    /// The way forward of `plans`, one for each backend.
    pub(super) fn up(plans: &[&Plan]) -> Self {
        Self::new("up", "UP", plans, |plan| &plan.up)
    }

    /// The way back of `plans`, one for each backend.
    pub(super) fn down(plans: &[&Plan]) -> Self {
        Self::new("down", "DOWN", plans, |plan| &plan.down)
    }

    fn new(
        name: &'static str,
        constant: &'static str,
        plans: &[&Plan],
        changes: fn(&Plan) -> &[Change],
    ) -> Self {
        let batches = plans.iter().map(|plan| changes(plan));
        let batch = batches
            .filter(|changes| rebuild::is_batch(changes))
            .map(|changes| batch::constant(constant, changes))
            .collect::<String>();
        let mut body = Self {
            name,
            is_idle: false,
            parts: vec![],
            whole: None,
            batch,
            uses_helpers: false,
            parts_ways: false,
        };
        if let ([_], false) = (plans, body.batch.is_empty()) {
            body.whole = Some(constant);
            return body;
        }
        let lists: Vec<Vec<Step>> = plans
            .iter()
            .map(|plan| match rebuild::is_batch(changes(plan)) {
                true => vec![whole(constant)],
                false => steps(changes(plan), plan.dialect),
            })
            .collect();
        let mut statements = lists.iter().flatten().filter_map(Step::statement);
        body.is_idle = statements.clone().next().is_none();
        body.uses_helpers = statements.any(uses_helper);
        for stretch in together::stretches(&lists) {
            body.parts.push(match stretch {
                Stretch::Common(step) => step.laid_out(IN_METHOD),
                Stretch::Parted(groups) => {
                    body.parts_ways = true;
                    parted(&groups, plans)
                }
            });
        }
        body
    }
}

impl Step {
    fn statement(&self) -> Option<&Expression> {
        match self {
            Step::Place(_) => None,
            Step::Statement(statement) => Some(statement),
        }
    }

    fn laid_out(&self, indent: usize) -> String {
        match self {
            Step::Place(lines) => lines.join(&format!("\n{}", " ".repeat(indent))),
            Step::Statement(statement) => layout::statement(statement, indent) + ";",
        }
    }
}

/// A `match` with an arm for each group of backends.
fn parted(groups: &[(Vec<usize>, Vec<Step>)], plans: &[&Plan]) -> String {
    let backend = |at: &usize| match plans[*at].dialect {
        Dialect::Postgres => "DbBackend::Postgres",
        Dialect::MySql | Dialect::MariaDb => "DbBackend::MySql",
        Dialect::Sqlite => "DbBackend::Sqlite",
    };
    let mut text = "match manager.get_database_backend() {\n".to_owned();
    for (places, steps) in groups {
        let backends: Vec<_> = places.iter().map(backend).collect();
        let steps: Vec<_> = steps.iter().map(|step| step.laid_out(IN_ARM)).collect();
        let margin = " ".repeat(IN_ARM);
        let block = match steps.is_empty() {
            true => "{}".to_owned(),
            false => format!(
                "{{\n{margin}{}\n            }}",
                steps.join(&format!("\n\n{margin}"))
            ),
        };
        text += &format!("            {} => {block}\n", backends.join(" | "));
    }
    text += "            other => {\n                \
             return Err(DbErr::Migration(format!(\"not written for {other:?}\")));\n            }\n        }";
    text
}

/// The statement that runs the constant as a whole.
fn whole(constant: &str) -> Step {
    let arguments = vec![word("manager"), word(constant)];
    Step::Statement(call("all_or_nothing", arguments).awaited())
}

fn steps(changes: &[Change], dialect: Dialect) -> Vec<Step> {
    let of_change = |change| {
        let place = fill::place(change).into_iter().map(Step::Place);
        let statements = statement::statements(change, dialect).into_iter();
        place.chain(statements.map(Step::Statement))
    };
    changes.iter().flat_map(of_change).collect()
}

/// Whether one of sea-orm-migration's column helpers stands in the expression.
fn uses_helper(expression: &Expression) -> bool {
    match expression {
        Expression::Word(_) => false,
        Expression::Array(parts) | Expression::Tuple(parts) => parts.iter().any(uses_helper),
        Expression::Call(function, arguments) => {
            !(function.contains("::") || function == "all_or_nothing")
                || arguments.iter().any(uses_helper)
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
