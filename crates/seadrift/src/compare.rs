//! What the verbs that compare share: both sides, and the changes between them.

mod declared;
mod gone;
mod unmanaged;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait};
use seadrift_diff::{self as diff, Answer, Rename, Strict};
use seadrift_introspect::{Database, Scope, ask, introspect};
use seadrift_reflect::Warning;
use seadrift_render::text;
use seadrift_schema::{Change, Dialect, Grant, ObjectName, Schema, Server, Table, canonical, lock};

pub(crate) use declared::{Both, Lock, declared, declared_and_merged, locked};

use crate::{Context, Error};

/// The entities, the database, and what was declared before.
pub(crate) struct Sides {
    /// The server, for people.
    pub server: Server,
    /// What the entities declare.
    pub desired: Schema,
    actual: Schema,
    own_schema: String,
    /// What was declared before, where that is something else.
    lock: Option<Schema>,
    /// Whether there is a lock at all.
    has_lock: bool,
    /// What the lock says beside.
    head: lock::Head,
    /// Which of the differences that are accepted there are.
    met: Mutex<BTreeSet<String>>,
    /// What of the entities cannot be done.
    pub warnings: Vec<Warning>,
    strict: Strict,
    grants: Vec<Grant>,
    /// What was renamed, beside what entities say of it.
    pub renames: Vec<Rename>,
    /// What revisions that are written anew take away, as their heads tell it.
    pub gone: Vec<String>,
}

/// Two schemas, whatever they are of, that are compared.
pub(crate) struct Between {
    /// The server, for people.
    pub server: Server,
    /// What it starts with.
    pub actual: Schema,
    /// What it leads to.
    pub desired: Schema,
    /// The schema that names without one mean.
    pub own_schema: String,
    /// What is owned of the first.
    pub lock: Schema,
    /// What that lock says beside.
    pub head: lock::Head,
    /// What counts.
    pub strict: Strict,
}

impl Sides {
    /// Two schemas that are read already.
    pub(crate) fn between(between: Between) -> Self {
        let Between {
            server,
            actual,
            desired,
            own_schema,
            lock,
            head,
            strict,
        } = between;
        Self {
            server,
            desired,
            actual,
            own_schema,
            lock: Some(lock),
            has_lock: true,
            head,
            met: Mutex::default(),
            warnings: vec![],
            strict,
            grants: vec![],
            renames: vec![],
            gone: vec![],
        }
    }

    /// Reads the entities and the database. Of PostgreSQL's schemas, the ones that entities name, or named.
    pub(crate) async fn read(
        context: &Context,
        db: &DatabaseConnection,
        declared: impl Future<Output = Result<Both, Error>>,
    ) -> Result<Self, Error> {
        let entities = context.entities()?;
        if entities.is_empty() {
            return Err(Error::NoEntities);
        }
        Self::read_with(context, db, entities.schemas(), declared).await
    }

    /// Reads the lock and the database; what the entities declare is what they did. Of PostgreSQL's schemas, the ones that the lock names.
    pub(crate) async fn read_without_entities(
        context: &Context,
        db: &DatabaseConnection,
        locked: impl Future<Output = Result<Both, Error>>,
    ) -> Result<Self, Error> {
        Self::read_with(context, db, BTreeSet::new(), locked).await
    }

    async fn read_with(
        context: &Context,
        db: &DatabaseConnection,
        mut schemas: BTreeSet<String>,
        declared: impl Future<Output = Result<Both, Error>>,
    ) -> Result<Self, Error> {
        let read = async |schemas: BTreeSet<String>| {
            let schemas: Vec<_> = schemas.into_iter().collect();
            let scope = Scope {
                schemas: &schemas,
                ignored_tables: &[context.migrations.table().to_owned()],
                tables: None,
            };
            introspect_at_once(db, &scope).await
        };
        let (database, both) = tokio::join!(read(schemas.clone()), declared);
        let (database, both) = if db.get_database_backend() == DbBackend::Postgres {
            let both = both?;
            let locked = match &both.lock {
                Lock::Other(lock) => lock,
                Lock::Same | Lock::Unknown => &both.desired,
            };
            let named = locked.tables.keys();
            let named = named.filter_map(|table| table.schema.clone());
            let known = schemas.len();
            schemas.extend(named);
            // Mostly, the lock names no others than the entities do.
            match schemas.len() == known {
                true => (database?, both),
                false => (read(schemas).await?, both),
            }
        } else {
            (database?, both?)
        };
        let Database {
            server,
            schema: actual,
            own_schema,
        } = database;
        let Both {
            lock,
            head,
            desired,
            warnings,
        } = both;
        let has_lock = !matches!(lock, Lock::Unknown);
        let lock = match lock {
            Lock::Unknown => Some(Schema::default()),
            Lock::Same => None,
            Lock::Other(lock) => Some(lock),
        };
        Ok(Self {
            server,
            actual,
            own_schema,
            lock,
            has_lock,
            head,
            met: Mutex::default(),
            warnings,
            desired,
            strict: context.config.compare.strict,
            grants: context.config.postgres.grants(),
            renames: vec![],
            gone: vec![],
        })
    }

