//! What has to run, and in which order, to get a database from where it stands to a place in the history.

#[cfg(test)]
mod tests;

use crate::{
    Direction, Symbol, SymbolError,
    graph::{Graph, Places},
    symbol::{Anchor, Branch},
};

/// The revisions to apply to get up to `symbol`, in order: only what is not `applied` and has to be there.
pub fn up(graph: &Graph, applied: &[String], symbol: &Symbol) -> Result<Vec<String>, SymbolError> {
    let applied = graph.places(applied);
    let parts = symbol.parts();
    let bad = || SymbolError::BadTarget {
        symbol: symbol.to_string(),
        direction: Direction::Up,
    };
    let missing = match (parts.anchor, parts.steps) {
        (Anchor::Here, Some((Direction::Up, count))) => {
            return steps_up(graph, applied, symbol, parts.branch, count);
        }
        (Anchor::Here, _) => return Err(bad()),
        _ => {
            let place = symbol.place(graph, Some(&applied))?;
            let is_head = parts.steps.is_none()
                && matches!(parts.anchor, Anchor::Head | Anchor::Heads | Anchor::Current);
            if place.revisions.is_empty() && !is_head {
                return Err(bad());
            }
            let missing = &graph.with_ancestors(place.revisions.clone()) - &applied;
            if missing.is_empty() && !is_head {
                let above = &graph.line_from(place.revisions.clone()) & &applied;
                if let Some(revision) = place.revisions.first()
                    && above.len() > 1
                {
                    return Err(SymbolError::WrongWay {
                        revision: graph.name(*revision).to_owned(),
                        direction: Direction::Up,
                    });
                }
            }
            missing
        }
    };
    Ok(graph.names(&missing))
}

/// The revisions to reverse to get down to `symbol`, in order: what is `applied` and follows on it, with all that
/// depends on that. The place itself stays applied.
pub fn down(
    graph: &Graph,
    applied: &[String],
    symbol: &Symbol,
) -> Result<Vec<String>, SymbolError> {
    let applied = graph.places(applied);
    let parts = symbol.parts();
    let bad = || SymbolError::BadTarget {
        symbol: symbol.to_string(),
        direction: Direction::Down,
    };
    let roots = match (parts.anchor, parts.steps) {
        (Anchor::Here, Some((Direction::Down, count))) => {
            return steps_down(graph, applied, symbol, parts.branch, count);
        }
        (Anchor::Here, _) | (Anchor::Head | Anchor::Heads, None) => return Err(bad()),
        _ => {
            let place = symbol.place(graph, Some(&applied))?;
            if let Some(revision) = place.revisions.difference(&applied).next() {
                return Err(SymbolError::WrongWay {
                    revision: graph.name(*revision).to_owned(),
                    direction: Direction::Down,
                });
            }
            let own = |branch: &Branch| branch.own.clone();
            let everywhere = || (0..graph.len()).collect();
            let branch = place.branch.as_ref().map_or_else(everywhere, own);
            match place.revisions.is_empty() {
                true => branch,
                false => &(&graph.line_from(place.revisions.clone()) - &place.revisions) & &branch,
            }
        }
    };
    let gone = &graph.with_descendants(roots) & &applied;
    let mut names = graph.names(&gone);
    names.reverse();
    Ok(names)
}

/// The next `count` revisions, one after the other. Where several could be next, `branch` has to say which.
fn steps_up(
    graph: &Graph,
    mut applied: Places,
    symbol: &Symbol,
    branch: Option<&str>,
    count: usize,
) -> Result<Vec<String>, SymbolError> {
    let branch = branch.map(|name| Branch::find(graph, name)).transpose()?;
    let mut steps = vec![];
    while steps.len() < count {
        let pending: Places = (0..graph.len())
            .filter(|at| !applied.contains(at))
            .collect();
        let next = match &branch {
            Some(branch) => next_of(graph, &(&pending & &branch.line)),
            None => {
                let tips = graph.tip_places(&applied);
                let children = tips.iter().flat_map(|tip| graph.children_of(*tip));
                let on_top = &children.copied().collect() & &pending;
                next_of(graph, if on_top.is_empty() { &pending } else { &on_top })
            }
        };
        if next.is_empty() {
            return Err(SymbolError::TooFar {
                asked: count,
                available: steps.len(),
                direction: Direction::Up,
            });
        }
        one_way(graph, symbol, &next)?;
        let missing = &graph.with_ancestors(next) & &pending;
        let Some(step) = graph.in_order(&missing).first().copied() else {
            break;
        };
        applied.insert(step);
        steps.push(graph.name(step).to_owned());
    }
    Ok(steps)
}

/// Those of `places` that come after none of the others.
fn next_of(graph: &Graph, places: &Places) -> Places {
    let is_first = |at: &&usize| {
        let before = graph.with_ancestors([**at].into());
        before.intersection(places).count() == 1
    };
    places.iter().filter(is_first).copied().collect()
}

/// The last `count` revisions, one after the other. Where several could be last, `branch` has to say which.
fn steps_down(
    graph: &Graph,
    mut applied: Places,
    symbol: &Symbol,
    branch: Option<&str>,
    count: usize,
) -> Result<Vec<String>, SymbolError> {
    let branch = branch.map(|name| Branch::find(graph, name)).transpose()?;
    let mut steps = vec![];
    while steps.len() < count {
        let last = match &branch {
            Some(branch) => graph.line_tips(&(&branch.own & &applied)),
            None => graph.tip_places(&applied),
        };
        if last.is_empty() {
            return Err(SymbolError::TooFar {
                asked: count,
                available: steps.len(),
                direction: Direction::Down,
            });
        }
        one_way(graph, symbol, &last)?;
        // What depends on it goes first.
        let gone = &graph.with_descendants(last) & &applied;
        let Some(step) = graph.in_order(&gone).last().copied() else {
            break;
        };
        applied.remove(&step);
        steps.push(graph.name(step).to_owned());
    }
    Ok(steps)
}

fn one_way(graph: &Graph, symbol: &Symbol, places: &Places) -> Result<(), SymbolError> {
    match places.len() {
        1 => Ok(()),
        _ => Err(SymbolError::SeveralWays {
            symbol: symbol.to_string(),
            ways: graph.names(places),
        }),
    }
}

/// What the version table has to gain and lose for the database to stand at `symbols`: other lines stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The revisions to write, in the order in which they would run.
    pub add: Vec<String>,
    /// The revisions to take out, the newest first.
    pub remove: Vec<String>,
}

/// What a stamp on `symbols` does where `applied` is what the database has.
pub fn stamp(graph: &Graph, applied: &[String], symbols: &[Symbol]) -> Result<Stamp, SymbolError> {
    let applied = graph.places(applied);
    let (mut there, mut after) = (Places::new(), Places::new());
    for symbol in symbols {
        let place = symbol.place(graph, Some(&applied))?;
        if place.revisions.is_empty() && !graph.is_empty() {
            let own = |branch: &Branch| branch.own.clone();
            let everywhere = || (0..graph.len()).collect();
            let branch = place.branch.as_ref().map_or_else(everywhere, own);
            after.extend(graph.with_descendants(branch));
        }
        after.extend(graph.with_descendants(place.revisions.clone()));
        there.extend(graph.with_ancestors(place.revisions));
    }
    let mut remove = graph.names(&(&(&after - &there) & &applied));
    remove.reverse();
    Ok(Stamp {
        add: graph.names(&(&there - &applied)),
        remove,
    })
}
