//! What the head of a file says of its revision: its name, what it comes after, its labels, and what it does.

use super::lines;

/// What a head says. A head that names neither a revision nor what it revises is a comment like any other, of which the
/// first line is the message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub message: Option<String>,
    pub revision: Option<Line<String>>,
    /// What it comes after; nothing in the list where it is said to be the first.
    pub revises: Option<Line<Vec<String>>>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub created: Option<String>,
    pub changes: Vec<String>,
}

/// What stands on a line of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<T> {
    pub number: usize,
    pub text: T,
}

/// What is wrong with a head, and on which line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub(crate) struct Problem {
    pub line: usize,
    pub message: String,
}

const REVISION: &str = "Revision:";
const REVISES: &str = "Revises:";
const DEPENDS: &str = "Depends:";
const LABELS: &str = "Labels:";
const CREATED: &str = "Created:";
const CHANGES: &str = "Changes";

/// How a head says that its revision is the first.
const NOTHING: &str = "nothing";

impl Identity {
    /// Reads the head of `source`.
    pub(crate) fn read(source: &str) -> Result<Self, Problem> {
        let all: Vec<_> = lines(source).collect();
        let says = |key: &str| all.iter().any(|(_, line)| value(line, key).is_some());
        let message = all.first().map(|(_, line)| line.trim().to_owned());
        let mut head = Self {
            message: message.filter(|message| !message.is_empty() && !is_key(message)),
            ..Self::default()
        };
        if !says(REVISION) && !says(REVISES) {
            return Ok(head);
        }
        let mut seen = vec![];
        let mut rest = all.iter().copied();
        while let Some((number, line)) = rest.next() {
            if line.trim() == CHANGES {
                let changes = rest.clone().map(|(_, line)| line.trim());
                let changes = changes.take_while(|change| !change.is_empty());
                head.changes = changes.map(str::to_owned).collect();
                continue;
            }
            let keys = [REVISION, REVISES, DEPENDS, LABELS, CREATED];
            let found = keys
                .into_iter()
                .find_map(|key| Some((key, value(line, key)?)));
            let Some((key, text)) = found else { continue };
            if seen.contains(&key) {
                return Err(Problem {
                    line: number,
                    message: format!("`{key}` stands there a second time"),
                });
            }
            seen.push(key);
            let mut text = text.to_owned();
            // A list may go on where it ends in a comma.
            while text.ends_with(',')
                && let Some((_, next)) = rest.clone().next()
                && !next.trim().is_empty()
                && !is_key(next)
            {
                text = format!("{text} {}", next.trim());
                rest.next();
            }
            head.take(key, &text, number)?;
        }
        Ok(head)
    }

    fn take(&mut self, key: &str, text: &str, number: usize) -> Result<(), Problem> {
        let names = || {
            names(text).map_err(|message| Problem {
                line: number,
                message,
            })
        };
        match key {
            REVISION => {
                let mut names = names()?;
                let (Some(name), true) = (names.pop(), names.is_empty()) else {
                    return Err(Problem {
                        line: number,
                        message: format!("`{REVISION}` names no revision, or several"),
                    });
                };
                self.revision = Some(Line { number, text: name });
            }
            REVISES => {
                let names = match text.eq_ignore_ascii_case(NOTHING) {
                    true => vec![],
                    false => names()?,
                };
                if names.is_empty() && !text.eq_ignore_ascii_case(NOTHING) {
                    return Err(Problem {
                        line: number,
                        message: format!(
                            "`{REVISES}` names no revision; the first one revises `{NOTHING}`"
                        ),
                    });
                }
                self.revises = Some(Line {
                    number,
                    text: names,
                });
            }
            DEPENDS => self.depends_on = names()?,
            LABELS => self.labels = names()?,
            _ => self.created = Some(text.to_owned()).filter(|text| !text.is_empty()),
        }
        Ok(())
    }
}

/// What stands behind `key`, where the line starts with it.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let line = line.trim();
    let start = line.get(..key.len())?;
    start
        .eq_ignore_ascii_case(key)
        .then(|| line[key.len()..].trim())
}

fn is_key(line: &str) -> bool {
    let keys = [REVISION, REVISES, DEPENDS, LABELS, CREATED];
    keys.into_iter().any(|key| value(line, key).is_some())
}

