//! What seadrift's own tests share: empty throwaway databases on every backend, and the cases under `fixtures/cases/`.
//!
//! SQLite is always there. The servers are the ones that `SEADRIFT_TEST_POSTGRES_URL` and
//! `SEADRIFT_TEST_MYSQL_URL` name; `scripts/test` starts them and sets both. Without one, its tests are
//! skipped and say so, and fail when `CI=true`.
//!
//! Everything here is for tests, so what goes wrong panics with a message instead of being returned.

mod backend;
mod case;
mod golden;
mod role;
mod scratch;
mod server;
mod urls;

pub use backend::Backend;
pub use case::{Case, Config, Output, cases};
pub use golden::{compare_or_bless, difference, is_blessing};
pub use role::Rights;
pub use scratch::{Scratch, scratch};
pub use server::{backends, version};
pub use urls::{password, with_database, with_password};
