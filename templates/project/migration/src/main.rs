use std::process::ExitCode;

use migration::Migrator;

#[tokio::main]
async fn main() -> ExitCode {
    // The entities are read from their sources, wherever `seadrift.toml` says they are.
    seadrift::run(Migrator, seadrift::entities![]).await
}
