//! Reads PostgreSQL, from version 12 on, through `pg_catalog`.

mod queries;

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Value};
use seadrift_schema::{
    Column, Dialect, EnumType, ForeignKey, Index, IndexOrigin, ObjectName, Schema, Server, Table,
    Type, canonical,
};

use crate::{
    Database, Error, Scope,
    assemble::{self, Tables},
    catalog::{Catalog, Row},
};

pub(crate) async fn server(db: &impl ConnectionTrait) -> Result<Server, Error> {
    let sql = "SELECT current_setting('server_version')";
    let version = catalog(db).row("the version", sql).await?.text()?;
    // A distribution puts its own words behind the number: `15.18 (Debian 15.18-0+deb12u1)`.
    let number = version.split_whitespace().next().unwrap_or(&version);
    Ok(Server {
        dialect: Dialect::Postgres,
        version: number.to_owned(),
    })
}

pub(crate) async fn introspect(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
) -> Result<Database, Error> {
    let server = server(db).await?;
    let reader = Reader::new(db, scope).await?;
    let enums = reader.enums().await?;
    let mut tables = reader.tables(scope).await?;
    reader.columns(&mut tables, &enums).await?;
    reader.primary_keys(&mut tables).await?;
    reader.indexes(&mut tables).await?;
    reader.foreign_keys(&mut tables).await?;
    Ok(Database {
        server,
        own_schema: reader.own_schema,
        schema: Schema {
            tables,
            enums,
            ..Schema::default()
        },
    })
}

fn catalog<C: ConnectionTrait>(db: &C) -> Catalog<'_, C> {
    Catalog::new(db, Dialect::Postgres.name())
}

struct Reader<'a, C> {
    catalog: Catalog<'a, C>,
    own_schema: String,
    schemas: Vec<Value>,
}

impl<'a, C: ConnectionTrait> Reader<'a, C> {
    async fn new(db: &'a C, scope: &Scope<'_>) -> Result<Self, Error> {
        let catalog = catalog(db);
        let sql = "SELECT current_schema()::text";
        let own_schema = catalog
            .row("the current schema", sql)
            .await?
            .optional_text()?
            .ok_or(Error::NoSchema)?;
        let mut schemas: Vec<Value> = vec![own_schema.clone().into()];
        schemas.extend(scope.schemas.iter().map(|schema| schema.clone().into()));
        Ok(Self {
            catalog,
            own_schema,
            schemas,
        })
    }

    /// The rows that `sql` gives, for the tables that are read.
    async fn rows(&self, what: &'static str, sql: &str) -> Result<Vec<Row>, Error> {
        let places: Vec<_> = (1..=self.schemas.len())
            .map(|place| format!("${place}"))
            .collect();
        let sql = format!("{}{sql}", queries::READ).replace("{schemas}", &places.join(", "));
        self.catalog.rows(what, &sql, &self.schemas).await
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
            let name = self.name(row.text()?, row.text()?);
            if !scope.ignored_tables.contains(&name.name) {
                let mut table = Table::new(name.clone());
                table.comment = row.optional_text()?;
                tables.insert(name, table);
            }
        }
        Ok(tables)
    }

    async fn columns(
        &self,
        tables: &mut Tables,
        enums: &BTreeMap<ObjectName, EnumType>,
    ) -> Result<(), Error> {
        for mut row in self.rows("the columns", queries::COLUMNS).await? {
            let Some(table) = tables.get_mut(&self.name(row.text()?, row.text()?)) else {
                continue;
            };
            let name = row.text()?;
            let text = row.text()?;
            let enum_name = row.optional_text()?.zip(row.optional_text()?);
            let is_array = row.flag()?;
            let found = enum_name.and_then(|(schema, name)| enums.get(&self.name(schema, name)));
            let ty = match found {
                Some(ty) if is_array => Type::Array(Box::new(Type::Enum(ty.clone()))),
                Some(ty) => Type::Enum(ty.clone()),
                None => canonical::parse_type(&text, Dialect::Postgres),
            };
            let mut column = Column::new(name, ty);
            column.nullable = row.flag()?;
            let default = row.optional_text()?;
            column.auto_increment = row.flag()? && canonical::is_integer(&column.ty);
            if !column.auto_increment {
                column.default = default.as_deref().and_then(assemble::default);
            }
            column.comment = row.optional_text()?;
            table.columns.push(column);
        }
        Ok(())
    }

    async fn primary_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        for mut row in self.rows("the primary keys", queries::PRIMARY_KEYS).await? {
            if let Some(table) = tables.get_mut(&self.name(row.text()?, row.text()?)) {
                assemble::primary_key_column(table, Some(row.text()?), row.text()?);
            }
        }
        Ok(())
    }

    async fn indexes(&self, tables: &mut Tables) -> Result<(), Error> {
        let quote = |name: &str| Dialect::Postgres.quote(name);
        for mut row in self.rows("the indexes", queries::INDEXES).await? {
            let Some(table) = tables.get_mut(&self.name(row.text()?, row.text()?)) else {
                continue;
            };
            let first = row.flag()?;
            let name = row.text()?;
            let unique = row.flag()?;
            let is_constraint = row.flag()?;
            let on = table.name.quoted(Dialect::Postgres);
            let definition = row
                .optional_text()?
                .map(|rest| match (is_constraint, unique) {
                    (true, _) => format!("ALTER TABLE {on} ADD CONSTRAINT {} {rest}", quote(&name)),
                    (false, true) => format!("CREATE UNIQUE INDEX {} ON {on} {rest}", quote(&name)),
                    (false, false) => format!("CREATE INDEX {} ON {on} {rest}", quote(&name)),
                });
            let index = Index {
                name,
                columns: vec![],
                unique,
                origin: if is_constraint {
                    IndexOrigin::Constraint
                } else {
                    IndexOrigin::Index
                },
                definition,
            };
            assemble::index_column(table, first, index, row.optional_text()?);
        }
        Ok(())
    }

    async fn foreign_keys(&self, tables: &mut Tables) -> Result<(), Error> {
        for mut row in self.rows("the foreign keys", queries::FOREIGN_KEYS).await? {
            let Some(table) = tables.get_mut(&self.name(row.text()?, row.text()?)) else {
                continue;
            };
            let first = row.flag()?;
            let name = row.text()?;
            let references = self.name(row.text()?, row.text()?);
            let on_delete = assemble::action(words(&row.text()?), &table.name, &name)?;
            let on_update = assemble::action(words(&row.text()?), &table.name, &name)?;
            let key = ForeignKey {
                name: Some(name),
                columns: vec![],
                references,
                referenced_columns: vec![],
                on_delete: Some(on_delete),
                on_update: Some(on_update),
                clauses: None,
            };
            assemble::foreign_key_column(table, first, key, row.text()?, Some(row.text()?));
        }
        Ok(())
    }

    async fn enums(&self) -> Result<BTreeMap<ObjectName, EnumType>, Error> {
        let mut enums = BTreeMap::new();
        for mut row in self.rows("the enum types", queries::ENUMS).await? {
            let name = self.name(row.text()?, row.text()?);
            enums
                .entry(name.clone())
                .or_insert(EnumType {
                    name,
                    values: vec![],
                })
                .values
                .extend(row.optional_text()?);
        }
        Ok(enums)
    }
}

/// The action that `pg_constraint` keeps as the letter `code`, in words.
fn words(code: &str) -> &str {
    match code {
        "a" => "NO ACTION",
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        other => other,
    }
}
