//! `check`: whether entities, migrations and database are in step.

use crate::{
    Context, Error, Outcome,
    finding::Format,
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
    if let Some(base) = &arguments.since {
        report.brought = Some(step::since(context, &project, base)?);
    }
    report.print(arguments.format, context.options.verbose);
    Ok(report.outcome())
}
