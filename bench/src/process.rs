//! What is measured: processes of this program, each of which does one thing to a database and says at its end how much
//! memory it took.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    pin::Pin,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use clap::ValueEnum;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, StreamTrait, TransactionTrait,
    prelude::async_trait::async_trait,
    sqlx::{self, Executor as _},
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use seadrift_introspect::{Scope, introspect};
use seadrift_schema::Schema;
use tokio::{sync::Mutex, task::spawn_blocking, time::timeout};

use crate::{Error, entity};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Task {
    /// Runs the queries of introspection and throws their rows away.
    Queries,
    /// Reads the database.
    Introspect,
    /// Compares the database with the entities, and says how long that alone took.
    Diff,
    /// Is `seadrift check`.
    Check,
    /// Reads the database with sea-schema.
    SeaSchema,
}

/// A process to be.
#[derive(Debug, Clone, clap::Args)]
pub struct Process {
    #[arg(value_enum)]
    pub task: Task,
    #[arg(long)]
    pub url: String,
    #[arg(long)]
    pub tables: usize,
    /// The folder of the project.
    #[arg(long)]
    pub project: PathBuf,
}

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub time: Duration,
    /// The most memory that it held at once, in KiB.
    pub peak: u64,
}

impl Process {
    /// Starts the process and waits for its end; `None` where that does not come within `limit`.
    pub async fn cost(&self, limit: Duration) -> Result<Option<Cost>, Error> {
        let name = self.task.to_possible_value();
        let name = name.map_or(String::new(), |value| value.get_name().to_owned());
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["process", &name, "--url", &self.url])
            .args(["--tables", &self.tables.to_string(), "--project"])
            .arg(&self.project)
            .stdout(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let mut output = child.stdout.take();
        let reading = spawn_blocking(move || {
            let mut text = String::new();
            let reading = output
                .as_mut()
                .map(|output| output.read_to_string(&mut text));
            reading.transpose().map(|_| text)
        });
        // Its output ends with the process.
        let Ok(read) = timeout(limit, reading).await else {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        };
        let status = child.wait()?;
        let time = start.elapsed();
        let text = read.map_err(std::io::Error::other)??;
        let number = |word| {
            let line = text.lines().find_map(|line| line.strip_prefix(word))?;
            line.trim().parse::<u64>().ok()
        };
        let expected = self.task != Task::Check || text.contains("no drift");
        match number(PEAK) {
            Some(peak) if status.success() && expected => Ok(Some(Cost {
                time: number(ALONE).map_or(time, Duration::from_micros),
                peak,
            })),
            _ => Err(Error::Process(name, text)),
        }
    }

