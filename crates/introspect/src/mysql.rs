//! Reads MySQL and MariaDB through `information_schema`.

mod queries;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;
use seadrift_schema::{
    Column, Dialect, ForeignKey, Index, IndexOrigin, ObjectName, ReferentialAction, Schema, Server,
    Table, Type, canonical,
};

use crate::{
    Database, Error, Scope,
    assemble::{self, Tables},
    catalog::{Catalog, Row},
};
use text::IndexPart;

pub(crate) async fn server(db: &impl ConnectionTrait) -> Result<Server, Error> {
    let sql = "SELECT CAST(VERSION() AS CHAR)";
    let version = Catalog::new(db, Dialect::MySql.name())
        .row("the version", sql)
        .await?
        .text()?;
    Ok(server_of(&version))
}

pub(crate) async fn introspect(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
) -> Result<Database, Error> {
    let server = server(db).await?;
    let reader = Reader::new(db, server.dialect).await?;
    let mut tables = reader.tables(scope).await?;
    reader.columns(&mut tables).await?;
    reader.primary_keys(&mut tables).await?;
    reader.indexes(&mut tables).await?;
    reader.foreign_keys(&mut tables).await?;
    for table in tables.values_mut() {
        mark_foreign_key_indexes(table);
    }
    Ok(Database {
        server,
        own_schema: reader.own_schema,
        schema: Schema {
            tables,
            ..Schema::default()
        },
    })
}

struct Reader<'a, C> {
    catalog: Catalog<'a, C>,
    dialect: Dialect,
    own_schema: String,
}

/// The actions on delete and on update of a foreign key, by table and name.
type Actions = BTreeMap<(ObjectName, String), (ReferentialAction, ReferentialAction)>;

impl<'a, C: ConnectionTrait> Reader<'a, C> {
    async fn new(db: &'a C, dialect: Dialect) -> Result<Self, Error> {
        let catalog = Catalog::new(db, dialect.name());
        let sql = "SELECT CAST(DATABASE() AS CHAR)";
        let own_schema = catalog
            .row("the current database", sql)
            .await?
            .optional_text()?
            .ok_or(Error::NoDatabase)?;
        Ok(Self {
            catalog,
            dialect,
            own_schema,
        })
    }

    async fn rows(&self, what: &'static str, sql: &str) -> Result<Vec<Row>, Error> {
        self.catalog.rows(what, sql, &[]).await
    }

    fn name(&self, schema: String, name: String) -> ObjectName {
        if schema == self.own_schema {
            ObjectName::new(name)
        } else {
            ObjectName::within(schema, name)
        }
    }

    async fn tables(&self, scope: &Scope<'_>) -> Result<Tables, Error> {
        let mut tables = Tables::new();
        for mut row in self.rows("the tables", queries::TABLES).await? {
            let name = ObjectName::new(row.text()?);
            if !scope.ignored_tables.contains(&name.name) {
                let mut table = Table::new(name.clone());
                table.comment = row.optional_text()?.filter(|text| !text.is_empty());
                tables.insert(name, table);
            }
        }
        Ok(tables)
    }

    async fn columns(&self, tables: &mut Tables) -> Result<(), Error> {
        let json_checks = self.json_checks().await?;
        for mut row in self.rows("the columns", queries::COLUMNS).await? {
            let table_name = row.text()?;
            let Some(table) = tables.get_mut(&ObjectName::new(table_name.as_str())) else {
                continue;
            };
            let name = row.text()?;
            let column_type = row.text()?;
            let data_type = row.text()?;
            let check = (table_name, name);
            let ty = if data_type == "longtext" && json_checks.contains(&check) {
                Type::Json
            } else {
                canonical::parse_type(&column_type, self.dialect)
            };
            let mut column = Column::new(check.1, ty);
            column.nullable = row.flag()?;
            let default = row.optional_text()?;
            let extra = row.text()?;
            column.default = default.and_then(|text| match self.dialect {
                Dialect::MariaDb => text::mariadb_default(&text),
                _ => text::mysql_default(&text, &data_type, &extra),
            });
            column.auto_increment =
                extra.contains("auto_increment") && canonical::is_integer(&column.ty);
            column.comment = row.optional_text()?.filter(|text| !text.is_empty());
            table.columns.push(column);
        }
        Ok(())
    }

    /// The tables and columns that hold JSON by a check.
    async fn json_checks(&self) -> Result<BTreeSet<(String, String)>, Error> {
        let mut checks = BTreeSet::new();
        if self.dialect == Dialect::MariaDb {
            for mut row in self.rows("the checks", queries::JSON_CHECKS).await? {
                let table = row.text()?;
                if let Some(column) = text::checked_json_column(&row.text()?) {
                    checks.insert((table, column));
                }
            }
        }
        Ok(checks)
    }

