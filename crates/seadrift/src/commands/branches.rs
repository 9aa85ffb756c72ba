//! `branches`: where the history forks.

use crate::{
    Context, Error, Outcome, graph,
    listing::{self, Standing},
    output,
};

/// List the revisions that several others revise, with those; needs no database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(context: &Context, _: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let standing = Standing::default();
    let points = graph.branch_points();
    for (at, node) in points.iter().enumerate() {
        if context.options.verbose {
            super::print_apart(at, listing::details(&graph, node, &standing));
        } else {
            output::result(listing::line(&graph, node, &standing));
        }
        for child in graph.children(node) {
            output::result(format!("  -> {}", listing::name(&graph, child, &standing)));
        }
    }
    if points.is_empty() {
        output::progress("no revision is revised by several others");
    }
    Ok(Outcome::Done)
}