    /// Is the process.
    pub async fn run(&self) -> Result<ExitCode, Error> {
        let mut code = ExitCode::SUCCESS;
        match self.task {
            Task::Queries => self.queries().await?,
            Task::Introspect => {
                // In a transaction, as `check` does it.
                let transaction = connect(&self.url).await?.begin().await?;
                introspect(&transaction, &scope()).await?;
            }
            Task::Diff => self.diff().await?,
            Task::Check => code = self.check().await,
            Task::SeaSchema => self.sea_schema().await?,
        }
        let status = fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|rest| rest.split_whitespace().next());
        println!("{PEAK}{}", peak.unwrap_or_default());
        Ok(code)
    }

    async fn queries(&self) -> Result<(), Error> {
        let statements = fs::read_to_string(self.project.join(STATEMENTS))?;
        let db = connect(&self.url).await?;
        match db.get_database_backend() {
            DbBackend::Postgres => drain(db.get_postgres_connection_pool(), &statements).await?,
            DbBackend::MySql => drain(db.get_mysql_connection_pool(), &statements).await?,
            _ => drain(db.get_sqlite_connection_pool(), &statements).await?,
        }
        Ok(())
    }

    async fn diff(&self) -> Result<(), Error> {
        let db = connect(&self.url).await?;
        let actual = introspect(&db, &scope()).await?;
        let dialect = actual.server.dialect;
        let desired = entity::entities(self.tables)
            .schema(dialect)
            .map_err(Box::new)?;
        let context = seadrift_diff::Context {
            dialect,
            own_schema: &actual.own_schema,
            lock: &desired,
            strict: seadrift_diff::Strict::default(),
            renames: &[],
            grants: &[],
        };
        let start = Instant::now();
        let changes = seadrift_diff::diff(&actual.schema, &desired, &context)?;
        println!("{ALONE}{}", start.elapsed().as_micros());
        match changes.is_empty() {
            true => Ok(()),
            false => Err(Error::Changes(changes.len())),
        }
    }

    async fn check(&self) -> ExitCode {
        let entities = entity::entities(self.tables);
        let folder = self.project.to_string_lossy();
        let arguments = [
            "seadrift",
            "check",
            "--database-url",
            &self.url,
            "--migrations",
            &folder,
        ];
        seadrift::run_from(NoMigrations, entities, arguments.map(Into::into)).await
    }

    async fn sea_schema(&self) -> Result<(), Error> {
        let db = connect(&self.url).await?;
        match db.get_database_backend() {
            DbBackend::Postgres => {
                let pool = db.get_postgres_connection_pool().clone();
                sea_schema::postgres::discovery::SchemaDiscovery::new(pool, "public")
                    .discover()
                    .await?;
            }
            DbBackend::MySql => {
                let pool = db.get_mysql_connection_pool().clone();
                let url = url::Url::parse(&self.url)?;
                let name = url.path().trim_start_matches('/');
                sea_schema::mysql::discovery::SchemaDiscovery::new(pool, name)
                    .discover()
                    .await?;
            }
            _ => {
                let pool = db.get_sqlite_connection_pool().clone();
                sea_schema::sqlite::discovery::SchemaDiscovery::new(pool)
                    .discover()
                    .await
                    .map_err(|error| Error::SeaSchema(format!("{error:?}")))?;
            }
        }
        Ok(())
    }
}

/// A migration crate without migrations, which `check` looks for, with the lock of the entities, and the queries of
/// introspection.
pub async fn write_project(folder: &Path, url: &str, tables: usize) -> Result<(), Error> {
    let asked = Asked {
        db: connect(url).await?,
        statements: Mutex::default(),
    };
    let database = introspect(&asked, &scope()).await?;
    let statements = asked.statements.into_inner().join(SEPARATOR);
    fs::write(folder.join(STATEMENTS), statements)?;
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let declared: Schema = entity::entities(tables)
        .schema(database.server.dialect)
        .map_err(Box::new)?;
    fs::write(
        folder.join("seadrift.lock"),
        seadrift_schema::lock::write(&declared),
    )?;
    asked.db.close().await?;
    Ok(())
}

const STATEMENTS: &str = "statements.sql";
/// Stands between the statements, and is a comment.
const SEPARATOR: &str = "\n--\n";
/// What the lines of a process begin with.
const PEAK: &str = "peak memory in KiB: ";
const ALONE: &str = "microseconds alone: ";

fn scope() -> Scope<'static> {
    Scope::default()
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// Runs `statements` one after the other, in one transaction.
async fn drain<D>(pool: &sqlx::Pool<D>, statements: &str) -> Result<(), Error>
where
    D: sqlx::Database,
    for<'c> &'c mut D::Connection: sqlx::Executor<'c, Database = D>,
{
    let mut transaction = pool.begin().await?;
    for statement in statements.split(SEPARATOR) {
        let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement));
        let mut rows = transaction.fetch_many(statement);
        while std::future::poll_fn(|context| rows.as_mut().poll_next(context))
            .await
            .transpose()?
            .is_some()
        {}
    }
    Ok(())
}

/// A connection that keeps what is asked of it.
struct Asked {
    db: DatabaseConnection,
    statements: Mutex<Vec<String>>,
}

#[async_trait]
impl ConnectionTrait for Asked {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.db)
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.statements.lock().await.push(statement.to_string());
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.lock().await.push(statement.to_string());
        self.db.query_all_raw(statement).await
    }
}

impl StreamTrait for Asked {
    type Stream<'b>
        = <DatabaseConnection as StreamTrait>::Stream<'b>
    where
        Self: 'b;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.db)
    }

    fn stream_raw<'b>(
        &'b self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'b>, DbErr>> + Send + 'b>> {
        Box::pin(async move {
            self.statements.lock().await.push(statement.to_string());
            self.db.stream_raw(statement).await
        })
    }
}

struct NoMigrations;

impl MigratorTrait for NoMigrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}
