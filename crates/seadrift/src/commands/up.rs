//! `up`: applies the next migrations, as sea-orm-migration's own command line does.

use seadrift_runner::Direction;

use super::way;
use crate::{
    Context, Error, Outcome,
    session::{Session, Waiting},
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
    let done = way::run(session, steps, Direction::Up).await?;
    way::say_where(session, done.len(), Direction::Up, way::newest).await
}
