//! From a case to what seadrift generates for it: the pipeline from database and entities to the migration.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use seadrift_diff::{Context, Rename, Strict, answer, diff, renamed};
use seadrift_introspect::{Database, Scope, ask, introspect};
use seadrift_plan::{Plan, Stage};
use seadrift_render::{Head, migration, revision, sql, text};
use seadrift_schema::{Change, Dialect, Grant, Schema};
use seadrift_testkit::{Backend, Case, Output, Scratch, scratch};

use seadrift_cases::Compiled;

/// What `changes.txt` says where nothing is to be done.
const NO_DIFFERENCES: &str = "no differences\n";

/// What seadrift makes of a case.
pub struct Generated {
    /// What is compared with the files under `expected/`.
    pub outputs: Vec<Output>,
    /// The plan, in stages if the case wants it so. None where there is nothing to do or it was refused.
    pub stages: Vec<Stage>,
    /// The database as it was before.
    pub start: Database,
    /// What the case wants.
    pub sides: Sides,
}

/// What a comparison goes by beside the database.
pub struct Sides {
    /// What the entities declare.
    pub desired: Schema,
    /// What they declared before.
    pub lock: Schema,
    /// What counts although it means the same.
    pub strict: Strict,
    /// What was answered about renames.
    pub answers: Vec<String>,
    /// The rights that every new table gets.
    pub grants: Vec<Grant>,
}

impl Sides {
    /// The changes that the database needs, to which `db` is connected.
    pub async fn changes(
        &self,
        database: &Database,
        db: &DatabaseConnection,
    ) -> Result<Vec<Change>, String> {
        let renames = self.renames(database)?;
        let context = self.context(database, &self.lock, &renames);
        self.diff(database, &context, db).await
    }

    /// The changes that `lock`, of what was declared before the changes to `start`, lets the database still need.
    pub async fn remaining(
        &self,
        start: &Database,
        database: &Database,
        lock: &Schema,
        db: &DatabaseConnection,
    ) -> Result<Vec<Change>, String> {
        let renames = self.renames(start)?;
        let context = self.context(database, lock, &renames);
        let lock = renamed(lock, &context).map_err(|error| error.to_string())?;
        let context = self.context(database, &lock, &[]);
        self.diff(database, &context, db).await
    }

    /// The changes by `context`, with what only the server can tell to be the same settled.
    async fn diff(
        &self,
        database: &Database,
        context: &Context<'_>,
        db: &DatabaseConnection,
    ) -> Result<Vec<Change>, String> {
        let (dialect, own_schema) = (context.dialect, context.own_schema);
        let desired = ask::schema(db, &database.schema, &self.desired, dialect, own_schema)
            .await
            .map_err(|error| error.to_string())?;
        diff(&database.schema, &desired, context).map_err(|error| error.to_string())
    }

    fn renames(&self, database: &Database) -> Result<Vec<Rename>, String> {
        let context = self.context(database, &self.lock, &[]);
        let answers = answer(&self.answers, &database.schema, &self.desired, &context);
        let answers = answers.map_err(|error| error.to_string())?;
        Ok(answers
            .into_iter()
            .filter_map(|answer| answer.renames)
            .collect())
    }

    fn context<'a>(
        &'a self,
        database: &'a Database,
        lock: &'a Schema,
        renames: &'a [Rename],
    ) -> Context<'a> {
        Context {
            dialect: database.server.dialect,
            own_schema: &database.own_schema,
            lock,
            strict: self.strict,
            renames,
            grants: &self.grants,
        }
    }

    /// Reads a database as far as these entities go.
    pub async fn introspect(&self, db: &DatabaseConnection) -> Result<Database, String> {
        let tables = self.desired.tables.keys().chain(self.lock.tables.keys());
        let mut schemas: Vec<_> = tables.filter_map(|name| name.schema.clone()).collect();
        schemas.sort();
        schemas.dedup();
        let scope = Scope {
            schemas: &schemas,
            ..Scope::default()
        };
        introspect(db, &scope)
            .await
            .map_err(|error| format!("{error:?}"))
    }
}

