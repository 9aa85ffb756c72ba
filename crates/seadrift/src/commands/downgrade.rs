//! `downgrade`: reverses migrations.

use seadrift_runner::{Direction, Symbol};

use super::way;
use crate::{Context, Error, Outcome};

/// Reverse applied migrations, the newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `base`, `-N`, or a revision, which itself stays applied; with `--sql` always `FROM:TO`
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    pub target: Symbol,

    #[command(flatten)]
    pub options: way::Options,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    way::go(
        context,
        &arguments.target,
        &arguments.options,
        Direction::Down,
    )
    .await
}
