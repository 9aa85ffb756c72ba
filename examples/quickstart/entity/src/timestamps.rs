//! What the entities with `created_at` and `updated_at` have in common.

/// Implements `ActiveModelBehavior` so that every update sets `updated_at`. The database sets `created_at`.
macro_rules! keep {
    () => {
        #[async_trait::async_trait]
        impl ActiveModelBehavior for ActiveModel {
            async fn before_save<C>(mut self, _db: &C, insert: bool) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                if !insert {
                    self.updated_at = sea_orm::Set(Some(ChronoUtc::now()));
                }
                Ok(self)
            }
        }
    };
}

pub(crate) use keep;
