//! `upgrade`: applies migrations.

use seadrift_runner::{Direction, Symbol};

use super::way;
use crate::{Context, Error, Outcome};

/// Apply pending migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `head`, `+N`, or a revision by a unique start of its name or slug; with `--sql` also `FROM:TO`
    #[arg(value_name = "REV", default_value = "head")]
    pub target: Symbol,

    #[command(flatten)]
    pub options: way::Options,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    way::go(
        context,
        &arguments.target,
        &arguments.options,
        Direction::Up,
    )
    .await
}
