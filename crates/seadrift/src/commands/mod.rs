//! The verbs, one file each: what it takes, and what it does.

pub(crate) mod check;
pub(crate) mod current;
pub(crate) mod diff;
pub(crate) mod downgrade;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod lock;
pub(crate) mod revision;
pub(crate) mod upgrade;

/// `1 revision`, `2 revisions`.
fn count(revisions: usize) -> String {
    format!(
        "{revisions} revision{}",
        if revisions == 1 { "" } else { "s" }
    )
}
