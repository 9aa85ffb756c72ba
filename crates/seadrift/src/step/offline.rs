//! Without a database: entities ↔ lock, and migrations ↔ lock.

use seadrift_schema::{Change, Dialect};

use super::{Scope, changes, files::Files, whole_lock};
use crate::{
    Context, Error,
    compare::Sides,
    database::Url,
    finding::{Kind, Report},
    project::Project,
};

/// Looks at what was written down alone.
pub(super) fn check(context: &Context, project: &Project, scope: Scope) -> Result<Report, Error> {
    let (locked, head) = whole_lock(project)?;
    let mut report = Report::default();
    Files::find(context, project)?.check(&head, None, &mut report);
    if scope.is_without_entities {
        report.not_compared.push("the entities".to_owned());
        return Ok(report);
    }
    if context.entities()?.is_empty() {
        return Err(Error::NoEntities);
    }
    let mut fewest: Option<(Sides, Vec<Change>)> = None;
    for dialect in dialects(context)? {
        let sides = Sides::from_lock(context, dialect, Some(locked.clone()), head.clone())?;
        let changes = sides.by_rules()?;
        let is_better = |(_, known): &(_, Vec<_>)| changes.len() < known.len();
        if fewest.as_ref().is_none_or(is_better) {
            fewest = Some((sides, changes));
        }
    }
    if let Some((sides, changes)) = fewest {
        let entities = changes::Entities::of(context)?;
        let place = |table: &_, _: Option<&str>| entities.place(table);
        let dialect = sides.dialect();
        let found = changes::findings(Kind::EntityChanged, changes, dialect, &place);
        report.findings.extend(found);
    }
    report.not_compared.push("the database".to_owned());
    Ok(report)
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
