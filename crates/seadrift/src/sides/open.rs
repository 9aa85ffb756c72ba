//! The two sides, read.

use std::{collections::BTreeSet, path::Path};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use seadrift_introspect::{Database, Scope};
use seadrift_runner::{Scratch, said, split};
use seadrift_schema::{Dialect, Schema, Server, lock};

use super::{Place, Problem, Side, outside::outside};
use crate::{
    Context, Error,
    backends::ScratchServers,
    compare,
    database::{self, Url},
    entities, output, project,
};

/// A side that was read.
pub(crate) struct Open {
    /// What was named.
    pub side: Side,
    /// What it has.
    pub schema: Schema,
    /// The server that said so, and its own schema.
    pub server: Option<(Server, String)>,
    /// A connection to ask by.
    pub db: Option<DatabaseConnection>,
    /// The scratch database, with a connection to another one of its server.
    scratch: Option<(Scratch, DatabaseConnection)>,
}

impl Open {
    fn declared(side: &Side, schema: Schema) -> Self {
        Self {
            side: side.clone(),
            schema,
            server: None,
            db: None,
            scratch: None,
        }
    }

    /// Takes away what was made to read it.
    pub(crate) async fn close(self) -> Result<(), Error> {
        let Some((scratch, home)) = self.scratch else {
            return Ok(());
        };
        let removed = scratch.remove(&home).await;
        removed.map_err(|error| self.side.error(error))
    }
}

/// What both sides are read with.
pub(crate) struct Opening<'a> {
    context: &'a Context,
    servers: ScratchServers,
    /// The engine.
    pub dialect: Dialect,
    /// What the lock says that was named for it.
    pub lock: Option<(Schema, lock::Head)>,
    sides: [&'a Side; 2],
}

