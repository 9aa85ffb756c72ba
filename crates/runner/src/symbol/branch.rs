//! A branch, by its label or by one of its revisions.

use super::{SymbolError, find};
use crate::graph::{Graph, Places};

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    /// How it was named.
    pub name: String,
    /// What belongs to it alone: what follows on the revision that was named, and what leads to it and nowhere else.
    pub own: Places,
    /// What belongs to it, with all that it started from; not what was merged into it.
    pub line: Places,
}

impl Branch {
    /// The branch that `name` names: a label, or a revision.
    pub(crate) fn find(graph: &Graph, name: &str) -> Result<Self, SymbolError> {
        let revision = find(graph, name).map_err(|error| match error {
            SymbolError::NoSuchRevision { symbol, .. } => SymbolError::NoSuchBranch {
                symbol,
                candidates: graph.labels().map(str::to_owned).collect(),
            },
            error => error,
        })?;
        let mut own = graph.line_from([revision].into());
        let mut at = revision;
        while let [parent] = graph.parents(at)
            && let [_] = graph.children_of(*parent)
        {
            own.insert(*parent);
            at = *parent;
        }
        Ok(Self {
            name: name.to_owned(),
            line: &graph.line_to([at].into()) | &own,
            own,
        })
    }
}
