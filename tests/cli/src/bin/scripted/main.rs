//! A project's migration crate with migrations as people write them by hand: `SEADRIFT_FIXTURE_SET` says which.
//!
//! With `SEADRIFT_FIXTURE_CLI=sea-orm-migration`, it is sea-orm-migration's own command line instead of seadrift's.

mod by_hand;
#[path = "../../../../../fixtures/cases/rebuild/children/expected/migration.rs"]
mod m20260101_000000_rebuild_children;
mod no_script;

use std::{env, process::ExitCode};

use sea_orm_migration::prelude::*;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let set = env::var("SEADRIFT_FIXTURE_SET").unwrap_or_default();
        let mut all = match &*set {
            "by-hand" => by_hand::all(),
            "rebuild" => vec![
                Box::new(by_hand::BeforeRebuild) as Box<dyn MigrationTrait>,
                Box::new(m20260101_000000_rebuild_children::Migration),
            ],
            name => {
                let mut all = by_hand::all();
                all.truncate(2);
                all.extend(no_script::named(name));
                all.push(Box::new(by_hand::Last));
                all
            }
        };
        let count = env::var("SEADRIFT_FIXTURE_MIGRATIONS").ok();
        all.truncate(
            count
                .and_then(|count| count.parse().ok())
                .unwrap_or(usize::MAX),
        );
        all
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    if env::var("SEADRIFT_FIXTURE_CLI").is_ok_and(|cli| cli == "sea-orm-migration") {
        cli::run_cli(Migrator).await;
        return ExitCode::SUCCESS;
    }
    seadrift::run(Migrator, seadrift::entities![]).await
}
