//! `check`: whether entities, migrations and database are in step.

use crate::{
    Context, Error, Outcome,
    backends::ScratchServers,
    finding::Format,
    lint,
    project::Project,
    step::{self, Scope},
};

/// Say whether entities, migrations and database are in step; exit code 1 if they are not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare the entities and migrations with what was written down alone, without a database
    #[arg(long)]
    offline: bool,

    /// Leave the entities out: migrations, lock and database are compared
    #[arg(long)]
    no_entities: bool,

    /// Pending revisions are no longer in step either
    #[arg(long, conflicts_with = "offline")]
    require_applied: bool,

    /// Run all migrations from nothing on a scratch database as well: up to what the lock declares, and down to nothing
    #[arg(long)]
    pub replay: bool,

    /// Server to make the scratch database on, where the database's own may not be used for it
    #[arg(
        long,
        env = "SEADRIFT_SCRATCH_URL",
        hide_env_values = true,
        value_delimiter = ' ',
        value_name = "URL"
    )]
    scratch_url: Vec<String>,

    /// How findings are printed
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true
    )]
    format: Format,

    /// Tell in the summary what is new since this lock file, or since the lock at this revision of git
    #[arg(long, value_name = "BASE")]
    since: Option<String>,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let scope = Scope {
        is_offline: arguments.offline,
        is_without_entities: arguments.no_entities,
        requires_applied: arguments.require_applied,
    };
    let mut report = step::check(context, &project, scope).await?;
    if arguments.replay {
        let servers = ScratchServers::find(context, &arguments.scratch_url)?;
        let dialect = step::replay(context, &project, &servers, &mut report).await?;
        let hazards = lint::all_hazards(context, &project, dialect).await?;
        report.findings.extend(hazards.findings);
        report.not_compared.extend(hazards.not_compared);
        report.sort();
    }
    if let Some(base) = &arguments.since {
        report.brought = Some(step::since(context, &project, base)?);
    }
    report.print(arguments.format, context.options.verbose);
    Ok(report.outcome())
}
