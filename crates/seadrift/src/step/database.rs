//! Entities ↔ lock ↔ database, where there is a database.

use sea_orm::DatabaseConnection;

use super::{Scope, changes};
use crate::{
    Context, Error,
    compare::Sides,
    finding::{Kind, Report},
    project::Project,
};

/// Compares the entities with the lock, and the lock with the database. Where there is no lock, the entities are compared with the
/// database.
pub(super) async fn check(
    context: &Context,
    project: &Project,
    scope: Scope,
    sides: &Sides,
    db: &DatabaseConnection,
    pending: &[String],
    report: &mut Report,
) -> Result<(), Error> {
    let dialect = sides.dialect();
    let entities = match scope.is_without_entities {
        true => None,
        false => Some(changes::Entities::of(context)?),
    };
    let lock = changes::LockLines::of(&project.lock);
    let in_lock = |table: &_, object: Option<&str>| lock.place(table, object);
    // What is declared no more stands in the lock alone.
    let in_entities = |table: &_, object: Option<&str>| {
        let place = entities.as_ref()?.place(table);
        place.or_else(|| in_lock(table, object))
    };
    if sides.locked().is_none() {
        if !pending.is_empty() {
            report.is_void = true;
            let line = "there is no lock file, and revisions are pending";
            report.not_compared.push(line.to_owned());
            return Ok(());
        }
        let changes = sides.since_database(db).await?;
        let kind = Kind::EntityNotInDatabase;
        let found = changes::findings(kind, changes, dialect, &in_entities);
        report.findings.extend(found);
        let line = "the lock, as there is none: what the entities declare no more is not known";
        report.not_compared.push(line.to_owned());
        return Ok(());
    }
    if scope.is_without_entities {
        report.not_compared.push("the entities".to_owned());
    } else if sides.differs_from_lock() {
        let changes = sides.since_lock(db).await?;
        let mut found = changes::findings(Kind::EntityChanged, changes, dialect, &in_entities);
        if !pending.is_empty() {
            for finding in &mut found {
                finding.remedy = format!("run `upgrade`, then {}", finding.remedy);
            }
        }
        report.findings.extend(found);
    }
    if pending.is_empty() {
        let changes = sides.drift(db).await?;
        let found = changes::findings(Kind::DatabaseDrifted, changes, dialect, &in_lock);
        report.findings.extend(found);
    } else {
        let line = "the lock with the database, as the lock has what is pending";
        report.not_compared.push(line.to_owned());
    }
    let gone = sides.no_longer_accepted();
    if pending.is_empty() && !scope.is_without_entities {
        let line = |line| format!("accepted in the lock, and no difference any more: {line}");
        report.not_compared.extend(gone.into_iter().map(line));
    }
    Ok(())
}
