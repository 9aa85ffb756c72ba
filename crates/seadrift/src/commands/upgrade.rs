//! `upgrade`: applies migrations.

use seadrift_runner::Target;

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    output,
};

/// Apply pending migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `head`, `+N`, or a revision by a unique start of its name or slug
    #[arg(value_name = "REV", default_value = "head")]
    target: Target,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let db = database::connect(context, &Url::of(context)?).await?;
    let before = |revision: &str| output::progress(format!("upgrading {revision}"));
    let done =
        seadrift_runner::upgrade(&db, &context.migrations, &arguments.target, before).await?;
    output::result(match done.last() {
        Some(revision) => format!("applied {}, now at {revision}", super::count(done.len())),
        None => "nothing to apply".to_owned(),
    });
    Ok(Outcome::Done)
}
