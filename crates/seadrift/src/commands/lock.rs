//! `lock`: looks after the lock file.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use seadrift_schema::lock;

use crate::{
    Context, Error, Outcome, checksum,
    cli::Options,
    files, git, merging, output,
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
    /// Take both sides of the project's lock, in which a merge left its marks; or, as git's merge driver, make one of three files
    Merge(Files),
}

/// What git hands to a merge driver: `%O %A %B %P`.
#[derive(Debug, clap::Args)]
pub(crate) struct Files {
    /// The lock where the branches part
    #[arg(value_name = "BASE", requires = "ours")]
    base: Option<PathBuf>,

    /// The lock of the branch that is merged into, which is written
    #[arg(value_name = "OURS", requires = "theirs")]
    ours: Option<PathBuf>,

    /// The lock of the other branch
    #[arg(value_name = "THEIRS")]
    theirs: Option<PathBuf>,

    /// What the file is called in the project
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

impl Args {
    /// What to merge, which wants no migrations: their list may be half merged too.
    pub(crate) fn merge(&self) -> Option<&Files> {
        match &self.action {
            Action::Merge(files) => Some(files),
            Action::Update => None,
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    match &arguments.action {
        Action::Update => update(context),
        Action::Merge(files) => merge(&context.options, files),
    }
}

/// Merges what was asked for.
pub(crate) fn merge(options: &Options, files: &Files) -> Result<Outcome, Error> {
    match (&files.base, &files.ours, &files.theirs) {
        (Some(base), Some(ours), Some(theirs)) => {
            let path = files.path.as_deref().unwrap_or(ours);
            merge_files([base, ours, theirs], path)
        }
        _ => merge_in_place(options),
    }
}

fn merge_in_place(options: &Options) -> Result<Outcome, Error> {
    let project = Project::find(options)?;
    if !project.lock.exists() {
        return Err(Error::NoLock(project.lock.clone()));
    }
    let ((head, schema), was_half_merged) = merging::whole(&project)?;
    let name = project::shown(&project.lock);
    if !was_half_merged {
        output::result(format!("nothing to merge: {name} has no marks of a merge"));
        return Ok(Outcome::Done);
    }
    files::write(&[(project.lock.clone(), lock::write_with(&head, &schema))])?;
    output::result(format!("updated {name}: both sides are in it"));
    output::progress("next: `merge` joins the revisions, or `rebase` puts one branch on top");
    Ok(Outcome::Done)
}

/// Leaves what comes of the three in the second. Where one cannot be read, git marks the lines that differ.
fn merge_files([base, ours, theirs]: [&Path; 3], path: &Path) -> Result<Outcome, Error> {
    let read = || -> Result<[lock::Lock; 3], Error> {
        Ok([
            merging::read_or_none(path, &project::read(base)?)?,
            merging::read(path, &project::read(ours)?)?,
            merging::read(path, &project::read(theirs)?)?,
        ])
    };
    let [before, mine, other] = match read() {
        Ok(read) => read,
        Err(error) => {
            let files = [ours, base, theirs].map(|path| path.to_string_lossy().into_owned());
            let mut arguments = vec!["merge-file", "-L", "ours", "-L", "base", "-L", "theirs"];
            arguments.extend(files.iter().map(String::as_str));
            git::run(Path::new(""), &arguments)?;
            return Err(error);
        }
    };
    let merged = lock::merge(&before, &mine, &other);
    if merged.met.is_empty() && merged.conflicts.is_empty() {
        let (head, schema) = &merged.lock;
        files::write(&[(ours.to_owned(), lock::write_with(head, schema))])?;
        return Ok(Outcome::Done);
    }
    let text = lock::write_conflict(&merged, &mine, &other);
    files::write(&[(ours.to_owned(), text)])?;
    merging::say_what_met(&merged);
    if !merged.conflicts.is_empty() {
        output::warning(&merging::disagreement(path, &merged.conflicts));
    }
    output::hint("`merge` and `rebase` take both sides as they bring the branches together");
    Ok(Outcome::Drift)
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
