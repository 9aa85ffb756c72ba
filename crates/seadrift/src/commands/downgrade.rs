//! `downgrade`: reverses migrations.

use seadrift_runner::{Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    graph, output,
};

/// Reverse applied migrations, the newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `base`, `-N`, or a revision, which itself stays applied
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    target: Symbol,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let graph = graph::read(context)?;
    let progress = |progress: Progress<'_>| {
        if let Progress::Starts { revision, .. } = progress {
            output::progress(format!("downgrading {revision}"));
        }
    };
    let (migrations, target) = (&context.migrations, &arguments.target);
    let done = seadrift_runner::downgrade(&db, migrations, &graph, target, progress).await?;
    let status = seadrift_runner::status(&db, &context.migrations).await?;
    let place = status.applied().pop().unwrap_or_else(|| "base".to_owned());
    output::result(match done.len() {
        0 => "nothing to reverse".to_owned(),
        steps => format!("reversed {}, now at {place}", super::count(steps)),
    });
    Ok(Outcome::Done)
}
