//! Writes SeaORM migrations from SeaORM entities, runs them, and keeps both in step with the database.
//!
//! A project's migration crate hands its `Migrator` and its entities to [`run`], which is a whole command line:
//!
//! ```no_run
//! # use sea_orm_migration::prelude::*;
//! # struct Migrator;
//! # impl MigratorTrait for Migrator { fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] } }
//! # async fn main_of_the_migration_crate() -> std::process::ExitCode {
//! seadrift::run(Migrator, seadrift::entities![/* user::Entity, post::Entity */]).await
//! # }
//! ```

mod backends;
mod bar;
mod checksum;
mod cli;
mod commands;
mod compare;
mod config;
mod consent;
mod count;
mod database;
mod drawing;
mod entities;
mod error;
mod files;
mod finding;
mod git;
mod graph;
mod hand_over;
mod hazards;
mod head;
mod layout;
mod library;
mod lint;
mod listing;
mod merging;
mod offline;
mod output;
mod project;
mod proof;
mod renames;
mod report;
mod session;
mod sides;
mod statements;
mod step;

use std::{ffi::OsString, future::ready, pin::Pin, process::ExitCode};

use clap::Parser;
use cli::{Cli, Command};
use config::{Config, Format};
use error::Error;
pub use finding::{Finding, Kind, Level, Pair, Place};
pub use library::{CheckError, Checked, check};
use output::Volume;
use project::Project;
use sea_orm_migration::{MigrationTrait, MigratorTrait};
pub use seadrift_macros::{sql_migration, sql_migrations};
pub use seadrift_reflect::{Entities, entities};
use seadrift_runner::Migrations;

/// What a verb needs beside its own arguments.
struct Context {
    options: cli::Options,
    config: Config,
    known: entities::Known,
    migrations: Migrations,
}

/// How a verb ended that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// Entities, migrations and database are not in step.
    Drift,
    /// The plan has a hazard that is denied.
    Denied,
    /// A migration depends on what a database has, and cannot be written as SQL.
    NotWritten,
}

/// Runs the command line of this process on a project's migrations and entities, and returns its exit code: 0 done,
/// 1 drift or a denied hazard, 2 anything that went wrong. `.env` files are read from the working folder and from the migration crate's
/// upwards.
pub async fn run<M: MigratorTrait>(migrator: M, entities: Entities) -> ExitCode {
    run_from(migrator, entities, std::env::args_os()).await
}

/// Like [`run`], with the arguments handed in. The first is the program's name.
pub async fn run_from<M: MigratorTrait>(
    _: M,
    entities: Entities,
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    let (cli, config) = match said(arguments) {
        Ok(said) => said,
        Err(code) => return code,
    };
    let context = Context {
        options: cli.options,
        config,
        known: entities::Known::linked(entities),
        migrations: Migrations::of::<M>(),
    };
    output::exit_code(dispatch(&context, &cli.command).await)
}

/// Runs the command line of this process on the project in and around the working folder, whose entities and migrations are
/// read from their sources. What runs migrations is handed to the project's migration crate. This is what the `seadrift` binary does.
pub async fn run_in_place() -> ExitCode {
    let (cli, config) = match said(std::env::args_os()) {
        Ok(said) => said,
        Err(code) => return code,
    };
    if let Command::Lock(arguments) = &cli.command
        && let Some(files) = arguments.merge()
    {
        return output::exit_code(commands::lock::merge(&cli.options, files));
    }
    let is_for_none = matches!(cli.command, Command::Init(_) | Command::Diff(_));
    let migrations = Project::find(&cli.options).and_then(|project| project.migrations());
    // What is all SQL needs no build.
    let needs_build = match &migrations {
        Ok(migrations) => !migrations.can_run(),
        Err(Error::SqlFiles(_)) => false,
        // The build may know better.
        Err(_) => true,
    };
    if cli.command.runs_migrations() && needs_build {
        match hand_over::as_it_is(&cli.options) {
            Ok(None) => {}
            Ok(Some(code)) => return code,
            Err(error) => return output::exit_code(Err(error)),
        }
    }
    if let Ok(project) = Project::find(&cli.options) {
        let place = project.migrator.as_ref().unwrap_or(&project.source);
        output::detail(format!("migrations: in {}", project::shown(place)));
    }
    let migrations = match migrations {
        Err(Error::NoProject(_)) if is_for_none => Ok(Migrations::named(vec![], None)),
        migrations => migrations,
    };
    let outcome = match migrations {
        Ok(migrations) => {
            let context = Context {
                options: cli.options,
                config,
                known: entities::Known::in_sources(),
                migrations,
            };
            // What can be read in the sources is worth a look all the same.
            let is_enough = matches!(cli.command, Command::Lint(_));
            if cli.command.runs_migrations() && !context.migrations.can_run() && !is_enough {
                let handed = hand_over::translated(&context, &cli.command).await;
                return handed.unwrap_or_else(|error| output::exit_code(Err(error)));
            }
            dispatch(&context, &cli.command).await
        }
        Err(error) => Err(error),
    };
    output::exit_code(outcome)
}

