//! Indexes and unique constraints.

use seadrift_schema::{Dialect, Index, IndexOrigin, ObjectName};

use super::{Found, Reader, draft::Drafts, queries, wording::settled};
use crate::{Error, catalog::Connection};

impl<C: Connection> Reader<'_, C> {
    /// Adds the indexes to their tables. One that is not valid, as a failed `CREATE INDEX CONCURRENTLY` leaves it, is
    /// kept by its definition whatever its columns: it serves nothing, but its name is taken.
    pub(super) async fn indexes(
        &self,
        drafts: &mut Drafts,
        found: &mut Found,
    ) -> Result<(), Error> {
        let quote = |name: &str| Dialect::Postgres.quote(name);
        let mut rows = self.rows("the indexes", queries::INDEXES).await?;
        while let Some(mut row) = rows.next().await? {
            let Some(draft) = drafts.get_mut(row.number()?) else {
                continue;
            };
            let name = row.text()?;
            let unique = row.flag()?;
            let is_constraint = row.flag()?;
            let is_valid = row.flag()?;
            let numbers = row.text()?;
            let table = draft.table.name.quoted(Dialect::Postgres);
            let definition = row.optional_text()?.map(settled);
            if definition.as_deref() == Some("") {
                return Err(self.changed(&draft.table.name));
            }
            let definition = definition.map(|rest| match (is_constraint, unique) {
                (true, _) => {
                    format!("ALTER TABLE {table} ADD CONSTRAINT {} {rest}", quote(&name))
                }
                (false, true) => {
                    format!("CREATE UNIQUE INDEX {} ON {table} {rest}", quote(&name))
                }
                (false, false) => format!("CREATE INDEX {} ON {table} {rest}", quote(&name)),
            });
            let covers = row.optional_text()?;
            let key = row.optional_text()?.unwrap_or_default();
            if !is_valid {
                let schema = draft.table.name.schema.clone();
                found.note(
                    "invalid index",
                    ObjectName {
                        schema,
                        name: name.clone(),
                    },
                );
            }
            draft.table.indexes.push(Index {
                name,
                columns: match definition {
                    Some(_) => vec![],
                    None => draft.columns(&numbers),
                },
                covers: match definition {
                    Some(_) => draft.columns(covers.as_deref().unwrap_or(&numbers)),
                    None => vec![],
                },
                stands_for: match definition {
                    Some(_) => draft.columns(&key),
                    None => vec![],
                },
                unique,
                origin: match is_constraint {
                    true => IndexOrigin::Constraint,
                    false => IndexOrigin::Index,
                },
                definition,
            });
        }
        Ok(())
    }
}
