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
pub(crate) mod way;

use sea_orm::{DatabaseConnection, DbBackend};
use seadrift_runner::Graph;

use crate::{
    Context, Error,
    database::{self, Url},
    output, statements,
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
        written_for: None,
    })
}

/// `1 revision`, `2 revisions`.
fn count(revisions: usize) -> String {
    format!(
        "{revisions} revision{}",
        if revisions == 1 { "" } else { "s" }
    )
}
