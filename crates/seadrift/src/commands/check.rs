//! `check`: whether entities, migrations and database are in step.

use seadrift_plan::order;
use seadrift_render::text;
use seadrift_schema::{Change, Dialect};

use crate::{
    Context, Error, Outcome,
    compare::{self, Sides},
    database::{self, Url},
    graph, head, output,
    project::{self, Project},
};

/// Say whether entities, migrations and database are in step; exit code 1 if they are not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare the entities with what was written down alone, without a database
    #[arg(long)]
    offline: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let are_several = say_several_heads(context, &project)?;
    let outcome = compared(context, arguments, &project).await?;
    Ok(match outcome {
        Outcome::Done if are_several => Outcome::Drift,
        outcome => outcome,
    })
}

/// Says that the revisions part, if they do.
fn say_several_heads(context: &Context, project: &Project) -> Result<bool, Error> {
    let graph = graph::of(Some(project), context.migrations.names())?;
    let heads = graph.heads();
    if heads.len() < 2 {
        return Ok(false);
    }
    let names: Vec<_> = heads.iter().map(|head| head.name.as_str()).collect();
    output::result(format!("several heads: {}", names.join(", ")));
    output::progress("hint: `merge` joins them, and `rebase` puts one on top of the other");
    Ok(true)
}

async fn compared(
    context: &Context,
    arguments: &Args,
    project: &Project,
) -> Result<Outcome, Error> {
    if arguments.offline {
        return offline(context, project);
    }
    let url = Url::of(context)?;
    let declared = compare::declared(context, project, url.dialect());
    let db = database::connect(context, &url).await?;
    let pending = seadrift_runner::status(&db, &context.migrations)
        .await?
        .known()?
        .pending();
    let mut sides = Sides::read(context, &db, declared).await?;
    sides.only_compare()?;
    output::warnings(&sides.warnings);
    let is_first = sides.locked().is_none();

    // Before the pending revisions have run, only what was written down can be compared with the entities.
    let (changes, drift, what_to_do) = if pending.is_empty() {
        let drift = "drift: the entities declare what the database is not";
        (
            sides.since_database(&db).await?,
            drift,
            "write a migration with `revision --autogenerate`",
        )
    } else if is_first {
        (vec![], "", "")
    } else {
        let drift = "drift: the entities declare what no migration brings";
        (
            sides.since_lock(&db).await?,
            drift,
            "run `upgrade`, then write a migration with `revision --autogenerate`",
        )
    };
    if !pending.is_empty() {
        output::result(format!("pending: {}", pending.join(", ")));
    }
    let is_denied = say_what_is_denied(context, project, &pending);
    if context.options.verbose {
        for line in sides.unmanaged() {
            output::result(format!("not managed: {line}"));
        }
    }
    if changes.is_empty() {
        output::result(match is_first && !pending.is_empty() {
            true => "not compared: there is no lock file, and revisions are pending",
            false => "no drift",
        });
        return Ok(match is_denied {
            true => Outcome::Denied,
            false => Outcome::Done,
        });
    }
    say_drift(drift, changes, sides.dialect(), what_to_do);
    Ok(Outcome::Drift)
}

/// Compares what the entities declare with what they declared at the newest revision, as the lock says it.
fn offline(context: &Context, project: &Project) -> Result<Outcome, Error> {
    if !project.lock.exists() {
        return Err(Error::NoLock(project.lock.clone()));
    }
    let (locked, head) = project::read_whole_lock(&project.lock)?;
    if context.entities()?.is_empty() {
        return Err(Error::NoEntities);
    }
    // The lock is that of one of the project's backends, and does not say of which.
    let url = context.options.database_url.as_deref().map(Url::parse);
    let mut dialects = context.config.backends.clone();
    dialects.extend(url.transpose()?.map(|url| url.dialect()));
    if dialects.is_empty() {
        dialects.extend([Dialect::Postgres, Dialect::MySql, Dialect::Sqlite]);
    }
    let mut fewest: Option<(Sides, Vec<Change>)> = None;
    for dialect in dialects {
        let sides = Sides::from_lock(context, dialect, Some(locked.clone()), head.clone())?;
        let changes = sides.by_rules()?;
        let is_better = |(_, known): &(_, Vec<_>)| changes.len() < known.len();
        if fewest.as_ref().is_none_or(is_better) {
            fewest = Some((sides, changes));
        }
    }
    let Some((sides, changes)) = fewest.filter(|(_, changes)| !changes.is_empty()) else {
        output::result("no drift");
        return Ok(Outcome::Done);
    };
    let drift = "drift: the entities declare what no migration brings";
    let what_to_do = "write a migration with `revision --autogenerate`";
    say_drift(drift, changes, sides.dialect(), what_to_do);
    Ok(Outcome::Drift)
}

fn say_drift(drift: &str, changes: Vec<Change>, dialect: Dialect, what_to_do: &str) {
    output::result(drift);
    for line in order(changes, dialect)
        .iter()
        .flat_map(|change| text::lines(change, dialect))
    {
        output::change(&line);
    }
    output::progress(format!("hint: {what_to_do}"));
}

/// Says which of the `pending` revisions tell of hazards that the config denies and nobody let pass, and whether there are any.
fn say_what_is_denied(context: &Context, project: &Project, pending: &[String]) -> bool {
    let mut is_denied = false;
    for revision in pending {
        let path = project.file(revision);
        // A program that is deployed has no sources.
        let Ok(source) = project::read(&path) else {
            continue;
        };
        let denied = head::denied(&source, &context.config.hazards);
        for told in &denied {
            output::denied(revision, told.code, &told.effect);
        }
        if !denied.is_empty() {
            let mut codes: Vec<_> = denied.iter().map(|told| told.code).collect();
            codes.dedup();
            output::progress(format!(
                "hint: where that is meant, say so in the head of `{}`: `//! Allowed: {}`",
                project::shown(&path),
                codes.join(", ")
            ));
            is_denied = true;
        }
    }
    is_denied
}