/// Builds the starting database of `case` in `database`, an empty one, and generates.
pub async fn generate(
    case: &Case,
    compiled: &Compiled,
    database: &Scratch,
) -> Result<Generated, String> {
    let mut generated = staged(case, compiled, database).await?;
    let backend = database.backend();
    let mut all = BTreeMap::from([(backend, generated.stages)]);
    if case.config.together {
        for &other in case
            .config
            .backends
            .iter()
            .filter(|other| **other != backend)
        {
            let database = scratch(other).await.ok_or("no database")?;
            let its = staged(case, compiled, &database).await?;
            all.insert(other, its.stages);
        }
        even_out(&mut all);
    }
    if generated.outputs.is_empty() {
        generated.outputs = outputs(case, &all, backend)?;
    }
    generated.stages = all.remove(&backend).unwrap_or_default();
    Ok(generated)
}

/// Gives all backends as many stages: each is a file, which has to be right on every one.
fn even_out(all: &mut BTreeMap<Backend, Vec<Stage>>) {
    let longest = all.values().max_by_key(|stages| stages.len());
    let works: Vec<_> = longest.map_or(vec![], |stages| {
        stages.iter().map(|stage| stage.work).collect()
    });
    for stages in all.values_mut() {
        for (stage, work) in stages.iter_mut().zip(&works) {
            stage.work = *work;
        }
        if let Some(dialect) = stages.first().map(|stage| stage.plan.dialect) {
            let missing = works.iter().skip(stages.len());
            let idle: Vec<_> = missing.map(|work| Stage::idle(*work, dialect)).collect();
            stages.extend(idle);
        }
    }
}

/// Builds the starting database of `case` in `database`, an empty one, and plans.
async fn staged(case: &Case, compiled: &Compiled, database: &Scratch) -> Result<Generated, String> {
    let db = database.connect().await;
    let sides = start(case, compiled, database, &db).await?;
    let actual = sides.introspect(&db).await?;
    let dialect = actual.server.dialect;
    let mut generated = Generated {
        outputs: vec![],
        stages: vec![],
        start: actual.clone(),
        sides,
    };
    let changes = generated.sides.changes(&actual, &db).await;
    let planned = changes.and_then(|changes| {
        let plan = match case.config.in_steps {
            true => seadrift_plan::plan_in_steps(changes, &actual.schema, dialect),
            false => seadrift_plan::plan(changes, &actual.schema, dialect),
        };
        let is_staged =
            case.config.online && (!case.config.together || dialect == Dialect::Postgres);
        let stages = plan.and_then(|plan| match is_staged {
            true => seadrift_plan::online(&plan, &actual.schema),
            false => Ok(seadrift_plan::in_turn(plan)),
        });
        stages.map_err(|error| error.to_string())
    });
    match planned {
        Ok(stages) if stages.iter().all(|stage| stage.plan.up.is_empty()) => {
            generated
                .outputs
                .push(output("changes", "txt", NO_DIFFERENCES.to_owned()));
        }
        Ok(stages) => generated.stages = stages,
        Err(error) => generated.outputs.push(output("error", "txt", error + "\n")),
    }
    Ok(generated)
}

/// Runs statements as a migration would: in a transaction where that is said, else one by one.
pub async fn execute(
    db: &DatabaseConnection,
    statements: &[String],
    in_transaction: bool,
) -> Result<(), String> {
    if in_transaction {
        let transaction = db.begin().await.map_err(|error| error.to_string())?;
        each(&transaction, statements).await?;
        transaction
            .commit()
            .await
            .map_err(|error| error.to_string())
    } else {
        each(db, statements).await
    }
}

/// The SQL of `changes`.
pub fn statements(changes: &[Change], dialect: Dialect) -> Vec<String> {
    sql::script(changes, dialect)
}

async fn each(db: &impl ConnectionTrait, statements: &[String]) -> Result<(), String> {
    for sql in statements {
        db.execute_unprepared(sql)
            .await
            .map_err(|error| format!("{error}\nin: {sql}"))?;
    }
    Ok(())
}