    /// The entities, and for a database what was declared before.
    pub(crate) fn from_lock(
        context: &Context,
        dialect: Dialect,
        lock: Option<Schema>,
        head: lock::Head,
    ) -> Result<Self, Error> {
        let actual = lock.unwrap_or_default();
        let own_schema = usual_schema(context, dialect);
        Ok(Self {
            server: Server {
                dialect,
                version: String::new(),
            },
            desired: context.entities()?.schema(dialect)?,
            has_lock: true,
            head,
            met: Mutex::default(),
            warnings: vec![],
            lock: Some(actual.clone()),
            actual,
            own_schema: own_schema.to_owned(),
            strict: context.config.compare.strict,
            grants: context.config.postgres.grants(),
            renames: vec![],
            gone: vec![],
        })
    }

    /// Keeps of the database no more than a comparison needs, which is half of it where a server words things in its own way.
    /// What a plan is made of is lost.
    pub(crate) fn only_compare(&mut self) -> Result<(), Error> {
        for table in self.actual.tables.values_mut() {
            table.definition = None;
        }
        // Strictly, an action that the server does not tell from another is one by itself.
        if !self.strict.actions {
            let dialect = self.dialect();
            canonical::tables_in_place(&mut self.actual, dialect, &self.own_schema)
                .map_err(diff::Error::from)?;
        }
        Ok(())
    }

    /// What was declared at the newest revision, where a lock says it.
    pub(crate) fn locked(&self) -> Option<&Schema> {
        self.has_lock.then(|| self.lock())
    }

    /// What was declared at the newest revision.
    fn lock(&self) -> &Schema {
        self.lock.as_ref().unwrap_or(&self.desired)
    }

    /// The dialect of the database.
    pub(crate) fn dialect(&self) -> Dialect {
        self.server.dialect
    }

    /// What brings the database, to which `db` is connected, to what the entities declare.
    pub(crate) async fn since_database(
        &self,
        db: &DatabaseConnection,
    ) -> Result<Vec<Change>, Error> {
        let desired = self.settled(&self.actual, &self.desired, db).await?;
        let changes = diff::diff(&self.actual, &desired, &self.context())?;
        let changes = self.without_accepted(changes);
        self.refuse_hidden(&changes, db).await?;
        Ok(changes)
    }

    /// What brings the database, to which `db` is connected, to what was declared at the newest revision.
    pub(crate) async fn drift(&self, db: &DatabaseConnection) -> Result<Vec<Change>, Error> {
        let locked = self.settled(&self.actual, self.lock(), db).await?;
        // All that is declared is owned, so that nothing is taken away; and rights are given once.
        let context = diff::Context {
            renames: &[],
            grants: &[],
            ..self.context()
        };
        let changes = self.differences(&locked, &context)?;
        let changes = self.without_accepted(changes);
        self.refuse_hidden(&changes, db).await?;
        Ok(changes)
    }

    /// What brings the database to `desired`, also where that takes something which no revision does: an index that entities cannot express
    /// and that is in the way.
    fn differences(
        &self,
        desired: &Schema,
        context: &diff::Context<'_>,
    ) -> Result<Vec<Change>, Error> {
        let mut actual = Cow::Borrowed(&self.actual);
        let mut in_the_way = vec![];
        loop {
            let (table, name) = match diff::diff(&actual, desired, context) {
                Err(diff::Error::IndexName { table, index }) => (table, index),
                changes => {
                    in_the_way.extend(changes?);
                    return Ok(in_the_way);
                }
            };
            let not_there = || diff::Error::IndexName {
                table: table.clone(),
                index: name.clone(),
            };
            let known = actual
                .to_mut()
                .tables
                .get_mut(&table)
                .ok_or_else(not_there)?;
            let at = known.indexes.iter().position(|index| index.name == name);
            let index = known.indexes.remove(at.ok_or_else(not_there)?);
            in_the_way.push(Change::DropIndex { table, index });
        }
    }

