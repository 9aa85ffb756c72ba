//! Revisions in words: a line each, or all that is known of one.

use seadrift_runner::{Graph, Node};

/// What is known of revisions beside the graph.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// What the database has, where it was asked.
    pub applied: Option<Vec<String>>,
}

impl Standing {
    /// Whether a revision is applied, and whether it is the last one of its line that is.
    fn mark(&self, graph: &Graph, node: &Node) -> Option<&'static str> {
        let applied = self.applied.as_ref()?;
        if !applied.contains(&node.name) {
            return None;
        }
        match graph.tips(applied).contains(&node) {
            true => Some("current"),
            false => Some("applied"),
        }
    }
}

/// A revision and its marks: `m1 (web) (head)`.
pub(crate) fn name(graph: &Graph, node: &Node, standing: &Standing) -> String {
    let mut words = vec![node.name.clone()];
    if !node.labels.is_empty() {
        words.push(format!("({})", node.labels.join(", ")));
    }
    let is_head = graph.heads().contains(&node);
    let marks = [
        is_head.then_some("head"),
        (is_head && !graph.effective_heads().contains(&node)).then_some("needed by another"),
        graph
            .branch_points()
            .contains(&node)
            .then_some("branch point"),
        graph.is_merge_point(node).then_some("merge point"),
        standing.mark(graph, node),
    ];
    words.extend(marks.into_iter().flatten().map(|mark| format!("({mark})")));
    words.join(" ")
}

/// A revision in a line: `m1 -> m2 (head), add user`.
pub(crate) fn line(graph: &Graph, node: &Node, standing: &Standing) -> String {
    let message = node.message.as_ref();
    let message = message.map_or(String::new(), |message| format!(", {message}"));
    let name = name(graph, node, standing);
    format!("{} -> {name}{message}", revises(node, "base"))
}

/// All that is known of a revision, in lines.
pub(crate) fn details(graph: &Graph, node: &Node, standing: &Standing) -> Vec<String> {
    let mut lines = vec![
        format!("Revision: {}", name(graph, node, standing)),
        format!("Revises:  {}", revises(node, "nothing")),
    ];
    let children: Vec<_> = graph
        .children(node)
        .into_iter()
        .map(|child| child.name.clone())
        .collect();
    let path = node.path.as_ref().map(|path| path.display().to_string());
    for (key, value) in [
        ("Depends:  ", Some(node.depends_on.join(", "))),
        ("Next:     ", Some(children.join(", "))),
        ("Created:  ", node.created.clone()),
        ("File:     ", path),
        ("Message:  ", node.message.clone()),
    ] {
        lines.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| format!("{key}{value}")),
        );
    }
    lines.extend(node.changes.iter().map(|change| format!("  {change}")));
    lines
}

fn revises(node: &Node, nothing: &str) -> String {
    match &node.revises[..] {
        [] => nothing.to_owned(),
        names => names.join(", "),
    }
}
