//! The schema model: what a database has, what entities declare, and what lies between the two.
//!
//! Plain data without any I/O. [`Schema`] is the same for a live database and for entities; [`canonical`]
//! brings it to the form a dialect's server would report, [`Change`] is one step from one schema to another,
//! and [`lock`] is the text form kept beside the migrations.

pub mod canonical;
mod change;
mod default;
mod dialect;
mod grant;
pub mod kept;
pub mod lock;
mod name;
pub mod sqlite;
mod table;
mod text;
mod types;

pub use change::{Change, Constraint, Object, Rebuild, rename_value, reversed};
pub use default::DefaultValue;
pub use dialect::{Dialect, Server};
pub use grant::{Grant, Privilege};
pub use name::ObjectName;
pub use table::{
    Check, Column, Exclusion, ForeignKey, Generated, Identity, Index, IndexOrigin, PrimaryKey,
    ReferentialAction, Schema, Table, Unmanaged,
};
pub use types::{EnumType, Type, TypeError};
