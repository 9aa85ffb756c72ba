//! `show`: all that is known of a revision.

use seadrift_runner::Symbol;

use crate::{
    Context, Error, Outcome, graph,
    listing::{self, Standing},
    output,
};

/// Show all that is known of a revision
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The revision; one that is counted from where the database stands asks the database
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    revision: Symbol,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let applied = super::applied_for(context, arguments.revision.needs_database()).await?;
    let revisions = arguments.revision.revisions(&graph, applied.as_deref())?;
    let nodes = revisions.iter().filter_map(|name| graph.get(name));
    for (at, node) in nodes.enumerate() {
        super::print_apart(at, listing::details(&graph, node, &Standing::default()));
    }
    if revisions.is_empty() {
        output::progress(format!(
            "`{}` is before the first revision",
            arguments.revision
        ));
    }
    Ok(Outcome::Done)
}
