//! `refresh`: reverses and applies everything, as sea-orm-migration's own command line does.

use crate::{
    Context, Error, Outcome,
    commands::{down::down, up::up},
    consent::Consent,
    output,
    session::{Session, Waiting},
};

/// Reverse all applied migrations, then apply all migrations
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
    output::progress(format!("reversed {}", super::count(done)));
    up(&session, None).await
}
