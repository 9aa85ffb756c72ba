//! Without a database: entities ↔ lock, and migrations ↔ lock.

use std::{panic, thread};

use seadrift_schema::{Change, Dialect, Schema, lock};

use super::{Scope, changes, files::Files};
use crate::{
    Context, Error,
    compare::Sides,
    database::Url,
    finding::{Kind, Report},
    project::{self, Project},
};

/// Looks at what was written down alone.
pub(super) fn check(context: &Context, project: &Project, scope: Scope) -> Result<Report, Error> {
    if !project.lock.exists() {
        return Err(Error::NoLock(project.lock.clone()));
    }
    // The lock takes a while, and so do the entities, which are read on a thread of their own as well.
    let path = project.lock.clone();
    let reading = thread::Builder::new().spawn(move || project::read_whole_lock(&path));
    let entities = match scope.is_without_entities {
        true => None,
        false => Some(context.entities()),
    };
    let (locked, head) = match reading.map(thread::JoinHandle::join) {
        Ok(Ok(read)) => read?,
        Ok(Err(panicked)) => panic::resume_unwind(panicked),
        // There was no thread to be had.
        Err(_) => project::read_whole_lock(&project.lock)?,
    };
    let mut report = Report::default();
    Files::find(context, project)?.check(&head, None, &mut report);
    let Some(entities) = entities else {
        report.not_compared.push("the entities".to_owned());
        return Ok(report);
    };
    if entities?.is_empty() {
        return Err(Error::NoEntities);
    }
    if let Some((dialect, changes)) = changes_since(&locked, &head, context)? {
        let entities = changes::Entities::of(context)?;
        let lock = changes::LockLines::of(&project.lock);
        // What is declared no more stands in the lock alone. Where the entities are linked in, nobody knows.
        let place = |table: &_, object: Option<&str>| {
            let place = entities.place(table);
            place.or_else(|| lock.place(table, object))
        };
        let found = changes::findings(Kind::EntityChanged, changes, dialect, &place);
        report.findings.extend(found);
    }
    report.not_compared.push("the database".to_owned());
    Ok(report)
}

/// What the entities declare that the lock does not say, on the dialect where that is least: of which one the lock is, nobody
/// says.
fn changes_since(
    locked: &Schema,
    head: &lock::Head,
    context: &Context,
) -> Result<Option<(Dialect, Vec<Change>)>, Error> {
    let (entities, dialects) = (context.entities()?, dialects(context)?);
    // The rule, which takes no comparison.
    for dialect in &dialects {
        if *locked == entities.schema(*dialect)? {
            return Ok(None);
        }
    }
    let mut fewest: Option<(Dialect, Vec<Change>)> = None;
    for dialect in dialects {
        let sides = Sides::from_lock(context, dialect, Some(locked.clone()), head.clone())?;
        let changes = sides.by_rules()?;
        let is_better = |(_, known): &(_, Vec<_>)| changes.len() < known.len();
        if fewest.as_ref().is_none_or(is_better) {
            fewest = Some((sides.dialect(), changes));
        }
    }
    Ok(fewest)
}

/// The backends that the lock may be of: it is that of one of the project's, and does not say of which.
pub(super) fn dialects(context: &Context) -> Result<Vec<Dialect>, Error> {
    let url = context.options.database_url.as_deref().map(Url::parse);
    let mut dialects = context.config.backends.clone();
    dialects.extend(url.transpose()?.map(|url| url.dialect()));
    if dialects.is_empty() {
        dialects.extend([Dialect::Postgres, Dialect::MySql, Dialect::Sqlite]);
    }
    Ok(dialects)
}
