//! What the list of the `Migrator` says once revisions have other names, or are one.

use std::path::PathBuf;

use seadrift_render::migrator;

use super::rewrite;
use crate::{
    Error,
    project::{self, Place, Project},
};

/// An entry of the list, and what becomes of it.
pub(super) struct Entry<'a> {
    pub from: &'a str,
    /// The new name, if there is to be an entry.
    pub to: Option<&'a str>,
    pub place: &'a Place,
}

/// The file that has the list, with `entries` at its end. What it does not name one by one stays out of it. None where the folder
/// is the list.
pub(super) fn listed(
    project: &Project,
    entries: &[Entry<'_>],
) -> Result<Option<(PathBuf, String)>, Error> {
    let Some(path) = &project.migrator else {
        return Ok(None);
    };
    let failed = |source| Error::Migrator {
        path: path.clone(),
        source,
    };
    let all = project.entries()?.unwrap_or_default();
    let is_listed = |one: &&Entry<'_>| all.iter().any(|entry| entry.name() == Some(one.from));
    let mut library = project::read(path)?;
    for one in entries.iter().filter(is_listed) {
        library = migrator::remove(&library, one.from).map_err(failed)?;
    }
    for one in entries.iter().filter(is_listed) {
        let Some(to) = one.to else { continue };
        library = match one.place {
            Place::Rust(_) => migrator::add(&library, to),
            Place::Sql(folder) => {
                let folder = rewrite::path(&folder.path, one.from, to);
                let crate_folder = project.crate_folder();
                let below = folder.strip_prefix(&crate_folder).unwrap_or(&folder);
                migrator::add_sql(&library, &below.display().to_string())
            }
        }
        .map_err(failed)?;
    }
    Ok(Some((path.clone(), library)))
}
