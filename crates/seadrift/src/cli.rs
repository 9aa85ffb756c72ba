//! The command line: options that every verb has, and the verbs.

use std::path::PathBuf;

use clap::{ColorChoice, Parser, Subcommand};

use crate::{
    commands::{
        branches, check, current, diff, down, downgrade, edit, fresh, generate, heads, history,
        init, lint, lock, merge, rebase, refresh, reset, revision, show, stamp, status, up,
        upgrade,
    },
    config::Format,
    entities::Reader,
};

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

    /// Folder of entities to read instead of those that are linked in; may be given several times
    #[arg(long, global = true, value_name = "DIR")]
    pub entities: Vec<PathBuf>,

    /// How to read entities that are not linked in
    #[arg(long, global = true, value_name = "READER")]
    pub reader: Option<Reader>,

    /// Config file to use instead of the nearest `seadrift.toml`
    #[arg(long, global = true, env = "SEADRIFT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,

    /// Say more: what was found where, what is not managed
    #[arg(long, short, global = true)]
    pub verbose: bool,

    /// Say less: no progress, no hints
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// What new revisions are written as, as the config or the verb says it.
    #[arg(skip)]
    pub format: Format,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    Revision(revision::Args),
    Upgrade(upgrade::Args),
    Downgrade(downgrade::Args),
    Current(current::Args),
    History(history::Args),
    Heads(heads::Args),
    Branches(branches::Args),
    Show(show::Args),
    Edit(edit::Args),
    Stamp(stamp::Args),
    Merge(merge::Args),
    Rebase(rebase::Args),
    Check(check::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    Up(up::Args),
    Down(down::Args),
    Status(status::Args),
    Fresh(fresh::Args),
    Refresh(refresh::Args),
    Reset(reset::Args),
    Generate(generate::Args),
    Lock(lock::Args),
}

impl Command {
    /// Whether it runs migrations, which takes a build of them.
    pub(crate) fn runs_migrations(&self) -> bool {
        match self {
            Command::Upgrade(arguments) => !arguments.options.dry_run,
            Command::Downgrade(arguments) => !arguments.options.dry_run,
            Command::Check(arguments) => arguments.replay,
            Command::Lint(arguments) => !arguments.no_build,
            Command::Up(_)
            | Command::Down(_)
            | Command::Fresh(_)
            | Command::Refresh(_)
            | Command::Reset(_) => true,
            Command::Init(_)
            | Command::Revision(_)
            | Command::Current(_)
            | Command::History(_)
            | Command::Heads(_)
            | Command::Branches(_)
            | Command::Show(_)
            | Command::Edit(_)
            | Command::Stamp(_)
            | Command::Merge(_)
            | Command::Rebase(_)
            | Command::Status(_)
            | Command::Generate(_)
            | Command::Lock(_)
            | Command::Diff(_) => false,
        }
    }
}
