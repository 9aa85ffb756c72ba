//! Tries a plan out on a scratch database before it is written: forward it leads to what the entities declare, back to
//! where it came from.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
use seadrift_introspect::{Connection, Scope, introspect};
use seadrift_plan::{Stage, Work, plan};
use seadrift_render::{Verification, sql, text};
use seadrift_runner::{Scratch, ScratchError, ScratchSchema, said};
use seadrift_schema::{Change, Dialect, Schema, Table, canonical};

use crate::{
    Error,
    compare::Sides,
    database::{self, Url},
};

/// Why a plan is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A statement does not run.
    #[error(
        "the plan does not run on a scratch database; the way {way} fails at\n  {statement}\n{source}"
    )]
    Statement {
        way: &'static str,
        statement: String,
        source: Box<DbErr>,
    },
    /// After `up`, something is left to do.
    #[error("the plan does not lead to what the entities declare; on a scratch database there remains{}", indented(.0))]
    Up(Vec<String>),
    /// After `down`, something is not as it was.
    #[error("the plan does not lead back; on a scratch database there remains in {}", .0.join(", "))]
    Down(Vec<String>),
}

impl Failure {
    /// Whether it is about a view or trigger of SQLite that is not in order, before the plan or by it.
    pub(crate) fn is_of_a_view(&self) -> bool {
        match self {
            Failure::Statement { source, .. } => {
                let said = source.to_string();
                ["error in view ", "error in trigger "]
                    .iter()
                    .any(|sign| said.contains(sign))
            }
            Failure::Up(_) | Failure::Down(_) => false,
        }
    }
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

/// What a plan is tried out on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// A database on the same server.
    Database,
    /// A database on another server, which does not know the roles of this one.
    Elsewhere,
    /// Of PostgreSQL. It stands for the database's own, whatever the name of that is.
    Schema,
}

impl Ground {
    fn name(self) -> &'static str {
        match self {
            Ground::Database | Ground::Elsewhere => "a scratch database",
            Ground::Schema => "a scratch schema",
        }
    }
}

/// Tries `plan` out: on a scratch database of the server, or of the one that `scratch_url` names, else in a scratch schema
/// that is rolled back. What speaks against the plan is an error; what merely keeps it from being tried is said in the
/// result.
pub(crate) async fn prove(
    db: &DatabaseConnection,
    url: &Url,
    scratch_url: Option<&Url>,
    sides: &Sides,
    stages: &[Stage],
) -> Result<Verification, Error> {
    let elsewhere = match scratch_url {
        Some(url) => Some((elsewhere(url, sides).await?, url)),
        None => None,
    };
    let (home, url) = elsewhere.as_ref().map_or((db, url), |(db, url)| (db, url));
    let scratch = match Scratch::create(home, url.parsed()).await {
        Ok(scratch) => scratch,
        // A server that is gone has not said no.
        Err(reason) if home.ping().await.is_err() => return Err(reason.into()),
        Err(reason) => {
            let reason = url.redact(&reason.to_string());
            return match sides.dialect() {
                Dialect::Postgres if scratch_url.is_none() => {
                    in_schema(db, sides, stages, reason).await
                }
                _ => Ok(Verification::NotVerified(reason)),
            };
        }
    };
    let ground = match scratch_url {
        Some(_) => Ground::Elsewhere,
        None => Ground::Database,
    };
    let outcome = there_and_back(&scratch.db, sides, stages, ground).await;
    scratch.remove(home).await?;
    outcome
}

/// A connection to the server that is named for scratch databases. It has to be of the same kind.
async fn elsewhere(url: &Url, sides: &Sides) -> Result<DatabaseConnection, Error> {
    let db = database::connect_to(url, None).await?;
    let server = seadrift_introspect::server(&db).await?;
    if server.dialect != sides.dialect() {
        return Err(Error::OtherEngine {
            scratch: server.to_string(),
            database: sides.server.to_string(),
        });
    }
    Ok(db)
}

