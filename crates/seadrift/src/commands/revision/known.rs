//! Whether the lock tells of the migrations that there are.

use crate::{
    Context, Error, checksum,
    project::{self, Project},
};

/// Sees that no migration is gone that the lock knows. The lock would have what it did: what was dropped there stands in it no
/// more, and no other revision would drop it.
pub(super) fn all_are_there(project: &Project, context: &Context) -> Result<(), Error> {
    if !project.lock.exists() {
        return Ok(());
    }
    let (_, head) = project::read_whole_lock(&project.lock)?;
    let names = context.migrations.names();
    let is_new = |name: &&String| !head.migrations.iter().any(|known| known.name == **name);
    let new: Vec<_> = names
        .iter()
        .filter(is_new)
        .filter_map(|name| Some((name, project.content(name).ok()?)))
        .collect();
    let is_gone = |known: &&seadrift_schema::lock::Migration| {
        let is_it = |(name, source): &(&String, String)| checksum::is_renamed(known, name, source);
        !names.contains(&known.name) && !new.iter().any(is_it)
    };
    let gone: Vec<_> = head.migrations.iter().filter(is_gone).collect();
    match gone.is_empty() {
        true => Ok(()),
        false => Err(Error::Gone {
            lock: project.lock.clone(),
            names: gone.into_iter().map(|known| known.name.clone()).collect(),
        }),
    }
}
