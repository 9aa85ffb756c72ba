//! Reads the foreign keys of MySQL and MariaDB.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use seadrift_schema::{Dialect, ForeignKey, IndexOrigin, ObjectName, ReferentialAction, Table};

use super::{Reader, queries, text};
use crate::{Error, assemble, catalog::Connection};

/// The actions on delete and on update of a foreign key, by table and name.
type Actions = HashMap<(ObjectName, String), (ReferentialAction, ReferentialAction)>;

/// A foreign key while it is read.
struct Draft {
    key: ForeignKey,
    /// Its columns and those that they point to, each with its place.
    columns: Vec<(i64, String, String)>,
}

impl<C: Connection> Reader<'_, C> {
    pub(super) async fn foreign_keys(&mut self) -> Result<(), Error> {
        let (mut drafts, mut actions) = (BTreeMap::new(), Actions::new());
        let mut rows = self.rows("the foreign keys", queries::FOREIGN_KEYS).await?;
        while let Some(mut row) = rows.next().await? {
            let id = (ObjectName::new(row.text()?), row.text()?);
            if !self.tables.contains_key(&id.0) {
                continue;
            }
            let (place, one, other) = (row.number()?, row.text()?, row.text()?);
            if place == 0 {
                let on_delete = assemble::action(&one, &id.0, &id.1)?;
                let on_update = assemble::action(&other, &id.0, &id.1)?;
                actions.insert(id, (on_delete, on_update));
                continue;
            }
            let (schema, name) = (row.text()?, row.text()?);
            let references = match schema == self.settings.own_schema {
                true => ObjectName::new(name),
                false => ObjectName::within(schema, name),
            };
            let draft = drafts.entry(id).or_insert_with(|| Draft {
                key: ForeignKey::new(vec![], references, vec![]),
                columns: vec![],
            });
            draft.columns.push((place, one, other));
        }
        self.add_hidden_actions(&drafts, &mut actions).await?;
        for (
            id,
            Draft {
                mut key,
                mut columns,
            },
        ) in drafts
        {
            let Some((on_delete, on_update)) = actions.get(&id) else {
                let (table, key) = id;
                return Err(Error::ReferentialAction { table, key });
            };
            key.on_delete = Some(*on_delete);
            key.on_update = Some(*on_update);
            key.name = Some(id.1);
            columns.sort();
            for (_, column, referenced) in columns {
                key.columns.push(column);
                key.referenced_columns.push(referenced);
            }
            if let Some(table) = self.tables.get_mut(&id.0) {
                table.foreign_keys.push(key);
            }
        }
        self.tables.values_mut().for_each(mark_indexes);
        Ok(())
    }

    /// Adds the actions of foreign keys that the server does not tell this user.
    async fn add_hidden_actions(
        &self,
        drafts: &BTreeMap<(ObjectName, String), Draft>,
        actions: &mut Actions,
    ) -> Result<(), Error> {
        let hidden = drafts.keys().filter(|id| !actions.contains_key(id));
        let hidden: BTreeSet<_> = hidden.map(|(table, _)| table).collect();
        for (table, create) in self.create_statements(&hidden).await? {
            for (key, on_delete, on_update) in text::foreign_key_actions(&create) {
                let on_delete = assemble::action(on_delete, &table, &key)?;
                let on_update = assemble::action(on_update, &table, &key)?;
                actions.insert((table.clone(), key), (on_delete, on_update));
            }
        }
        Ok(())
    }

    /// The statements that make `tables`: MariaDB leaves the actions of foreign keys out of `information_schema` for
    /// a user that may only read.
    async fn create_statements(
        &self,
        tables: &BTreeSet<&ObjectName>,
    ) -> Result<Vec<(ObjectName, String)>, Error> {
        let show =
            |table: &&ObjectName| format!("SHOW CREATE TABLE {}", table.quoted(self.dialect()));
        let mut statements = vec![];
        if tables.is_empty() {
            return Ok(statements);
        }
        // MariaDB answers all of them at once, from version 10.6 on.
        let all = tables.iter().map(show).collect::<Vec<_>>().join("; ");
        let block = format!("BEGIN NOT ATOMIC {all}; END");
        let at_once = match self.dialect() {
            Dialect::MariaDb => self.all("the foreign keys", &block).await.ok(),
            _ => None,
        };
        let mut rows = at_once.unwrap_or_default();
        if rows.is_empty() {
            for table in tables {
                rows.extend(self.all("the foreign keys", &show(table)).await?);
            }
        }
        for mut row in rows {
            statements.push((ObjectName::new(row.text()?), row.text()?));
        }
        Ok(statements)
    }
}

/// Marks the indexes that the server made for foreign keys: they have the key's name and columns.
fn mark_indexes(table: &mut Table) {
    for index in &mut table.indexes {
        let serves = |key: &ForeignKey| {
            key.name.as_ref() == Some(&index.name) && key.columns == index.columns
        };
        if !index.unique && table.foreign_keys.iter().any(serves) {
            index.origin = IndexOrigin::ForeignKey;
        }
    }
}