/// Tries `plan` out where the role may make no database, which is what `reason` says: in a schema of the database itself,
/// within a transaction that is rolled back.
async fn in_schema(
    db: &DatabaseConnection,
    sides: &Sides,
    stages: &[Stage],
    reason: String,
) -> Result<Verification, Error> {
    let not_verified = |more: &str| Ok(Verification::NotVerified(format!("{reason}; {more}")));
    if stages.iter().any(|stage| stage.plan.outside_transaction) {
        return not_verified("and what runs outside a transaction cannot be tried in one");
    }
    if stages.iter().any(|stage| stage.work == Work::Enum) {
        return not_verified("and a new enum value is a default only once it is committed");
    }
    if !sides.schemas().is_empty() {
        return not_verified("and a scratch schema stands for one schema only");
    }
    let all = sides.all_of_the_database()?;
    let built = seadrift_plan::plan(all, &Schema::default(), sides.dialect())?;
    let stages_changes = stages
        .iter()
        .flat_map(|stage| stage.plan.up.iter().chain(&stage.plan.down));
    let changes = built.up.iter().chain(stages_changes);
    let own = sides.own_schema();
    let places = [
        format!("{own}."),
        format!("{}.", sides.dialect().quote(own)),
    ];
    let names_it = |sql: &String| places.iter().any(|place| sql.contains(place.as_str()));
    if changes
        .flat_map(|change| sql::statements(change, sides.dialect()))
        .any(|sql| names_it(&sql))
    {
        return not_verified("and what is kept as text names its schema");
    }
    let scratch = match ScratchSchema::create(db).await {
        Ok(scratch) => scratch,
        Err(second) => return not_verified(&format!("nor a schema: {}", said_of(&second))),
    };
    let outcome = there_and_back(&scratch.transaction, sides, stages, Ground::Schema).await;
    scratch.remove().await;
    outcome
}

fn said_of(error: &ScratchError) -> String {
    match error {
        ScratchError::Create(source) | ScratchError::Remove { source, .. } => said(source),
    }
}

async fn there_and_back<C: Connection + TransactionTrait>(
    db: &C,
    sides: &Sides,
    stages: &[Stage],
    ground: Ground,
) -> Result<Verification, Error> {
    let on = ground.name();
    if let Err(reason) = build(db, sides, ground).await {
        // A server that is gone has not said no. (A transaction that failed takes no more statements.)
        if ground != Ground::Schema
            && let Err(gone) = db.execute_unprepared("SELECT 1").await
        {
            return Err(ScratchError::Create(Box::new(gone)).into());
        }
        let reason = format!("the database as it is could not be built on {on}: {reason}");
        return Ok(Verification::NotVerified(reason));
    }
    let schemas = sides.schemas();
    let scope = Scope {
        schemas: &schemas,
        ..Scope::default()
    };
    let knows_roles = |change: &&Change| {
        ground != Ground::Elsewhere
            || !matches!(change, Change::Grant { .. } | Change::Revoke { .. })
    };
    let steps = |changes: &[Change]| -> Vec<Change> {
        changes.iter().filter(knows_roles).cloned().collect()
    };
    let mut befores = vec![];
    for Stage { plan, .. } in stages {
        befores.push(introspect(db, &scope).await?);
        run(db, &steps(&plan.up), plan.dialect, "up").await?;
    }
    let after = introspect(db, &scope).await?;
    let remaining = sides.changes_since(&after.schema, db).await?;
    if !remaining.is_empty() {
        let lines = remaining
            .iter()
            .flat_map(|change| text::lines(change, sides.dialect()))
            .collect();
        return Err(Failure::Up(lines).into());
    }
    for (at, (Stage { plan, .. }, before)) in stages.iter().zip(&mut befores).enumerate().rev() {
        run(db, &steps(&plan.down), plan.dialect, "down").await?;
        let mut back = introspect(db, &scope).await?;
        if at > 0 {
            forget_validity(&mut before.schema);
            forget_validity(&mut back.schema);
        }
        let differing = differing(
            &before.schema,
            &back.schema,
            plan.dialect,
            &before.own_schema,
        )?;
        if !differing.is_empty() {
            return Err(Failure::Down(differing).into());
        }
    }
    Ok(Verification::Verified { on })
}

