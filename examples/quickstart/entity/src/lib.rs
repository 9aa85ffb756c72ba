//! The entities of a small blog.
//!
//! SeaORM has no way to share columns between entities, so `created_at` and `updated_at` stand in each of them, and
//! `timestamps` keeps them up to date.

pub mod post;
pub mod post_tag;
pub mod prelude;
pub mod tag;
mod timestamps;
pub mod user;
