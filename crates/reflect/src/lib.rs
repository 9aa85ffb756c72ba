//! Reads SeaORM entities into seadrift's schema model.
//!
//! [`runtime`] asks entities that are linked in, [`source`] parses their files. The schema comes in the declared form: names
//! and types as the entities have them. What a dialect makes of them is for [`seadrift_schema::canonical`] to say.

mod declared;
mod error;
pub mod runtime;
pub mod source;

pub use declared::Warning;
pub use error::Error;
pub use runtime::Entities;
