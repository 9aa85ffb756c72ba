//! `check`: whether entities, migrations and database are in step.

use sea_orm_migration::MigratorTrait;
use seadrift_plan::order;
use seadrift_render::text;

use crate::{
    Context, Error, Outcome,
    compare::Sides,
    database::{self, Url},
    output,
    project::Project,
};

/// Say whether entities, migrations and database are in step; exit code 1 if they are not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// List what the database has that is neither compared nor touched
    #[arg(long, short)]
    verbose: bool,
}

pub(crate) async fn run<M: MigratorTrait>(
    context: &Context,
    arguments: &Args,
) -> Result<Outcome, Error> {
    let lock = Project::find(&context.options).and_then(|project| project.lock())?;
    let db = database::connect(context, &Url::of(context)?).await?;
    let pending = seadrift_runner::status::<M>(&db).await?.known()?.pending();
    let is_first = lock.is_none();
    let sides = Sides::read::<M>(context, &db, lock).await?;

    // Before the pending revisions have run, only what was written down can be compared with the entities.
    let (changes, drift, what_to_do) = if pending.is_empty() {
        let drift = "drift: the entities declare what the database is not";
        (
            sides.since_database(&db).await?,
            drift,
            "write a migration with `revision --autogenerate`",
        )
    } else if is_first {
        (vec![], "", "")
    } else {
        let drift = "drift: the entities declare what no migration brings";
        (
            sides.since_lock(&db).await?,
            drift,
            "run `upgrade`, then write a migration with `revision --autogenerate`",
        )
    };
    if !pending.is_empty() {
        output::result(format!("pending: {}", pending.join(", ")));
    }
    if arguments.verbose {
        for line in sides.unmanaged() {
            output::result(format!("not managed: {line}"));
        }
    }
    if changes.is_empty() {
        output::result(match is_first && !pending.is_empty() {
            true => "not compared: there is no lock file, and revisions are pending",
            false => "no drift",
        });
        return Ok(Outcome::Done);
    }
    output::result(drift);
    for line in order(changes, sides.dialect())
        .iter()
        .flat_map(|change| text::lines(change, sides.dialect()))
    {
        output::change(&line);
    }
    output::progress(format!("hint: {what_to_do}"));
    Ok(Outcome::Drift)
}
