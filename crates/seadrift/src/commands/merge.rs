//! `merge`: joins heads in a revision that does nothing else.

use std::collections::BTreeMap;

use chrono::Utc;
use seadrift_runner::{Graph, Node, Symbol};

use super::revision::{self, LockFile, Writing, listing::Listing, place::Place};
use crate::{Context, Error, Outcome, graph, hazards::Rules, output, project::Project};

/// Write a revision that joins several heads
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The heads to join; all of them where none are named
    #[arg(value_name = "REV")]
    revisions: Vec<Symbol>,

    /// What is joined, in a few words; the file is named after it
    #[arg(long, short, value_name = "TEXT", default_value = "merge heads")]
    message: String,

    /// Print the file instead of writing it
    #[arg(long)]
    dry_run: bool,

    /// Join revisions that others revise already, too
    #[arg(long)]
    splice: bool,

    /// Name for the branch that goes on from there
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,

    /// Name for the revision and its file, instead of one made of time and message
    #[arg(long, value_name = "NAME")]
    rev_id: Option<String>,
}

pub(crate) fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let graph = graph::of(Some(&project), context.migrations.names())?;
    let heads = graph.heads();
    let mut revises: Vec<String> = vec![];
    for symbol in &arguments.revisions {
        for name in symbol.revisions(&graph, None)? {
            if !revises.contains(&name) {
                revises.push(name);
            }
        }
    }
    if arguments.revisions.is_empty() {
        revises = heads.iter().map(|head| head.name.clone()).collect();
    }
    let is_head = |name: &&String| heads.iter().any(|head| head.name == **name);
    if let Some(inner) = revises.iter().find(|name| !is_head(name))
        && !arguments.splice
    {
        return Err(Error::NotHead(inner.clone()));
    }
    if revises.len() < 2 {
        return Err(Error::NothingToMerge(revises));
    }
    for label in &arguments.branch_label {
        revision::place::check_label(&graph, label)?;
    }
    if let Some(name) = &arguments.rev_id {
        revision::place::check_name(&graph, name)?;
    }
    let lock = LockFile::merged(&project)?;
    say_what_meets(&graph, &revises);
    let writing = Writing {
        context,
        api: revision::api(context, &project)?,
        listing: Listing::of(&project, context.config.format)?,
        project,
        created: Utc::now(),
        zone: context.config.timezone,
        message: &arguments.message,
        dry_run: arguments.dry_run,
        rules: &Rules::default(),
        place: Place {
            revises,
            depends_on: vec![],
            labels: arguments.branch_label.clone(),
            name: arguments.rev_id.clone(),
        },
        replaced: None,
        lock,
    };
    writing.write(None)
}

/// Says which tables and columns more than one side touches, as the heads of their files tell it, and returns whether there are
/// any.
pub(super) fn say_what_meets(graph: &Graph, heads: &[String]) -> bool {
    let mut any = false;
    let heads: Vec<_> = heads.iter().map(String::as_str).collect();
    let sides: Vec<_> = graph
        .sides(&heads)
        .iter()
        .map(|side| touched(side))
        .collect();
    for (at, here) in sides.iter().enumerate() {
        for there in &sides[at + 1..] {
            for (what, lines) in here {
                let Some(others) = there.get(what) else {
                    continue;
                };
                // One of its columns says the same.
                let is_said = |(other, said): (&String, &Vec<String>)| {
                    other != what && said == lines && there.get(other) == Some(others)
                };
                if what.starts_with("table") && here.iter().any(is_said) {
                    continue;
                }
                any = true;
                output::warning(&format!("both sides touch {what}"));
                for line in lines.iter().chain(others) {
                    output::progress(format!("  {line}"));
                }
            }
        }
    }
    any
}

/// What the revisions of a side touch: tables, columns that are touched by themselves, enums; each with the lines that say so.
fn touched(side: &[&Node]) -> BTreeMap<String, Vec<String>> {
    let mut touched: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in side {
        for change in &node.changes {
            for what in objects(change) {
                let line = format!("{}: {change}", node.name);
                touched.entry(what).or_default().push(line);
            }
        }
    }
    touched
}

/// What a line about a change is about.
fn objects(change: &str) -> Vec<String> {
    let mut words = change.split_whitespace().skip(1);
    let (Some(kind), Some(name)) = (words.next(), words.next()) else {
        return vec![];
    };
    let name = name.trim_end_matches(':');
    match kind {
        "column" => {
            let table = name
                .rsplit_once('.')
                .map(|(table, _)| format!("table `{table}`"));
            let column = format!("column `{name}`");
            table.into_iter().chain([column]).collect()
        }
        "enum" | "schema" | "extension" | "domain" => vec![format!("{kind} `{name}`")],
        // An index, a key or a right is its table's.
        _ => vec![format!("table `{name}`")],
    }
}
