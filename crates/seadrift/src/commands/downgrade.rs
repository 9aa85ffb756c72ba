//! `downgrade`: reverses migrations.

use seadrift_runner::{Direction, Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    database::{self, Url},
    graph, offline,
    session::{Session, Waiting},
    statements,
};

/// Reverse applied migrations, the newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to go: `base`, `-N`, or a revision, which itself stays applied; with `--sql` always `FROM:TO`
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    target: Symbol,

    /// Say what would run, and run nothing
    #[arg(long, conflicts_with = "sql")]
    pub dry_run: bool,

    #[command(flatten)]
    offline: offline::Offline,

    #[command(flatten)]
    waiting: Waiting,
}

impl Args {
    /// Where to go, where that is all that is asked for.
    pub(crate) fn plain_target(&self) -> Option<&Symbol> {
        let is_plain = !self.offline.sql && !self.dry_run && self.waiting == Waiting::default();
        is_plain.then_some(&self.target)
    }
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let Args {
        target,
        offline,
        waiting,
        ..
    } = arguments;
    if offline.sql {
        let range = target.to_string();
        return offline::run(context, offline, &range, Direction::Down, *waiting).await;
    }
    let graph = graph::read(context)?;
    if arguments.dry_run {
        let db = database::connect(context, &Url::of(context)?).await?;
        let (migrations, direction) = (&context.migrations, Direction::Down);
        let steps = seadrift_runner::plan(&db, migrations, &graph, target, direction).await?;
        super::say_steps(&steps, "reverse");
        return Ok(Outcome::Done);
    }
    let session = Session::alone(context, *waiting).await?;
    let Session { db, migrations } = &session;
    let mut bar = Bar::new("downgrading");
    statements::record();
    let progress = |progress: Progress<'_>| bar.show(progress);
    let done = seadrift_runner::downgrade(db, migrations, &graph, target, progress).await;
    drop(bar);
    let done = super::explained(db, done).await?;
    super::say_where(&session, &graph, done.len(), "reverse", "reversed").await
}
