//! Reads MySQL and MariaDB through `information_schema`.

mod checks;
mod foreign_keys;
mod index;
mod queries;
mod settings;
pub(crate) mod text;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    iter,
};

use seadrift_schema::{
    Column, Dialect, Generated, ObjectName, Schema, Server, Table, Type, Unmanaged, canonical,
};

use crate::{
    Database, Error, Scope,
    assemble::{self, Tables},
    catalog::{Catalog, Connection, Row, Rows},
};
use checks::CheckRow;
use index::IndexPart;
use settings::{PARTITIONED, Settings};

pub(crate) async fn server(db: &impl Connection) -> Result<Server, Error> {
    let sql = "SELECT CAST(VERSION() AS CHAR)";
    let version = Catalog::new(db, Dialect::MySql.name())
        .row("the version", sql)
        .await?
        .text()?;
    Ok(settings::server(&version))
}

pub(crate) async fn introspect(db: &impl Connection, scope: &Scope<'_>) -> Result<Database, Error> {
    let settings = Settings::read(db).await?;
    let mut reader = Reader {
        scope,
        catalog: Catalog::new(db, settings.server.dialect.name()),
        settings,
        tables: Tables::new(),
        collations: HashMap::new(),
        unmanaged: BTreeSet::new(),
    };
    reader.tables().await?;
    let checks = reader.checks().await?;
    reader.columns(&checks).await?;
    reader.add_checks(checks);
    reader.indexes().await?;
    reader.foreign_keys().await?;
    reader.others().await?;
    Ok(Database {
        server: reader.settings.server,
        own_schema: reader.settings.own_schema,
        schema: Schema {
            tables: reader.tables,
            unmanaged: reader.unmanaged,
            ..Schema::default()
        },
    })
}

struct Reader<'a, C> {
    scope: &'a Scope<'a>,
    catalog: Catalog<'a, C>,
    settings: Settings,
    tables: Tables,
    /// The collations that the tables give to their columns.
    collations: HashMap<ObjectName, String>,
    unmanaged: BTreeSet<Unmanaged>,
}