    /// A table that the login may not see is not one that is missing.
    async fn refuse_hidden(
        &self,
        changes: &[Change],
        db: &DatabaseConnection,
    ) -> Result<(), Error> {
        for change in changes {
            if let Change::CreateTable(table) = change
                && ask::is_hidden(db, &table.name, self.dialect()).await
            {
                return Err(Error::Hidden(table.name.clone()));
            }
        }
        Ok(())
    }

    /// Whether the entities declare anything else than at the newest revision, as far as letters tell.
    pub(crate) fn differs_from_lock(&self) -> bool {
        self.has_lock && self.lock.is_some()
    }

    /// The accepted differences that were not met.
    pub(crate) fn no_longer_accepted(&self) -> Vec<String> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let accepted = self.head.accepted.iter();
        accepted
            .filter(|line| !met.contains(*line))
            .cloned()
            .collect()
    }

    /// What brings a database to what the entities declare by rules alone, where there is no server to ask.
    pub(crate) fn by_rules(&self) -> Result<Vec<Change>, Error> {
        let changes = diff::diff(&self.actual, &self.desired, &self.context())?;
        Ok(self.without_accepted(changes))
    }

    /// `changes` without the differences that the lock accepts.
    fn without_accepted(&self, mut changes: Vec<Change>) -> Vec<Change> {
        if self.head.accepted.is_empty() {
            return changes;
        }
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        changes.retain(|change| {
            let lines = text::lines(change, self.dialect());
            let is_accepted = lines.iter().all(|line| self.head.accepted.contains(line));
            if is_accepted {
                met.extend(lines);
            }
            !is_accepted
        });
        changes
    }

    /// What the lock says beside what was declared.
    pub(crate) fn head(&self) -> &lock::Head {
        &self.head
    }

    /// The accepted differences that there are still.
    pub(crate) fn still_accepted(&self) -> Vec<String> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let accepted = self.head.accepted.iter();
        accepted
            .filter(|line| met.contains(*line))
            .cloned()
            .collect()
    }

    /// What brings what was declared at the newest revision to what is declared now.
    pub(crate) async fn since_lock(&self, db: &DatabaseConnection) -> Result<Vec<Change>, Error> {
        self.changes_since(self.lock(), db).await
    }

    /// What brings `from`, where all renames are done, to what the entities declare. The server behind `db` is asked
    /// about what rules cannot settle.
    pub(crate) async fn changes_since<C: ConnectionTrait + TransactionTrait>(
        &self,
        from: &Schema,
        db: &C,
    ) -> Result<Vec<Change>, Error> {
        let desired = self.settled(from, &self.desired, db).await?;
        let context = self.context();
        let lock = diff::renamed(self.lock(), &context)?;
        let context = diff::Context {
            lock: &lock,
            renames: &[],
            ..context
        };
        let changes = diff::diff(from, &desired, &context)?;
        Ok(self.without_accepted(changes))
    }

    /// What is `declared`, in the words of `from` where the server behind `db` says that these mean the same.
    async fn settled<'s, C: ConnectionTrait + TransactionTrait>(
        &self,
        from: &Schema,
        declared: &'s Schema,
        db: &C,
    ) -> Result<Cow<'s, Schema>, Error> {
        let (dialect, own_schema) = (self.dialect(), self.own_schema.as_str());
        let settled = ask::schema(db, from, declared, dialect, own_schema).await;
        Ok(settled.map_err(diff::Error::from)?)
    }

    /// What `texts` say was renamed.
    pub(crate) fn answers(&self, texts: &[String]) -> Result<Vec<Answer>, Error> {
        Ok(diff::answer(
            texts,
            &self.actual,
            &self.desired,
            &self.context(),
        )?)
    }

    fn context(&self) -> diff::Context<'_> {
        diff::Context {
            dialect: self.dialect(),
            own_schema: &self.own_schema,
            lock: self.lock(),
            strict: self.strict,
            renames: &self.renames,
            grants: &self.grants,
        }
    }

    /// The table of the database that is called `name` afterwards.
    pub(crate) fn actual_table(&self, name: &ObjectName) -> Option<&Table> {
        let before = self.renames.iter().find_map(|rename| match rename {
            Rename::Table { from, to } if to == name => Some(from),
            _ => None,
        });
        self.table(&self.actual, before.unwrap_or(name))
    }

    /// The table that the entities declare under `name`.
    pub(crate) fn declared_table(&self, name: &ObjectName) -> Option<&Table> {
        self.table(&self.desired, name)
    }

    /// The table of `schema` called `name`, whether or not either says the connection's own schema.
    fn table<'a>(&self, schema: &'a Schema, name: &ObjectName) -> Option<&'a Table> {
        let said_otherwise = || {
            let name = match &name.schema {
                None => ObjectName::within(&self.own_schema, &name.name),
                Some(schema) if *schema == self.own_schema => ObjectName::new(&name.name),
                Some(_) => return None,
            };
            schema.tables.get(&name)
        };
        schema.tables.get(name).or_else(said_otherwise)
    }

    /// What makes the whole database from nothing.
    pub(crate) fn all_of_the_database(&self) -> Result<Vec<Change>, Error> {
        all_of(&self.actual, self.dialect(), &self.own_schema)
    }

    /// What the database has.
    pub(crate) fn database(&self) -> &Schema {
        &self.actual
    }

    /// The statements that made the database's views and triggers, as far as they are known, in an order that runs.
    pub(crate) fn views_and_triggers(&self) -> Vec<String> {
        let made_by = |kind: &'static str| {
            let objects = self.actual.unmanaged.iter();
            objects.filter(move |object| object.kind == kind)
        };
        let objects = made_by("view").chain(made_by("trigger"));
        objects
            .filter_map(|object| object.definition.clone())
            .collect()
    }

    /// The connection's own schema.
    pub(crate) fn own_schema(&self) -> &str {
        &self.own_schema
    }

    /// PostgreSQL's schemas beside the connection's own that entities name, or named.
    pub(crate) fn schemas(&self) -> Vec<String> {
        let mut schemas = schemas(&self.desired, self.lock());
        schemas.retain(|schema| *schema != self.own_schema);
        schemas
    }
}

