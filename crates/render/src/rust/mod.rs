//! A plan as the source of a migration, which depends on sea-orm-migration alone.

mod batch;
mod body;
mod column;
mod fill;
mod layout;
mod statement;
mod together;

use std::collections::BTreeSet;

use askama::Template;
use body::Body;
use seadrift_plan::{Hazard, Plan};
use seadrift_schema::{Change, Dialect};
use together::Stretch;

use crate::text;

/// What stands in the head of a migration beside its plan.
#[derive(Debug, Clone)]
pub struct Head<'a> {
    /// The message, in one line.
    pub message: &'a str,
    /// The name of the revision, which is the file's without `.rs`.
    pub revision: &'a str,
    /// The revisions that it comes after: none for the first, several for one that joins them.
    pub revises: &'a [String],
    /// Revisions of other branches that have to be there before it.
    pub depends_on: &'a [String],
    /// The names of the branch that it starts.
    pub labels: &'a [String],
    /// When it was made: `2026-11-20 11:05:00 UTC`.
    pub created: &'a str,
    /// What the plan was compared with: `PostgreSQL 15.19`. None for an empty revision.
    pub server: Option<&'a str>,
    /// What was answered about renames, as the command line takes it.
    pub answers: &'a [String],
    /// The codes of the hazards that somebody let pass.
    pub allowed: &'a [&'a str],
    /// Whether the plans were tried out, a line for each. None for an empty revision.
    pub verifications: &'a [String],
    /// The sea-orm-migration that the file is for.
    pub api: Api,
}

/// A sea-orm-migration that files may be for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Api {
    /// 1.x, where a migration has no say in whether it runs in a transaction: on PostgreSQL it does, elsewhere it does not.
    V1,
    /// 2.x.
    #[default]
    V2,
}

#[derive(Template)]
#[template(path = "migration.rs.jinja", escape = "none")]
struct Migration<'a> {
    message: String,
    revision: &'a str,
    revises: String,
    depends_on: String,
    labels: String,
    created: &'a str,
    server: &'a str,
    answers: Vec<String>,
    allowed: String,
    version: &'a str,
    changes: Vec<String>,
    hazards: Vec<String>,
    verifications: &'a [String],
    imports: &'a str,
    outside_transaction: &'a [&'a str],
    has_batch: bool,
    is_v1: bool,
    bodies: [Body; 2],
}

/// The source of the migration for `plans`, which bring databases of different backends to the same entities, one each; with
/// none, of a migration that a person fills in.
pub fn migration(plans: &[&Plan], head: &Head<'_>) -> String {
    let (up, down) = (Body::up(plans), Body::down(plans));
    let uses_helpers = up.uses_helpers || down.uses_helpers || plans.is_empty();
    let parts_ways = up.parts_ways || down.parts_ways;
    let migration = Migration {
        message: one_line(head.message),
        revision: head.revision,
        revises: match head.revises {
            [] => "nothing".to_owned(),
            names => names.join(", "),
        },
        depends_on: head.depends_on.join(", "),
        labels: head.labels.join(", "),
        created: head.created,
        server: head.server.unwrap_or_default(),
        answers: head.answers.iter().map(|answer| one_line(answer)).collect(),
        allowed: head.allowed.join(", "),
        version: env!("CARGO_PKG_VERSION"),
        changes: changes(plans).iter().map(|line| one_line(line)).collect(),
        hazards: hazards(plans)
            .iter()
            .map(|hazard| one_line(&hazard.to_string()))
            .collect(),
        verifications: head.verifications,
        imports: match (uses_helpers, parts_ways) {
            (true, true) => "{prelude::*, schema::*, sea_orm::DbBackend}",
            (true, false) => "{prelude::*, schema::*}",
            (false, true) => "{prelude::*, sea_orm::DbBackend}",
            (false, false) => "prelude::*",
        },
        outside_transaction: match head.api {
            Api::V1 => &[],
            Api::V2 => outside_transaction(plans),
        },
        is_v1: head.api == Api::V1,
        has_batch: !up.batch.is_empty(),
        bodies: [up, down],
    };
    // Writing to a string cannot fail.
    migration.render().unwrap_or_default()
}