impl<'a, C: Connection> Reader<'a, C> {
    async fn rows(&self, what: &'static str, sql: &str) -> Result<Rows<'a>, Error> {
        let times = sql.matches("{read}").count();
        let values: Vec<_> = iter::repeat_n(self.scope.values(), times)
            .flatten()
            .collect();
        let sql = queries::for_scope(sql, self.scope);
        self.catalog.rows(what, &sql, &values).await
    }

    /// The same, all at once.
    async fn all(&self, what: &'static str, sql: &str) -> Result<Vec<Row>, Error> {
        let mut rows = self.rows(what, sql).await?;
        let mut all = vec![];
        while let Some(row) = rows.next().await? {
            all.push(row);
        }
        Ok(all)
    }

    fn dialect(&self) -> Dialect {
        self.settings.server.dialect
    }

    async fn tables(&mut self) -> Result<(), Error> {
        let mut rows = self.rows("the tables", queries::TABLES).await?;
        while let Some(mut row) = rows.next().await? {
            let (name, kind) = (ObjectName::new(row.text()?), row.text()?);
            if self.scope.ignores(&name.name) {
                continue;
            }
            let is_versioned = kind == "SYSTEM VERSIONED";
            if kind != "BASE TABLE" && !is_versioned {
                if !kind.contains("TEMPORARY") {
                    self.leave(&kind.to_ascii_lowercase(), name);
                }
                continue;
            }
            if !self.scope.reads(&name.name) {
                continue;
            }
            if is_versioned {
                self.leave("system versioning", name.clone());
            }
            let (engine, collation) = (row.optional_text()?, row.optional_text()?);
            let create_options = row.optional_text()?.unwrap_or_default();
            if create_options.split(' ').any(|word| word == PARTITIONED) {
                self.leave("partitioning", name.clone());
            }
            let mut table = Table::new(name.clone());
            table.options = self.settings.table_options(
                engine.as_deref(),
                collation.as_deref(),
                &create_options,
            );
            table.comment = row.optional_text()?.filter(|text| !text.is_empty());
            self.collations
                .extend(collation.map(|collation| (name.clone(), collation)));
            self.tables.insert(name, table);
        }
        Ok(())
    }

    /// Says that something is there and is left alone.
    fn leave(&mut self, kind: &str, name: ObjectName) {
        let kind = kind.to_owned();
        self.unmanaged.insert(Unmanaged::new(kind, name));
    }

    async fn columns(&mut self, checks: &[CheckRow]) -> Result<(), Error> {
        let json: BTreeSet<_> = checks
            .iter()
            .filter_map(|row| Some((&row.table, row.json.as_deref()?)))
            .collect();
        let mut columns: HashMap<ObjectName, Vec<(i64, Box<Column>)>> = HashMap::new();
        let mut rows = self.rows("the columns", queries::COLUMNS).await?;
        while let Some(mut row) = rows.next().await? {
            let table = ObjectName::new(row.text()?);
            if !self.tables.contains_key(&table) {
                continue;
            }
            let (place, name) = (row.number()?, row.text()?);
            let (column_type, data_type) = (row.text()?, row.text()?);
            let is_json = data_type == "longtext" && json.contains(&(&table, name.as_str()));
            let ty = if is_json {
                Type::Json
            } else {
                canonical::parse_type(&column_type, self.dialect())
            };
            let mut column = Column::new(name, ty);
            column.nullable = row.flag()?;
            let default = row.optional_text()?;
            let extra = row.text()?;
            column.default = default.and_then(|text| match self.dialect() {
                Dialect::MariaDb => text::mariadb_default(&text),
                _ => text::mysql_default(&text, &data_type, &extra),
            });
            column.auto_increment =
                extra.contains("auto_increment") && canonical::is_integer(&column.ty);
            column.on_update = text::on_update(&extra);
            column.generated = self.generated(row.optional_text()?, &extra);
            column.extra = extra.contains("INVISIBLE").then(|| "INVISIBLE".to_owned());
            let of_table = self.collations.get(&table);
            column.collation = row
                .optional_text()?
                .filter(|name| Some(name) != of_table && !(is_json && name == JSON_COLLATION));
            column.comment = row.optional_text()?.filter(|text| !text.is_empty());
            columns
                .entry(table)
                .or_default()
                .push((place, Box::new(column)));
        }
        for (table, mut columns) in columns {
            if let Some(table) = self.tables.get_mut(&table) {
                columns.sort_by_key(|(place, _)| *place);
                table.columns = columns.into_iter().map(|(_, column)| *column).collect();
            }
        }
        Ok(())
    }

    /// What computes a column. Times of MariaDB's history (`ROW START`) are not computed from an expression.
    fn generated(&self, expression: Option<String>, extra: &str) -> Option<Box<Generated>> {
        let words = ["STORED GENERATED", "PERSISTENT"];
        let stored = words.iter().any(|word| extra.contains(word));
        let expression =
            expression.filter(|text| !matches!(text.as_str(), "" | "ROW START" | "ROW END"))?;
        Some(Box::new(Generated {
            expression: text::expression(&expression, self.dialect()),
            stored,
        }))
    }

    async fn indexes(&mut self) -> Result<(), Error> {
        let expression = match self.settings.has("STATISTICS.EXPRESSION") {
            true => "EXPRESSION",
            false => "NULL",
        };
        let hidden = if self.settings.has("STATISTICS.IGNORED") {
            "IGNORED = 'YES'"
        } else if self.settings.has("STATISTICS.IS_VISIBLE") {
            "IS_VISIBLE = 'NO'"
        } else {
            "0"
        };
        let sql = queries::INDEXES
            .replace("{expression}", expression)
            .replace("{hidden}", hidden);
        let mut indexes: HashMap<ObjectName, BTreeMap<String, Vec<IndexPart>>> = HashMap::new();
        let mut rows = self.rows("the indexes", &sql).await?;
        while let Some(mut row) = rows.next().await? {
            let (table, name) = (ObjectName::new(row.text()?), row.text()?);
            let of_table = indexes.entry(table).or_default();
            of_table.entry(name).or_default().push(IndexPart {
                place: row.number()?,
                unique: row.flag()?,
                kind: row.text()?,
                column: row.optional_text()?,
                expression: row.optional_text()?,
                prefix: row.optional_number()?,
                descending: row.flag()?,
                hidden: row.flag()?,
            });
        }
        let dialect = self.dialect();
        for (table, indexes) in indexes {
            let Some(table) = self.tables.get_mut(&table) else {
                continue;
            };
            for (name, mut parts) in indexes {
                parts.sort_by_key(|part| part.place);
                if name == "PRIMARY" {
                    for column in parts.into_iter().filter_map(|part| part.column) {
                        assemble::primary_key_column(table, None, column);
                    }
                } else {
                    let index = index::put_together(table, name, parts, dialect);
                    table.indexes.push(index);
                }
            }
        }
        Ok(())
    }

    /// Triggers, routines and events, and whether the tables are still the ones that were read.
    async fn others(&mut self) -> Result<(), Error> {
        let mut still_there = BTreeSet::new();
        let mut rows = self.rows("what is no table", queries::OTHERS).await?;
        while let Some(mut row) = rows.next().await? {
            let (kind, name) = (row.text()?, ObjectName::new(row.text()?));
            if kind != "table" {
                self.leave(&kind, name);
            } else if self.scope.reads(&name.name) {
                still_there.insert(name);
            }
        }
        let read: BTreeSet<_> = self.tables.keys().cloned().collect();
        match read.symmetric_difference(&still_there).next() {
            None => Ok(()),
            Some(table) => Err(Error::Changed {
                table: table.clone(),
                engine: self.dialect().name(),
            }),
        }
    }
}

/// The collation of MariaDB's JSON.
const JSON_COLLATION: &str = "utf8mb4_bin";
