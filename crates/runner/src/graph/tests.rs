use std::path::PathBuf;

use super::*;

/// The graph of lines like `merge: left right > other @label`: a revision, what it revises, what it depends on, and its
/// labels.
pub(crate) fn graph(lines: &[&str]) -> Result<Graph, GraphError> {
    Graph::new(lines.iter().map(|line| node(line)).collect())
}

fn node(line: &str) -> Node {
    let (name, rest) = line.split_once(':').unwrap();
    let (rest, labels) = rest.split_once('@').unwrap_or((rest, ""));
    let (revises, depends_on) = rest.split_once('>').unwrap_or((rest, ""));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    Node {
        name: name.to_owned(),
        revises: words(revises),
        depends_on: words(depends_on),
        labels: words(labels),
        path: Some(PathBuf::from(format!("{name}.rs"))),
        ..Node::default()
    }
}

fn names(nodes: Vec<&Node>) -> String {
    let names: Vec<_> = nodes.iter().map(|node| node.name.as_str()).collect();
    names.join(" ")
}

#[test]
fn a_graph_knows_its_ends_and_forks() {
    let graph = graph(&[
        "other: @side",
        "merge: left right",
        "left: start",
        "right: start > other",
        "start:",
        "after: merge",
    ])
    .unwrap();
    assert_eq!(
        names(graph.nodes().collect()),
        "other start left right merge after"
    );
    assert_eq!(names(graph.heads()), "other after");
    assert_eq!(names(graph.effective_heads()), "after");
    assert_eq!(names(graph.bases()), "other start");
    assert_eq!(names(graph.branch_points()), "start");
    let merge = graph.get("merge").unwrap();
    assert!(graph.is_merge_point(merge));
    assert_eq!(
        names(graph.children(graph.get("start").unwrap())),
        "left right"
    );
    assert_eq!(names(graph.needed_by(["right"])), "other start right");
    let applied = ["start", "other", "left"].map(str::to_owned);
    assert_eq!(names(graph.tips(&applied)), "other left");
    let with_a_gap = ["start", "merge"].map(str::to_owned);
    assert_eq!(names(graph.tips(&with_a_gap)), "merge");
    let sides = graph.sides(&["left", "right"]);
    let sides: Vec<_> = sides.into_iter().map(names).collect();
    assert_eq!(sides, ["left", "other right"]);
}

#[test]
fn the_order_of_the_list_counts_where_the_graph_says_nothing() {
    let one = graph(&["b:", "a:", "d: b", "c: a"]).unwrap();
    assert_eq!(names(one.nodes().collect()), "b a d c");
    let other = graph(&["c: a", "a:", "d: b", "b:"]).unwrap();
    assert_eq!(names(other.nodes().collect()), "a c b d");
}

#[test]
fn a_chain_is_a_graph() {
    let chain = Graph::chain(&["x", "y", "z"].map(str::to_owned)).unwrap();
    assert_eq!(names(chain.heads()), "z");
    assert_eq!(names(chain.bases()), "x");
    assert_eq!(chain.get("z").unwrap().revises, ["y"]);
    assert!(Graph::chain(&[]).unwrap().is_empty());
}

#[test]
fn what_is_no_graph_says_why() {
    for (lines, expected) in [
        (
            &["a:", "b: a", "a: b"][..],
            "there are two revisions `a` (`a.rs`, `a.rs`)",
        ),
        (
            &["a:", "b: c"],
            "revision `b` comes after `c`, which is no migration of this project (`b.rs`)",
        ),
        (
            &["a:", "b: a > side"],
            "revision `b` comes after `side`, which is no migration of this project (`b.rs`)",
        ),
        // A label is no parent.
        (
            &["a: @side", "b: side"],
            "revision `b` comes after `side`, which is no migration of this project (`b.rs`)",
        ),
        (
            &["a: a"],
            "revisions come after each other in a circle: `a` after `a`",
        ),
        (
            &["start:", "a: start c", "b: a", "c: b", "d: c"],
            "revisions come after each other in a circle: `a` after `c` after `b` after `a`",
        ),
        (
            &["a: > b", "b: a"],
            "revisions come after each other in a circle: `a` after `b` after `a`",
        ),
        (
            &["a: @side", "b: a @side"],
            "the label `side` stands at `a`, `b`",
        ),
        (
            &["a: @head"],
            "`head` cannot be a label, as it is at revision `a`: it is a word of its own, a revision, or has one of `@+-:`",
        ),
        (
            &["a:", "b: @a"],
            "`a` cannot be a label, as it is at revision `b`: it is a word of its own, a revision, or has one of `@+-:`",
        ),
        (
            &["a: @x-1"],
            "`x-1` cannot be a label, as it is at revision `a`: it is a word of its own, a revision, or has one of `@+-:`",
        ),
    ] {
        assert_eq!(graph(lines).unwrap_err().to_string(), expected, "{lines:?}");
    }
}
