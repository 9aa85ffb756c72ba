//! `fresh`: starts over with an empty database, as sea-orm-migration's own command line does.

use seadrift_runner::drop_everything;

use crate::{
    Context, Error, Outcome,
    commands::up::up,
    consent::Consent,
    session::{Session, Waiting},
};

/// Drop all tables of the database, then apply all migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    waiting: Waiting,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    arguments.consent.to(context, "drop all tables")?;
    let session = Session::alone(context, arguments.waiting).await?;
    drop_everything(&session.db, &session.migrations).await?;
    up(&session, None).await
}
