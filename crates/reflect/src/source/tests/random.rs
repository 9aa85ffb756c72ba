//! No text makes the reader panic, hang or overflow.

use std::fs;

use proptest::prelude::*;

use super::Files;

/// A source that says much.
fn texts() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/entities/src");
    let names = [
        "relations",
        "expanded",
        "enums",
        "newtypes",
        "dense",
        "columns",
    ];
    let read = |name: &&str| fs::read_to_string(format!("{folder}/{name}.rs")).unwrap();
    names.iter().map(read).collect()
}

/// What takes the place of a part.
const PIECES: [&str; 24] = [
    "", "(", ")", "{", "}", "<", ">", "\"", "'", "#", "!", "=", "::", ",", ";", "sea_orm", "Self",
    "super::", "None", "r#", "Option<", "\u{fffd}", "/*", "-",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changed_sources_are_read_or_refused(
        which in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..30_usize, 0..PIECES.len()), 1..6),
    ) {
        let mut text = texts().swap_remove(which);
        for (at, length, piece) in changes {
            let mut letters: Vec<char> = text.chars().collect();
            let start = at.index(letters.len());
            let end = (start + length).min(letters.len());
            letters.splice(start..end, PIECES[piece].chars());
            text = letters.into_iter().collect();
        }
        let files = Files::new(&[("changed.rs", &text)]);
        match files.read() {
            Ok(source) => {
                let _ = source.read(seadrift_schema::Dialect::MySql);
            }
            Err(errors) => prop_assert!(errors.all.iter().all(|error| !error.to_string().is_empty())),
        }
    }

    #[test]
    fn changed_words_are_read_or_refused(
        which in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..20),
    ) {
        // Words in each other's place: what still parses, mostly.
        let text = texts().swap_remove(which);
        let mut words: Vec<&str> = text.split_inclusive(|letter: char| !letter.is_alphanumeric()).collect();
        for (one, other) in changes {
            let (one, other) = (one.index(words.len()), other.index(words.len()));
            words[one] = words[other];
        }
        let files = Files::new(&[("changed.rs", &words.concat())]);
        if let Ok(source) = files.read() {
            let _ = source.read(seadrift_schema::Dialect::Postgres);
        }
    }
}
