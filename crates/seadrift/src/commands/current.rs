//! `current`: where the database stands.

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    output,
};

/// Show the newest applied revision, and how many are pending
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(context: &Context, _: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let status = seadrift_runner::status(&db, &context.migrations)
        .await?
        .known()?;
    let place = status.applied().pop().unwrap_or_else(|| "base".to_owned());
    output::result(match status.pending().len() {
        0 => format!("{place} (head)"),
        pending => format!("{place} ({pending} pending)"),
    });
    Ok(Outcome::Done)
}
