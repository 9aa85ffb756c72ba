//! `lock`: looks after the lock file.

use clap::Subcommand;
use seadrift_schema::lock;

use crate::{
    Context, Error, Outcome, checksum, files, output,
    project::{self, Project},
};

/// Look after the lock file
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Take the files of the migrations as they are now: what was edited, renamed, moved, added or deleted on purpose
    Update,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    match arguments.action {
        Action::Update => update(context),
    }
}

fn update(context: &Context) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    if !project.lock.exists() {
        return Err(Error::NoLock(project.lock.clone()));
    }
    let (schema, mut head) = project::read_whole_lock(&project.lock)?;
    // Nothing that the lock said counts.
    let migrations = checksum::migrations(&project, context.migrations.names(), &[]);
    if migrations == head.migrations {
        output::result("nothing to update: the lock knows the migrations as they are");
        return Ok(Outcome::Done);
    }
    let lines = said(&head.migrations, &migrations);
    head.migrations = migrations;
    files::write(&[(project.lock.clone(), lock::write_with(&head, &schema))])?;
    output::result(format!("updated {}", project::shown(&project.lock)));
    for line in lines {
        output::change(&line);
    }
    Ok(Outcome::Done)
}

/// What is different afterwards, a line each.
fn said(before: &[lock::Migration], after: &[lock::Migration]) -> Vec<String> {
    let known = |name: &str| before.iter().find(|one| one.name == name);
    let mut lines: Vec<_> = before
        .iter()
        .filter(|one| !after.iter().any(|other| other.name == one.name))
        .map(|one| format!("- {}", one.name))
        .collect();
    for one in after {
        match known(&one.name) {
            None => lines.push(format!("+ {}", one.name)),
            Some(known) if known != one => lines.push(format!("~ {}", one.name)),
            Some(_) => {}
        }
    }
    if lines.is_empty() {
        lines.push("~ their order".to_owned());
    }
    lines
}
