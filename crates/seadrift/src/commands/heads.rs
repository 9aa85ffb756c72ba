//! `heads`: the newest revisions.

use crate::{
    Context, Error, Outcome, graph,
    listing::{self, Standing},
    output,
};

/// List the revisions that no other revises; needs no database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out those that others depend on
    #[arg(long)]
    resolve_dependencies: bool,
}

pub(crate) fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let heads = match arguments.resolve_dependencies {
        true => graph.effective_heads(),
        false => graph.heads(),
    };
    let standing = Standing::default();
    for (at, node) in heads.iter().enumerate() {
        if context.options.verbose {
            super::print_apart(at, listing::details(&graph, node, &standing));
        } else {
            let message = node.message.as_ref();
            let message = message.map_or(String::new(), |message| format!(", {message}"));
            let name = listing::name(&graph, node, &standing);
            output::result(format!("{name}{message}"));
        }
    }
    if graph.is_empty() {
        output::progress("there are no revisions yet");
    }
    Ok(Outcome::Done)
}
