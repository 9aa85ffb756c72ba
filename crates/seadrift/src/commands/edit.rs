//! `edit`: opens the file of a revision.

use std::{env, process::Command};

use seadrift_runner::Symbol;

use crate::{
    Context, Error, Outcome, graph, output,
    project::{Project, shown},
};

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
    let project = Project::find(&context.options).ok();
    let none = || Error::NoSource(revisions.clone());
    let mut paths = vec![];
    for name in &revisions {
        let place = project.as_ref().and_then(|project| project.place(name));
        paths.extend(place.ok_or_else(none)?.paths());
    }
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
    let ended = command
        .args(words)
        .args(paths.iter().map(|path| shown(path)))
        .status();
    let problem = match ended {
        Ok(status) if status.success() => return Ok(Outcome::Done),
        Ok(status) => format!("ended with {status}"),
        Err(error) => format!("cannot be started: {error}"),
    };
    Err(Error::Editor { editor, problem })
}
