//! The graph of a project's revisions: what each revises and depends on, and what follows from that.

mod error;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub use error::GraphError;

/// What a revision says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// The revisions that it comes after. None for the first of its line.
    pub revises: Vec<String>,
    /// Revisions, or labels of revisions, of other lines that have to be there before it.
    pub depends_on: Vec<String>,
    /// The names of the branch that it starts.
    pub labels: Vec<String>,
    /// What it does, in a line.
    pub message: Option<String>,
    /// When it was made, as its head says it.
    pub created: Option<String>,
    /// What it changes, a line each.
    pub changes: Vec<String>,
    /// Its file, where there are sources.
    pub path: Option<PathBuf>,
}

/// Some revisions of a graph, by their places in the list that it was made of.
pub(crate) type Places = BTreeSet<usize>;

/// The revisions of a project. There is no way around in a circle, no name twice, and no parent that is not there.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    parents: Vec<Vec<usize>>,
    depends_on: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
    by_name: BTreeMap<String, usize>,
    labels: BTreeMap<String, usize>,
    /// All of them, each after what it revises and depends on.
    order: Vec<usize>,
}

impl Graph {
    /// The graph of `nodes`. Where it leaves open what runs first, their order says it.
    pub fn new(nodes: Vec<Node>) -> Result<Self, GraphError> {
        let mut by_name = BTreeMap::new();
        for (at, node) in nodes.iter().enumerate() {
            if let Some(other) = by_name.insert(node.name.clone(), at) {
                let paths = [&nodes[other].path, &node.path];
                return Err(GraphError::Twice {
                    revision: node.name.clone(),
                    paths: paths.into_iter().flatten().cloned().collect(),
                });
            }
        }
        let labels = labels(&nodes, &by_name)?;
        let (mut parents, mut depends_on) = (vec![], vec![]);
        for node in &nodes {
            let place = |name: &String| by_name.get(name).copied();
            let found = |names: &[String], find: &dyn Fn(&String) -> Option<usize>| {
                let mut found = vec![];
                for name in names {
                    let at = find(name).ok_or_else(|| GraphError::NoParent {
                        revision: node.name.clone(),
                        parent: name.clone(),
                        path: node.path.clone(),
                    })?;
                    if !found.contains(&at) {
                        found.push(at);
                    }
                }
                Ok(found)
            };
            parents.push(found(&node.revises, &place)?);
            let of_label = |name: &String| place(name).or_else(|| labels.get(name).copied());
            depends_on.push(found(&node.depends_on, &of_label)?);
        }
        let mut graph = Self {
            children: reversed(&parents),
            dependents: reversed(&depends_on),
            order: vec![],
            nodes,
            parents,
            depends_on,
            by_name,
            labels,
        };
        graph.order = graph.sorted()?;
        Ok(graph)
    }

    /// Revisions of which each revises the one before it, as where there are no sources.
    pub fn chain(names: &[String]) -> Result<Self, GraphError> {
        let node = |(at, name): (usize, &String)| Node {
            name: name.clone(),
            revises: at
                .checked_sub(1)
                .map(|at| names[at].clone())
                .into_iter()
                .collect(),
            ..Node::default()
        };
        Self::new(names.iter().enumerate().map(node).collect())
    }

