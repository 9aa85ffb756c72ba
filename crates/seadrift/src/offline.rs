//! What would run, as SQL for an engine's client, without a database.

use seadrift_runner::{Direction, Graph, Script, Symbol, Written, way};
use seadrift_schema::Dialect;

use crate::{Context, Error, Outcome, database::Url, graph, output, session::Waiting};

/// Whether to print SQL, and for whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Offline {
    /// Print SQL for the engine's own client instead of running anything; needs no database
    #[arg(long)]
    pub sql: bool,

    /// Engine to print it for, instead of that of the database URL: `postgres`, `mysql`, `mariadb` or `sqlite`
    #[arg(long, value_name = "NAME", requires = "sql", value_parser = dialect)]
    pub dialect: Option<Dialect>,
}

impl Offline {
    /// The engine to print for.
    fn dialect(&self, context: &Context) -> Result<Dialect, Error> {
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None if context.options.database_url.is_none() => return Err(Error::NoDialect),
            None => {
                let url = Url::of(context)?;
                match url.parsed().scheme() {
                    "mariadb" => Dialect::MariaDb,
                    _ => url.dialect(),
                }
            }
        };
        built(dialect)
    }
}

/// The engine, if this program is built for it: sea-orm-migration asks for tables in the words of the engines that it is built for.
pub(crate) fn built(dialect: Dialect) -> Result<Dialect, Error> {
    match dialect {
        Dialect::Postgres if !cfg!(feature = "sqlx-postgres") => Err(Error::NotBuilt("PostgreSQL")),
        Dialect::MySql | Dialect::MariaDb if !cfg!(feature = "sqlx-mysql") => {
            Err(Error::NotBuilt("MySQL"))
        }
        Dialect::Sqlite if !cfg!(feature = "sqlx-sqlite") => Err(Error::NotBuilt("SQLite")),
        dialect => Ok(dialect),
    }
}

/// Prints what an upgrade or a downgrade along `range`, `FROM:TO`, would run. An upgrade may leave out where it starts, which is
/// an empty database then.
pub(crate) async fn run(
    context: &Context,
    arguments: &Offline,
    range: &str,
    direction: Direction,
    waiting: Waiting,
) -> Result<Outcome, Error> {
    let dialect = arguments.dialect(context)?;
    let limits = waiting.limits(dialect)?;
    let (from, to) = match (range.split_once(':'), direction) {
        (Some((from, to)), _) => (from, to),
        (None, Direction::Up) => ("base", range),
        (None, Direction::Down) => return Err(Error::NoRange(range.to_owned())),
    };
    let graph = graph::read(context)?;
    let applied = match from {
        "" | "base" => vec![],
        from => steps(&graph, &[], from, Direction::Up)?,
    };
    let end = match direction {
        Direction::Up => "heads",
        Direction::Down => "base",
    };
    let steps = steps(
        &graph,
        &applied,
        if to.is_empty() { end } else { to },
        direction,
    )?;
    let migrations = context.migrations.clone().guarded(limits, None);
    let script = Script {
        migrations: &migrations,
        dialect,
        schema: context.options.schema.as_deref(),
    };
    print(script.run(&applied, &steps, direction).await)
}

/// Prints what has the version table say that a database stands at `symbols`, whatever it says now of their branches.
pub(crate) fn stamp(
    context: &Context,
    arguments: &Offline,
    symbols: &[Symbol],
    purge: bool,
) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let plan = |applied: &[String]| {
        let plan = way::stamp(&graph, applied, symbols);
        plan.map_err(seadrift_runner::Error::from)
    };
    // What may be missing, and what may be too much.
    let add = plan(&[])?.add;
    let remove = plan(context.migrations.names())?.remove;
    let script = Script {
        migrations: &context.migrations,
        dialect: arguments.dialect(context)?,
        schema: context.options.schema.as_deref(),
    };
    let sql = script.stamp(&add, &remove, purge);
    print(Written { sql, stop: None })
}

/// The revisions to run from where `applied` are to `target`.
fn steps(
    graph: &Graph,
    applied: &[String],
    target: &str,
    direction: Direction,
) -> Result<Vec<String>, Error> {
    let Ok(target) = target.parse::<Symbol>();
    let way = match direction {
        Direction::Up => way::up(graph, applied, &target),
        Direction::Down => way::down(graph, applied, &target),
    };
    Ok(way.map_err(seadrift_runner::Error::from)?)
}

fn print(written: Written) -> Result<Outcome, Error> {
    output::verbatim(&written.sql);
    match written.stop {
        None => Ok(Outcome::Done),
        Some(stop) if stop.gap.is_about_data() => {
            output::error(&Error::NotWritten(stop));
            Ok(Outcome::NotWritten)
        }
        Some(stop) => Err(Error::NotWritten(stop)),
    }
}

pub(crate) fn dialect(text: &str) -> Result<Dialect, String> {
    match text {
        "postgres" | "postgresql" => Ok(Dialect::Postgres),
        "mysql" => Ok(Dialect::MySql),
        "mariadb" => Ok(Dialect::MariaDb),
        "sqlite" => Ok(Dialect::Sqlite),
        _ => Err("it may be `postgres`, `mysql`, `mariadb` or `sqlite`".to_owned()),
    }
}
