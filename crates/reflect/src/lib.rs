//! Reads SeaORM entities into seadrift's schema model.
//!
//! [`runtime`] asks entities that are linked in, [`source`] parses their files, [`probe`] builds upon them what asks them. The
//! schema comes in the declared form: names and types as the entities have them. What a dialect makes of them is for
//! [`seadrift_schema::canonical`] to say.

mod declared;
mod error;
#[cfg(feature = "source")]
pub mod probe;
pub mod runtime;
#[cfg(feature = "source")]
pub mod source;

pub use declared::Warning;
pub use error::Error;
pub use runtime::Entities;