    async fn primary_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        let rows = self.rows("the primary keys", queries::PRIMARY_KEYS);
        for mut row in rows.await? {
            if let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) {
                assemble::primary_key_column(table, None, row.text()?);
            }
        }
        Ok(())
    }

    async fn indexes(&self, tables: &mut Tables) -> Result<(), Error> {
        let has_expressions = self
            .catalog
            .row("the indexes", queries::HAS_INDEX_EXPRESSIONS)
            .await?
            .flag()?;
        let expression = if has_expressions {
            "EXPRESSION"
        } else {
            "NULL"
        };
        let sql = queries::INDEXES.replace("{expression}", expression);
        let mut indexes: BTreeMap<(ObjectName, String), Vec<IndexPart>> = BTreeMap::new();
        for mut row in self.rows("the indexes", &sql).await? {
            let name = (ObjectName::new(row.text()?), row.text()?);
            indexes.entry(name).or_default().push(IndexPart {
                unique: row.flag()?,
                kind: row.text()?,
                column: row.optional_text()?,
                expression: row.optional_text()?,
                prefix: row.optional_number()?,
                descending: row.flag()?,
            });
        }
        for ((table, name), parts) in indexes {
            let Some(table) = tables.get_mut(&table) else {
                continue;
            };
            let (columns, definition) = match text::plain_columns(&parts) {
                Some(columns) => (columns, None),
                None => {
                    let sql = text::index_definition(&table.name, &name, &parts, self.dialect);
                    (vec![], Some(sql))
                }
            };
            table.indexes.push(Index {
                name,
                columns,
                unique: parts.iter().all(|part| part.unique),
                origin: IndexOrigin::Index,
                definition,
            });
        }
        Ok(())
    }

    async fn foreign_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        let mut actions = self.actions().await?;
        let rows = self.rows("the foreign keys", queries::FOREIGN_KEYS);
        for mut row in rows.await? {
            let Some(table) = tables.get_mut(&ObjectName::new(row.text()?)) else {
                continue;
            };
            let first = row.flag()?;
            let id = (table.name.clone(), row.text()?);
            if !actions.contains_key(&id) {
                actions.extend(self.hidden_actions(&table.name).await?);
            }
            let (on_delete, on_update) = match actions.get(&id) {
                Some(actions) => *actions,
                None => {
                    return Err(Error::ReferentialAction {
                        table: id.0,
                        key: id.1,
                    });
                }
            };
            let key = ForeignKey {
                name: Some(id.1),
                columns: vec![],
                references: self.name(row.text()?, row.text()?),
                referenced_columns: vec![],
                on_delete: Some(on_delete),
                on_update: Some(on_update),
                clauses: None,
            };
            assemble::foreign_key_column(table, first, key, row.text()?, Some(row.text()?));
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
        Ok(actions)
    }

    /// The actions of the keys of `table`, which MariaDB leaves out of `information_schema` for a user that may
    /// only read.
    async fn hidden_actions(&self, table: &ObjectName) -> Result<Actions, Error> {
        let sql = format!("SHOW CREATE TABLE {}", table.quoted(self.dialect));
        let mut row = self.catalog.row("the foreign keys", &sql).await?;
        let _name = row.text()?;
        let create = row.text()?;
        text::foreign_key_actions(&create)
            .into_iter()
            .map(|(key, on_delete, on_update)| {
                let on_delete = assemble::action(on_delete, table, &key)?;
                let on_update = assemble::action(on_update, table, &key)?;
                Ok(((table.clone(), key), (on_delete, on_update)))
            })
            .collect()
    }
}

/// The index that the server makes for a foreign key has the key's name and columns.
fn mark_foreign_key_indexes(table: &mut Table) {
    for index in &mut table.indexes {
        let serves = |key: &ForeignKey| {
            key.name.as_ref() == Some(&index.name) && key.columns == index.columns
        };
        if !index.unique && table.foreign_keys.iter().any(serves) {
            index.origin = IndexOrigin::ForeignKey;
        }
    }
}

/// The server that reports `version`. MariaDB puts `5.5.5-` before its version to please old replicas, and its
/// name and words of the distribution behind it.
fn server_of(version: &str) -> Server {
    let Some(at) = version.to_ascii_lowercase().find("mariadb") else {
        return Server {
            dialect: Dialect::MySql,
            version: version.to_owned(),
        };
    };
    let version = version.get(..at).unwrap_or(version).trim_end_matches('-');
    Server {
        dialect: Dialect::MariaDb,
        version: version.strip_prefix("5.5.5-").unwrap_or(version).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_version_text_names_a_server() {
        let cases = [
            ("8.0.36-0ubuntu0.22.04.1", "MySQL 8.0.36-0ubuntu0.22.04.1"),
            ("8.0.mysql_aurora.3.02.0", "MySQL 8.0.mysql_aurora.3.02.0"),
            ("9.0.1+azure", "MySQL 9.0.1+azure"),
            ("", "MySQL "),
            ("10.11.14-MariaDB-0+deb12u2-log", "MariaDB 10.11.14"),
            ("5.5.5-10.11.2-MariaDB", "MariaDB 10.11.2"),
            ("10.6.16-11-MariaDB-enterprise", "MariaDB 10.6.16-11"),
            ("11.4.2-mariadb-ubu2404", "MariaDB 11.4.2"),
        ];
        for (version, server) in cases {
            assert_eq!(server_of(version).to_string(), server);
        }
    }
}
