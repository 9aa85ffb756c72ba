//! The `seadrift` binary: every verb, from anywhere in a SeaORM project.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    seadrift::run_in_place().await
}
