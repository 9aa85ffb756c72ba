//! Locks of two branches, made one again.

use std::path::Path;

use seadrift_schema::lock::{self, Lock, Merged, conflict};

use crate::{
    Error, git, output,
    project::{self, Project, shown},
};

/// The lock of the project: as it stands there, or where a merge left its marks in it, with both sides taken. `true` where they were.
pub(crate) fn whole(project: &Project) -> Result<(Lock, bool), Error> {
    let source = project::read(&project.lock)?;
    let Some(parts) = conflict::parts(&source).filter(|_| lock::read(&source).is_err()) else {
        let (schema, head) = project::read_whole_lock(&project.lock)?;
        return Ok(((head, schema), false));
    };
    let path = &project.lock;
    let base = match parts.base {
        Some(base) => base,
        None => common_start(path)?.unwrap_or_default(),
    };
    let base = read_or_none(path, &base)?;
    let (ours, theirs) = (read(path, &parts.ours)?, read(path, &parts.theirs)?);
    let merged = lock::merge(&base, &ours, &theirs);
    if !merged.conflicts.is_empty() {
        return Err(Error::LockConflict {
            path: path.clone(),
            conflicts: merged.conflicts,
        });
    }
    say_what_met(&merged);
    Ok((merged.lock, true))
}

/// Warns of the tables that both sides changed.
pub(crate) fn say_what_met(merged: &Merged) {
    for table in &merged.met {
        output::warning(&format!("both sides changed table `{table}`"));
    }
}

/// The lock in `text`, which the file at `path` holds.
pub(crate) fn read(path: &Path, text: &str) -> Result<Lock, Error> {
    let failed = |source| Error::Lock {
        path: path.to_owned(),
        source,
    };
    let schema = lock::read(text).map_err(failed)?;
    let head = lock::read_head(text).map_err(failed)?;
    Ok((head, schema))
}

/// The same, where there may have been none yet.
pub(crate) fn read_or_none(path: &Path, text: &str) -> Result<Lock, Error> {
    match text.trim().is_empty() {
        true => Ok(Lock::default()),
        false => read(path, text),
    }
}

/// What the file was where the branches part that git is merging; nothing where it is not at it, or where there is no git.
fn common_start(path: &Path) -> Result<Option<String>, Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match git::said(folder, &["show", &format!(":1:./{name}")]) {
        Err(Error::Git(_)) => Ok(None),
        text => text,
    }
}

/// The lines that say what could not be merged in the file at `path`.
pub(crate) fn disagreement(path: &Path, conflicts: &[String]) -> String {
    format!(
        "both sides of `{}` changed {}",
        shown(path),
        conflicts.join(", ")
    )
}
