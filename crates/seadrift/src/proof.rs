//! Tries a plan out on a scratch database before it is written: forward it leads to what the entities declare, back to
//! where it came from.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use seadrift_introspect::{Scope, introspect};
use seadrift_plan::{Plan, plan};
use seadrift_render::{Verification, sql, text};
use seadrift_runner::{Scratch, said};
use seadrift_schema::{Change, Dialect, Schema, Table, canonical};

use crate::{Error, compare::Sides, database::Url};

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

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

/// Tries `plan` out. What speaks against the plan is an error; what merely keeps it from being tried is said in the
/// result.
pub(crate) async fn prove(
    db: &DatabaseConnection,
    url: &Url,
    sides: &Sides,
    plan: &Plan,
) -> Result<Verification, Error> {
    let scratch = match Scratch::create(db, url.parsed()).await {
        Ok(scratch) => scratch,
        Err(reason) => return Ok(Verification::NotVerified(url.redact(&reason.to_string()))),
    };
    let outcome = there_and_back(&scratch.db, sides, plan).await;
    scratch.remove(db).await?;
    outcome
}

async fn there_and_back(
    db: &DatabaseConnection,
    sides: &Sides,
    plan: &Plan,
) -> Result<Verification, Error> {
    if let Err(reason) = build(db, sides).await {
        let reason =
            format!("the database as it is could not be built on a scratch database: {reason}");
        return Ok(Verification::NotVerified(reason));
    }
    let schemas = sides.schemas();
    let scope = Scope {
        schemas: &schemas,
        ..Scope::default()
    };
    let before = introspect(db, &scope).await?;
    run(db, &plan.up, plan.dialect, "up").await?;
    let after = introspect(db, &scope).await?;
    let remaining = sides.changes_since(&after.schema, db).await?;
    if !remaining.is_empty() {
        let lines = remaining
            .iter()
            .flat_map(|change| text::lines(change, plan.dialect))
            .collect();
        return Err(Failure::Up(lines).into());
    }
    run(db, &plan.down, plan.dialect, "down").await?;
    let back = introspect(db, &scope).await?;
    let differing = differing(
        &before.schema,
        &back.schema,
        plan.dialect,
        &before.own_schema,
    )?;
    if !differing.is_empty() {
        return Err(Failure::Down(differing).into());
    }
    Ok(Verification::Verified)
}

/// Makes on an empty database what the project's database has.
async fn build(db: &DatabaseConnection, sides: &Sides) -> Result<(), String> {
    let run_one = async |statement: String| {
        let result = db.execute_unprepared(&statement).await;
        result.map(drop).map_err(|error| said(&error))
    };
    let quote = |name: &str| sides.dialect().quote(name);
    if sides.dialect() == Dialect::Postgres && sides.own_schema() != "public" {
        run_one(format!("CREATE SCHEMA {}", quote(sides.own_schema()))).await?;
        run_one(format!("SET search_path TO {}", quote(sides.own_schema()))).await?;
    }
    for schema in sides.schemas().iter().filter(|schema| *schema != "public") {
        run_one(format!("CREATE SCHEMA {}", quote(schema))).await?;
    }
    let changes = sides
        .all_of_the_database()
        .map_err(|error| error.to_string())?;
    let plan = plan(changes, sides.dialect()).map_err(|error| error.to_string())?;
    run(db, &plan.up, plan.dialect, "up")
        .await
        .map_err(|failure| match failure {
            Failure::Statement { source, .. } => said(&source),
            other => other.to_string(),
        })
}

async fn run(
    db: &DatabaseConnection,
    changes: &[Change],
    dialect: Dialect,
    way: &'static str,
) -> Result<(), Failure> {
    for statement in changes
        .iter()
        .flat_map(|change| sql::statements(change, dialect))
    {
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

/// The names of the tables and types that are not the same in both. The order of columns and keys does not count: a
/// column that comes back comes last.
fn differing(
    before: &Schema,
    after: &Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Vec<String>, Error> {
    let settled = |schema| -> Result<Schema, Error> {
        let schema =
            canonical::schema(schema, dialect, own_schema).map_err(seadrift_diff::Error::from)?;
        let mut schema = schema.into_owned();
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
    names.sort();
    names.dedup();
    Ok(names)
}
