//! `history`: the project's revisions.

use seadrift_runner::Node;

use crate::{Context, Error, Outcome, graph, output};

/// List the revisions, newest first; needs no database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(context: &Context, _: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let heads = graph.heads();
    for node in graph.nodes().rev() {
        let head = if heads.contains(&node) { " (head)" } else { "" };
        let message = node.message.as_ref();
        let message = message.map_or(String::new(), |message| format!(", {message}"));
        output::result(format!("{} -> {}{head}{message}", revises(node), node.name));
    }
    if graph.is_empty() {
        output::progress("there are no revisions yet");
    }
    Ok(Outcome::Done)
}

/// What a revision comes after.
fn revises(node: &Node) -> String {
    match &node.revises[..] {
        [] => "base".to_owned(),
        names => names.join(", "),
    }
}
