//! A project that is there: what it has today is where seadrift starts.

use std::path::{Path, PathBuf};

use seadrift_plan::order;
use seadrift_render::text;
use seadrift_schema::{Dialect, lock};

use super::{
    Args,
    edits::{Edits, with_hook, with_recipes},
    new::{CONFIG, HOOK, RECIPES},
};
use crate::{
    Context, Error, Outcome, checksum,
    compare::{self, Sides},
    database::{self, Url},
    layout, output,
    project::{Project, shown},
};

/// Writes what is missing: the config, the lock, recipes and a hook.
pub(super) async fn project(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let mut edits = Edits::default();
    let found = match project.lock.exists() {
        true => None,
        false => Some(found(context, arguments, &project).await?),
    };
    if let Some(found) = &found {
        edits.edit(&project.lock, |_| found.lock.clone())?;
    }
    let root = root(&project);
    edits.edit(&root.join("seadrift.toml"), |text| match text {
        Some(_) => None,
        None => Some(config(&root, &project)),
    })?;
    let justfiles = ["justfile", "Justfile", ".justfile"].map(|name| root.join(name));
    let justfile = justfiles.iter().find(|path| path.exists());
    let justfile = justfile.unwrap_or(&justfiles[0]);
    edits.edit(justfile, |text| Some(with_recipes(text, RECIPES)))?;
    let hooks = root.join(".pre-commit-config.yaml");
    edits.edit(&hooks, |text| with_hook(text, HOOK))?;
    edits.write(arguments.yes)?;
    match found {
        Some(found) => found.say(),
        None => output::progress(format!("kept {}", shown(&project.lock))),
    }
    output::progress(
        "next: `seadrift check`, and `seadrift revision --autogenerate -m \"…\"` when an entity has changed",
    );
    Ok(Outcome::Done)
}

/// What the project has today.
struct Found {
    /// The lock to be; none where there is nothing yet to start from.
    lock: Option<String>,
    accepted: Accepted,
    unmanaged: Vec<String>,
}

/// The differences that are accepted.
enum Accepted {
    /// No database was looked at.
    Unknown,
    /// There are neither migrations nor tables.
    NothingYet,
    Lines(Vec<String>),
}

impl Found {
    fn say(&self) {
        match &self.accepted {
            Accepted::Unknown => output::progress(
                "not compared with a database: what it has that the entities do not declare, or the other way round, will be drift",
            ),
            Accepted::NothingYet => output::result(
                "the database has no table yet that the entities declare: the first revision makes them",
            ),
            Accepted::Lines(accepted) if accepted.is_empty() => {
                output::result("the database is what the entities declare");
            }
            Accepted::Lines(accepted) => {
                output::result(
                    "accepted as they are, a line each in the lock; the next revision makes up for a line that is deleted there:",
                );
                for line in accepted {
                    output::change(line);
                }
            }
        }
        for line in &self.unmanaged {
            output::result(format!("not managed: {line}"));
        }
    }
}

async fn found(context: &Context, arguments: &Args, project: &Project) -> Result<Found, Error> {
    let migrations = checksum::migrations(project, context.migrations.names(), &[]);
    let write = |accepted: &[String], schema| {
        let head = lock::Head {
            accepted: accepted.to_vec(),
            migrations: migrations.clone(),
        };
        lock::write_with(&head, schema)
    };
    let entities = context.entities()?;
    if entities.is_empty() {
        return Err(Error::NoEntities);
    }
    if arguments.offline || context.options.database_url.is_none() {
        let dialect = context.config.backends.first().copied();
        let schema = entities.schema(dialect.unwrap_or(Dialect::Postgres))?;
        return Ok(Found {
            lock: Some(write(&[], &schema)),
            accepted: Accepted::Unknown,
            unmanaged: vec![],
        });
    }
    let url = Url::of(context)?;
    let declared = compare::declared(context, project, url.dialect())?;
    let db = database::connect(context, &url).await?;
    let status = seadrift_runner::status(&db, &context.migrations).await?;
    let pending = status.known()?.pending();
    if !pending.is_empty() {
        return Err(Error::NotUpToDate { pending });
    }
    let sides = Sides::read(context, &db, declared.end()).await?;
    output::warnings(&sides.warnings);
    let mut declared = sides.desired.tables.keys();
    let has_none = !declared.any(|table| sides.actual_table(table).is_some());
    if has_none && context.migrations.names().is_empty() {
        return Ok(Found {
            lock: None,
            accepted: Accepted::NothingYet,
            unmanaged: sides.unmanaged(),
        });
    }
    let changes = order(sides.since_database(&db).await?, sides.dialect());
    let lines = changes.iter();
    let accepted: Vec<_> = lines
        .flat_map(|change| text::lines(change, sides.dialect()))
        .collect();
    Ok(Found {
        lock: Some(write(&accepted, &sides.desired)),
        accepted: Accepted::Lines(accepted),
        unmanaged: sides.unmanaged(),
    })
}

/// The folder that holds the migration crate, or the crate that has the migrations in it.
fn root(project: &Project) -> PathBuf {
    let above = |folder: &Path| folder.parent().map(Path::to_owned);
    let krate = project
        .source
        .ancestors()
        .find(|folder| folder.join("Cargo.toml").is_file());
    match krate {
        Some(krate) if project.source.ends_with("src") && !krate.as_os_str().is_empty() => {
            above(krate).unwrap_or_default()
        }
        Some(krate) => krate.to_owned(),
        None => PathBuf::new(),
    }
}

/// A config that names what was found.
fn config(root: &Path, project: &Project) -> String {
    let below = |path: &Path| {
        let path = path.strip_prefix(root).unwrap_or(path);
        format!("{:?}", path.display().to_string())
    };
    let migrations = match project.source.ends_with("src") {
        true => project.source.parent().unwrap_or(&project.source),
        false => &project.source,
    };
    let mut config = format!("{CONFIG}\n");
    if !below(migrations).eq("\"\"") {
        config += &format!("migrations = {}\n", below(migrations));
    }
    if let Some(entities) = layout::entities() {
        config += &format!("entities = {}\n", below(&entities));
    }
    config
}
