//! Runs a project's migrations and tells where a database stands.
//!
//! Everything goes through sea-orm-migration and its own table, so that its command line works on the same database
//! at any point.

mod error;
mod graph;
mod migrations;
mod run;
mod said;
mod scratch;
mod stamp;
mod status;
mod symbol;
mod version;
pub mod way;

pub use error::{Aftermath, Error};
pub use graph::{Graph, GraphError, Node};
pub use migrations::Migrations;
pub use run::{Progress, downgrade, plan, upgrade};
pub use said::said;
pub use scratch::{Scratch, ScratchError, ScratchSchema};
pub use stamp::stamp;
pub use status::{Revision, Status, status};
pub use symbol::{Direction, Range, Symbol, SymbolError};