/// Makes on an empty database what the project's database has.
async fn build(db: &impl ConnectionTrait, sides: &Sides, ground: Ground) -> Result<(), String> {
    let run_one = async |statement: String| {
        let result = db.execute_unprepared(&statement).await;
        result.map(drop).map_err(|error| said(&error))
    };
    let quote = |name: &str| sides.dialect().quote(name);
    if ground != Ground::Schema
        && sides.dialect() == Dialect::Postgres
        && sides.own_schema() != "public"
    {
        run_one(format!("CREATE SCHEMA {}", quote(sides.own_schema()))).await?;
        run_one(format!("SET search_path TO {}", quote(sides.own_schema()))).await?;
    }
    for schema in sides.schemas().iter().filter(|schema| *schema != "public") {
        run_one(format!("CREATE SCHEMA {}", quote(schema))).await?;
    }
    let changes = sides
        .all_of_the_database()
        .map_err(|error| error.to_string())?;
    let plan =
        plan(changes, &Schema::default(), sides.dialect()).map_err(|error| error.to_string())?;
    run(db, &plan.up, plan.dialect, "up")
        .await
        .map_err(|failure| match failure {
            Failure::Statement { source, .. } => said(&source),
            other => other.to_string(),
        })?;
    for statement in sides.views_and_triggers() {
        run_one(statement).await?;
    }
    Ok(())
}

/// Runs `changes`, of this way.
pub(crate) async fn run(
    db: &impl ConnectionTrait,
    changes: &[Change],
    dialect: Dialect,
    way: &'static str,
) -> Result<(), Failure> {
    for statement in sql::script(changes, dialect) {
        if let Err(source) = db.execute_unprepared(&statement).await {
            return Err(Failure::Statement {
                way,
                statement,
                source: Box::new(source),
            });
        }
    }
    Ok(())
}

/// Forgets which constraints are not valid: what has been validated stays so on the way back to the stage before.
fn forget_validity(schema: &mut Schema) {
    for table in schema.tables.values_mut() {
        let keys = table.foreign_keys.iter_mut().map(|key| &mut key.clauses);
        let checks = table.checks.iter_mut().map(|check| &mut check.clauses);
        for clauses in keys.chain(checks) {
            if let Some(text) = clauses {
                let rest = text.replace("NOT VALID", "").trim_end().to_owned();
                *clauses = (!rest.is_empty()).then_some(rest);
            }
        }
    }
}

/// The names of the tables and types that are not the same in both. The order of columns and keys does not count: a
/// column that comes back comes last.
pub(crate) fn differing(
    before: &Schema,
    after: &Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Vec<String>, Error> {
    let settled = |schema| -> Result<Schema, Error> {
        let schema =
            canonical::schema(schema, dialect, own_schema).map_err(seadrift_diff::Error::from)?;
        let mut schema = schema.into_owned();
        canonical::forget_wording(&mut schema);
        for Table {
            columns,
            indexes,
            foreign_keys,
            ..
        } in schema.tables.values_mut()
        {
            columns.sort_by(|one, other| one.name.cmp(&other.name));
            indexes.sort_by(|one, other| one.name.cmp(&other.name));
            foreign_keys.sort_by(|one, other| {
                (&one.name, &one.columns).cmp(&(&other.name, &other.columns))
            });
        }
        Ok(schema)
    };
    let (before, after) = (settled(before)?, settled(after)?);
    let tables = before.tables.keys().chain(after.tables.keys());
    let mut names: Vec<_> = tables
        .filter(|name| before.tables.get(name) != after.tables.get(name))
        .map(|name| format!("table `{name}`"))
        .collect();
    let enums = before.enums.keys().chain(after.enums.keys());
    names.extend(
        enums
            .filter(|name| before.enums.get(name) != after.enums.get(name))
            .map(|name| format!("enum `{name}`")),
    );
    let objects = before.unmanaged.symmetric_difference(&after.unmanaged);
    names.extend(
        objects
            .filter(|object| object.definition.is_some())
            .map(|object| format!("{} `{}`", object.kind, object.name)),
    );
    names.sort();
    names.dedup();
    Ok(names)
}
