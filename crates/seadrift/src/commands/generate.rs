//! `generate`: writes an empty migration, as sea-orm-migration's own command line does.

use crate::{Context, Error, Outcome, commands::revision};

/// Write a new, empty migration
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the migration
    #[arg(value_name = "NAME")]
    name: String,

    /// Name the file by universal time, as always
    #[arg(long)]
    universal_time: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    revision::run(context, &revision::Args::empty(&arguments.name)).await
}
