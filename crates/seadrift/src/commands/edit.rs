//! `edit`: opens the file of a revision.

use std::{env, process::Command};

use seadrift_runner::Symbol;

use crate::{Context, Error, Outcome, graph, output};

/// Open the file of a revision in the editor that `VISUAL` or `EDITOR` names
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The revision; one that is counted from where the database stands asks the database
    #[arg(value_name = "REV", default_value = "head", allow_hyphen_values = true)]
    revision: Symbol,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let applied = super::applied_for(context, arguments.revision.needs_database()).await?;
    let revisions = arguments.revision.revisions(&graph, applied.as_deref())?;
    let nodes = revisions.iter().filter_map(|name| graph.get(name));
    let paths: Option<Vec<_>> = nodes.map(|node| node.path.clone()).collect();
    let Some(paths) = paths else {
        return Err(Error::NoSource(revisions));
    };
    if paths.is_empty() {
        output::progress(format!(
            "`{}` is before the first revision",
            arguments.revision
        ));
        return Ok(Outcome::Done);
    }
    let variables = ["VISUAL", "EDITOR"].into_iter();
    let mut named = variables.filter_map(|name| env::var(name).ok());
    let editor = named.find(|editor| !editor.trim().is_empty());
    let editor = editor.ok_or(Error::NoEditor)?;
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    let ended = command.args(words).args(paths).status();
    let problem = match ended {
        Ok(status) if status.success() => return Ok(Outcome::Done),
        Ok(status) => format!("ended with {status}"),
        Err(error) => format!("cannot be started: {error}"),
    };
    Err(Error::Editor { editor, problem })
}
