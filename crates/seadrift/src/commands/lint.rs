//! `lint`: the hazards of revisions, whoever wrote them, and the habits that are good for those who run them.

use seadrift_runner::Symbol;
use seadrift_schema::Dialect;

use crate::{
    Context, Error, Outcome,
    finding::Format,
    hazards::Rules,
    lint::{self, Wanted},
    offline,
    project::Project,
};

/// Say what revisions risk and what about them is no good habit; exit code 1 if there is anything
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Revisions to look at, instead of those that are not applied, or of all where no database is named
    #[arg(value_name = "REV", allow_negative_numbers = true)]
    revisions: Vec<Symbol>,

    /// Look at those that are new since this lock file, or since the lock at this revision of git
    #[arg(long, value_name = "BASE", conflicts_with = "revisions")]
    since: Option<String>,

    /// Look at all revisions, whatever a database has
    #[arg(long, conflicts_with_all = ["revisions", "since"])]
    all: bool,

    /// Look at the files alone, without a build of the migrations: what their heads say
    #[arg(long)]
    pub no_build: bool,

    /// Engine that the SQL is for, instead of that of the database URL: `postgres`, `mysql`, `mariadb` or `sqlite`
    #[arg(long, value_name = "NAME", value_parser = offline::dialect)]
    dialect: Option<Dialect>,

    /// How findings are printed
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true
    )]
    format: Format,

    #[command(flatten)]
    rules: Rules,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let wanted = match (&*arguments.revisions, &arguments.since) {
        ([], Some(base)) => Wanted::Since(base),
        ([], None) if arguments.all => Wanted::All,
        ([], None) => Wanted::Pending,
        (named, _) => Wanted::Named(named),
    };
    let revisions = lint::choose(context, &project, wanted).await?;
    let migrations = &context.migrations;
    let dialects = match (migrations.can_run(), arguments.no_build) {
        (false, _) => vec![],
        (true, true) if migrations.are_compiled() => vec![],
        // SQL needs no build. Where nobody says for which engine it is, the heads tell something all the same.
        (true, true) => match lint::dialects(context, arguments.dialect) {
            Err(Error::NoDialect) => vec![],
            dialects => dialects?,
        },
        (true, false) => lint::dialects(context, arguments.dialect)?,
    };
    let report = lint::report(context, &project, &revisions, &dialects, &arguments.rules).await?;
    report.print(arguments.format, context.options.verbose);
    Ok(report.outcome())
}
