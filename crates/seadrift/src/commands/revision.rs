//! `revision`: writes a new migration.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm_migration::MigratorTrait;
use seadrift_plan::{Hazard, Plan, plan, plan_in_steps};
use seadrift_render::{Head, Verification, migrator, revision};
use seadrift_schema::{Schema, lock};

use crate::{
    Context, Error, Outcome,
    backends::{Draft, Drafting, ScratchServers},
    compare::{self, Sides},
    database::{self, Url},
    files,
    hazards::{self, Rules},
    output,
    project::{self, Project},
    renames,
};

/// Write a new migration, empty or with what differs between the entities and the database
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the migration does, in a few words; the file is named after it
    #[arg(long, short, value_name = "TEXT")]
    message: String,

    /// Write the statements that bring the database to what the entities declare
    #[arg(long)]
    autogenerate: bool,

    /// Print the file instead of writing it
    #[arg(long)]
    dry_run: bool,

    /// Write the file without trying its plan out on a scratch database
    #[arg(long)]
    no_verify: bool,

    /// Server to try the plan out on, where the database's own may not be used for it; one for each other backend of
    /// the project
    #[arg(
        long,
        env = "SEADRIFT_SCRATCH_URL",
        hide_env_values = true,
        value_delimiter = ' ',
        value_name = "URL"
    )]
    scratch_url: Vec<String>,

    /// Add columns that take no NULL as nullable, and leave a place in the file to fill each before it takes none
    #[arg(long, requires = "autogenerate")]
    in_steps: bool,

    #[command(flatten)]
    renames: renames::Answers,

    #[command(flatten)]
    rules: Rules,
}

pub(crate) async fn run<M: MigratorTrait>(
    context: &Context,
    arguments: &Args,
) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let created = Utc::now();
    let name = name(&project, created, &arguments.message)?;
    let mut writing = Writing {
        project,
        name,
        created,
        arguments,
        revises: None,
        lock: None,
    };
    writing.revises = seadrift_runner::revisions::<M>().pop();
    if !arguments.autogenerate {
        return writing.write(None);
    }

    if context.entities.is_empty() {
        return Err(Error::NoEntities);
    }
    let url = Url::of(context)?;
    let declared = compare::declared(context, &writing.project, url.dialect());
    let db = database::connect(context, &url).await?;
    let pending = seadrift_runner::status::<M>(&db).await?.known()?.pending();
    if !pending.is_empty() {
        return Err(Error::NotUpToDate { pending });
    }
    let mut sides = Sides::read::<M>(context, &db, declared).await?;
    let locked = sides.locked().cloned();
    let (changes, answers) = renames::settle(&mut sides, Some(&db), &arguments.renames).await?;
    let drafting = Drafting {
        context,
        servers: ScratchServers::find(context, &arguments.scratch_url)?,
        locked: locked.as_ref(),
        planner: match arguments.in_steps {
            true => plan_in_steps,
            false => plan,
        },
        answers: &arguments.renames,
        answered: &answers,
    };
    let server = sides.server.to_string();
    let drafts = drafting.drafts::<M>(&db, &url, sides, changes).await?;
    writing.lock = lock(context, &drafts, locked.as_ref())?;
    let plans: Vec<&Plan> = drafts.iter().map(|draft| &draft.plan).collect();
    if plans.iter().all(|plan| plan.up.is_empty()) {
        return writing.say_that_nothing_differs();
    }
    let denied = hazards::denied(
        plans.iter().copied(),
        &arguments.rules,
        &context.config.hazards,
    );
    if !denied.is_empty() {
        return Ok(say_that_it_is_denied(&denied));
    }
    let allowed = hazards::let_pass(
        plans.iter().copied(),
        &arguments.rules,
        &context.config.hazards,
    );
    let mut verifications = vec![];
    for draft in &drafts {
        let verification = match arguments.no_verify {
            true => Verification::NotVerified("`--no-verify` was given".to_owned()),
            false => draft.prove().await?,
        };
        let name = draft.server();
        verifications.push(verification.line((drafts.len() > 1).then_some(&name)));
    }
    writing.write(Some(Planned {
        plans: &plans,
        answers: &answers,
        allowed: &allowed,
        verifications: &verifications,
        server: &server,
    }))
}

