//! `downgrade`: reverses migrations.

use seadrift_runner::{Direction, Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    database::{self, Url},
    graph, output, statements,
};

/// Reverse applied migrations, the newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `base`, `-N`, or a revision, which itself stays applied
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    target: Symbol,

    /// Say what would run, and run nothing
    #[arg(long)]
    pub dry_run: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let graph = graph::read(context)?;
    let (migrations, target) = (&context.migrations, &arguments.target);
    if arguments.dry_run {
        let direction = Direction::Down;
        let steps = seadrift_runner::plan(&db, migrations, &graph, target, direction).await?;
        super::say_steps(&steps, "reverse");
        return Ok(Outcome::Done);
    }
    let mut bar = Bar::new("downgrading");
    statements::record();
    let progress = |progress: Progress<'_>| bar.show(progress);
    let done = seadrift_runner::downgrade(&db, migrations, &graph, target, progress).await;
    drop(bar);
    let done = super::explained(&db, done).await?;
    let status = seadrift_runner::status(&db, &context.migrations).await?;
    let place = super::place(&graph, &status.applied());
    output::result(match done.len() {
        0 => "nothing to reverse".to_owned(),
        steps => format!("reversed {}, now at {place}", super::count(steps)),
    });
    Ok(Outcome::Done)
}
