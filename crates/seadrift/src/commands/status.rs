//! `status`: which migrations are applied, as sea-orm-migration's own command line has it.

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    output,
};

/// List the migrations in the order of the `Migrator`, each with whether it is applied
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) async fn run(context: &Context, _: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let status = seadrift_runner::status(&db, &context.migrations)
        .await?
        .known()?;
    for revision in &status.revisions {
        let state = if revision.applied {
            "Applied"
        } else {
            "Pending"
        };
        output::result(format!("Migration '{}'... {state}", revision.name));
    }
    Ok(Outcome::Done)
}
