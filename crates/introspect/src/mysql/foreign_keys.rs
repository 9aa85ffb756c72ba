//! Reads the foreign keys of MySQL and MariaDB.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use seadrift_schema::{Dialect, ForeignKey, IndexOrigin, ObjectName, ReferentialAction, Table};

use super::{Reader, queries, text};
use crate::{Error, assemble};

/// The actions on delete and on update of a foreign key, by table and name.
type Actions = HashMap<(ObjectName, String), (ReferentialAction, ReferentialAction)>;

impl<C: ConnectionTrait> Reader<'_, C> {
    pub(super) async fn foreign_keys(&mut self) -> Result<(), Error> {
        let rows = self.rows("the foreign keys", queries::FOREIGN_KEYS);
        for mut row in rows.await? {
            let Some(table) = self.tables.get_mut(&ObjectName::new(row.text()?)) else {
                continue;
            };
            let (first, name) = (row.flag()?, row.text()?);
            let schema = row.text()?;
            let references = if schema == self.settings.own_schema {
                ObjectName::new(row.text()?)
            } else {
                ObjectName::within(schema, row.text()?)
            };
            let mut key = ForeignKey::new(vec![], references, vec![]);
            key.name = Some(name);
            assemble::foreign_key_column(table, first, key, row.text()?, Some(row.text()?));
        }
        let actions = self.actions().await?;
        for table in self.tables.values_mut() {
            for key in &mut table.foreign_keys {
                let id = (table.name.clone(), key.name.clone().unwrap_or_default());
                let Some((on_delete, on_update)) = actions.get(&id) else {
                    let (table, key) = id;
                    return Err(Error::ReferentialAction { table, key });
                };
                key.on_delete = Some(*on_delete);
                key.on_update = Some(*on_update);
            }
            mark_indexes(table);
        }
        Ok(())
    }

    async fn actions(&self) -> Result<Actions, Error> {
        let mut actions = Actions::new();
        let rows = self.rows("the foreign keys", queries::FOREIGN_KEY_ACTIONS);
        for mut row in rows.await? {
            let (table, key) = (ObjectName::new(row.text()?), row.text()?);
            let on_delete = assemble::action(&row.text()?, &table, &key)?;
            let on_update = assemble::action(&row.text()?, &table, &key)?;
            actions.insert((table, key), (on_delete, on_update));
        }
        let is_hidden = |table: &&Table| {
            let mut keys = table.foreign_keys.iter();
            let id = |key: &ForeignKey| (table.name.clone(), key.name.clone().unwrap_or_default());
            keys.any(|key| !actions.contains_key(&id(key)))
        };
        let hidden: Vec<_> = self.tables.values().filter(is_hidden).collect();
        for (table, create) in self.create_statements(&hidden).await? {
            for (key, on_delete, on_update) in text::foreign_key_actions(&create) {
                let on_delete = assemble::action(on_delete, &table, &key)?;
                let on_update = assemble::action(on_update, &table, &key)?;
                actions.insert((table.clone(), key), (on_delete, on_update));
            }
        }
        Ok(actions)
    }

    /// The statements that make `tables`: MariaDB leaves the actions of foreign keys out of `information_schema` for
    /// a user that may only read.
    async fn create_statements(
        &self,
        tables: &[&Table],
    ) -> Result<Vec<(ObjectName, String)>, Error> {
        let show = |table: &&Table| {
            let name = table.name.quoted(self.dialect());
            format!("SHOW CREATE TABLE {name}")
        };
        let mut statements = vec![];
        if tables.is_empty() {
            return Ok(statements);
        }
        // MariaDB answers all of them at once, from version 10.6 on.
        let all = tables.iter().map(show).collect::<Vec<_>>().join("; ");
        let block = format!("BEGIN NOT ATOMIC {all}; END");
        let mut rows = match self.dialect() {
            Dialect::MariaDb => self.rows("the foreign keys", &block).await.ok(),
            _ => None,
        }
        .unwrap_or_default();
        if rows.is_empty() {
            for table in tables {
                rows.extend(self.rows("the foreign keys", &show(table)).await?);
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
