//! The command line: options that every verb has, and the verbs.

use std::path::PathBuf;

use clap::{ColorChoice, Parser, Subcommand};

use crate::commands::{check, current, downgrade, history, revision, upgrade};

/// Migrations written from SeaORM entities.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Command,
}

/// What every verb takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Options {
    /// Database to work on: `postgres://…`, `mysql://…` or `sqlite://…`
    #[arg(
        long,
        short = 'u',
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<String>,

    /// PostgreSQL schema to work in, first of the search path
    #[arg(
        long,
        short = 's',
        global = true,
        env = "DATABASE_SCHEMA",
        value_name = "NAME"
    )]
    pub schema: Option<String>,

    /// Migration crate, or the folder that holds its `lib.rs`
    #[arg(long, global = true, value_name = "DIR")]
    pub migrations: Option<PathBuf>,

    /// Config file to use instead of the nearest `seadrift.toml`
    #[arg(long, global = true, env = "SEADRIFT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Revision(revision::Args),
    #[command(alias = "up")]
    Upgrade(upgrade::Args),
    #[command(alias = "down")]
    Downgrade(downgrade::Args),
    Current(current::Args),
    History(history::Args),
    Check(check::Args),
}
