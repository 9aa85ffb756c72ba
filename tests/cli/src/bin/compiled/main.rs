//! A project's migration crate with migrations in Rust and in SQL, which are compiled in.
//!
//! With `SEADRIFT_FIXTURE_CLI=sea-orm-migration`, it is sea-orm-migration's own command line instead of seadrift's.

mod m20260101_000000_create_note;
mod m20260103_000000_more;

use std::{env, process::ExitCode};

use sea_orm_migration::prelude::*;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260101_000000_create_note::Migration),
            seadrift::sql_migration!("src/bin/compiled/sql/m20260102_000000_fill"),
            Box::new(m20260103_000000_more::Migration),
            seadrift::sql_migration!("src/bin/compiled/sql/m20260104_000000_index"),
        ]
    }
}

/// All that is SQL, without naming it.
struct Folders;

#[async_trait::async_trait]
impl MigratorTrait for Folders {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        seadrift::sql_migrations!("src/bin/compiled/sql")
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    if env::var("SEADRIFT_FIXTURE_CLI").is_ok_and(|cli| cli == "sea-orm-migration") {
        cli::run_cli(Migrator).await;
        return ExitCode::SUCCESS;
    }
    if env::var_os("SEADRIFT_FIXTURE_FOLDERS").is_some() {
        return seadrift::run(Folders, seadrift::entities![]).await;
    }
    seadrift::run(Migrator, seadrift::entities![]).await
}
