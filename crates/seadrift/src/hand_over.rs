//! Verbs that run migrations are handed to the project's migration crate, which cargo builds: as they are where that crate calls
//! seadrift, else in the words of sea-orm-migration's own command line.

use std::{
    env, fs,
    io::{IsTerminal, stderr},
    path::{Path, PathBuf},
    process::{self, ExitCode},
};

use seadrift_runner::{Direction, Symbol};
use toml::Table;

use crate::{
    Context, Error,
    cli::{Command, Options},
    database::{self, Url},
    graph, output,
    project::Project,
};

/// Builds the migration crate and runs it with the arguments of this process, where it calls seadrift, and returns its exit code.
pub(crate) fn as_it_is(options: &Options) -> Result<Option<ExitCode>, Error> {
    let manifest = manifest(&Project::find(options)?)?;
    match calls_seadrift(&manifest) {
        true => run(&manifest, |command| command.args(env::args_os().skip(1))).map(Some),
        false => Ok(None),
    }
}

/// Builds and runs the migration crate, which does not call seadrift, and returns its exit code.
pub(crate) async fn translated(context: &Context, command: &Command) -> Result<ExitCode, Error> {
    let manifest = manifest(&Project::find(&context.options)?)?;
    let (target, direction) = match command {
        Command::Upgrade(arguments) if arguments.options.are_plain() => {
            (&arguments.target, Direction::Up)
        }
        Command::Downgrade(arguments) if arguments.options.are_plain() => {
            (&arguments.target, Direction::Down)
        }
        _ => return Err(Error::NeedsSeadrift(manifest)),
    };
    let url = Url::of(context)?;
    let steps = steps(context, &url, target, direction, &manifest).await?;
    let (verb, nothing) = match direction {
        Direction::Up => ("up", "nothing to apply"),
        Direction::Down => ("down", "nothing to reverse"),
    };
    if steps == 0 {
        output::result(nothing);
        return Ok(ExitCode::SUCCESS);
    }
    run(&manifest, |command| {
        command.env("DATABASE_URL", url.text());
        if let Some(schema) = &context.options.schema {
            command.env("DATABASE_SCHEMA", schema);
        }
        command.args([verb, "-n", &steps.to_string()])
    })
}

/// How many revisions lie on the way to `target`: sea-orm-migration knows no more than to go so many on in the order of its list.
async fn steps(
    context: &Context,
    url: &Url,
    target: &Symbol,
    direction: Direction,
    manifest: &Path,
) -> Result<usize, Error> {
    let db = database::connect(context, url).await?;
    let (migrations, graph) = (&context.migrations, graph::read(context)?);
    let way = seadrift_runner::plan(&db, migrations, &graph, target, direction).await?;
    let status = seadrift_runner::status(&db, migrations).await?;
    let mut listed = match direction {
        Direction::Up => status.pending(),
        Direction::Down => status.applied(),
    };
    if direction == Direction::Down {
        listed.reverse();
    }
    match listed.starts_with(&way) {
        true => Ok(way.len()),
        false => Err(Error::NeedsSeadrift(manifest.to_owned())),
    }
}

fn cargo() -> std::ffi::OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn run(
    manifest: &Path,
    complete: impl FnOnce(&mut process::Command) -> &mut process::Command,
) -> Result<ExitCode, Error> {
    // Who waits for it is to know for what: the first build takes minutes, and cargo is quiet, whose words stand among the crate's else.
    if stderr().is_terminal() {
        output::progress(
            "running the migration crate; where it has changed, cargo builds it first",
        );
    }
    let mut command = process::Command::new(cargo());
    command
        .args(["run", "--quiet", "--manifest-path"])
        .arg(manifest)
        .arg("--");
    let status = complete(&mut command).status().map_err(Error::Cargo)?;
    // A signal leaves no code.
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(2);
    Ok(ExitCode::from(code))
}

/// The manifest of the crate that has the migrations.
pub(crate) fn manifest(project: &Project) -> Result<PathBuf, Error> {
    let manifest = project.crate_folder().join("Cargo.toml");
    match manifest.is_file() {
        true => Ok(manifest),
        false => Err(Error::NoProject(vec![project.source.clone()])),
    }
}

/// Whether the crate depends on seadrift. One whose manifest cannot be read is left to cargo.
pub(crate) fn calls_seadrift(manifest: &Path) -> bool {
    let text = fs::read_to_string(manifest).unwrap_or_default();
    let Ok(manifest) = text.parse::<Table>() else {
        return true;
    };
    let dependencies = manifest.get("dependencies").and_then(|all| all.as_table());
    let mut dependencies = dependencies.into_iter().flatten();
    dependencies.any(|(name, asked)| {
        let package = asked.get("package").and_then(|package| package.as_str());
        package.unwrap_or(name) == "seadrift"
    })
}
