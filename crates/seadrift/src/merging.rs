//! Locks of two branches, made one again.

use std::path::Path;

use seadrift_schema::lock::{self, Lock, Merged, conflict};

use crate::{
    Error, git, output,
    project::{self, Project, shown},
};

/// The lock of the project: as it stands there, or where a merge left its marks in it, or one side alone, with both sides taken. `true`
/// where they were.
pub(crate) fn whole(project: &Project) -> Result<(Lock, bool), Error> {
    let (merged, was_half_merged) = taken(project)?;
    say_what_met(&merged);
    Ok((merged.lock, was_half_merged))
}

/// The same, without a word of the tables that both sides changed.
pub(crate) fn taken(project: &Project) -> Result<(Merged, bool), Error> {
    let source = project::read(&project.lock)?;
    let path = &project.lock;
    let marked = conflict::parts(&source).filter(|_| lock::read(&source).is_err());
    let (base, ours, theirs) = match marked {
        Some(parts) => (parts.base, parts.ours, parts.theirs),
        None => match left_out(path, &source)? {
            Some(theirs) => (None, source, theirs),
            None => {
                let (schema, head) = project::read_whole_lock(path)?;
                let merged = Merged {
                    lock: (head, schema),
                    ..Merged::default()
                };
                return Ok((merged, false));
            }
        },
    };
    let base = match base {
        Some(base) => base,
        None => at_stage(path, COMMON)?.unwrap_or_default(),
    };
    let base = read_or_none(path, &base)?;
    let (ours, theirs) = (read(path, &ours)?, read(path, &theirs)?);
    let merged = lock::merge(&base, &ours, &theirs);
    if !merged.conflicts.is_empty() {
        return Err(Error::LockConflict {
            path: path.clone(),
            conflicts: merged.conflicts,
        });
    }
    Ok((merged, true))
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

/// What git calls the sides of a merge that it is at (git-ls-files(1), `--stage`).
const COMMON: u8 = 1;
const OURS: u8 = 2;
const THEIRS: u8 = 3;

/// The other side's lock, where git is at a merge and ours stands there untouched: so it is left by a driver that could not be run.
fn left_out(path: &Path, source: &str) -> Result<Option<String>, Error> {
    match at_stage(path, OURS)? {
        Some(ours) if ours == source => at_stage(path, THEIRS),
        _ => Ok(None),
    }
}

/// What the file is on a side of the merge that git is at; nothing where it is not at one, or where there is no git.
fn at_stage(path: &Path, stage: u8) -> Result<Option<String>, Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match git::said(folder, &["show", &format!(":{stage}:./{name}")]) {
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
