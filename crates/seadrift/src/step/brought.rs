//! What a pull request brings: the lock of the branch that it goes to ↔ the lock of today.

use std::path::Path;

use seadrift_plan::order;
use seadrift_schema::{Dialect, Schema, Server, lock};

use super::{offline::dialects, whole_lock};
use crate::{
    Context, Error,
    compare::{Between, Sides, usual_schema},
    finding::Brought,
    git, head,
    project::{self, Project},
};

/// What there is since the lock `base`: a file, or the lock at a revision of git.
pub(crate) fn since(context: &Context, project: &Project, base: &str) -> Result<Brought, Error> {
    let (schema, head) = whole_lock(project)?;
    let (before, head_before) = lock_at(project, base)?;
    let known: Vec<_> = head_before
        .migrations
        .iter()
        .map(|known| &known.name)
        .collect();
    let new = head.migrations.into_iter().map(|migration| migration.name);
    let revisions: Vec<_> = new.filter(|name| !known.contains(&name)).collect();
    let dialect = dialects(context)?
        .first()
        .copied()
        .unwrap_or(Dialect::Postgres);
    let sides = Sides::between(Between {
        server: Server {
            dialect,
            version: String::new(),
        },
        actual: before.clone(),
        desired: schema.clone(),
        own_schema: usual_schema(context, dialect).to_owned(),
        lock: before,
        head: lock::Head::default(),
        strict: context.config.compare.strict,
    });
    let changes = order(sides.by_rules()?, dialect);
    let sources = revisions
        .iter()
        .filter_map(|revision| project::read(&project.file(revision)).ok());
    let hazards = sources
        .flat_map(|source| head::told(&source))
        .map(|told| (told.code, told.effect));
    Ok(Brought {
        dialect,
        hazards: hazards.collect(),
        revisions,
        changes,
        schema,
    })
}

/// The migrations that the lock `base` knows: a file, or the lock at a revision of git.
pub(crate) fn known_at(project: &Project, base: &str) -> Result<Vec<String>, Error> {
    let migrations = lock_at(project, base)?.1.migrations.into_iter();
    Ok(migrations.map(|known| known.name).collect())
}

fn lock_at(project: &Project, base: &str) -> Result<(Schema, lock::Head), Error> {
    let path = Path::new(base);
    if path.is_file() {
        return project::read_whole_lock(path);
    }
    match at_revision(project, base)? {
        // There was no lock yet.
        None => Ok(Default::default()),
        Some(text) => {
            let failed = |source| Error::Lock {
                path: format!("{base}:{}", project::shown(&project.lock)).into(),
                source,
            };
            let schema = lock::read(&text).map_err(failed)?;
            let head = lock::read_head(&text).map_err(failed)?;
            Ok((schema, head))
        }
    }
}

/// The text of the lock at a revision of git, if there was one.
fn at_revision(project: &Project, revision: &str) -> Result<Option<String>, Error> {
    let folder = project.lock.parent().unwrap_or(Path::new(""));
    let commit = format!("{revision}^{{commit}}");
    let verify = [
        "rev-parse",
        "--quiet",
        "--verify",
        "--end-of-options",
        &commit,
    ];
    let Some(commit) = git::said(folder, &verify)? else {
        // Before the first commit, everything is new.
        if revision == "HEAD" && git::said(folder, &["rev-parse", "--git-dir"])?.is_some() {
            return Ok(None);
        }
        return Err(Error::NoBase(revision.to_owned()));
    };
    git::said(
        folder,
        &["show", &format!("{}:./{}", commit.trim(), project::LOCK)],
    )
}
