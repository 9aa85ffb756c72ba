//! Runs what was generated, forward and back: after `up` nothing is left to change, after `down` the database is what
//! it was.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use seadrift_plan::Stage;
use seadrift_render::{Api, Head, sql_files};
use seadrift_runner::SqlMigration;
use seadrift_schema::{Change, Dialect, Grant, Schema, canonical};
use seadrift_sql_files::Purpose;
use seadrift_testkit::{Backend, Case, Scratch, difference, scratch};

use super::generate::{self, Generated, generate, lines};
use super::rows::{Rows, alike, kept};
use seadrift_cases::Compiled;

/// Runs `case` on `backend`. The error says all that is wrong.
pub async fn run(case: &Case, compiled: &Compiled, backend: Backend) -> Result<(), String> {
    let mut errors = vec![];
    let database = database(backend).await?;
    let generated = generate(case, compiled, &database).await?;
    errors.extend(case.compare(backend, &generated.outputs).err());
    if !generated.stages.is_empty() {
        let outputs = generated.outputs.iter();
        let migrations: Result<Vec<_>, String> = outputs
            .filter(|output| output.ext == "rs")
            .map(|output| golden(case, compiled, backend, &output.stem))
            .collect();
        let by_migration = match migrations {
            Ok(migrations) => {
                there_and_back(&Way::Migrations(migrations), &generated, &database).await
            }
            Err(error) => Err(error),
        };
        let is_back = by_migration.is_ok();
        let of = (case, compiled, &database);
        let by_sql = again(of, &generated, is_back, |one| Way::Sql(&one.stages)).await;
        let is_back = is_back && by_sql.is_ok();
        let by_files = again(of, &generated, is_back, |one| {
            Way::Files(sql_migrations(&one.stages))
        });
        let by_files = by_files.await;
        errors.extend(unexpected(case, [by_migration, by_sql, by_files]));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors.join("\n"))
    }
}

/// Goes another way. A database that was brought back is as good as a new one, and shows that it was.
async fn again(
    (case, compiled, database): (&Case, &Compiled, &Scratch),
    generated: &Generated,
    is_back: bool,
    way: for<'a> fn(&'a Generated) -> Way<'a>,
) -> Result<(), String> {
    if is_back {
        return there_and_back(&way(generated), generated, database).await;
    }
    let database = self::database(database.backend()).await?;
    let generated = generate(case, compiled, &database).await?;
    there_and_back(&way(&generated), &generated, &database).await
}

/// The files that are written for `stages` where migrations are SQL.
fn sql_migrations(stages: &[Stage]) -> Vec<SqlMigration> {
    let head = Head {
        message: "a case",
        revision: "m1_case",
        revises: &[],
        depends_on: &[],
        labels: &[],
        created: "2026-11-20 11:05:00 UTC",
        server: None,
        answers: &[],
        allowed: &[],
        verifications: &[],
        api: Api::V2,
    };
    let migration = |Stage { plan, .. }: &Stage| {
        let files = sql_files(&[plan], &head).into_iter();
        let files = files.map(|(file, text)| {
            let purpose = Purpose::of(&file).unwrap().expect("a file of a migration");
            (purpose, text.into())
        });
        SqlMigration::new("m1_case", files)
    };
    stages.iter().map(migration).collect()
}

/// What goes wrong, without what the case says goes wrong.
fn unexpected(case: &Case, results: [Result<(), String>; 3]) -> Vec<String> {
    let Some(known) = &case.config.fails else {
        return results.into_iter().filter_map(Result::err).collect();
    };
    let unexpected = results.into_iter().filter_map(|result| match result {
        Ok(()) => Some(format!(
            "it fails no more with `{known}`: take that out of case.toml"
        )),
        Err(error) if error.contains(known) => None,
        Err(error) => Some(error),
    });
    unexpected.collect()
}

/// The migration `stem` that is expected on `backend`, if it was compiled from what is expected now.
fn golden(
    case: &Case,
    compiled: &Compiled,
    backend: Backend,
    stem: &str,
) -> Result<&'static (dyn MigrationTrait + Sync), String> {
    let path = case.expected(backend, stem, "rs");
    let source = std::fs::read_to_string(&path).unwrap_or_default();
    compiled
        .migrations
        .iter()
        .find(|golden| path.ends_with(golden.file) && golden.source == source)
        .map(|golden| golden.migration)
        .ok_or_else(|| {
            format!(
                "{} is not compiled yet: run the tests again",
                path.display()
            )
        })
}

async fn database(backend: Backend) -> Result<Scratch, String> {
    scratch(backend)
        .await
        .ok_or_else(|| format!("no {backend}"))
}

/// A way to carry a plan out.
enum Way<'a> {
    /// By the migrations that are expected.
    Migrations(Vec<&'static (dyn MigrationTrait + Sync)>),
    /// By its SQL.
    Sql(&'a [Stage]),
    /// By the files of migrations that are SQL.
    Files(Vec<SqlMigration>),
}

impl Way<'_> {
    fn name(&self) -> &'static str {
        match self {
            Way::Migrations(_) => "the migration",
            Way::Sql(_) => "its SQL",
            Way::Files(_) => "its SQL file",
        }
    }

    async fn go(&self, db: &DatabaseConnection, up: bool) -> Result<(), String> {
        let by_default = db.get_database_backend() == sea_orm::DbBackend::Postgres;
        match self {
            Way::Migrations(migrations) => {
                for migration in in_turn(migrations, up) {
                    let in_transaction = migration.use_transaction().unwrap_or(by_default);
                    go(*migration, db, up, in_transaction)
                        .await
                        .map_err(|error| error.to_string())?;
                }
            }
            Way::Files(migrations) => {
                for migration in in_turn(migrations, up) {
                    let in_transaction = migration.use_transaction().unwrap_or(by_default);
                    go(migration, db, up, in_transaction)
                        .await
                        .map_err(|error| error.to_string())?;
                }
            }
            Way::Sql(stages) => {
                for Stage { plan, .. } in in_turn(stages, up) {
                    let changes = if up { &plan.up } else { &plan.down };
                    let statements = generate::statements(changes, plan.dialect);
                    let in_transaction = by_default && !plan.outside_transaction;
                    generate::execute(db, &statements, in_transaction).await?;
                }
            }
        }
        Ok(())
    }
}