/// What makes all of `schema` from nothing.
pub(crate) fn all_of(
    schema: &Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Vec<Change>, Error> {
    let (nothing, lock) = (Schema::default(), Schema::default());
    let context = diff::Context {
        dialect,
        own_schema,
        lock: &lock,
        strict: Strict::default(),
        renames: &[],
        grants: &[],
    };
    Ok(diff::diff(&nothing, schema, &context)?)
}

/// The schema that names without one mean, where there is no server to ask.
pub(crate) fn usual_schema(context: &Context, dialect: Dialect) -> &str {
    match dialect {
        Dialect::Postgres => context.options.schema.as_deref().unwrap_or("public"),
        Dialect::Sqlite => "main",
        // The name of a database, which no entity says.
        Dialect::MySql | Dialect::MariaDb => "",
    }
}

/// Reads the database as it is at one time, whatever others do to it meanwhile, where the engine can do that: MySQL's
/// catalog knows no transactions.
pub(crate) async fn introspect_at_once(
    db: &DatabaseConnection,
    scope: &Scope<'_>,
) -> Result<Database, Error> {
    let backend = db.get_database_backend();
    if backend == DbBackend::MySql {
        return Ok(introspect(db, scope).await?);
    }
    let failed = |source| seadrift_introspect::Error::of(backend, source);
    let transaction = db.begin().await.map_err(failed)?;
    if backend == DbBackend::Postgres {
        let snapshot = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let set = transaction.execute_unprepared(snapshot).await;
        set.map_err(failed)?;
    }
    let database = introspect(&transaction, scope).await?;
    transaction.rollback().await.map_err(failed)?;
    Ok(database)
}

fn schemas(desired: &Schema, lock: &Schema) -> Vec<String> {
    let named = desired.tables.keys().chain(lock.tables.keys());
    let schemas: BTreeSet<_> = named.filter_map(|table| table.schema.clone()).collect();
    schemas.into_iter().collect()
}
