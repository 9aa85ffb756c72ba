//! The words that name a place in the history: `head`, `heads`, `base`, `current`, a revision, a unique start of its
//! name or slug, `+2`, `-1`, `head-1`, `branch@head`.

mod branch;
mod error;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, fmt, str::FromStr};

pub(crate) use branch::Branch;
pub use error::SymbolError;

use crate::graph::{Graph, Places};

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

/// A word for a place in the history. Whether there is such a place, the graph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol(String);

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// What stands in front of the `@`.
    pub branch: Option<&'a str>,
    pub anchor: Anchor<'a>,
    /// How far from the anchor.
    pub steps: Option<(Direction, usize)>,
}

/// Where to count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor<'a> {
    /// Nothing is said, and so from where the database stands.
    Here,
    Head,
    Heads,
    Base,
    Current,
    Name(&'a str),
}

/// What a word names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The revisions; none before the first.
    pub revisions: Places,
    /// The branch that was named with them.
    pub branch: Option<Branch>,
}

impl FromStr for Symbol {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Symbol {
    /// The newest revision, where there is one.
    pub fn head() -> Self {
        Self("head".to_owned())
    }

    /// Every newest revision.
    pub fn heads() -> Self {
        Self("heads".to_owned())
    }

    /// Whether what it names depends on where a database stands.
    pub fn needs_database(&self) -> bool {
        matches!(self.parts().anchor, Anchor::Here | Anchor::Current)
    }

    /// The names of the revisions that it stands for, those that come first in front; none for `base`. `applied` is
    /// what the database has, where it is known.
    pub fn revisions(
        &self,
        graph: &Graph,
        applied: Option<&[String]>,
    ) -> Result<Vec<String>, SymbolError> {
        let places = |applied: &[String]| graph.places(applied);
        let place = self.place(graph, applied.map(places).as_ref())?;
        Ok(graph.names(&place.revisions))
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        let (branch, rest) = match self.0.split_once('@') {
            Some((branch, rest)) => (Some(branch), rest),
            None => (None, self.0.as_str()),
        };
        let (name, steps) = steps(rest).map_or((rest, None), |(name, steps)| (name, Some(steps)));
        let anchor = match name {
            "" if steps.is_some() => Anchor::Here,
            "head" => Anchor::Head,
            "heads" => Anchor::Heads,
            "base" => Anchor::Base,
            "current" => Anchor::Current,
            name => Anchor::Name(name),
        };
        Parts {
            branch,
            anchor,
            steps,
        }
    }

    /// What it names in `graph`.
    pub(crate) fn place(
        &self,
        graph: &Graph,
        applied: Option<&Places>,
    ) -> Result<Place, SymbolError> {
        // A name that seadrift would not give may look like more than that.
        if let Some(exact) = graph.place(&self.0) {
            return Ok(Place {
                revisions: [exact].into(),
                branch: None,
            });
        }
        if self.0.contains(':') {
            return Err(SymbolError::Range(self.0.clone()));
        }
        let parts = self.parts();
        let branch = parts.branch.map(|name| Branch::find(graph, name));
        let branch = branch.transpose()?;
        let mut revisions = self.anchor(graph, applied, parts.anchor, branch.as_ref())?;
        if let Some((direction, count)) = parts.steps {
            revisions = self.walk(graph, revisions, branch.as_ref(), direction, count)?;
        }
        Ok(Place { revisions, branch })
    }

    fn anchor(
        &self,
        graph: &Graph,
        applied: Option<&Places>,
        anchor: Anchor<'_>,
        branch: Option<&Branch>,
    ) -> Result<Places, SymbolError> {
        let in_branch = |places: Places| match branch {
            Some(branch) => &places & &branch.line,
            None => places,
        };
        match anchor {
            Anchor::Base => Ok(Places::new()),
            Anchor::Heads => Ok(in_branch(graph.head_places())),
            Anchor::Head => {
                let heads = in_branch(graph.head_places());
                match heads.len() {
                    0 | 1 => Ok(heads),
                    _ => Err(SymbolError::Heads {
                        symbol: self.0.clone(),
                        heads: graph.names(&heads),
                    }),
                }
            }
            Anchor::Here | Anchor::Current => {
                let applied = applied.ok_or_else(|| SymbolError::NoDatabase(self.0.clone()))?;
                Ok(graph.tip_places(&in_branch(applied.clone())))
            }
            Anchor::Name(name) => {
                let revision = find(graph, name)?;
                match branch {
                    Some(branch) if !branch.line.contains(&revision) => {
                        Err(SymbolError::OtherBranch {
                            revision: graph.name(revision).to_owned(),
                            branch: branch.name.clone(),
                        })
                    }
                    _ => Ok([revision].into()),
                }
            }
        }
    }

    /// So many steps from the one place in `from`, or from before the first.
    fn walk(
        &self,
        graph: &Graph,
        from: Places,
        branch: Option<&Branch>,
        direction: Direction,
        count: usize,
    ) -> Result<Places, SymbolError> {
        let mut here = self.one(graph, from)?;
        for taken in 0..count {
            let next: Places = match (here, direction) {
                (Some(at), Direction::Up) => graph.children_of(at).iter().copied().collect(),
                (Some(at), Direction::Down) => graph.parents(at).iter().copied().collect(),
                (None, Direction::Up) => graph.base_places(),
                (None, Direction::Down) => Places::new(),
            };
            let next = match branch {
                Some(branch) => &next & &branch.line,
                None => next,
            };
            let is_base = direction == Direction::Down && here.is_some();
            if next.is_empty() && !is_base {
                return Err(SymbolError::TooFar {
                    asked: count,
                    available: taken,
                    direction,
                });
            }
            here = self.one(graph, next)?;
        }
        Ok(here.into_iter().collect())
    }

