//! The words that name a place in the history: `head`, `base`, `+2`, `-1`, a revision or a unique part of its name.

use std::{convert::Infallible, fmt, str::FromStr};

use crate::{Error, Status};

/// The way through the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the newest revision.
    Up,
    /// Towards nothing.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Up => "up",
            Direction::Down => "down",
        })
    }
}

/// A place in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The newest revision.
    Head,
    /// Before the first.
    Base,
    /// So many steps up.
    Plus(usize),
    /// So many steps down.
    Minus(usize),
    /// A revision, by its name, by how its name starts, or by how its slug does.
    Revision(String),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let steps = |digits: &str| digits.parse().ok();
        Ok(match text {
            "head" => Target::Head,
            "base" => Target::Base,
            _ => match (
                text.strip_prefix('+').and_then(steps),
                text.strip_prefix('-').and_then(steps),
            ) {
                (Some(steps), _) => Target::Plus(steps),
                (_, Some(steps)) => Target::Minus(steps),
                _ => Target::Revision(text.to_owned()),
            },
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Head => f.write_str("head"),
            Target::Base => f.write_str("base"),
            Target::Plus(steps) => write!(f, "+{steps}"),
            Target::Minus(steps) => write!(f, "-{steps}"),
            Target::Revision(name) => f.write_str(name),
        }
    }
}

impl Target {
    /// The revisions to run, in order, to get here.
    pub(crate) fn steps(
        &self,
        status: &Status,
        direction: Direction,
    ) -> Result<Vec<String>, Error> {
        let mut way = match direction {
            Direction::Up => status.pending(),
            Direction::Down => status.applied(),
        };
        if direction == Direction::Down {
            way.reverse();
        }
        let length = match (self, direction) {
            (Target::Head, Direction::Up) | (Target::Base, Direction::Down) => way.len(),
            (Target::Plus(steps), Direction::Up) | (Target::Minus(steps), Direction::Down) => {
                if *steps > way.len() {
                    return Err(Error::TooFar {
                        asked: *steps,
                        available: way.len(),
                        direction,
                    });
                }
                *steps
            }
            (Target::Revision(name), _) => {
                let revision = find(name, status)?;
                let at = way.iter().position(|step| *step == revision);
                match (at, direction) {
                    // The target of an upgrade runs too, that of a downgrade stays.
                    (Some(at), Direction::Up) => at + 1,
                    (Some(at), Direction::Down) => at,
                    (None, _) => {
                        return Err(Error::WrongWay {
                            revision,
                            direction,
                        });
                    }
                }
            }
            _ => return Err(Error::BadTarget(self.to_string())),
        };
        way.truncate(length);
        Ok(way)
    }
}

/// The one revision that `name` means.
fn find(name: &str, status: &Status) -> Result<String, Error> {
    let names = || status.revisions.iter().map(|revision| &revision.name);
    if let Some(exact) = names().find(|revision| *revision == name) {
        return Ok(exact.clone());
    }
    let slug = |revision: &str| {
        revision
            .splitn(3, '_')
            .nth(2)
            .unwrap_or_default()
            .to_owned()
    };
    let mut candidates: Vec<_> = names()
        .filter(|revision| {
            !name.is_empty() && (revision.starts_with(name) || slug(revision).starts_with(name))
        })
        .cloned()
        .collect();
    match candidates.len() {
        0 => Err(Error::NoSuchRevision(name.to_owned())),
        1 => Ok(candidates.remove(0)),
        _ => Err(Error::Ambiguous {
            target: name.to_owned(),
            candidates,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Revision;

    fn status() -> Status {
        let revision = |(at, name): (usize, &str)| Revision {
            name: name.to_owned(),
            applied: at < 2,
        };
        let names = [
            "m20260101_000000_one",
            "m20260102_000000_two",
            "m20260103_000000_three",
            "m20260104_000000_four",
        ];
        Status {
            revisions: names.into_iter().enumerate().map(revision).collect(),
            unknown: vec![],
        }
    }

    fn steps(target: &str, direction: Direction) -> Result<Vec<String>, String> {
        let Ok(target) = target.parse::<Target>();
        target
            .steps(&status(), direction)
            .map_err(|error| error.to_string())
            .map(|steps| {
                steps
                    .iter()
                    .map(|step| step.rsplit('_').next().unwrap_or_default().to_owned())
                    .collect()
            })
    }

    #[test]
    fn a_target_is_a_way_from_where_the_database_stands() {
        use Direction::{Down, Up};
        for (target, direction, expected) in [
            ("head", Up, Ok(vec!["three", "four"])),
            ("+1", Up, Ok(vec!["three"])),
            ("+0", Up, Ok(vec![])),
            ("three", Up, Ok(vec!["three"])),
            ("m20260104", Up, Ok(vec!["three", "four"])),
            ("base", Down, Ok(vec!["two", "one"])),
            ("-1", Down, Ok(vec!["two"])),
            ("one", Down, Ok(vec!["two"])),
            ("two", Down, Ok(vec![])),
            ("+3", Up, Err("there are 2 revisions to go up, not 3")),
            ("-3", Down, Err("there are 2 revisions to go down, not 3")),
            ("five", Up, Err("`five` names no revision")),
            ("", Up, Err("`` names no revision")),
            (
                "one",
                Up,
                Err("`m20260101_000000_one` is applied already, so there is no way up to it"),
            ),
            (
                "three",
                Down,
                Err("`m20260103_000000_three` is not applied, so there is no way down to it"),
            ),
            ("head", Down, Err("`head` is not a target here")),
            ("-1", Up, Err("`-1` is not a target here")),
        ] {
            let expected = expected
                .map(|names: Vec<&str>| names.into_iter().map(str::to_owned).collect())
                .map_err(str::to_owned);
            assert_eq!(steps(target, direction), expected, "{target} {direction}");
        }
        assert!(steps("t", Up).unwrap_err().contains("several revisions"));
    }
}