impl<'a> Opening<'a> {
    /// Finds out for which engine the sides are compared. Nothing is read but the lock that says what is owned.
    pub(crate) fn new(
        context: &'a Context,
        sides: [&'a Side; 2],
        said: Option<Dialect>,
        scratch_urls: &[String],
        lock: Option<&Path>,
    ) -> Result<Self, Error> {
        let [from, to] = sides.map(|side| side.place.dialect());
        if let (Some(from), Some(to)) = (from, to)
            && !from.shares_migrations_with(to)
        {
            let [from, to] = [from, to].map(|dialect| dialect.name().to_owned());
            return Err(Problem::TwoEngines { from, to }.into());
        }
        for side in sides {
            if let (Some(said), Some(found)) = (said, side.place.dialect())
                && !found.shares_migrations_with(said)
            {
                let [said, found] = [said, found].map(|dialect| dialect.name().to_owned());
                return Err(side.error(Problem::OtherDialect { said, found }));
            }
        }
        let servers = ScratchServers::find(context, scratch_urls)?;
        let dialect = said.or(from).or(to).or_else(|| servers.only());
        let dialect = dialect.ok_or(Problem::NoDialect)?;
        let lock = lock.map(project::read_whole_lock).transpose()?;
        Ok(Self {
            context,
            servers,
            dialect,
            lock,
            sides,
        })
    }

    /// Reads both sides, what is declared first: it takes no server, and names the schemas that are read of one.
    pub(crate) async fn open(&self) -> Result<[Open; 2], Error> {
        let [from, to] = self.sides;
        let read = |side: &Side| self.declared(side).transpose().map_err(|e| side.error(e));
        let (first, second) = (read(from)?, read(to)?);
        let declared: Vec<_> = [&first, &second].into_iter().flatten().collect();
        let schemas = self.schemas(&declared);
        let first = match first {
            Some(schema) => Open::declared(from, schema),
            None => self.connected(from, schemas.as_ref()).await?,
        };
        let second = match second {
            Some(schema) => Ok(Open::declared(to, schema)),
            None => self.connected(to, schemas.as_ref()).await,
        };
        match second {
            Ok(second) => Ok([first, second]),
            Err(error) => {
                // The first error says more than a second one would.
                let _ = first.close().await;
                Err(error)
            }
        }
    }

    /// PostgreSQL's schemas that are read beside the connection's own: those that are named where something is declared;
    /// otherwise all, which is `None`, unless one is to be worked in.
    fn schemas(&self, declared: &[&Schema]) -> Option<BTreeSet<String>> {
        let is_said = self.context.options.schema.is_some();
        if declared.is_empty() {
            return is_said.then(BTreeSet::new);
        }
        let all = declared.iter().copied();
        let all = all.chain(self.lock.as_ref().map(|(schema, _)| schema));
        let names = all.flat_map(|schema| schema.tables.keys());
        Some(names.filter_map(|name| name.schema.clone()).collect())
    }

    /// What a side declares, if it is one that does.
    fn declared(&self, side: &Side) -> Option<Result<Schema, Error>> {
        match &side.place {
            Place::Database(_) | Place::Sql(_) => None,
            Place::Lock(path) => Some(project::read_whole_lock(path).map(|(schema, _)| schema)),
            Place::LinkedIn => Some(self.linked_in()),
            Place::Entities(path) => Some(self.sources(path)),
        }
    }

    fn linked_in(&self) -> Result<Schema, Error> {
        let entities = self.context.entities()?;
        if entities.is_empty() {
            return Err(Error::NoEntities);
        }
        let (schema, warnings) = entities.read(self.dialect)?;
        output::warnings(&warnings);
        Ok(schema)
    }

    fn sources(&self, path: &Path) -> Result<Schema, Error> {
        let source = entities::read(&[path.to_owned()], self.context)?;
        let (schema, warnings) = source.read(self.dialect)?;
        output::warnings(&warnings);
        Ok(schema)
    }

    async fn connected(
        &self,
        side: &Side,
        schemas: Option<&BTreeSet<String>>,
    ) -> Result<Open, Error> {
        let open = match &side.place {
            Place::Sql(path) => self.loaded(side, path, schemas).await,
            Place::Database(url) => self.database(side, url, schemas).await,
            Place::Entities(_) | Place::LinkedIn | Place::Lock(_) => {
                return Err(Problem::NoKind.into());
            }
        };
        open.map_err(|error| side.error(error))
    }

    async fn database(
        &self,
        side: &Side,
        url: &Url,
        schemas: Option<&BTreeSet<String>>,
    ) -> Result<Open, Error> {
        let db = database::connect(self.context, url).await?;
        let database = self.introspect(&db, schemas).await?;
        Ok(Open {
            side: side.clone(),
            schema: database.schema,
            server: Some((database.server, database.own_schema)),
            db: Some(db),
            scratch: None,
        })
    }

    /// Loads the file at `path` into a scratch database, which is gone again where that fails.
    async fn loaded(
        &self,
        side: &Side,
        path: &Path,
        schemas: Option<&BTreeSet<String>>,
    ) -> Result<Open, Error> {
        let source = project::read(path)?;
        let url = self.server()?;
        let home = database::connect_to(&url, None).await?;
        let dialect = seadrift_introspect::server(&home).await?.dialect;
        // Before anything is made.
        let statements = split::statements(&source, dialect).map_err(Problem::from)?;
        for statement in &statements {
            if let Some(what) = outside(statement, dialect) {
                return Err(Problem::Outside {
                    line: statement.line,
                    what,
                    statement: beginning(statement.text),
                }
                .into());
            }
        }
        let mut scratch = Scratch::create(&home, url.parsed()).await?;
        match self.load(&mut scratch, &statements, schemas).await {
            Ok(database) => Ok(Open {
                side: side.clone(),
                schema: database.schema,
                server: Some((database.server, database.own_schema)),
                db: Some(scratch.db.clone()),
                scratch: Some((scratch, home)),
            }),
            Err(error) => {
                scratch.remove(&home).await?;
                Err(error)
            }
        }
    }

    async fn load(
        &self,
        scratch: &mut Scratch,
        statements: &[split::Statement<'_>],
        schemas: Option<&BTreeSet<String>>,
    ) -> Result<Database, Error> {
        for statement in statements.iter().filter(|one| !one.is_for_client) {
            if let Err(source) = scratch.db.execute_unprepared(statement.text).await {
                return Err(Problem::Statement {
                    line: statement.line,
                    statement: beginning(statement.text),
                    message: said(&source),
                }
                .into());
            }
        }
        let backend = scratch.db.get_database_backend();
        let failed = |source| seadrift_introspect::Error::of(backend, source);
        scratch.reconnect().await.map_err(failed)?;
        if let (Some(schema), DbBackend::Postgres) = (&self.context.options.schema, backend) {
            let path = format!("SET search_path TO {}", Dialect::Postgres.quote(schema));
            let set = scratch.db.execute_unprepared(&path).await;
            set.map_err(failed)?;
        }
        self.introspect(&scratch.db, schemas).await
    }

    /// The server for scratch databases: SQLite's are in memory; otherwise one that is named for it, or that of the other
    /// side.
    fn server(&self) -> Result<Url, Error> {
        if self.dialect == Dialect::Sqlite {
            return Url::parse("sqlite::memory:");
        }
        let of_side = self.sides.into_iter().find_map(|side| match &side.place {
            Place::Database(url) => Some(url),
            _ => None,
        });
        let url = self.servers.of(self.dialect).or(of_side);
        let none = || Problem::NoServer(self.dialect.name()).into();
        url.cloned().ok_or_else(none)
    }

    async fn introspect(
        &self,
        db: &DatabaseConnection,
        schemas: Option<&BTreeSet<String>>,
    ) -> Result<Database, Error> {
        let schemas = match schemas {
            Some(schemas) => schemas.iter().cloned().collect(),
            None => all_schemas(db).await?,
        };
        let scope = Scope {
            schemas: &schemas,
            ignored_tables: &[self.context.migrations.table().to_owned()],
            tables: None,
        };
        compare::introspect_at_once(db, &scope).await
    }
}

/// The first line of a statement, as much as a terminal shows.
fn beginning(text: &str) -> String {
    const SHOWN: usize = 100;
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// PostgreSQL's schemas that are not the server's own or an extension's, and that the role may look into.
async fn all_schemas(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(vec![]);
    }
    let query = "SELECT nspname::text FROM pg_catalog.pg_namespace AS s \
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> coalesce(current_schema(), '') \
         AND has_schema_privilege(s.oid, 'USAGE') AND s.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend \
         WHERE classid = 'pg_catalog.pg_namespace'::regclass AND deptype = 'e') ORDER BY nspname";
    let failed = |source| seadrift_introspect::Error::of(backend, source);
    let rows = db
        .query_all_raw(Statement::from_string(backend, query))
        .await;
    let rows = rows.map_err(failed)?;
    let names: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    Ok(names.map_err(failed)?)
}
