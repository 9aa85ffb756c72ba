//! What is declared and was declared before, read while something else is waited for.

use std::panic;

use seadrift_reflect::Warning;
use seadrift_schema::{Dialect, Schema, lock};
use tokio::task;

use crate::{
    Context, Error, merging,
    project::{self, Project},
};

/// What is declared, and was declared at the newest revision.
pub(crate) struct Both {
    pub lock: Lock,
    /// What the lock says beside.
    pub head: lock::Head,
    pub desired: Schema,
    /// What of the entities cannot be done.
    pub warnings: Vec<Warning>,
}

/// What was declared at the newest revision.
pub(crate) enum Lock {
    /// Nobody says.
    Unknown,
    /// What is declared now.
    Same,
    /// Something else.
    Other(Schema),
}

/// What is declared and locked, which is read on a thread of its own: to connect and to ask the database takes as long.
pub(crate) struct Reading(task::JoinHandle<Result<Both, Error>>);

impl Reading {
    /// Begins to read, whether or not anybody waits for it yet.
    fn begin(read: impl FnOnce() -> Result<Both, Error> + Send + 'static) -> Self {
        Self(task::spawn_blocking(read))
    }

    /// What was read.
    pub(crate) async fn end(self) -> Result<Both, Error> {
        match self.0.await {
            Ok(both) => both,
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Begins to read the lock, and the entities for a database of this dialect.
pub(crate) fn declared(
    context: &Context,
    project: &Project,
    dialect: Dialect,
) -> Result<Reading, Error> {
    let (entities, lock) = (context.entities()?, project.lock.clone());
    Ok(Reading::begin(move || {
        let (desired, warnings) = entities.read(dialect)?;
        let (lock, head) = project::read_lock(&lock, &desired)?;
        Ok(Both {
            lock,
            head,
            desired,
            warnings,
        })
    }))
}

/// Begins to read the entities; of a lock that is half merged, both sides are taken.
pub(crate) fn declared_and_merged(
    context: &Context,
    project: &Project,
    dialect: Dialect,
) -> Result<Reading, Error> {
    let entities = context.entities()?;
    let ((head, locked), _) = merging::whole(project)?;
    Ok(Reading::begin(move || {
        let (desired, warnings) = entities.read(dialect)?;
        let lock = match locked == desired {
            true => Lock::Same,
            false => Lock::Other(locked),
        };
        Ok(Both {
            lock,
            head,
            desired,
            warnings,
        })
    }))
}

/// Begins to read what the lock says that was declared, where the entities are left out.
pub(crate) fn locked(project: &Project) -> Reading {
    let lock = project.lock.clone();
    Reading::begin(move || {
        if !lock.exists() {
            return Err(Error::NoLock(lock));
        }
        let (desired, head) = project::read_whole_lock(&lock)?;
        Ok(Both {
            lock: Lock::Same,
            head,
            desired,
            warnings: vec![],
        })
    })
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    #[tokio::test]
    async fn it_begins_before_anybody_waits_for_it() {
        let (sender, began) = mpsc::channel();
        let reading = Reading::begin(move || {
            sender.send(()).ok();
            Err(Error::NoEntities)
        });
        let limit = Duration::from_secs(60);
        task::spawn_blocking(move || began.recv_timeout(limit))
            .await
            .unwrap()
            .unwrap();
        assert!(matches!(reading.end().await, Err(Error::NoEntities)));
    }
}