/// The names in a list with commas. Backticks around them are as good as none.
fn names(text: &str) -> Result<Vec<String>, String> {
    let names = text.split(',').map(|name| name.trim().trim_matches('`'));
    let mut found: Vec<String> = vec![];
    for name in names.filter(|name| !name.is_empty()) {
        if name.contains(char::is_whitespace) {
            return Err(format!(
                "`{name}` is no name; several are told apart by commas"
            ));
        }
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Result<Identity, String> {
        Identity::read(source).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_head_that_seadrift_wrote() {
        let head = read(
            "//! join both\n//!\n//! Revision: m3\n//! Revises:  m1, m2\n//! Depends:  m0\n//! Labels:   app, web\n\
             //! Created:  2026-11-20 11:05:00 UTC, seadrift 0.1.0\n//!\n//! Changes\n//!     + table  user (6 columns)\n\
             //!     ~ column a.b: x -> y\n//!\n//! Hazards\n//!     deletes-data  a: b\n//!\n//! Verified: yes\n\nuse a;\n",
        )
        .unwrap();
        let expected = Identity {
            message: Some("join both".to_owned()),
            revision: Some(Line {
                number: 3,
                text: "m3".to_owned(),
            }),
            revises: Some(Line {
                number: 4,
                text: vec!["m1".to_owned(), "m2".to_owned()],
            }),
            depends_on: vec!["m0".to_owned()],
            labels: vec!["app".to_owned(), "web".to_owned()],
            created: Some("2026-11-20 11:05:00 UTC, seadrift 0.1.0".to_owned()),
            changes: vec![
                "+ table  user (6 columns)".to_owned(),
                "~ column a.b: x -> y".to_owned(),
            ],
        };
        assert_eq!(head, expected);
    }

    #[test]
    fn a_head_that_somebody_edited() {
        for (source, revises) in [
            ("//! x\n//! Revises: nothing\n", Some(vec![])),
            ("//! x\n//!revises:m1\n", Some(vec!["m1"])),
            (
                "//! x\n//!   Revises :  m1\n//! Revises: `m1` , m2,\n",
                Some(vec!["m1", "m2"]),
            ),
            (
                "//! x\r\n//! Revises: m1,\r\n//!     m2\r\n//! Created: now\r\n",
                Some(vec!["m1", "m2"]),
            ),
            (
                "\u{feff}// Copyright\n\n#![allow(x)]\n\n//! x\n\n//! Revises: m1, m1\n",
                Some(vec!["m1"]),
            ),
            // What is no head at all.
            (
                "//! x\n//! Depends: on the weather\n//! Labels: a b c\n",
                None,
            ),
            ("use a;\n//! Revises: m1\n", None),
            ("/// x\n//! Revises: m1\n", None),
            ("", None),
        ] {
            let head = read(source).unwrap();
            let found = head.revises.map(|line| line.text);
            assert_eq!(
                found.as_deref(),
                revises
                    .as_deref()
                    .map(|names: &[&str]| {
                        names
                            .iter()
                            .map(|name| (*name).to_owned())
                            .collect::<Vec<_>>()
                    })
                    .as_deref(),
                "{source}"
            );
        }
    }

    #[test]
    fn a_head_that_contradicts_itself() {
        for (source, expected) in [
            (
                "//! x\n//! Revises:\n",
                "line 2: `Revises:` names no revision; the first one revises `nothing`",
            ),
            (
                "//! x\n//! Revises: m1\n//! Revises: m2\n",
                "line 3: `Revises:` stands there a second time",
            ),
            (
                "//! x\n//! Revises: m1 m2\n",
                "line 2: `m1 m2` is no name; several are told apart by commas",
            ),
            (
                "//! x\n//! Revision: m1, m2\n",
                "line 2: `Revision:` names no revision, or several",
            ),
            (
                "//! x\n//! Revision:\n",
                "line 2: `Revision:` names no revision, or several",
            ),
            (
                "//! x\n//! Revises: m1\n//! Depends: m0 or so\n",
                "line 3: `m0 or so` is no name; several are told apart by commas",
            ),
        ] {
            assert_eq!(read(source).unwrap_err(), expected, "{source}");
        }
    }
}