/// The new lock, where it differs from the one there is. It is the same whichever of the project's databases is at hand.
fn lock(
    context: &Context,
    drafts: &[Draft<'_>],
    locked: Option<&Schema>,
) -> Result<Option<String>, Error> {
    let Some(first) = drafts.first() else {
        return Ok(None);
    };
    let declared = context.entities.schema(first.plan.dialect)?;
    Ok((locked != Some(&declared)).then(|| lock::write(&declared)))
}

/// The name of the new revision. Where another one has it, made in the same second, the next second is taken.
fn name(project: &Project, created: DateTime<Utc>, message: &str) -> Result<String, Error> {
    let mut at = created;
    loop {
        let name = revision::name(at, message).ok_or_else(|| Error::Message(message.to_owned()))?;
        if !project.file(&name).exists() {
            return Ok(name);
        }
        at += TimeDelta::seconds(1);
    }
}

/// What an autogenerated migration does.
struct Planned<'a> {
    /// For each backend.
    plans: &'a [&'a Plan],
    /// What was said of renames.
    answers: &'a [String],
    /// The hazards that the command line lets pass and the config does not.
    allowed: &'a [&'a str],
    /// Whether the plans were tried out.
    verifications: &'a [String],
    /// The database's own server.
    server: &'a str,
}

/// A migration about to be written.
struct Writing<'a> {
    project: Project,
    name: String,
    created: DateTime<Utc>,
    arguments: &'a Args,
    revises: Option<String>,
    /// The new lock file, where it differs from the one there is.
    lock: Option<String>,
}

impl Writing<'_> {
    /// Writes the migration, its entry in `lib.rs`, and the lock, all of them or none; or prints it.
    fn write(self, planned: Option<Planned<'_>>) -> Result<Outcome, Error> {
        let created = self.created.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        let head = Head {
            message: &self.arguments.message,
            revision: &self.name,
            revises: self.revises.as_deref(),
            created: &created,
            server: planned.as_ref().map(|planned| planned.server),
            answers: planned.as_ref().map_or(&[], |planned| planned.answers),
            allowed: planned.as_ref().map_or(&[], |planned| planned.allowed),
            verifications: planned
                .as_ref()
                .map_or(&[], |planned| planned.verifications),
        };
        let plans = planned.as_ref().map_or(&[][..], |planned| planned.plans);
        let source = seadrift_render::migration(plans, &head);
        let path = self.project.migrator();
        let library = migrator::add(&project::read(&path)?, &self.name).map_err(|source| {
            Error::Migrator {
                path: path.clone(),
                source,
            }
        })?;
        if self.arguments.dry_run {
            output::result(source.trim_end());
            return Ok(Outcome::Done);
        }
        let file = self.project.file(&self.name);
        let mut all = vec![(file.clone(), source), (path.clone(), library)];
        all.extend(self.lock.map(|lock| (self.project.lock.clone(), lock)));
        files::write(&all)?;

        output::result(format!("wrote {}", project::shown(&file)));
        for (path, _) in &all[1..] {
            output::result(format!("updated {}", project::shown(path)));
        }
        if let Some(planned) = planned {
            say_what_is_planned(&planned);
        }
        output::progress("next: review the file, then run `upgrade`");
        Ok(Outcome::Done)
    }

    fn say_that_nothing_differs(self) -> Result<Outcome, Error> {
        match self.lock {
            Some(lock) if !self.arguments.dry_run => {
                files::write(&[(self.project.lock.clone(), lock)])?;
                let lock = project::shown(&self.project.lock);
                output::result(format!(
                    "no differences: the database is what the entities declare (wrote {lock})"
                ));
            }
            _ => output::result("no differences: the database is what the entities declare"),
        }
        Ok(Outcome::Done)
    }
}

/// Says why nothing is written.
fn say_that_it_is_denied(denied: &[&Hazard]) -> Outcome {
    output::result("not written: the plan has hazards that are denied");
    for hazard in denied {
        output::hazard(hazard.code, &hazard.effect, hazard.advice);
    }
    let mut codes: Vec<_> = denied
        .iter()
        .map(|hazard| format!("`--allow {}`", hazard.code))
        .collect();
    codes.dedup();
    output::progress(format!("to write it nevertheless: {}", codes.join(" ")));
    Outcome::Denied
}

/// Prints what stands in the head of the file too: the changes, the hazards, the proof.
fn say_what_is_planned(planned: &Planned<'_>) {
    for line in seadrift_render::changes(planned.plans) {
        output::change(&line);
    }
    for hazard in seadrift_render::hazards(planned.plans) {
        output::hazard(hazard.code, &hazard.effect, hazard.advice);
    }
    for verification in planned.verifications {
        output::result(verification);
    }
}
