//! `down`: reverses the last migrations, as sea-orm-migration's own command line does.

use seadrift_runner::Direction;

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    session::{Session, Waiting},
    statements,
};

/// Reverse the last applied migrations in the order of the `Migrator`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many at most
    #[arg(long, short, value_name = "COUNT", default_value = "1")]
    num: usize,

    #[command(flatten)]
    waiting: Waiting,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let session = Session::alone(context, arguments.waiting).await?;
    let done = down(&session, arguments.num).await?;
    super::say_what_was_reversed(&session, done).await
}

/// Reverses what is applied, at most so much of it, and returns how much.
pub(super) async fn down(session: &Session, most: usize) -> Result<usize, Error> {
    let Session { db, migrations } = session;
    let mut steps = seadrift_runner::status(db, migrations)
        .await?
        .known()?
        .applied();
    steps.reverse();
    steps.truncate(most);
    let mut bar = Bar::new("downgrading");
    statements::record();
    let progress = |progress: seadrift_runner::Progress<'_>| bar.show(progress);
    let done = seadrift_runner::run(db, migrations, steps, Direction::Down, progress).await;
    drop(bar);
    Ok(super::explained(db, done).await?.len())
}
