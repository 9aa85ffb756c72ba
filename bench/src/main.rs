//! How long seadrift takes on databases of many tables, and how much memory: `just bench`.

mod database;
mod entity;
mod process;
mod proxy;
mod report;
mod sources;

use std::{io, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use process::{Process, Task};
use report::Report;
use seadrift_testkit::{Backend, Scratch};
use sources::Sources;

#[derive(Debug, Parser)]
#[command(about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Args)]
struct Options {
    /// How many tables the databases have
    #[arg(long, value_delimiter = ',', default_value = "10,100,1000,5000")]
    tables: Vec<usize>,

    /// The backends to measure: sqlite, postgres, mysql
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres,mysql")]
    backends: Vec<String>,

    /// How often each is measured, one after the other
    #[arg(long, default_value_t = 7)]
    rounds: usize,

    /// How many tables the databases have that are read from far away; 0 for none
    #[arg(long, default_value_t = 1000)]
    far: usize,

    /// How many milliseconds a far server is away, there and back
    #[arg(long, default_value_t = 10)]
    round_trip: u64,

    /// How many files of entities are read; 0 for none
    #[arg(long, default_value_t = 1000)]
    files: usize,

    /// How many seconds sea-schema gets
    #[arg(long, default_value_t = 20)]
    limit: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Does one thing to a database; what this program starts and measures
    #[command(hide = true)]
    Process(Process),
    /// Reads a folder of entities, and says how many there are and how many microseconds it took
    #[command(hide = true)]
    Sources(Sources),
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
    #[error(transparent)]
    Driver(#[from] sea_orm::sqlx::Error),
    #[error(transparent)]
    Introspect(#[from] seadrift_introspect::Error),
    #[error(transparent)]
    Reflect(#[from] Box<seadrift_reflect::Error>),
    #[error("{0}")]
    Sources(String),
    #[error(transparent)]
    Diff(#[from] seadrift_diff::Error),
    #[error("sea-schema: {0}")]
    SeaSchema(String),
    #[error(transparent)]
    Url(#[from] url::ParseError),
    #[error(transparent)]
    File(#[from] io::Error),
    #[error("{0} changes between entities and database, where there should be none")]
    Changes(usize),
    #[error("`{0}` did not do what it should: {1}")]
    Process(String, String),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Some(Command::Process(process)) => process.run().await,
        Some(Command::Sources(sources)) => sources.run(),
        None => measure_all(&arguments.options).await,
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

async fn measure_all(options: &Options) -> Result<ExitCode, Error> {
    print!("{}", report::head(options.rounds));
    if options.files > 0 {
        sources::measure(options.files, options.rounds)?;
    }
    let sizes = options.tables.iter().chain([&options.far]);
    let _ = entity::all(sizes.copied().max().unwrap_or_default());
    for backend in seadrift_testkit::backends() {
        if !options.backends.iter().any(|name| name == backend.name()) {
            continue;
        }
        let version = seadrift_testkit::version(backend).await;
        println!("\n{}", version.unwrap_or_default());
        println!("{}", report::columns());
        for &tables in &options.tables {
            measure(options, backend, tables, None).await?;
        }
        if options.far > 0 && backend != Backend::Sqlite {
            measure(options, backend, options.far, Some(options.round_trip)).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures a database of so many tables, that many milliseconds away, and prints a line.
async fn measure(
    options: &Options,
    backend: Backend,
    tables: usize,
    round_trip: Option<u64>,
) -> Result<(), Error> {
    let Some(scratch) = seadrift_testkit::scratch(backend).await else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    database::fill(&scratch, tables).await?;
    process::write_project(folder.path(), scratch.url(), tables).await?;
    let process = |url: &str, task| Process {
        task,
        url: url.to_owned(),
        tables,
        project: folder.path().to_owned(),
    };
    let url = url(&scratch, round_trip).await?;
    let limit = Duration::from_secs(options.limit);
    let mut report = Report::new(tables, round_trip);
    let mut slow = vec![];
    for round in 0..=options.rounds {
        for task in report::TASKS {
            if slow.contains(&task) {
                continue;
            }
            let limit = match task {
                Task::SeaSchema => limit,
                _ => Duration::MAX,
            };
            match process(&url, task).cost(limit).await? {
                // The first round only makes everything warm.
                Some(_) if round == 0 => {}
                Some(cost) => report.add(task, cost),
                None => {
                    slow.push(task);
                    report.give_up(task, limit);
                }
            }
        }
    }
    println!("{report}");
    Ok(())
}

async fn url(scratch: &Scratch, round_trip: Option<u64>) -> Result<String, Error> {
    Ok(match round_trip {
        Some(milliseconds) => {
            let delay = Duration::from_millis(milliseconds) / 2;
            proxy::delayed(scratch.url(), delay).await?
        }
        None => scratch.url().to_owned(),
    })
}
