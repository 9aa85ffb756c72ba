//! `diff`: what brings one schema to another, whatever the two are.

use std::path::PathBuf;

use chrono::Utc;
use clap::ValueEnum;
use seadrift_diff::Strict;
use seadrift_plan::{Plan, plan};
use seadrift_render::{Api, Head, Verification, revision};
use seadrift_runner::Scratch;
use seadrift_schema::{Change, Dialect, Schema, Server};

use crate::{
    Context, Error, Outcome,
    commands::revision::api,
    compare::{self, Between, Sides},
    database::{self, Url},
    output,
    project::Project,
    renames, report,
    sides::{Open, Opening, Problem, Side},
};

/// Say what brings one schema to another: of a database, of entities, of a lock, or of a file with SQL
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where it starts: a database URL, `entities:DIR`, `lock:FILE`, `sql:FILE`, or `entities`
    from: String,

    /// Where it leads: the same
    to: String,

    /// How the difference is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the way back, from TO to FROM
    #[arg(long)]
    down: bool,

    /// Exit with 1 if there is a difference
    #[arg(long)]
    exit_code: bool,

    /// Engine to compare for, where no database says it
    #[arg(long, value_name = "ENGINE")]
    dialect: Option<Engine>,

    /// Lock file that says what FROM owns: nothing else is taken away
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,

    /// Server to load `sql:FILE` on, where the other side's may not be used for it
    #[arg(
        long,
        env = "SEADRIFT_SCRATCH_URL",
        hide_env_values = true,
        value_delimiter = ' ',
        value_name = "URL"
    )]
    scratch_url: Vec<String>,

    #[command(flatten)]
    renames: renames::Answers,
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each change, and the text of both schemas where it differs
    Human,
    /// What `docs/diff.schema.json` describes
    Json,
    /// Statements, as the engine's own client runs them
    Sql,
    /// A migration
    Rust,
}

/// An engine, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    #[value(alias = "postgresql")]
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}

impl From<Engine> for Dialect {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Postgres => Dialect::Postgres,
            Engine::Mysql => Dialect::MySql,
            Engine::Mariadb => Dialect::MariaDb,
            Engine::Sqlite => Dialect::Sqlite,
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let from = Side::parse("FROM", &arguments.from)?;
    let to = Side::parse("TO", &arguments.to)?;
    let opening = Opening::new(
        context,
        [&from, &to],
        arguments.dialect.map(Dialect::from),
        &arguments.scratch_url,
        arguments.lock.as_deref(),
    )?;
    let [from, to] = opening.open().await?;
    let outcome = compare(context, arguments, &opening, &from, &to).await;
    let closed = [from.close().await, to.close().await];
    let outcome = outcome?;
    closed.into_iter().collect::<Result<(), _>>()?;
    Ok(outcome)
}

async fn compare(
    context: &Context,
    arguments: &Args,
    opening: &Opening<'_>,
    from: &Open,
    to: &Open,
) -> Result<Outcome, Error> {
    let (server, own_schema) = common(context, opening, from, to)?;
    let is_declared = |open: &Open| open.side.place.is_declared();
    // What is declared leaves unsaid what is of no concern, on whichever side it is: so it is the one that is led to.
    let is_turned = is_declared(from) && !is_declared(to);
    let (actual, desired) = match is_turned {
        true => (to, from),
        false => (from, to),
    };
    let is_whole = !is_declared(actual) && !is_declared(desired);
    let (lock, head) = opening.lock.clone().unzip();
    let lock = match lock {
        Some(lock) => lock,
        // What a database has is nobody's as long as nobody says so.
        None if is_declared(desired) && !is_declared(actual) => Schema::default(),
        None => actual.schema.clone(),
    };
    let dialect = server.dialect;
    let mut sides = Sides::between(Between {
        server: server.clone(),
        actual: match is_declared(actual) && dialect == Dialect::Sqlite {
            true => made_of(&actual.schema, &own_schema).await?,
            false => actual.schema.clone(),
        },
        desired: desired.schema.clone(),
        own_schema,
        lock,
        head: head.unwrap_or_default(),
        strict: match is_whole {
            true => Strict::EVERYTHING,
            false => context.config.compare.strict,
        },
    });
    // Two servers have said all themselves, and there is nothing that one could be asked.
    let db = actual.db.as_ref().filter(|_| !is_whole);
    let (changes, answers) = renames::settle(&mut sides, db, &arguments.renames).await?;

    let is_different = !changes.is_empty();
    let difference = report::Difference {
        from,
        to,
        server: &server,
        sides: &sides,
        is_turned,
        is_whole,
        is_down: arguments.down,
    };
    match arguments.format {
        Format::Human => {
            let changes = in_order(changes, dialect, is_turned != arguments.down);
            report::human(&difference, &changes)?;
        }
        Format::Json => report::json(&difference, &planned(changes, &difference)?),
        Format::Sql => report::sql(&difference, &planned(changes, &difference)?),
        Format::Rust => rust(
            context,
            &difference,
            &planned(changes, &difference)?,
            &answers,
        )?,
    }
    Ok(match is_different && arguments.exit_code {
        true => Outcome::Drift,
        false => Outcome::Done,
    })
}

