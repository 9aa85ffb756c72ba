//! Whether entities, migrations, lock and database are in step: each pair looked at by itself, with what is found as data.

mod brought;
mod changes;
mod database;
mod files;
mod graph;
mod hazards;
mod offline;
mod replay;
mod together;

use std::thread;

use seadrift_runner::Status;
use seadrift_schema::lock;

use crate::{
    Context, Error,
    compare::{self, Sides},
    database::Url,
    finding::{Finding, Kind, Level, Report},
    output,
    project::{self, Project},
    session,
};

pub(crate) use brought::{known_at, since};
pub(crate) use replay::replay;

/// What is looked at, and what of it counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope {
    /// No database.
    pub is_offline: bool,
    /// No entities.
    pub is_without_entities: bool,
    /// A pending revision is a finding like any other.
    pub requires_applied: bool,
}

/// Looks at everything in `scope`.
pub(crate) async fn check(
    context: &Context,
    project: &Project,
    scope: Scope,
) -> Result<Report, Error> {
    let mut report = match scope.is_offline {
        true => offline::check(context, project, scope)?,
        false => with_database(context, project, scope).await?,
    };
    graph::check(context, project, &mut report)?;
    report.sort();
    Ok(report)
}

async fn with_database(
    context: &Context,
    project: &Project,
    scope: Scope,
) -> Result<Report, Error> {
    let url = Url::of(context)?;
    let declared = match scope.is_without_entities {
        true => compare::locked(project),
        false => compare::declared(context, project, url.dialect())?,
    };
    // Who migrates the database is waited for.
    let (db, _lock) = session::to_read(context, &url).await?;
    let status = seadrift_runner::status(&db, &context.migrations).await?;
    let mut sides = match scope.is_without_entities {
        true => Sides::read_without_entities(context, &db, declared.end()).await?,
        false => Sides::read(context, &db, declared.end()).await?,
    };
    sides.only_compare()?;
    output::warnings(&sides.warnings);

    let mut report = Report::default();
    let status = known(status, sides.head())?;
    let pending = status.pending();
    let skipped = graph::skipped(context, project, &status);
    report.findings.extend(pending.iter().map(|revision| {
        let skipped = skipped.iter().find(|(name, _)| name == revision);
        let mut finding = match skipped {
            None => Finding::new(Kind::PendingRevision, format!("{revision} is pending")),
            Some((_, later)) => Finding::new(
                Kind::SkippedRevision,
                format!("{revision} is not applied, and {later}, which follows on it, is"),
            ),
        };
        if scope.requires_applied {
            finding.level = Level::Error;
        }
        let path = project.file(revision);
        let place = path.is_file().then(|| crate::finding::Place::file(&path));
        finding.of(revision).at(place)
    }));
    report
        .findings
        .extend(hazards::denied(context, project, &pending));
    let mut applied = status.applied();
    applied.extend(status.unknown);
    let files = files::Files::find(context, project)?;
    files.check(sides.head(), Some(&applied), &mut report);
    database::check(context, project, scope, &sides, &db, &pending, &mut report).await?;
    report.unmanaged = sides.unmanaged();
    // Nobody need wait until it is put away. Where there is no thread to be had, it is at once.
    let _ = thread::Builder::new().spawn(move || drop(sides));
    Ok(report)
}

/// `status`, if the project or its lock knows everything that is applied: what the lock knows was deleted.
fn known(status: Status, head: &lock::Head) -> Result<Status, Error> {
    let is_locked = |name: &String| head.migrations.iter().any(|known| known.name == *name);
    match status.unknown.iter().all(is_locked) {
        true => Ok(status),
        false => Ok(status.known()?),
    }
}

/// The lock, which is there: what was declared, and what it says beside.
fn whole_lock(project: &Project) -> Result<(seadrift_schema::Schema, lock::Head), Error> {
    if !project.lock.exists() {
        return Err(Error::NoLock(project.lock.clone()));
    }
    project::read_whole_lock(&project.lock)
}