/// What the command line, the environment and the config say.
fn said(arguments: impl IntoIterator<Item = OsString>) -> Result<(Cli, Config), ExitCode> {
    project::read_env_files();
    let mut cli = Cli::try_parse_from(arguments).map_err(|said| output::usage(&said))?;
    output::set_color(cli.options.color);
    output::set_volume(match (cli.options.verbose, cli.options.quiet) {
        (true, _) => Volume::Verbose,
        (_, true) => Volume::Quiet,
        _ => Volume::Usual,
    });
    let config = Config::find(&mut cli.options).map_err(|error| output::exit_code(Err(error)))?;
    let revision = match &cli.command {
        Command::Revision(arguments) => arguments.format,
        _ => None,
    };
    if revision == Some(Format::Sql) {
        cli.options.format = Format::Sql;
    }
    Ok((cli, config))
}

/// What the macros compile a migration that is SQL to: its name, and its files with their texts.
#[doc(hidden)]
pub fn __sql_migration(
    name: &'static str,
    files: &[(&str, &'static str)],
) -> Box<dyn MigrationTrait> {
    Box::new(seadrift_runner::SqlMigration::compiled(name, files))
}

/// Runs a verb.
async fn dispatch(context: &Context, command: &Command) -> Result<Outcome, Error> {
    // Forgetting the type of the future spares the users' crates to compute the layout of all that is in it.
    let verb: Pin<Box<dyn Future<Output = Result<Outcome, Error>> + '_>> = match command {
        Command::Init(arguments) => Box::pin(commands::init::run(context, arguments)),
        Command::Revision(arguments) => Box::pin(commands::revision::run(context, arguments)),
        Command::Upgrade(arguments) => Box::pin(commands::upgrade::run(context, arguments)),
        Command::Downgrade(arguments) => Box::pin(commands::downgrade::run(context, arguments)),
        Command::Current(arguments) => Box::pin(commands::current::run(context, arguments)),
        Command::History(arguments) => Box::pin(commands::history::run(context, arguments)),
        Command::Heads(arguments) => Box::pin(ready(commands::heads::run(context, arguments))),
        Command::Branches(arguments) => {
            Box::pin(ready(commands::branches::run(context, arguments)))
        }
        Command::Show(arguments) => Box::pin(commands::show::run(context, arguments)),
        Command::Edit(arguments) => Box::pin(commands::edit::run(context, arguments)),
        Command::Stamp(arguments) => Box::pin(commands::stamp::run(context, arguments)),
        Command::Rebase(arguments) => Box::pin(commands::rebase::run(context, arguments)),
        Command::Merge(arguments) => Box::pin(ready(commands::merge::run(context, arguments))),
        Command::Check(arguments) => Box::pin(commands::check::run(context, arguments)),
        Command::Lint(arguments) => Box::pin(commands::lint::run(context, arguments)),
        Command::Lock(arguments) => Box::pin(commands::lock::run(context, arguments)),
        Command::Diff(arguments) => Box::pin(commands::diff::run(context, arguments)),
        Command::Up(arguments) => Box::pin(commands::up::run(context, arguments)),
        Command::Down(arguments) => Box::pin(commands::down::run(context, arguments)),
        Command::Status(arguments) => Box::pin(commands::status::run(context, arguments)),
        Command::Fresh(arguments) => Box::pin(commands::fresh::run(context, arguments)),
        Command::Refresh(arguments) => Box::pin(commands::refresh::run(context, arguments)),
        Command::Reset(arguments) => Box::pin(commands::reset::run(context, arguments)),
        Command::Generate(arguments) => Box::pin(commands::generate::run(context, arguments)),
    };
    verb.await
}
