//! The `seadrift` binary: the verbs of a project's own migration crate, from anywhere in the project.

use std::process::ExitCode;

fn main() -> ExitCode {
    seadrift::hand_to_migration_crate()
}
