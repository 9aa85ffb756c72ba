//! Reads SQLite through its pragmas, and what they do not tell from the statements that it keeps.

mod create_table;
mod pragma;
mod queries;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use seadrift_schema::{Dialect, ObjectName, Schema, Server, Table, Unmanaged, sqlite as sql};

use crate::{
    Database, Error, Scope,
    assemble::{self, Tables},
    catalog::{Catalog, Connection, Row},
};

pub(crate) async fn server(db: &impl Connection) -> Result<Server, Error> {
    let sql = "SELECT sqlite_version()";
    let version = Catalog::new(db, Dialect::Sqlite.name())
        .row("the version", sql)
        .await?
        .text()?;
    Ok(Server {
        dialect: Dialect::Sqlite,
        version,
    })
}

pub(crate) async fn introspect(db: &impl Connection, scope: &Scope<'_>) -> Result<Database, Error> {
    let reader = Reader {
        catalog: Catalog::new(db, Dialect::Sqlite.name()),
        scope,
    };
    let mut unmanaged = BTreeSet::new();
    let mut statements = reader.statements(&mut unmanaged).await?;
    let tables = reader.tables(&mut statements, &mut unmanaged).await?;
    Ok(Database {
        server: Server {
            dialect: Dialect::Sqlite,
            version: statements.version,
        },
        own_schema: "main".to_owned(),
        schema: Schema {
            tables,
            unmanaged,
            ..Schema::default()
        },
    })
}

struct Reader<'a, C> {
    catalog: Catalog<'a, C>,
    scope: &'a Scope<'a>,
}

/// The statements that made tables, indexes and views, by name.
#[derive(Default)]
struct Statements {
    /// The version of the library.
    version: String,
    tables: HashMap<String, String>,
    indexes: HashMap<String, String>,
    views: HashMap<String, String>,
}

impl<C: Connection> Reader<'_, C> {
    /// The statements that SQLite keeps. Triggers are not known to any pragma, and are put into `unmanaged`.
    async fn statements(&self, unmanaged: &mut BTreeSet<Unmanaged>) -> Result<Statements, Error> {
        let mut statements = Statements::default();
        let sql = queries::for_scope(queries::STATEMENTS, "tbl_name", self.scope);
        let mut rows = self
            .catalog
            .rows("the statements", &sql, &self.scope.values())
            .await?;
        while let Some(mut row) = rows.next().await? {
            let (kind, name, on) = (row.text()?, row.text()?, row.text()?);
            let sql = row.optional_text()?.unwrap_or_default();
            match kind.as_str() {
                "version" => statements.version = sql,
                "table" => {
                    statements.tables.insert(name, sql);
                }
                "index" => {
                    statements.indexes.insert(name, sql);
                }
                "view" => {
                    statements.views.insert(name, sql);
                }
                "trigger" => {
                    unmanaged.insert(Unmanaged {
                        on: Some(ObjectName::new(on)),
                        definition: Some(sql),
                        ..Unmanaged::new(kind, ObjectName::new(name))
                    });
                }
                _ => {}
            }
        }
        Ok(statements)
    }

    async fn tables(
        &self,
        statements: &mut Statements,
        unmanaged: &mut BTreeSet<Unmanaged>,
    ) -> Result<Tables, Error> {
        let mut tables = Tables::new();
        let sql = queries::for_scope(queries::TABLES, "l.name", self.scope);
        let mut rows = self
            .catalog
            .rows("the tables", &sql, &self.scope.values())
            .await?;
        while let Some(mut row) = rows.next().await? {
            let (name, kind) = (ObjectName::new(row.text()?), row.text()?);
            if self.scope.ignores(&name.name) {
                continue;
            }
            let kind = match kind.as_str() {
                "table" => {
                    if !self.scope.reads(&name.name) {
                        continue;
                    }
                    let mut table = self.table(name.clone(), row, statements)?;
                    // What is given back serves the next one.
                    table.shrink_to_fit();
                    tables.insert(name, table);
                    continue;
                }
                "virtual" | "shadow" => format!("{kind} table"),
                _ => kind,
            };
            let definition = statements.views.get(&name.name).cloned();
            unmanaged.insert(Unmanaged {
                definition,
                ..Unmanaged::new(kind, name)
            });
        }
        resolve_references(&mut tables);
        Ok(tables)
    }

    fn table(
        &self,
        name: ObjectName,
        mut row: Row,
        statements: &mut Statements,
    ) -> Result<Table, Error> {
        let error = |what| move |source| self.catalog.error(what, source);
        let sql = statements.tables.remove(&name.name);
        let mut create = create_table::read(sql.as_deref().unwrap_or_default());
        let mut table = Table::new(name);
        table.options = options(row.flag()?, row.flag()?);
        let columns = pragma::columns(&row.text()?).map_err(error("the columns"))?;
        let indexes = pragma::indexes(&row.text()?).map_err(error("the indexes"))?;
        let keys = pragma::foreign_keys(&row.text()?).map_err(error("the foreign keys"))?;
        table::add_columns(&mut table, columns, &indexes, &create);
        table::add_indexes(&mut table, indexes, &mut create, &statements.indexes);
        table::add_foreign_keys(&mut table, keys, &create)?;
        for mut check in create.checks {
            check.columns = assemble::columns_in(&check.expression, &table);
            table.checks.push(check);
        }
        table.definition = sql;
        Ok(table)
    }
}

/// The words behind the parentheses of a table.
fn options(strict: bool, without_rowid: bool) -> Option<String> {
    let strict = strict.then_some("STRICT");
    let without_rowid = without_rowid.then_some("WITHOUT ROWID");
    let options: Vec<_> = strict.into_iter().chain(without_rowid).collect();
    (!options.is_empty()).then(|| options.join(", "))
}

/// Gives foreign keys the names that their tables and columns really have, since SQLite keeps the case they were
/// written in, and the primary key's columns where none were written.
fn resolve_references(tables: &mut Tables) {
    let targets: BTreeMap<String, Target> = tables
        .values()
        .map(|table| (table.name.name.to_ascii_lowercase(), Target::of(table)))
        .collect();
    for key in tables
        .values_mut()
        .flat_map(|table| &mut table.foreign_keys)
    {
        let Some(target) = targets.get(&key.references.name.to_ascii_lowercase()) else {
            continue;
        };
        key.references = target.name.clone();
        if key.referenced_columns.is_empty() {
            key.referenced_columns = target.primary_key.clone();
        }
        for name in &mut key.referenced_columns {
            let mut columns = target.columns.iter();
            if let Some(column) = columns.find(|column| column.eq_ignore_ascii_case(name)) {
                name.clone_from(column);
            }
        }
    }
}

/// What of a table a foreign key can name.
struct Target {
    name: ObjectName,
    columns: Vec<String>,
    primary_key: Vec<String>,
}

impl Target {
    fn of(table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| column.name.clone());
        let primary_key = table.primary_key.as_ref();
        Self {
            name: table.name.clone(),
            columns: columns.collect(),
            primary_key: primary_key.map_or(vec![], |key| key.columns.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
