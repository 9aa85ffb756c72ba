//! `upgrade`: applies migrations.

use seadrift_runner::{Direction, Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    database::{self, Url},
    graph, output, statements,
};

/// Apply pending migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `head`, `+N`, or a revision by a unique start of its name or slug
    #[arg(value_name = "REV", default_value = "head")]
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
        let direction = Direction::Up;
        let steps = seadrift_runner::plan(&db, migrations, &graph, target, direction).await?;
        super::say_steps(&steps, "apply");
        return Ok(Outcome::Done);
    }
    let mut bar = Bar::new("upgrading");
    statements::record();
    let progress = |progress: Progress<'_>| bar.show(progress);
    let done = seadrift_runner::upgrade(&db, migrations, &graph, target, progress).await;
    drop(bar);
    let done = super::explained(&db, done).await?;
    let status = seadrift_runner::status(&db, migrations).await?;
    let place = super::place(&graph, &status.applied());
    output::result(match done.len() {
        0 => "nothing to apply".to_owned(),
        steps => format!("applied {}, now at {place}", super::count(steps)),
    });
    Ok(Outcome::Done)
}
