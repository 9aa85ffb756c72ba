//! `history`: the project's revisions.

use crate::{Context, Error, Outcome, output, project::Project};

/// List the revisions, newest first; needs no database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(context: &Context, _: &Args) -> Result<Outcome, Error> {
    // A deployed program has no sources; then the messages are missing and nothing else.
    let project = Project::find(&context.options).ok();
    let revisions = context.migrations.names();
    for (at, revision) in revisions.iter().enumerate().rev() {
        let revises = if at == 0 { "base" } else { &revisions[at - 1] };
        let head = if at + 1 == revisions.len() {
            " (head)"
        } else {
            ""
        };
        let message = project
            .as_ref()
            .and_then(|project| project.message(revision));
        let message = message.map_or(String::new(), |message| format!(", {message}"));
        output::result(format!("{revises} -> {revision}{head}{message}"));
    }
    if revisions.is_empty() {
        output::progress("there are no revisions yet");
    }
    Ok(Outcome::Done)
}
