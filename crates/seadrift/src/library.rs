//! `check` for programs: what is not in step, as data, and a test of it for a project's own suite.

use std::{fmt, path::Path};

use clap::Parser;
use sea_orm_migration::MigratorTrait;
use seadrift_reflect::Entities;
use seadrift_runner::Migrations;

use crate::{
    Context, Error,
    backends::ScratchServers,
    cli::Cli,
    config::Config,
    entities::Known,
    finding::{Finding, Level, Report},
    layout, output,
    project::{self, Project},
    statements, step,
};

/// What a [`check`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is not in step, and what may be worth to know, such as pending revisions.
    pub findings: Vec<Finding>,
    /// What was not compared, and why: a line each.
    pub not_compared: Vec<String>,
    /// What the database has that nobody declared, and that is left alone: a line each.
    pub not_managed: Vec<String>,
}

impl Checked {
    /// Whether entities, migrations and database are in step: whether no finding is an error.
    pub fn is_in_step(&self) -> bool {
        self.findings.iter().all(|one| one.level != Level::Error)
    }
}

/// The findings, but for mere notes, each with its place and with what mends it.
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.findings.iter().filter(|one| one.level > Level::Note);
        for (at, finding) in said.enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            let code = finding.kind.code();
            write!(
                f,
                "{} {code}: {}",
                finding.level.as_str(),
                finding.message()
            )?;
            if let Some(place) = &finding.place {
                write!(f, " ({}", project::shown(&place.path))?;
                if let Some(line) = place.line {
                    write!(f, ":{line}")?;
                }
                write!(f, ")")?;
            }
            for part in &finding.parts {
                write!(f, "\n    {part}")?;
            }
            write!(f, "\n  hint: {}", finding.remedy)?;
        }
        Ok(())
    }
}

/// Why nothing could be checked, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.messages().join("\n"))]
pub struct CheckError(Box<Error>);

impl CheckError {
    /// What to do about it, where that is more than the message says.
    pub fn hint(&self) -> Option<String> {
        self.0.hint().map(|hint| hint.into_owned())
    }
}

/// Looks whether entities, migrations, lock and the database at `url` are in step, as the verb `check --replay` does, and returns what
/// is found as data. All migrations are run on a scratch database of the same server, from nothing to the newest and back; the
/// database itself is only read. With `sqlite::memory:`, no file and no server is needed.
///
/// The sources of the migrations, the lock file and `seadrift.toml` are looked for from the working folder upwards, where `cargo test` runs a
/// crate's tests. An empty list of entities means those that the sources of the project declare.
///
/// An error is what keeps the check from being made: a server that does not answer, a lock file that cannot be read. What is not in step is
/// none.
///
/// ```no_run
/// # use sea_orm_migration::prelude::*;
/// # struct Migrator;
/// # impl MigratorTrait for Migrator { fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] } }
/// # async fn a_test() -> Result<(), seadrift::CheckError> {
/// let checked = seadrift::check(Migrator, seadrift::entities![/* user::Entity */], "sqlite::memory:").await?;
/// for finding in &checked.findings {
///     println!("{}: {}", finding.kind.code(), finding.message());
/// }
/// assert!(checked.is_in_step(), "{checked}");
/// # Ok(())
/// # }
/// ```
pub async fn check<M: MigratorTrait>(
    _: M,
    entities: Entities,
    url: &str,
) -> Result<Checked, CheckError> {
    output::set_volume(output::Volume::Quiet);
    statements::as_library();
    let migrations = Migrations::of::<M>();
    // Forgetting the type of the future spares the users' crates to compute the layout of all that is in it.
    let looked = Box::pin(look(migrations, entities, url));
    let report = looked.await.map_err(|error| CheckError(Box::new(error)))?;
    Ok(Checked {
        findings: report.findings,
        not_compared: report.not_compared,
        not_managed: report.unmanaged,
    })
}

async fn look(migrations: Migrations, entities: Entities, url: &str) -> Result<Report, Error> {
    // Everything that is not said here is as on the command line, the environment included.
    let words = ["seadrift", "--quiet", "check", "--database-url", url];
    let Ok(cli) = Cli::try_parse_from(words) else {
        return Err(Error::NoDatabaseUrl);
    };
    let mut options = cli.options;
    let config = Config::find(&mut options)?;
    // The test of another crate than that of the migrations knows nothing of where these are.
    if options.migrations.is_none() {
        let file = layout::migrator();
        options.migrations = file.as_deref().and_then(Path::parent).map(|folder| {
            match folder.as_os_str().is_empty() {
                true => Path::new(".").to_owned(),
                false => folder.to_owned(),
            }
        });
    }
    let context = Context {
        options,
        config,
        known: Known::linked(entities),
        migrations,
    };
    let project = Project::find(&context.options)?;
    let mut report = step::check(&context, &project, step::Scope::default()).await?;
    let servers = ScratchServers::find(&context, &[])?;
    step::replay(&context, &project, &servers, &mut report).await?;
    report.sort();
    Ok(report)
}

/// Panics unless entities, migrations, lock and the database at this URL are in step, with what is found in the message. It is for a test of
/// the project's own suite, which is async; see [`check`](crate::check) for what it looks at.
///
/// ```no_run
/// # use sea_orm_migration::prelude::*;
/// # struct Migrator;
/// # impl MigratorTrait for Migrator { fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] } }
/// // #[tokio::test]
/// async fn entities_and_migrations_are_in_step() {
///     let url = std::env::var("DATABASE_URL").unwrap_or("sqlite::memory:".to_owned());
///     seadrift::assert_in_step!(Migrator, seadrift::entities![/* user::Entity */], url);
/// }
/// ```
#[macro_export]
macro_rules! assert_in_step {
    ($migrator:expr, $entities:expr, $url:expr $(,)?) => {
        match $crate::check(
            $migrator,
            $entities,
            ::core::convert::AsRef::<str>::as_ref(&$url),
        )
        .await
        {
            ::core::result::Result::Ok(checked) if checked.is_in_step() => {}
            ::core::result::Result::Ok(checked) => {
                ::core::panic!("entities, migrations and database are not in step\n{checked}")
            }
            ::core::result::Result::Err(error) => match error.hint() {
                ::core::option::Option::Some(hint) => ::core::panic!("{error}\nhint: {hint}"),
                ::core::option::Option::None => ::core::panic!("{error}"),
            },
        }
    };
}
