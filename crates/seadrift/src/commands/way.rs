//! What `upgrade` and `downgrade` have in common: one way or the other through the graph.

use seadrift_runner::{Direction, Progress, Symbol};

use crate::{
    Context, Error, Outcome,
    bar::Bar,
    database::{self, Url},
    graph, head, offline, output,
    project::{self, Project},
    session::{Session, Waiting},
    statements,
};

/// How to go.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Say what would run, and run nothing
    #[arg(long, conflicts_with = "sql")]
    pub dry_run: bool,

    #[command(flatten)]
    offline: offline::Offline,

    #[command(flatten)]
    waiting: Waiting,
}

impl Options {
    /// Whether nothing is asked for but to go.
    pub(crate) fn are_plain(&self) -> bool {
        !self.offline.sql && !self.dry_run && self.waiting == Waiting::default()
    }
}

/// What is done to revisions, in words.
pub(super) struct Words {
    pub verb: &'static str,
    pub done: &'static str,
    pub going: &'static str,
}

/// The words for a direction.
pub(super) fn words(direction: Direction) -> Words {
    match direction {
        Direction::Up => Words {
            verb: "apply",
            done: "applied",
            going: "upgrading",
        },
        Direction::Down => Words {
            verb: "reverse",
            done: "reversed",
            going: "downgrading",
        },
    }
}

/// Goes to `target`, says what that would take, or prints it as SQL.
pub(super) async fn go(
    context: &Context,
    target: &Symbol,
    options: &Options,
    direction: Direction,
) -> Result<Outcome, Error> {
    if options.offline.sql {
        let range = target.to_string();
        return offline::run(
            context,
            &options.offline,
            &range,
            direction,
            options.waiting,
        )
        .await;
    }
    let graph = graph::read(context)?;
    if options.dry_run {
        let db = database::connect(context, &Url::of(context)?).await?;
        let migrations = &context.migrations;
        let steps = seadrift_runner::plan(&db, migrations, &graph, target, direction).await?;
        say_steps(&steps, words(direction).verb);
        return Ok(Outcome::Done);
    }
    let session = Session::alone(context, options.waiting).await?;
    let (db, migrations) = (&session.db, &session.migrations);
    let steps = seadrift_runner::plan(db, migrations, &graph, target, direction).await?;
    let done = run(&session, steps, direction).await;
    let done = done.map_err(|error| on_its_engine(context, error))?;
    say_where(&session, done.len(), direction, |applied| {
        super::place(&graph, applied)
    })
    .await
}

/// `error`, with the engine that the revision was written for where it ran on another.
fn on_its_engine(context: &Context, mut error: Error) -> Error {
    if let Error::Stopped {
        source,
        written_for,
        ..
    } = &mut error
        && let seadrift_runner::Error::Step { revision, .. } = &**source
        && let (Ok(url), Ok(project)) = (Url::of(context), Project::find(&context.options))
        && let Ok(head) = project::read(&project.file(revision))
    {
        *written_for = head::written_for(&head, url.dialect());
    }
    error
}

/// Runs `steps`, shows how far it is, and returns what was done.
pub(super) async fn run(
    session: &Session,
    steps: Vec<String>,
    direction: Direction,
) -> Result<Vec<String>, Error> {
    let Session { db, migrations } = session;
    let mut bar = Bar::new(words(direction).going);
    statements::record();
    let progress = |progress: Progress<'_>| bar.show(progress);
    let done = seadrift_runner::run(db, migrations, steps, direction, progress).await;
    drop(bar);
    super::explained(db, done).await
}

/// Says how many revisions were applied or reversed, and where that led: `place` says it of what is applied.
pub(super) async fn say_where(
    session: &Session,
    steps: usize,
    direction: Direction,
    place: impl Fn(&[String]) -> String,
) -> Result<Outcome, Error> {
    let Words { verb, done, .. } = words(direction);
    output::result(match steps {
        0 => format!("nothing to {verb}"),
        steps => {
            let status = seadrift_runner::status(&session.db, &session.migrations).await?;
            let place = place(&status.applied());
            format!("{done} {}, now at {place}", super::count(steps))
        }
    });
    Ok(Outcome::Done)
}

/// The place of a database in the order of the `Migrator`.
pub(super) fn newest(applied: &[String]) -> String {
    applied.last().map_or("base", String::as_str).to_owned()
}

/// Says what would run, in order.
fn say_steps(steps: &[String], verb: &str) {
    for step in steps {
        output::result(format!("would {verb} {step}"));
    }
    if steps.is_empty() {
        output::result(format!("nothing to {verb}"));
    }
}