/// The first one first on the way up, and last on the way down.
fn in_turn<T>(parts: &[T], up: bool) -> Vec<&T> {
    match up {
        true => parts.iter().collect(),
        false => parts.iter().rev().collect(),
    }
}

/// As sea-orm-migration runs it.
async fn go(
    migration: &(dyn MigrationTrait + Sync),
    db: &DatabaseConnection,
    up: bool,
    in_transaction: bool,
) -> Result<(), sea_orm::DbErr> {
    if !in_transaction {
        let manager = SchemaManager::new(db);
        return match up {
            true => migration.up(&manager).await,
            false => migration.down(&manager).await,
        };
    }
    let transaction = db.begin().await?;
    let manager = SchemaManager::new(&transaction);
    match up {
        true => migration.up(&manager).await?,
        false => migration.down(&manager).await?,
    }
    transaction.commit().await
}

async fn there_and_back(
    way: &Way<'_>,
    generated: &Generated,
    database: &Scratch,
) -> Result<(), String> {
    let name = way.name();
    let db = database.connect().await;
    let Generated { sides, start, .. } = generated;
    let dialect = sides.introspect(&db).await?.server.dialect;
    let before = Rows::read(&db, &start.schema, dialect).await?;
    way.go(&db, true)
        .await
        .map_err(|error| format!("{name} fails on the way up: {error}"))?;
    rights(&sides.grants, generated, &db).await?;
    let there = sides.introspect(&db).await?;
    for (lock, of) in [(&sides.desired, "new"), (&sides.lock, "old")] {
        let left = sides.remaining(start, &there, lock, &db).await?;
        if !left.is_empty() {
            let lines = lines(&left, there.server.dialect);
            return Err(format!(
                "{name} leaves differences, by the {of} lock:\n{lines}"
            ));
        }
    }
    let (was, is) = (unproved(&start.schema), unproved(&there.schema));
    if let Some(left) = is.difference(&was).next() {
        return Err(format!("{name} leaves the constraint `{left}` not valid"));
    }
    let rows = Rows::read(&db, &there.schema, dialect).await?;
    rows.lost_since(&before, |table| {
        alike(&start.schema, &there.schema, table, dialect)
    })
    .map_err(|error| format!("{name} loses something on the way up: {error}"))?;
    way.go(&db, false)
        .await
        .map_err(|error| format!("{name} fails on the way down: {error}"))?;
    let back = sides.introspect(&db).await?;
    let rows = Rows::read(&db, &back.schema, dialect).await?;
    rows.lost_since(&before, |table| kept(&start.schema, &there.schema, table))
        .map_err(|error| format!("{name} loses something on the way down: {error}"))?;
    // Everything that is read of a database, and not only what the comparison looks at.
    let canonical = |schema: &Schema| {
        canonical::schema(schema, back.server.dialect, &back.own_schema)
            .map(|schema| {
                let mut schema = schema.into_owned();
                canonical::forget_wording(&mut schema);
                format!("{schema:#?}\n")
            })
            .map_err(|error| error.to_string())
    };
    let (was, is) = (canonical(&start.schema)?, canonical(&back.schema)?);
    if was == is {
        Ok(())
    } else {
        let difference = difference(&was, &is);
        Err(format!(
            "{name} does not bring everything back:\n{difference}"
        ))
    }
}

/// The names of the constraints that are not valid. No comparison of foreign keys sees that.
fn unproved(schema: &Schema) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for table in schema.tables.values() {
        let keys = table.foreign_keys.iter();
        let keys = keys.map(|key| (key.name.as_deref(), key.clauses.as_deref()));
        let checks = table.checks.iter();
        let checks = checks.map(|check| (check.name.as_deref(), check.clauses.as_deref()));
        let unproved = keys
            .chain(checks)
            .filter(|(_, clauses)| clauses.is_some_and(|clauses| clauses.contains("NOT VALID")));
        names.extend(unproved.filter_map(|(name, _)| name));
    }
    names
}

/// Whether every new table has the rights that it should. No comparison sees them.
async fn rights(
    grants: &[Grant],
    generated: &Generated,
    db: &DatabaseConnection,
) -> Result<(), String> {
    let made = generated.stages.iter().flat_map(|stage| &stage.plan.up);
    for table in made.filter_map(|change| match change {
        Change::CreateTable(table) => Some(table.name.quoted(Dialect::Postgres)),
        _ => None,
    }) {
        for grant in grants {
            for privilege in &grant.privileges {
                let (role, table) = (&grant.role, table.replace('\'', "''"));
                let ask = format!("SELECT has_table_privilege('{role}', '{table}', '{privilege}')");
                let ask = Statement::from_string(db.get_database_backend(), ask);
                let row = db
                    .query_one_raw(ask)
                    .await
                    .map_err(|error| error.to_string())?;
                let has = row.and_then(|row| row.try_get_by_index::<bool>(0).ok());
                if has != Some(true) {
                    return Err(format!("{role} has no {privilege} on {table}"));
                }
            }
        }
    }
    Ok(())
}
