//! Whether a migration that was told something else does something else.

use sea_orm::DbBackend;

use super::Event;
use crate::sql::{Piece, pieces, statements};

/// Whether any of `events` writes rows, so that there is something to tell of it.
pub(super) fn writes_rows(backend: DbBackend, events: &[Event]) -> bool {
    const WORDS: [&str; 7] = [
        "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH", "COPY",
    ];
    events.iter().any(|event| match event {
        Event::Statement(sql) => statements(backend, sql).iter().any(|statement| {
            let first = statement.first();
            first.is_some_and(|first| WORDS.iter().any(|word| first.is(word)))
        }),
        _ => false,
    })
}

/// The statement of `usual` up to which `other` did the same: `None` where it did so to the end. What differs between
/// `usual` and `again` is not looked at. Where it `may_stop`, `other` may be only the start of `usual`.
pub(super) fn difference(
    backend: DbBackend,
    (usual, again, other): (&[Event], &[Event], &[Event]),
    may_stop: bool,
) -> Option<String> {
    let mut before = String::new();
    for (at, event) in usual.iter().enumerate() {
        let Some(told_other) = other.get(at) else {
            return (!may_stop).then_some(before);
        };
        let is_same = match (event, again.get(at), told_other) {
            (Event::Statement(usual), Some(Event::Statement(again)), Event::Statement(other)) => {
                is_same(backend, usual, again, other)
            }
            // A transaction that fails is undone, and that is the end.
            (_, _, Event::Rollback) if may_stop => return None,
            (usual, _, other) => usual == other,
        };
        if !is_same {
            return Some(match event {
                // What it was told, not what it made of it.
                _ if !before.is_empty() => before,
                Event::Statement(sql) => sql.clone(),
                _ => before,
            });
        }
        if let Event::Statement(sql) = event {
            before.clone_from(sql);
        }
    }
    let is_longer = other.len() > usual.len() && !may_stop;
    is_longer.then_some(before)
}

/// Whether `other` has all the pieces that `usual` and `again` have in common.
fn is_same(backend: DbBackend, usual: &str, again: &str, other: &str) -> bool {
    if usual == other {
        return true;
    }
    let [usual, again, other] = [usual, again, other].map(|sql| pieces(backend, sql));
    if usual.len() != again.len() {
        return true;
    }
    let same = |(usual, (again, other)): (&Piece<'_>, (&Piece<'_>, &Piece<'_>))| {
        usual.text != again.text || usual.text == other.text
    };
    usual.len() == other.len() && usual.iter().zip(again.iter().zip(&other)).all(same)
}