    /// The one of `places`, if there is any.
    fn one(&self, graph: &Graph, places: Places) -> Result<Option<usize>, SymbolError> {
        match places.len() {
            0 | 1 => Ok(places.first().copied()),
            _ => Err(SymbolError::SeveralWays {
                symbol: self.0.clone(),
                ways: graph.names(&places),
            }),
        }
    }
}

/// `head-1` as `head` and a step down.
fn steps(text: &str) -> Option<(&str, (Direction, usize))> {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let count = text[name.len()..].parse().ok()?;
    if let Some(name) = name.strip_suffix('+') {
        Some((name, (Direction::Up, count)))
    } else {
        let name = name.strip_suffix('-')?;
        Some((name, (Direction::Down, count)))
    }
}

/// The one revision that `name` means: by its name or label, or by how its name or slug starts.
pub(crate) fn find(graph: &Graph, name: &str) -> Result<usize, SymbolError> {
    if let Some(exact) = graph.place(name).or_else(|| graph.label(name)) {
        return Ok(exact);
    }
    let is_meant = |revision: &str| {
        !name.is_empty() && (revision.starts_with(name) || slug(revision).starts_with(name))
    };
    let candidates: Places = (0..graph.len())
        .filter(|at| is_meant(graph.name(*at)))
        .collect();
    match candidates.first() {
        Some(one) if candidates.len() == 1 => Ok(*one),
        Some(_) => Err(SymbolError::Ambiguous {
            symbol: name.to_owned(),
            candidates: graph.names(&candidates),
        }),
        None => Err(SymbolError::NoSuchRevision {
            symbol: name.to_owned(),
            candidates: alike(graph, name),
        }),
    }
}

/// What stands behind the time or number in the name of a revision.
fn slug(revision: &str) -> &str {
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let mut rest = revision;
    while let Some((word, behind)) = rest.split_once('_')
        && (is_number(word) || is_number(word.trim_start_matches('m')))
    {
        rest = behind;
    }
    if rest == revision { "" } else { rest }
}

/// The revisions that share a word with `name`; or else the newest.
fn alike(graph: &Graph, name: &str) -> Vec<String> {
    const ENOUGH: usize = 5;
    let name = name.to_lowercase();
    let words: Vec<_> = name.split('_').filter(|word| word.len() > 2).collect();
    let shares = |at: &usize| words.iter().any(|word| graph.name(*at).contains(word));
    let places: Places = (0..graph.len()).filter(shares).collect();
    let mut names = graph.names(&places);
    if names.is_empty() {
        names = graph.nodes().map(|node| node.name.clone()).collect();
    }
    names.split_off(names.len().saturating_sub(ENOUGH))
}

/// A stretch of the history, as `A:B` names it; an end that is left out is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Where it starts.
    pub from: Option<Symbol>,
    /// Where it ends.
    pub to: Option<Symbol>,
}

impl FromStr for Range {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let symbol = |text: &str| (!text.is_empty()).then(|| Symbol(text.to_owned()));
        match text.split_once(':') {
            Some((from, to)) if !to.contains(':') => Ok(Self {
                from: symbol(from),
                to: symbol(to),
            }),
            _ => Err(SymbolError::NoRange(text.to_owned())),
        }
    }
}

impl Range {
    /// Whether an end of it depends on where a database stands.
    pub fn needs_database(&self) -> bool {
        let ends = self.from.iter().chain(&self.to);
        ends.into_iter().any(Symbol::needs_database)
    }

    /// The revisions from the first end to the last, both included, in the order in which they run.
    pub fn revisions(
        &self,
        graph: &Graph,
        applied: Option<&[String]>,
    ) -> Result<Vec<String>, SymbolError> {
        let applied = applied.map(|applied| graph.places(applied));
        let end = |symbol: &Option<Symbol>| {
            let place = symbol
                .as_ref()
                .map(|symbol| symbol.place(graph, applied.as_ref()));
            place
                .transpose()
                .map(|place| place.map(|place| place.revisions))
        };
        let (from, to) = (end(&self.from)?, end(&self.to)?);
        let after = match &from {
            Some(from) if !from.is_empty() => graph.with_descendants(from.clone()),
            _ => (0..graph.len()).collect(),
        };
        let before = match &to {
            Some(to) => graph.with_ancestors(to.clone()),
            None => (0..graph.len()).collect(),
        };
        let between = &after & &before;
        // Both ends are on the way, or there is none.
        let has = |end: &Option<Places>| end.as_ref().is_none_or(|end| end.is_subset(&between));
        let (from_symbol, to_symbol) = (&self.from, &self.to);
        match (from_symbol, to_symbol) {
            (Some(from_symbol), Some(to_symbol)) if !has(&from) || !has(&to) => {
                Err(SymbolError::NoWay {
                    from: from_symbol.to_string(),
                    to: to_symbol.to_string(),
                })
            }
            _ => Ok(graph.names(&between)),
        }
    }
}