/// The changes of `plans` in words, each said once. What concerns some of the backends alone says which.
pub fn changes(plans: &[&Plan]) -> Vec<String> {
    // What is the same change may have other words on each backend: the first one's are used for all.
    let Some(first) = plans.first().map(|plan| plan.dialect) else {
        return vec![];
    };
    let lines = |plan: &&Plan| -> Vec<Line> {
        let lines = |change| {
            let shared = text::lines(change, first).into_iter();
            let own = text::lines(change, plan.dialect).into_iter();
            shared.zip(own).map(|(shared, own)| Line { shared, own })
        };
        plan.up.iter().flat_map(lines).collect()
    };
    let marked = |line: &mut Line, only_on: &str| line.shared = format!("{}{only_on}", line.own);
    let lines = said_once(plans, lines, marked);
    lines.into_iter().map(|line| line.shared).collect()
}

/// A change in words.
#[derive(Clone)]
struct Line {
    /// The first backend's.
    shared: String,
    /// Its own backend's.
    own: String,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.shared == other.shared || self.own == other.own
    }
}

/// The hazards of `plans`, each said once. What concerns some of the backends alone says which.
pub fn hazards(plans: &[&Plan]) -> Vec<Hazard> {
    let hazards = |plan: &&Plan| plan.hazards.clone();
    said_once(plans, hazards, |hazard, only_on| hazard.effect += only_on)
}

fn said_once<T: PartialEq + Clone>(
    plans: &[&Plan],
    list: impl Fn(&&Plan) -> Vec<T>,
    mark: impl Fn(&mut T, &str),
) -> Vec<T> {
    let lists: Vec<_> = plans.iter().map(list).collect();
    let mut said: Vec<(T, BTreeSet<usize>)> = vec![];
    let mut say = |item: T, on: BTreeSet<usize>| {
        // What comes at another place on another backend is the same all the same.
        let is_it = |(known, known_on): &&mut (T, BTreeSet<usize>)| {
            *known == item && known_on.is_disjoint(&on)
        };
        match said.iter_mut().find(is_it) {
            Some((_, known_on)) => known_on.extend(on),
            None => said.push((item, on)),
        }
    };
    for stretch in together::stretches(&lists) {
        match stretch {
            Stretch::Common(item) => say(item, (0..plans.len()).collect()),
            Stretch::Parted(groups) => {
                for (places, items) in groups {
                    for item in items {
                        say(item, places.iter().copied().collect());
                    }
                }
            }
        }
    }
    let marked = said.into_iter().map(|(mut item, on)| {
        if on.len() < plans.len() {
            let names: Vec<_> = on.iter().map(|at| plans[*at].dialect.name()).collect();
            mark(&mut item, &format!(" [{}]", names.join(", ")));
        }
        item
    });
    marked.collect()
}

/// Why the migration runs outside a transaction, in lines; none where it need not. By itself, only PostgreSQL's run in one.
fn outside_transaction(plans: &[&Plan]) -> &'static [&'static str] {
    let needs_it = |dialect| {
        let mut its = plans.iter().filter(|plan| plan.dialect == dialect);
        its.find(|plan| plan.outside_transaction)
    };
    if let Some(plan) = needs_it(Dialect::Postgres) {
        match is_concurrent(plan) {
            true => &[
                "PostgreSQL makes and drops an index while others write only outside of a transaction.",
                "A run that fails may leave an index that is not valid. It is dropped first, so run it again.",
            ],
            false => &[
                "PostgreSQL takes a new enum value as a default only once the value is committed.",
            ],
        }
    } else if needs_it(Dialect::Sqlite).is_some() && plans.len() == 1 {
        &["SQLite switches foreign keys off only outside of a transaction."]
    } else {
        &[]
    }
}

/// Whether it makes or drops indexes while others write.
fn is_concurrent(plan: &Plan) -> bool {
    plan.up.iter().any(|change| {
        matches!(
            change,
            Change::CreateIndexConcurrently { .. }
                | Change::DropIndexConcurrently { .. }
                | Change::AlterPrimaryKeyConcurrently { .. }
        )
    })
}

/// `text` without what would end a line of a comment, or stand at its end unseen.
pub(crate) fn one_line(text: &str) -> String {
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
