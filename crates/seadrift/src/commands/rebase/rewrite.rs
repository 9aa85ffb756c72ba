//! The head of a file, with another name and another place; all else stays as it is.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// `source`, of the file at `path`, with a head that says these.
pub(super) fn head(
    path: &Path,
    source: &str,
    revision: &str,
    revises: &[String],
    depends_on: &[String],
) -> String {
    let says = [
        ("Revision:", revision.to_owned()),
        ("Revises:", revises.join(", ")),
        ("Depends:", depends_on.join(", ")),
    ];
    let mark = match path.extension().is_some_and(|kind| kind == "sql") {
        true => "--",
        false => "//!",
    };
    let is_head = |line: &str| line.trim_start().starts_with(mark);
    let says_key = |line: &str, key: &str| {
        let rest = line.trim_start().strip_prefix(mark).map(str::trim_start);
        rest.and_then(|rest| rest.get(..key.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(key))
    };
    let end = if source.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let told = |(key, value): &(&str, String)| format!("{mark} {key:9} {value}{end}");
    let is_there = |key: &str| source.lines().any(|line| says_key(line, key));
    let lines: Vec<_> = source.split_inclusive('\n').collect();
    let mut written = String::new();
    let wanted = says.iter().filter(|(_, value)| !value.is_empty());
    if !is_there("Revision:") && !is_there("Revises:") {
        // Behind the message, where there is one.
        let (first, rest) = match lines.split_first() {
            Some((first, rest)) if is_head(first) => ((*first).to_owned(), rest),
            _ => {
                let message = slug(revision).unwrap_or(revision);
                (format!("{mark} {message}{end}"), &lines[..])
            }
        };
        written += &first;
        written += &format!("{mark}{end}");
        written.extend(wanted.map(told));
        let next = rest.first();
        if next.is_some_and(|line| !is_head(line) && !line.trim().is_empty()) {
            written += end;
        }
        written.extend(rest.iter().copied());
        return written;
    }
    // What the head did not say yet goes behind the first line that it says.
    let mut missing: Vec<_> = wanted.filter(|(key, _)| !is_there(key)).collect();
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let Some(said) = says.iter().find(|(key, _)| says_key(line, key)) else {
            written += line;
            continue;
        };
        // A list may go on where it ends in a comma.
        let mut last = line;
        while last.trim_end().ends_with(',')
            && let Some(next) = lines.next_if(|next| is_head(next))
        {
            last = next;
        }
        if !said.1.is_empty() {
            written += &told(said);
        }
        written.extend(missing.drain(..).map(told));
    }
    written
}

/// `source`, a file beside that with the head, with another name of the revision, where it says one.
pub(super) fn name(source: &str, revision: &str) -> String {
    let lines = source.split_inclusive('\n').map(|line| {
        let said = line.strip_prefix("--").map(str::trim_start);
        match said.is_some_and(|said| said.starts_with("Revision:")) {
            true => {
                let end = &line[line.trim_end().len()..];
                format!("-- Revision: {revision}{end}")
            }
            false => line.to_owned(),
        }
    });
    lines.collect()
}

/// `path` with `to` for its part `from`: a file of Rust, or one in a folder with SQL.
pub(super) fn path(path: &Path, from: &str, to: &str) -> PathBuf {
    let parts = path.components().map(|part| {
        let name = part.as_os_str();
        if name == from {
            OsStr::new(to).to_owned()
        } else if name == OsStr::new(&format!("{from}.rs")) {
            format!("{to}.rs").into()
        } else {
            name.to_owned()
        }
    });
    parts.collect()
}

/// What stands behind the time in the name of a revision, where there is one.
pub(super) fn slug(name: &str) -> Option<&str> {
    let rest = name.strip_prefix('m')?;
    let (date, rest) = rest.split_once('_')?;
    let (time, slug) = rest.split_once('_')?;
    let is_number =
        |text: &str, length| text.len() == length && text.chars().all(|c| c.is_ascii_digit());
    (is_number(date, 8) && is_number(time, 6) && !slug.is_empty()).then_some(slug)
}

/// Whether the file says the name of its revision in its code, and would go on to.
pub(super) fn names_itself(source: &str, name: &str) -> bool {
    let code = source.lines().filter(|line| {
        !line.trim_start().starts_with("//") && !line.trim_start().starts_with("--")
    });
    code.into_iter().any(|line| line.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(source: &str) -> String {
        head(Path::new("m.rs"), source, "m2_new", &["m1".to_owned()], &[])
    }

    fn sql(source: &str) -> String {
        head(
            Path::new("m/up.sql"),
            source,
            "m2_new",
            &["m1".to_owned()],
            &[],
        )
    }

    #[test]
    fn the_head_alone_changes() {
        let code = "\nuse a;\n// Revises: b\n";
        for (before, after) in [
            (
                "//! x\n//!\n//! Revision: m0_old\n//! Revises:  m0\n//! Created:  now\n",
                "//! x\n//!\n//! Revision: m2_new\n//! Revises:  m1\n//! Created:  now\n",
            ),
            (
                "//! x\n//! Revises: m0,\n//!    m7\n//! Labels:  y\n",
                "//! x\n//! Revises:  m1\n//! Revision: m2_new\n//! Labels:  y\n",
            ),
            (
                "//! x\n",
                "//! x\n//!\n//! Revision: m2_new\n//! Revises:  m1\n",
            ),
            (
                "",
                "//! m2_new\n//!\n//! Revision: m2_new\n//! Revises:  m1\n",
            ),
        ] {
            assert_eq!(
                rewritten(&format!("{before}{code}")),
                format!("{after}{code}")
            );
        }
        assert_eq!(
            sql("SELECT 1;\n"),
            "-- m2_new\n--\n-- Revision: m2_new\n-- Revises:  m1\n\nSELECT 1;\n"
        );
        assert_eq!(
            sql("-- x\n--\n-- Revision: m0\n-- Revises:  nothing\n\nSELECT 1;\n"),
            "-- x\n--\n-- Revision: m2_new\n-- Revises:  m1\n\nSELECT 1;\n"
        );
        assert_eq!(
            name("-- x\n-- Revision: m0\r\nSELECT 1; -- Revision: m0", "m2"),
            "-- x\n-- Revision: m2\r\nSELECT 1; -- Revision: m0"
        );
        assert_eq!(
            path(Path::new("src/m1/up.sql"), "m1", "m2"),
            Path::new("src/m2/up.sql")
        );
        assert_eq!(
            path(Path::new("src/m1.rs"), "m1", "m2"),
            Path::new("src/m2.rs")
        );
        assert_eq!(
            rewritten("use a;\n"),
            "//! m2_new\n//!\n//! Revision: m2_new\n//! Revises:  m1\n\nuse a;\n"
        );
        assert_eq!(
            rewritten("//! x\r\n//! Revision: a\r\n//! Revises: b\r\n"),
            "//! x\r\n//! Revision: m2_new\r\n//! Revises:  m1\r\n"
        );
    }

    #[test]
    fn a_name_has_a_time_or_none() {
        assert_eq!(slug("m20260101_000000_add_user"), Some("add_user"));
        for name in [
            "m0001_add",
            "m20260101_000000_",
            "m2026010_000000_x",
            "add_user",
            "",
        ] {
            assert_eq!(slug(name), None, "{name}");
        }
    }
}
