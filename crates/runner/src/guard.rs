//! A migration that runs only while the lock is held, and under limits.
//!
//! It stands around the migration itself, so that whatever runs it does not have to know.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, SchemaManagerConnection, async_trait,
};

use crate::{Lock, Settings};

/// What stands around each migration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    pub limits: Option<Arc<Settings>>,
    pub lock: Option<Arc<Lock>>,
}

impl Guard {
    /// `migration` within this.
    pub(crate) fn around(&self, migration: Box<dyn MigrationTrait>) -> Box<dyn MigrationTrait> {
        match (&self.limits, &self.lock) {
            (None, None) => migration,
            _ => Box::new(Guarded {
                migration,
                guard: self.clone(),
            }),
        }
    }
}

struct Guarded {
    migration: Box<dyn MigrationTrait>,
    guard: Guard,
}

impl Guarded {
    /// Looks at the lock and sets the limits; returns what takes them back.
    async fn before(&self, manager: &SchemaManager<'_>) -> Result<&[String], DbErr> {
        if let Some(lock) = &self.guard.lock {
            let held = lock.check().await;
            held.map_err(|lost| DbErr::Custom(lost.to_string()))?;
        }
        let Some(limits) = &self.guard.limits else {
            return Ok(&[]);
        };
        let connection = manager.get_connection();
        let is_outside = matches!(connection, SchemaManagerConnection::Connection(_));
        let (set, reset): (_, &[String]) = match is_outside || limits.local.is_empty() {
            true => (&limits.set, &limits.reset),
            // They end with the transaction.
            false => (&limits.local, &[]),
        };
        for setting in set {
            connection.execute_unprepared(setting).await?;
        }
        Ok(reset)
    }
}

/// Takes the limits back; `outcome` is that of the migration, and says more than what goes wrong here.
async fn after(
    manager: &SchemaManager<'_>,
    reset: &[String],
    outcome: Result<(), DbErr>,
) -> Result<(), DbErr> {
    for setting in reset {
        let reset = manager.get_connection().execute_unprepared(setting).await;
        if outcome.is_ok() {
            reset?;
        }
    }
    outcome
}

impl MigrationName for Guarded {
    fn name(&self) -> &str {
        self.migration.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Guarded {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reset = self.before(manager).await?;
        after(manager, reset, self.migration.up(manager).await).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reset = self.before(manager).await?;
        after(manager, reset, self.migration.down(manager).await).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.migration.use_transaction()
    }
}
