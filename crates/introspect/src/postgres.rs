//! Reads PostgreSQL, from version 12 on, through `pg_catalog`, which answers every role alike.

mod columns;
mod constraints;
mod draft;
mod indexes;
mod objects;
mod queries;
mod types;
mod wording;

use sea_orm::Value;
use seadrift_schema::{Dialect, ObjectName, Schema, Server, Unmanaged};

use crate::{
    Database, Error, Scope,
    catalog::{Catalog, Connection, Rows},
};
use draft::Drafts;

pub(crate) async fn server(db: &impl Connection) -> Result<Server, Error> {
    let sql = "SELECT current_setting('server_version')";
    let version = catalog(db).row("the version", sql).await?.text()?;
    Ok(server_of(&version))
}

pub(crate) async fn introspect(db: &impl Connection, scope: &Scope<'_>) -> Result<Database, Error> {
    let reader = Reader::new(db, scope).await?;
    let mut found = Found::default();
    let mut types = reader.types(&mut found).await?;
    let mut drafts = reader.tables(&mut found).await?;
    reader.columns(&mut drafts, &mut types).await?;
    reader.constraints(&mut drafts, &mut found).await?;
    reader.indexes(&mut drafts, &mut found).await?;
    reader.objects(&drafts, &mut found).await?;
    let (enums, domains) = types.finish();
    Ok(Database {
        server: reader.server,
        own_schema: reader.own_schema,
        schema: Schema {
            tables: drafts.finish(),
            enums,
            domains,
            ..found.schema
        },
    })
}

fn catalog<C: Connection>(db: &C) -> Catalog<'_, C> {
    Catalog::new(db, Dialect::Postgres.name())
}

/// A distribution puts its own words behind the number: `15.18 (Debian 15.18-0+deb12u1)`.
fn server_of(version: &str) -> Server {
    let number = version.split_whitespace().next().unwrap_or(version);
    Server {
        dialect: Dialect::Postgres,
        version: number.to_owned(),
    }
}

/// Reads the schemas that a scope names.
struct Reader<'a, C> {
    catalog: Catalog<'a, C>,
    scope: &'a Scope<'a>,
    server: Server,
    /// The server's version as one number: 150018.
    version: i64,
    own_schema: String,
    /// The ids of the schemas that are read, as a list in SQL.
    schemas: String,
}

impl<'a, C: Connection> Reader<'a, C> {
    async fn new(db: &'a C, scope: &'a Scope<'_>) -> Result<Self, Error> {
        let catalog = catalog(db);
        let mut names = vec!["current_schema()".to_owned()];
        names.extend((1..=scope.schemas.len()).map(|place| format!("${place}")));
        let sql = queries::SERVER.replace("{names}", &names.join(", "));
        let values: Vec<Value> = scope.schemas.iter().map(|name| name.into()).collect();
        let what = "the version and the schemas";
        let mut rows = catalog.rows(what, &sql, &values).await?;
        let mut row = rows.next().await?.ok_or(Error::NoSchema)?;
        Ok(Self {
            catalog,
            scope,
            server: server_of(&row.text()?),
            version: row.number()?,
            own_schema: row.optional_text()?.ok_or(Error::NoSchema)?,
            schemas: row.optional_text()?.ok_or(Error::NoSchema)?,
        })
    }

    /// The rows that `sql` gives, which tell of `what`.
    async fn rows(&self, what: &'static str, sql: &str) -> Result<Rows<'a>, Error> {
        let values = match sql.contains("{read}") {
            true => self.scope.values(),
            false => vec![],
        };
        let sql = queries::for_server(sql, self.version, &self.schemas, self.scope);
        self.catalog.rows(what, &sql, &values).await
    }

    /// The error that `table` is no longer what it was.
    fn changed(&self, table: &ObjectName) -> Error {
        Error::Changed {
            table: table.clone(),
            engine: self.server.dialect.name(),
        }
    }

    fn name(&self, schema: String, name: String) -> ObjectName {
        if schema == self.own_schema {
            ObjectName::new(name)
        } else {
            ObjectName::within(schema, name)
        }
    }

    /// The tables, empty.
    async fn tables(&self, found: &mut Found) -> Result<Drafts, Error> {
        let mut drafts = Drafts::default();
        let mut rows = self.rows("the tables", queries::TABLES).await?;
        while let Some(mut row) = rows.next().await? {
            let id = row.number()?;
            let name = self.name(row.text()?, row.text()?);
            if !self.scope.reads(&name.name) {
                drafts.ignore(id);
                continue;
            }
            let table = drafts.add(id, name);
            table.comment = row.optional_text()?;
            table.options = row
                .optional_text()?
                .map(|key| format!("PARTITION BY {key}"));
            for kind in row.text()?.split(',').filter(|kind| !kind.is_empty()) {
                found.note(kind, table.name.clone());
            }
        }
        Ok(drafts)
    }
}

/// What is found beside tables, enums and domains.
#[derive(Default)]
struct Found {
    schema: Schema,
}

impl Found {
    /// Notes an object that is seen and left alone.
    fn note(&mut self, kind: &str, name: ObjectName) {
        let kind = kind.to_owned();
        self.schema.unmanaged.insert(Unmanaged::new(kind, name));
    }

    /// Notes `name`, which is so called for each table by itself, of `table`.
    fn note_within(&mut self, kind: &str, name: &str, table: &ObjectName) {
        let name = ObjectName {
            schema: table.schema.clone(),
            name: format!("{name} on {}", table.name),
        };
        self.note(kind, name);
    }
}
