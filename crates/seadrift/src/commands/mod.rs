//! The verbs, one file each: what it takes, and what it does.

pub(crate) mod branches;
pub(crate) mod check;
pub(crate) mod current;
pub(crate) mod diff;
pub(crate) mod down;
pub(crate) mod downgrade;
pub(crate) mod edit;
pub(crate) mod fresh;
pub(crate) mod generate;
pub(crate) mod heads;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod lock;
pub(crate) mod merge;
pub(crate) mod rebase;
pub(crate) mod refresh;
pub(crate) mod reset;
pub(crate) mod revision;
pub(crate) mod show;
pub(crate) mod stamp;
pub(crate) mod status;
pub(crate) mod up;
pub(crate) mod upgrade;

use sea_orm::{DatabaseConnection, DbBackend};
use seadrift_runner::Graph;

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    output,
    session::Session,
    statements,
};

/// What the database has, where that is wanted.
async fn applied_for(context: &Context, is_wanted: bool) -> Result<Option<Vec<String>>, Error> {
    if !is_wanted {
        return Ok(None);
    }
    let db = database::connect(context, &Url::of(context)?).await?;
    let status = seadrift_runner::status(&db, &context.migrations).await?;
    Ok(Some(status.known()?.applied()))
}

/// Where a database stands that has these revisions.
fn place(graph: &Graph, applied: &[String]) -> String {
    let tips = graph.tips(applied).into_iter();
    let names: Vec<_> = tips.map(|tip| tip.name.as_str()).collect();
    match names.is_empty() {
        true => "base".to_owned(),
        false => names.join(", "),
    }
}

/// Prints `lines`, with an empty one in front of them unless they are the first.
fn print_apart(at: usize, lines: Vec<String>) {
    if at > 0 {
        output::result("");
    }
    for line in lines {
        output::result(line);
    }
}

/// The outcome of a run, and where a revision failed, with the statements that it had sent.
async fn explained<T>(
    db: &DatabaseConnection,
    outcome: Result<T, seadrift_runner::Error>,
) -> Result<T, Error> {
    let error = match outcome {
        Err(error @ seadrift_runner::Error::Step { .. }) => error,
        outcome => return Ok(outcome?),
    };
    // SQLite has a thread of its own, which answers before it tells of the statement.
    if db.get_database_backend() == DbBackend::Sqlite {
        db.ping().await.ok();
    }
    Err(Error::Stopped {
        source: Box::new(error),
        statements: statements::take(),
    })
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

/// `1 revision`, `2 revisions`.
fn count(revisions: usize) -> String {
    format!(
        "{revisions} revision{}",
        if revisions == 1 { "" } else { "s" }
    )
}

/// Says how many revisions were applied or reversed, and where that led.
async fn say_where(
    session: &Session,
    graph: &Graph,
    steps: usize,
    verb: &str,
    done: &str,
) -> Result<Outcome, Error> {
    let status = seadrift_runner::status(&session.db, &session.migrations).await?;
    let place = place(graph, &status.applied());
    output::result(match steps {
        0 => format!("nothing to {verb}"),
        steps => format!("{done} {}, now at {place}", count(steps)),
    });
    Ok(Outcome::Done)
}

/// Says what was applied.
fn say_what_was_applied(done: &[String]) -> Outcome {
    output::result(match done.last() {
        Some(revision) => format!("applied {}, now at {revision}", count(done.len())),
        None => "nothing to apply".to_owned(),
    });
    Outcome::Done
}

/// Says how many revisions were reversed and where that led.
async fn say_what_was_reversed(session: &Session, steps: usize) -> Result<Outcome, Error> {
    let status = seadrift_runner::status(&session.db, &session.migrations).await?;
    let place = status.applied().pop().unwrap_or_else(|| "base".to_owned());
    output::result(match steps {
        0 => "nothing to reverse".to_owned(),
        steps => format!("reversed {}, now at {place}", count(steps)),
    });
    Ok(Outcome::Done)
}
