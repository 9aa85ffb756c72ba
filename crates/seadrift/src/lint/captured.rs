//! What revisions do, as their SQL tells: they run without a database, one after the other.

use std::collections::BTreeMap;

use sea_orm::DbBackend;
use seadrift_runner::{Direction, Gap, Symbol, World, glimpse, way};
use seadrift_schema::Dialect;

use super::sql::{Does, Reader};
use crate::{Context, Error, compare::usual_schema, graph};

/// What a revision does on an engine.
pub(super) struct Captured {
    pub dialect: Dialect,
    pub does: Does,
    /// Why it has no way down, if it has none.
    pub no_down: Option<String>,
    /// What of it nobody knows.
    pub not_known: Vec<String>,
}

/// What `revisions` do on each of `dialects`; those that are not compiled in are not there.
pub(super) async fn all(
    context: &Context,
    revisions: &[String],
    dialects: &[Dialect],
) -> Result<BTreeMap<String, Vec<Captured>>, Error> {
    let mut captured: BTreeMap<String, Vec<Captured>> = BTreeMap::new();
    let graph = graph::read(context)?;
    let steps = way::up(&graph, &[], &Symbol::heads()).map_err(seadrift_runner::Error::from)?;
    for &dialect in dialects {
        let backend = match dialect {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::MySql | Dialect::MariaDb => DbBackend::MySql,
            Dialect::Sqlite => DbBackend::Sqlite,
        };
        let mut world = World::empty(backend);
        let mut reader = Reader::new(dialect, usual_schema(context, dialect));
        for revision in &steps {
            let Some(migration) = context.migrations.get(revision) else {
                continue;
            };
            let up = glimpse(&*migration, Direction::Up, backend, &mut world).await;
            let does = reader.read(up.statements.iter().map(String::as_str));
            if !revisions.contains(revision) {
                continue;
            }
            let down = glimpse(&*migration, Direction::Down, backend, &mut world.clone()).await;
            let no_down = match &down.gap {
                _ if !down.statements.is_empty() => None,
                Some(Gap::Fails(_)) => Some("its `down` does nothing but fail"),
                Some(_) => None,
                None if does.has_statements => Some("its `down` is empty"),
                None => None,
            };
            let mut not_known: Vec<_> = does.unread.clone();
            not_known.extend(up.gap.map(|gap| format!("what comes after: {gap}")));
            captured
                .entry(revision.clone())
                .or_default()
                .push(Captured {
                    dialect,
                    does,
                    no_down: no_down.map(str::to_owned),
                    not_known,
                });
        }
    }
    Ok(captured)
}
