//! `stamp`: says what the database has, without running anything.

use seadrift_runner::Symbol;

use crate::{
    Context, Error, Outcome, graph, offline, output,
    session::{Session, Waiting},
};

/// Have the version table say that the database stands at these revisions; nothing is run
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where it stands: `head`, `heads`, `base`, or revisions of several branches. Other branches stay as they are
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<Symbol>,

    /// Forget first what the table says, also what this project does not know
    #[arg(long)]
    purge: bool,

    #[command(flatten)]
    offline: offline::Offline,

    #[command(flatten)]
    waiting: Waiting,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let symbols = &arguments.revisions;
    if arguments.offline.sql {
        return offline::stamp(context, &arguments.offline, symbols, arguments.purge);
    }
    let graph = graph::read(context)?;
    let session = Session::alone(context, arguments.waiting).await?;
    let Session { db, migrations } = &session;
    let stamp = seadrift_runner::stamp(db, migrations, &graph, symbols, arguments.purge).await?;
    for revision in &stamp.remove {
        output::change(&format!("- {revision}"));
    }
    for revision in &stamp.add {
        output::change(&format!("+ {revision}"));
    }
    let applied = seadrift_runner::status(db, migrations).await?.applied();
    let place = super::place(&graph, &applied);
    output::result(match stamp.add.is_empty() && stamp.remove.is_empty() {
        true => format!("nothing to write, at {place}"),
        false => format!("stamped, now at {place}"),
    });
    Ok(Outcome::Done)
}
