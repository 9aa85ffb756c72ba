//! `generate`: writes an empty migration, as sea-orm-migration's own command line does.

use crate::{Context, Error, Outcome, commands::revision, config::Zone};

/// Write a new, empty migration
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the migration
    #[arg(value_name = "NAME")]
    name: String,

    /// Name the file by universal time, whatever `seadrift.toml` says
    #[arg(long, conflicts_with = "local_time")]
    universal_time: bool,

    /// Name the file by the machine's own time
    #[arg(long)]
    local_time: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let zone = match (arguments.universal_time, arguments.local_time) {
        (true, _) => Some(Zone::Utc),
        (false, true) => Some(Zone::Local),
        (false, false) => None,
    };
    revision::run(context, &revision::Args::empty(&arguments.name, zone)).await
}
