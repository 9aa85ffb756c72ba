//! `up`: applies the next migrations, as sea-orm-migration's own command line does.

use seadrift_runner::Direction;

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    session::{Session, Waiting},
    statements,
};

/// Apply the next pending migrations in the order of the `Migrator`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many at most, instead of all
    #[arg(long, short, value_name = "COUNT")]
    num: Option<usize>,

    #[command(flatten)]
    waiting: Waiting,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let session = Session::alone(context, arguments.waiting).await?;
    up(&session, arguments.num).await
}

/// Applies what is pending, or as many of it, and says so.
pub(super) async fn up(session: &Session, most: Option<usize>) -> Result<Outcome, Error> {
    let Session { db, migrations } = session;
    let mut steps = seadrift_runner::status(db, migrations)
        .await?
        .known()?
        .pending();
    steps.truncate(most.unwrap_or(usize::MAX));
    let mut bar = Bar::new("upgrading");
    statements::record();
    let progress = |progress: seadrift_runner::Progress<'_>| bar.show(progress);
    let done = seadrift_runner::run(db, migrations, steps, Direction::Up, progress).await;
    drop(bar);
    Ok(super::say_what_was_applied(
        &super::explained(db, done).await?,
    ))
}
