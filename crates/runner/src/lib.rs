//! Runs a project's migrations and tells where a database stands.
//!
//! Everything goes through sea-orm-migration and its own table, so that its command line works on the same database
//! at any point.

mod all;
mod caught;
mod error;
mod graph;
mod guard;
mod limits;
mod lock;
mod migrations;
mod run;
mod said;
mod scratch;
mod script;
pub mod split;
mod sql;
mod sql_migration;
mod stamp;
mod status;
mod symbol;
mod tape;
mod version;
pub mod way;

pub use all::{drop_everything, drop_version_table};
pub use caught::caught;
pub use error::{Aftermath, Error};
pub use graph::{Graph, GraphError, Node};
pub use limits::{Limits, NoSuchLimit, Settings};
pub use lock::{Access, Lock, LockError};
pub use migrations::Migrations;
pub use run::{Progress, downgrade, plan, run, upgrade};
pub use said::{failed_place, failed_statement, on_one_line, said};
pub use scratch::{Scratch, ScratchError, ScratchSchema};
pub use script::{Script, Stop, Written};
pub use sql_migration::SqlMigration;
pub use stamp::stamp;
pub use status::{Revision, Status, status};
pub use symbol::{Direction, Range, Symbol, SymbolError};
pub use tape::{Event, Gap, Glimpse, Recording, World, glimpse, has_transaction, record};
