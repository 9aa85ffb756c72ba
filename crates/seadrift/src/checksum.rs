//! What the lock keeps of each migration: whether its file is still what it was.

use seadrift_schema::lock::Migration;
use sha2::{Digest, Sha256};

use crate::project::Project;

/// So many bytes of the digest tell files apart, and a line stays short.
const LENGTH: usize = 8;

/// The checksum of a file, whose lines may end as on any system.
pub(crate) fn of(source: &str) -> String {
    let digest = Sha256::digest(source.replace("\r\n", "\n"));
    let bytes = digest.iter().take(LENGTH);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// What the lock says of the migrations `names`: what it `said` before, and of those that it did not know what is in their files. One
/// without any is left out.
pub(crate) fn migrations(
    project: &Project,
    names: &[String],
    said: &[Migration],
) -> Vec<Migration> {
    let entry = |name: &String| {
        let known = said.iter().find(|known| known.name == *name);
        if let Some(known) = known {
            return Some(known.clone());
        }
        let source = project.content(name).ok()?;
        Some(new(name, &source))
    };
    names.iter().filter_map(entry).collect()
}

/// Whether `source`, which is that of `name` now, is that of `known` under another name: it is the same, or the same but for the name.
pub(crate) fn is_renamed(known: &Migration, name: &str, source: &str) -> bool {
    of(source) == known.checksum || of(&source.replace(name, &known.name)) == known.checksum
}

/// What the lock says of a migration that is new.
pub(crate) fn new(name: &str, source: &str) -> Migration {
    Migration {
        name: name.to_owned(),
        checksum: of(source),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_ends_of_lines_do_not_count() {
        let checksum = super::of("one\ntwo\n");
        assert_eq!(checksum, super::of("one\r\ntwo\r\n"));
        assert_ne!(checksum, super::of("one\ntwo"));
        assert_eq!(checksum, "c3f9c8c283a2b1f2");
    }
}