    /// All revisions, each after what it revises and depends on.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &Node> {
        self.order.iter().map(|at| &self.nodes[*at])
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The revision of this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.place(name).map(|at| &self.nodes[at])
    }

    /// The revisions that no other revises.
    pub fn heads(&self) -> Vec<&Node> {
        self.named(self.head_places())
    }

    /// The revisions that no other revises or depends on.
    pub fn effective_heads(&self) -> Vec<&Node> {
        let is_head = |at: &usize| self.children[*at].is_empty() && self.dependents[*at].is_empty();
        self.named((0..self.nodes.len()).filter(is_head).collect())
    }

    /// The revisions that revise nothing.
    pub fn bases(&self) -> Vec<&Node> {
        self.named(self.base_places())
    }

    /// The revisions that several others revise.
    pub fn branch_points(&self) -> Vec<&Node> {
        let is_one = |at: &usize| self.children[*at].len() > 1;
        self.named((0..self.nodes.len()).filter(is_one).collect())
    }

    /// Whether the revision revises several others.
    pub fn is_merge_point(&self, node: &Node) -> bool {
        node.revises.len() > 1
    }

    /// The revisions that revise `node`.
    pub fn children(&self, node: &Node) -> Vec<&Node> {
        let children = self.place(&node.name).map(|at| &self.children[at]);
        self.named(children.into_iter().flatten().copied().collect())
    }

    /// All that has to be there before each of `nodes` may run, themselves included.
    pub fn needed_by<'a>(&self, nodes: impl IntoIterator<Item = &'a str>) -> Vec<&Node> {
        let places = nodes.into_iter().filter_map(|name| self.place(name));
        self.named(self.with_ancestors(places.collect()))
    }

    /// The revisions of which each is in `names` and none that comes after it is.
    pub fn tips(&self, names: &[String]) -> Vec<&Node> {
        self.named(self.tip_places(&self.places(names)))
    }

    /// Those that belong to the branches of `names` alone: each side of a merge without what both come from.
    pub fn sides(&self, names: &[&str]) -> Vec<Vec<&Node>> {
        let places: Vec<_> = names.iter().filter_map(|name| self.place(name)).collect();
        let all: Vec<_> = places
            .iter()
            .map(|at| self.with_ancestors([*at].into()))
            .collect();
        let own = |at: usize| {
            let others = all.iter().enumerate().filter(|(other, _)| *other != at);
            let of_others: Places = others.flat_map(|(_, side)| side).copied().collect();
            self.named(all[at].difference(&of_others).copied().collect())
        };
        (0..all.len()).map(own).collect()
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn label(&self, label: &str) -> Option<usize> {
        self.labels.get(label).copied()
    }

    /// All labels.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(String::as_str)
    }

    pub(crate) fn name(&self, at: usize) -> &str {
        &self.nodes[at].name
    }

    pub(crate) fn names(&self, places: &Places) -> Vec<String> {
        let named = self.named(places.clone()).into_iter();
        named.map(|node| node.name.clone()).collect()
    }

    pub(crate) fn places(&self, names: &[String]) -> Places {
        names.iter().filter_map(|name| self.place(name)).collect()
    }

    pub(crate) fn base_places(&self) -> Places {
        let is_base = |at: &usize| self.parents[*at].is_empty();
        (0..self.nodes.len()).filter(is_base).collect()
    }

    pub(crate) fn parents(&self, at: usize) -> &[usize] {
        &self.parents[at]
    }

    pub(crate) fn children_of(&self, at: usize) -> &[usize] {
        &self.children[at]
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn head_places(&self) -> Places {
        let is_head = |at: &usize| self.children[*at].is_empty();
        (0..self.nodes.len()).filter(is_head).collect()
    }

    /// `places` and all that they revise or depend on, near or far.
    pub(crate) fn with_ancestors(&self, places: Places) -> Places {
        closure(places, &[&self.parents, &self.depends_on])
    }

    /// `places` and all that revise or depend on them, near or far.
    pub(crate) fn with_descendants(&self, places: Places) -> Places {
        closure(places, &[&self.children, &self.dependents])
    }

    /// `places` and all that they revise, near or far: one line of history, without what it depends on.
    pub(crate) fn line_to(&self, places: Places) -> Places {
        closure(places, &[&self.parents])
    }

    /// `places` and all that revise them, near or far.
    pub(crate) fn line_from(&self, places: Places) -> Places {
        closure(places, &[&self.children])
    }

    /// Those of `places` that no other of them comes after.
    pub(crate) fn tip_places(&self, places: &Places) -> Places {
        let mut tips = places.clone();
        // What lies before another place, also by way of ones that are not among them.
        let before: Places = places
            .iter()
            .flat_map(|at| self.parents[*at].iter().chain(&self.depends_on[*at]))
            .copied()
            .collect();
        for at in self.with_ancestors(before) {
            tips.remove(&at);
        }
        tips
    }

    /// Those of `places` that no other of them revises, near or far.
    pub(crate) fn line_tips(&self, places: &Places) -> Places {
        let parents = places.iter().flat_map(|at| &self.parents[*at]);
        places - &self.line_to(parents.copied().collect())
    }

    /// `places` in the order in which they run.
    pub(crate) fn in_order(&self, places: &Places) -> Vec<usize> {
        let is_asked = |at: &&usize| places.contains(at);
        self.order.iter().filter(is_asked).copied().collect()
    }

    fn named(&self, places: Places) -> Vec<&Node> {
        let in_order = self.in_order(&places).into_iter();
        in_order.map(|at| &self.nodes[at]).collect()
    }

    /// Each after what it revises and depends on; the first in the list of those that may come next.
    fn sorted(&self) -> Result<Vec<usize>, GraphError> {
        let needs = |at: usize| self.parents[at].iter().chain(&self.depends_on[at]);
        let mut missing: Vec<_> = (0..self.nodes.len())
            .map(|at| needs(at).collect::<BTreeSet<_>>().len())
            .collect();
        let mut ready: Places = (0..self.nodes.len())
            .filter(|at| missing[*at] == 0)
            .collect();
        let mut sorted = vec![];
        while let Some(at) = ready.pop_first() {
            sorted.push(at);
            let next: BTreeSet<_> = self.children[at]
                .iter()
                .chain(&self.dependents[at])
                .collect();
            for next in next {
                missing[*next] -= 1;
                if missing[*next] == 0 {
                    ready.insert(*next);
                }
            }
        }
        match missing.iter().position(|missing| *missing > 0) {
            None => Ok(sorted),
            Some(at) => Err(self.circle(at, &missing)),
        }
    }

    /// The way around that `at` lies on or comes after.
    fn circle(&self, mut at: usize, missing: &[usize]) -> GraphError {
        let mut way = vec![];
        while !way.contains(&at) {
            way.push(at);
            let mut needs = self.parents[at].iter().chain(&self.depends_on[at]);
            // What is not sorted needs something that is not either.
            match needs.find(|need| missing[**need] > 0) {
                Some(need) => at = *need,
                None => break,
            }
        }
        let start = way.iter().position(|step| *step == at).unwrap_or(0);
        let names = way[start..].iter().map(|at| self.name(*at).to_owned());
        GraphError::Circle(names.collect())
    }
}

