//! `upgrade`: applies migrations.

use seadrift_runner::{Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    graph, output,
};

/// Apply pending migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `head`, `+N`, or a revision by a unique start of its name or slug
    #[arg(value_name = "REV", default_value = "head")]
    target: Symbol,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let graph = graph::read(context)?;
    let progress = |progress: Progress<'_>| {
        if let Progress::Starts { revision, .. } = progress {
            output::progress(format!("upgrading {revision}"));
        }
    };
    let (migrations, target) = (&context.migrations, &arguments.target);
    let done = seadrift_runner::upgrade(&db, migrations, &graph, target, progress).await?;
    output::result(match done.last() {
        Some(revision) => format!("applied {}, now at {revision}", super::count(done.len())),
        None => "nothing to apply".to_owned(),
    });
    Ok(Outcome::Done)
}
