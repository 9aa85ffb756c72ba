//! `down`: reverses the last migrations, as sea-orm-migration's own command line does.

use seadrift_runner::Direction;

use super::way;
use crate::{
    Context, Error, Outcome,
    session::{Session, Waiting},
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
    way::say_where(&session, done, Direction::Down, way::newest).await
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
    Ok(way::run(session, steps, Direction::Down).await?.len())
}
