//! `reset`: reverses everything, as sea-orm-migration's own command line does.

use seadrift_runner::drop_version_table;

use crate::{
    Context, Error, Outcome,
    commands::down::down,
    consent::Consent,
    output,
    session::{Session, Waiting},
};

/// Reverse all applied migrations, and drop the version table
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    consent: Consent,

    #[command(flatten)]
    waiting: Waiting,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    arguments.consent.to(context, "reverse all migrations")?;
    let session = Session::alone(context, arguments.waiting).await?;
    let done = down(&session, usize::MAX).await?;
    drop_version_table(&session.db, &session.migrations).await?;
    output::result(format!("reversed {}, now at base", super::count(done)));
    Ok(Outcome::Done)
}
