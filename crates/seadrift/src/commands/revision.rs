//! `revision`: writes a new migration.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm_migration::MigratorTrait;
use seadrift_plan::{Plan, plan};
use seadrift_render::{Head, Verification, migrator, revision, text};
use seadrift_schema::{Server, lock};

use crate::{
    Context, Error, Outcome,
    compare::Sides,
    database, files, output,
    project::{self, Project},
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
        return writing.write(None, None);
    }

    if context.entities.is_empty() {
        return Err(Error::NoEntities);
    }
    let locked = writing.project.lock()?;
    let db = database::connect(context).await?;
    let pending = seadrift_runner::status::<M>(&db).await?.known()?.pending();
    if !pending.is_empty() {
        return Err(Error::NotUpToDate { pending });
    }
    let sides = Sides::read::<M>(context, &db, locked.clone()).await?;
    let plan = plan(sides.since_database()?, sides.dialect())?;
    writing.lock = (locked.as_ref() != Some(&sides.desired)).then(|| lock::write(&sides.desired));
    if plan.up.is_empty() {
        return writing.say_that_nothing_differs();
    }
    writing.write(Some(&plan), Some(&sides.server))
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
    fn write(self, plan: Option<&Plan>, server: Option<&Server>) -> Result<Outcome, Error> {
        let server = server.map(Server::to_string);
        let created = self.created.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        let head = Head {
            message: &self.arguments.message,
            revision: &self.name,
            revises: self.revises.as_deref(),
            created: &created,
            server: server.as_deref(),
            verification: plan.map(|_| {
                Verification::NotVerified(
                    "the plan was not tried out on a scratch database".to_owned(),
                )
            }),
        };
        let source = seadrift_render::migration(plan, &head);
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
        if let Some(plan) = plan {
            let lines = plan
                .up
                .iter()
                .flat_map(|change| text::lines(change, plan.dialect));
            lines.for_each(|line| output::change(&line));
            for hazard in &plan.hazards {
                output::progress(format!("hazard: {hazard}\n  {}", hazard.advice));
            }
        }
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