/// Builds the starting database, and reads what the entities declare and declared.
async fn start(
    case: &Case,
    compiled: &Compiled,
    database: &Scratch,
    db: &DatabaseConnection,
) -> Result<Sides, String> {
    let server = seadrift_introspect::server(db)
        .await
        .map_err(|error| error.to_string())?;
    let schema = |entities: fn() -> seadrift_reflect::Entities| {
        entities()
            .schema(server.dialect)
            .map_err(|error| error.to_string())
    };
    let sides = Sides {
        desired: schema(compiled.entities)?,
        lock: compiled.before.map(schema).transpose()?.unwrap_or_default(),
        strict: case.config.strict,
        answers: case.config.renames.clone(),
        grants: case.grants(),
    };
    match case.before(database.backend()) {
        Some(sql) => database.execute(&sql).await,
        None => build(&sides.lock, db)
            .await
            .map_err(|error| format!("building before.rs: {error}"))?,
    }
    Ok(sides)
}

/// Builds `schema`, and sees that nothing of it is missing then.
async fn build(schema: &Schema, db: &DatabaseConnection) -> Result<(), String> {
    let sides = Sides {
        desired: schema.clone(),
        lock: Schema::default(),
        strict: Strict::default(),
        answers: vec![],
        grants: vec![],
    };
    let empty = sides.introspect(db).await?;
    let changes = sides.changes(&empty, db).await?;
    let plan = seadrift_plan::plan(changes, &empty.schema, empty.server.dialect)
        .map_err(|error| error.to_string())?;
    let statements = statements(&plan.up, plan.dialect);
    execute(db, &statements, false).await?;
    let built = sides.introspect(db).await?;
    let left = sides.remaining(&empty, &built, schema, db).await?;
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "differences are left\n{}",
            lines(&left, plan.dialect)
        ))
    }
}

fn outputs(
    case: &Case,
    all: &BTreeMap<Backend, Vec<Stage>>,
    backend: Backend,
) -> Result<Vec<Output>, String> {
    let created = chrono::DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    let mut outputs = vec![];
    let (mut changes, mut sql) = (String::new(), String::new());
    let mut revises = vec![];
    let stages = all.get(&backend).ok_or("no plan")?;
    for (number, Stage { work, plan }) in (1..).zip(stages) {
        let of = |backend: &Backend| all.get(backend)?.get(number - 1).map(|stage| &stage.plan);
        let plans: Vec<&Plan> = case.config.backends.iter().filter_map(of).collect();
        let part = match stages.len() {
            1 => None,
            _ => Some(format!("{number}_{work}")),
        };
        let revision = match &part {
            None => revision::name(created, case.message()),
            Some(_) => {
                let slug = revision::slug_of(case.message(), &format!("_{number}_{work}"));
                let template = revision::Template::default();
                slug.and_then(|slug| template.name(created.fixed_offset(), number, &slug))
            }
        };
        let revision = revision.unwrap_or_default();
        let head = Head {
            message: case.message(),
            revision: &revision,
            revises: &revises,
            depends_on: &[],
            labels: &[],
            created: &created.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            server: Some("a test server"),
            answers: &case.config.renames,
            allowed: &[],
            verifications: &[],
            api: seadrift_render::Api::V2,
        };
        let stem = match &part {
            None => "migration".to_owned(),
            Some(part) => format!("migration_{part}"),
        };
        outputs.push(output(&stem, "rs", migration(&plans, &head)));
        if let Some(part) = part {
            changes += &format!("-- {part}\n");
            sql += &format!("-- {part}\n");
        }
        changes += &lines(&plan.up, plan.dialect);
        for statement in statements(&plan.up, plan.dialect) {
            sql += &format!("{statement};\n");
        }
        revises = vec![revision];
    }
    outputs.push(output("changes", "txt", changes));
    outputs.push(output(backend.name(), "sql", sql));
    Ok(outputs)
}

/// The changes as people read them.
pub fn lines(changes: &[Change], dialect: Dialect) -> String {
    changes
        .iter()
        .flat_map(|change| text::lines(change, dialect))
        .map(|line| line + "\n")
        .collect()
}

fn output(stem: &str, ext: &'static str, text: String) -> Output {
    let stem = stem.to_owned();
    Output { stem, ext, text }
}