/// The server that both are on, and the schema that names without one mean.
fn common(
    context: &Context,
    opening: &Opening<'_>,
    from: &Open,
    to: &Open,
) -> Result<(Server, String), Error> {
    match (&from.server, &to.server) {
        (Some((one, _)), Some((other, _))) if one.dialect != other.dialect => {
            let (from, to) = (one.to_string(), other.to_string());
            Err(Problem::TwoEngines { from, to }.into())
        }
        (Some((server, own)), Some((_, other)))
            if server.dialect == Dialect::Postgres && own != other =>
        {
            let (from, to) = (own.clone(), other.clone());
            Err(Problem::OwnSchemas { from, to }.into())
        }
        (Some((server, own)), _) | (None, Some((server, own))) => Ok((server.clone(), own.clone())),
        (None, None) => {
            let dialect = opening.dialect;
            let version = String::new();
            let own_schema = compare::usual_schema(context, dialect).to_owned();
            Ok((Server { dialect, version }, own_schema))
        }
    }
}

fn in_order(changes: Vec<Change>, dialect: Dialect, is_back: bool) -> Vec<Change> {
    let changes = seadrift_plan::order(changes, dialect);
    match is_back {
        true => seadrift_schema::reversed(&changes),
        false => changes,
    }
}

/// The plan from FROM to TO, or back.
fn planned(changes: Vec<Change>, difference: &report::Difference<'_>) -> Result<Plan, Error> {
    let sides = difference.sides;
    let forward = plan(changes, sides.database(), sides.dialect())?;
    if difference.is_turned == difference.is_down {
        return Ok(forward);
    }
    Ok(forward.turned())
}

/// What SQLite makes of what is declared: with the statements that a table is made anew from.
async fn made_of(declared: &Schema, own_schema: &str) -> Result<Schema, Error> {
    let url = Url::parse("sqlite::memory:")?;
    let home = database::connect_to(&url, None).await?;
    let scratch = Scratch::create(&home, url.parsed()).await?;
    let making = compare::all_of(declared, Dialect::Sqlite, own_schema)?;
    let plan = plan(making, &Schema::default(), Dialect::Sqlite)?;
    crate::proof::run(&scratch.db, &plan.up, plan.dialect, "up").await?;
    let made = compare::introspect_at_once(&scratch.db, &Default::default()).await?;
    scratch.remove(&home).await?;
    Ok(made.schema)
}

/// Prints the migration that does it.
fn rust(
    context: &Context,
    difference: &report::Difference<'_>,
    plan: &Plan,
    answers: &[String],
) -> Result<(), Error> {
    if plan.up.is_empty() {
        output::result("// no differences");
        return Ok(());
    }
    // Outside of a project, the file is for whatever is new.
    let api = match Project::find(&context.options) {
        Ok(project) => api(context, &project)?,
        Err(_) => Api::V2,
    };
    if api == Api::V1 && plan.outside_transaction && plan.dialect == Dialect::Postgres {
        return Err(Error::NeedsSeaOrm2);
    }
    let created = Utc::now();
    let message = difference.title();
    let name = revision::name(created, "diff").unwrap_or_default();
    let verification =
        Verification::NotVerified("`diff` does not try a plan out".to_owned()).line(None);
    let source = seadrift_render::migration(
        &[plan],
        &Head {
            message: &message,
            revision: &name,
            revises: &[],
            depends_on: &[],
            labels: &[],
            created: &created.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            server: Some(difference.server.to_string().trim_end()),
            answers,
            allowed: &[],
            verifications: &[verification],
            api,
        },
    );
    output::result(source.trim_end());
    Ok(())
}
