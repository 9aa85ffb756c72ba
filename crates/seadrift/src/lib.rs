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
mod cli;
mod commands;
mod compare;
mod config;
mod count;
mod database;
mod error;
mod files;
mod hazards;
mod head;
mod output;
mod project;
mod proof;
mod renames;

use std::{ffi::OsString, process::ExitCode, sync::Arc};

use clap::Parser;
use cli::{Cli, Command};
use config::Config;
use error::Error;
use sea_orm_migration::MigratorTrait;
pub use seadrift_reflect::{Entities, entities};
use seadrift_runner::Migrations;

/// What a verb needs beside its own arguments.
struct Context {
    options: cli::Options,
    config: Config,
    entities: Arc<Entities>,
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
    project::read_env_files();
    let mut cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(help_or_usage) => return output::usage(&help_or_usage),
    };
    output::set_color(cli.options.color);
    let config = match Config::find(&mut cli.options) {
        Ok(config) => config,
        Err(error) => return output::exit_code(Err(error)),
    };
    let context = Context {
        options: cli.options,
        config,
        entities: Arc::new(entities),
        migrations: Migrations::of::<M>(),
    };
    let outcome = match cli.command {
        Command::Revision(arguments) => commands::revision::run(&context, &arguments).await,
        Command::Upgrade(arguments) => commands::upgrade::run(&context, &arguments).await,
        Command::Downgrade(arguments) => commands::downgrade::run(&context, &arguments).await,
        Command::Current(arguments) => commands::current::run(&context, &arguments).await,
        Command::History(arguments) => commands::history::run(&context, &arguments),
        Command::Check(arguments) => commands::check::run(&context, &arguments).await,
    };
    output::exit_code(outcome)
}

/// Hands the command line of this process to the migration crate of the project in the working folder. This is what
/// the `seadrift` binary does.
pub fn hand_to_migration_crate() -> ExitCode {
    project::read_env_files();
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_usage) => return output::usage(&help_or_usage),
    };
    output::set_color(cli.options.color);
    let handed =
        Config::find(&mut cli.options).and_then(|_| project::run_migration_crate(&cli.options));
    handed.unwrap_or_else(|error| output::exit_code(Err(error)))
}
