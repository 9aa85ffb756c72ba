//! `history`: the project's revisions.

use std::io::{IsTerminal, stdout};

use seadrift_runner::{Node, Range};

use crate::{
    Context, Error, Outcome,
    drawing::{self, Drawn},
    graph,
    listing::{self, Standing},
    output,
};

/// List the revisions, newest first; needs no database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only those from one revision to another, both included: `A:B`, `A:`, `:B`. An end that is counted from where the
    /// database stands, as `-2:current`, asks the database
    #[arg(long, short, value_name = "FROM:TO", allow_hyphen_values = true)]
    rev_range: Option<Range>,

    /// Ask the database, and mark what is applied
    #[arg(long, short)]
    indicate_current: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let range = arguments.rev_range.as_ref();
    let is_counted = range.is_some_and(Range::needs_database);
    let applied = super::applied_for(context, arguments.indicate_current || is_counted).await?;
    let nodes: Vec<&Node> = match range {
        Some(range) => {
            let names = range.revisions(&graph, applied.as_deref())?;
            names
                .iter()
                .filter_map(|name| graph.get(name))
                .rev()
                .collect()
        }
        None => graph.nodes().rev().collect(),
    };
    let standing = Standing {
        applied: applied.filter(|_| arguments.indicate_current),
    };
    let lines = |node: &&Node| match context.options.verbose {
        true => listing::details(&graph, node, &standing),
        false => vec![listing::line(&graph, node, &standing)],
    };
    if stdout().is_terminal() {
        let place = |name: &String| nodes.iter().position(|node| node.name == *name);
        let drawn: Vec<_> = nodes
            .iter()
            .map(|node| Drawn {
                lines: lines(node),
                parents: node.revises.iter().filter_map(place).collect(),
            })
            .collect();
        for line in drawing::draw(&drawn) {
            output::result(line);
        }
    } else {
        for (at, node) in nodes.iter().enumerate() {
            match context.options.verbose {
                true => super::print_apart(at, lines(node)),
                false => lines(node).iter().for_each(output::result),
            }
        }
    }
    if graph.is_empty() {
        output::progress("there are no revisions yet");
    }
    Ok(Outcome::Done)
}
