//! `init`: sets up a new project, or adopts one that is there.

mod adopt;
mod driver;
mod edits;
mod new;

use std::path::{Path, PathBuf};

use crate::{Context, Error, Outcome, layout, project::Project};

/// Set up a new project, or adopt the one that is there: nothing that stands is dropped or changed without asking
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of a new project, which is made
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,

    /// Change existing files without asking
    #[arg(long, short)]
    yes: bool,

    /// Adopt without a database: no difference is accepted that it may have
    #[arg(long)]
    offline: bool,

    /// Have git merge locks by what they say: a line in `.gitattributes`, and this clone's configuration
    #[arg(long, conflicts_with = "folder")]
    merge_driver: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    if let Some(folder) = &arguments.folder {
        return new::project(folder);
    }
    if arguments.merge_driver {
        let project = Project::find(&context.options)?;
        if !project.lock.exists() {
            adopt::project(context, arguments).await?;
        }
        driver::install(&project, arguments.yes)?;
        return Ok(Outcome::Done);
    }
    let has_migrations = Project::find(&context.options).is_ok();
    let has_entities = context
        .entities()
        .is_ok_and(|entities| !entities.is_empty());
    match (has_migrations, has_entities) {
        // What is wrong with the entities is said on the way.
        (true, _) => adopt::project(context, arguments).await,
        (false, true) => Err(Error::NoMigrations),
        (false, false) if layout::entities().is_some() => context.entities().map(|_| Outcome::Done),
        (false, false) if Path::new("Cargo.toml").is_file() => Err(Error::NothingToAdopt),
        (false, false) => new::project(Path::new("")),
    }
}