/// Which revision each label stands at.
fn labels(
    nodes: &[Node],
    by_name: &BTreeMap<String, usize>,
) -> Result<BTreeMap<String, usize>, GraphError> {
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for label in &node.labels {
            let is_word = ["head", "heads", "base", "current"].contains(&label.as_str());
            if is_word || label.contains(['@', '+', '-', ':']) || by_name.contains_key(label) {
                return Err(GraphError::BadLabel {
                    revision: node.name.clone(),
                    label: label.clone(),
                });
            }
            if let Some(other) = labels.insert(label.clone(), at)
                && other != at
            {
                return Err(GraphError::LabelTwice {
                    label: label.clone(),
                    revisions: [nodes[other].name.clone(), node.name.clone()],
                });
            }
        }
    }
    Ok(labels)
}

/// Who points to whom, the other way round.
fn reversed(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![vec![]; edges.len()];
    for (from, tos) in edges.iter().enumerate() {
        for to in tos {
            reversed[*to].push(from);
        }
    }
    reversed
}

/// `places` and all that can be reached from them.
fn closure(places: Places, edges: &[&Vec<Vec<usize>>]) -> Places {
    let mut waiting: Vec<_> = places.iter().copied().collect();
    let mut reached = places;
    while let Some(at) = waiting.pop() {
        for next in edges.iter().flat_map(|edges| &edges[at]) {
            if reached.insert(*next) {
                waiting.push(*next);
            }
        }
    }
    reached
}
