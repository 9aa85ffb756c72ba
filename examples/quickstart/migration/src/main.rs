use std::process::ExitCode;

use entity::{post, post_tag, tag, user};
use migration::Migrator;

#[tokio::main]
async fn main() -> ExitCode {
    let entities = seadrift::entities![user::Entity, post::Entity, tag::Entity, post_tag::Entity];
    seadrift::run(Migrator, entities).await
}
