//! The entities under the names of their tables.

pub use super::post::Entity as Post;
pub use super::post_tag::Entity as PostTag;
pub use super::tag::Entity as Tag;
pub use super::user::Entity as User;
