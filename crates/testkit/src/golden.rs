//! Files that say what the output has to be.

use std::path::Path;
use std::{env, fs};

use similar::TextDiff;

/// Compares `actual` with the file; with `SEADRIFT_BLESS=1` in the environment it writes the file instead.
///
/// The error shows the difference line by line, `-` for the file and `+` for what came out.
pub fn compare_or_bless(path: &Path, actual: &str) -> Result<(), String> {
    if is_blessing() {
        write(path, actual)
    } else {
        compare(path, actual)
    }
}

/// Whether `SEADRIFT_BLESS=1` asks for what comes out to be expected from now on.
pub fn is_blessing() -> bool {
    env::var_os("SEADRIFT_BLESS").is_some_and(|value| value == "1")
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn compare(path: &Path, actual: &str) -> Result<(), String> {
    let shown = path.display();
    if !path.exists() {
        return Err(format!(
            "{shown} is missing; SEADRIFT_BLESS=1 writes it:\n{actual}"
        ));
    }
    let expected = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{shown} is not what came out; SEADRIFT_BLESS=1 accepts it:\n{}",
        difference(&expected, actual)
    ))
}

/// The difference between two texts line by line, `-` for what is expected and `+` for what came out.
pub fn difference(expected: &str, actual: &str) -> String {
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .context_radius(3)
        .header("expected", "actual")
        .to_string()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_difference_shows_its_lines() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("changes.txt");
        let error = compare(&path, "one\n").unwrap_err();
        assert!(
            error.ends_with("SEADRIFT_BLESS=1 writes it:\none\n"),
            "{error}"
        );

        write(&path, "one\ntwo\n").unwrap();
        assert_eq!(compare(&path, "one\ntwo\n"), Ok(()));
        let error = compare(&path, "one\nthree\n").unwrap_err();
        assert!(error.contains("\n one\n-two\n+three\n"), "{error}");
        assert!(compare(&path, "one\ntwo").is_err());
    }
}
