//! Ways through histories: cases in words, and random graphs against a model that knows nothing but sets.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::graph::{Node, tests::graph};

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn symbol(text: &str) -> Symbol {
    let Ok(symbol) = text.parse();
    symbol
}

fn said(way: Result<Vec<String>, SymbolError>) -> String {
    way.map_or_else(|error| format!("! {error}"), |steps| steps.join(" "))
}

/// Two branches and their merge, one line that another depends on, and its end.
fn history() -> Graph {
    graph(&[
        "start:",
        "left: start @l",
        "right: start > extra",
        "left2: left",
        "merge: left2 right",
        "extra:",
        "extra2: extra @x",
    ])
    .unwrap()
}

#[test]
fn the_way_up_is_what_is_missing() {
    let graph = history();
    for (applied, target, expected) in [
        ("", "merge", "start left left2 extra right merge"),
        ("", "heads", "start left left2 extra right merge extra2"),
        ("", "x@head", "extra extra2"),
        ("start", "left", "left"),
        ("start", "right", "extra right"),
        ("start left", "left2", "left2"),
        ("start left left2", "left2", ""),
        // What was passed over is made up for.
        ("left2", "left2", "start left"),
        (
            "start extra",
            "merge-1",
            "! `merge-1` could go by way of `left2`, `right`",
        ),
        (
            "start left",
            "start",
            "! `start` is applied already, so there is no way up to it",
        ),
        (
            "",
            "head",
            "! `head` could be each of several heads: `merge`, `extra2`",
        ),
        ("start", "base", "! `base` is not a target here"),
        ("start", "-1", "! `-1` is not a target here"),
        ("start", "start-1", "! `start-1` is not a target here"),
        ("start", "l@+1", "left"),
        ("start", "l@+3", "left left2 extra"),
        ("start", "+1", "! `+1` could go by way of `left`, `right`"),
        ("", "+1", "! `+1` could go by way of `start`, `extra`"),
        ("start left", "+1", "left2"),
        // What the next one needs goes first, and then there are two lines to go on with.
        ("start left", "+2", "left2 extra"),
        (
            "start left",
            "+3",
            "! `+3` could go by way of `merge`, `extra2`",
        ),
        (
            "start left left2 extra right merge",
            "+2",
            "! there is 1 revision to go up, not 2",
        ),
        ("start left left2 extra right merge extra2", "heads", ""),
    ] {
        let way = up(&graph, &words(applied), &symbol(target));
        assert_eq!(said(way), expected, "{applied}: up to {target}");
    }
}

#[test]
fn the_way_down_is_what_follows() {
    let graph = history();
    let all = "start left left2 extra right merge extra2";
    for (applied, target, expected) in [
        (all, "base", "extra2 merge right extra left2 left start"),
        (all, "merge", ""),
        (all, "left", "merge left2"),
        (all, "start", "merge right left2 left"),
        // What depends on a revision stays with it.
        (all, "extra", "extra2"),
        // The whole branch, and what depends on it.
        (all, "x@base", "extra2 merge right extra"),
        (all, "extra@base", "extra2 merge right extra"),
        (all, "l@start", "merge left2 left"),
        (all, "l@base", "merge left2 left"),
        (all, "-1", "! `-1` could go by way of `merge`, `extra2`"),
        (all, "x@-1", "extra2"),
        (all, "l@-1", "merge"),
        (all, "l@-3", "merge left2 left"),
        (all, "l@-4", "! there are 3 revisions to go down, not 4"),
        (all, "head", "! `head` is not a target here"),
        (all, "+1", "! `+1` is not a target here"),
        (
            "start",
            "left",
            "! `left` is not applied, so there is no way down to it",
        ),
        ("start left2", "start", "left2"),
        ("start", "-1", "start"),
        ("start", "-2", "! there is 1 revision to go down, not 2"),
        ("", "base", ""),
        ("extra start right", "extra@-1", "right"),
    ] {
        let way = down(&graph, &words(applied), &symbol(target));
        assert_eq!(said(way), expected, "{applied}: down to {target}");
    }
}

#[test]
fn a_stamp_moves_its_own_line() {
    let graph = history();
    for (applied, targets, add, remove) in [
        ("", "left", "start left", ""),
        ("start left left2", "left", "", "left2"),
        ("extra", "left", "start left", ""),
        ("start left left2 extra right merge", "right", "", "merge"),
        ("", "right x", "start extra right extra2", ""),
        ("start left extra", "base", "", "extra left start"),
        ("start left extra extra2", "extra@base", "", "extra2 extra"),
        ("start left", "heads", "left2 extra right merge extra2", ""),
        ("left2", "left2", "start left", ""),
    ] {
        let targets: Vec<_> = targets.split(' ').map(symbol).collect();
        let stamp = stamp(&graph, &words(applied), &targets).unwrap();
        let both = (stamp.add.join(" "), stamp.remove.join(" "));
        assert_eq!(
            both,
            (add.to_owned(), remove.to_owned()),
            "{applied}: {targets:?}"
        );
    }
}

#[test]
fn the_chain_of_a_program_without_sources() {
    let chain = Graph::chain(&words("one two three four")).unwrap();
    let applied = words("one two");
    for (target, expected) in [
        ("head", "three four"),
        ("+1", "three"),
        ("+0", ""),
        ("three", "three"),
        ("four-1", "three"),
        ("+3", "! there are 2 revisions to go up, not 3"),
        (
            "one",
            "! `one` is applied already, so there is no way up to it",
        ),
        ("two", ""),
    ] {
        assert_eq!(
            said(up(&chain, &applied, &symbol(target))),
            expected,
            "{target}"
        );
    }
    // Somebody's branch came in below what is applied.
    assert_eq!(said(up(&chain, &words("one three"), &symbol("+1"))), "two");
    assert_eq!(
        said(up(&chain, &words("one three"), &symbol("head"))),
        "two four"
    );
    assert_eq!(
        said(down(&chain, &words("one three"), &symbol("-1"))),
        "three"
    );
}

/// A random graph, of which no more is known than who needs whom.
#[derive(Debug, Clone)]
struct Random {
    nodes: Vec<Node>,
    /// Whether one needs another, by any way: the model.
    needs: Vec<Vec<bool>>,
    /// Whether one revises another, by any way.
    revises: Vec<Vec<bool>>,
}

/// What any way of steps reaches.
fn reached(mut steps: Vec<Vec<bool>>) -> Vec<Vec<bool>> {
    let size = steps.len();
    for by in 0..size {
        for from in 0..size {
            for to in 0..size {
                steps[from][to] |= steps[from][by] && steps[by][to];
            }
        }
    }
    steps
}

fn random() -> impl Strategy<Value = Random> {
    let edges = |size: usize| {
        // Mostly one parent, as histories have.
        let edge = prop::collection::vec(any::<prop::sample::Index>(), 0..3);
        prop::collection::vec(
            (
                edge.clone(),
                prop::option::weighted(0.2, any::<prop::sample::Index>()),
            ),
            size,
        )
    };
    let shuffled = |size: usize| Just((0..size).collect::<Vec<_>>()).prop_shuffle();
    let sized = (1usize..12).prop_flat_map(move |size| (edges(size), shuffled(size)));
    sized.prop_map(|(edges, listed)| {
        let size = edges.len();
        let mut revises = vec![vec![false; size]; size];
        let mut needs = revises.clone();
        let name = |at: usize| format!("r{at}");
        let mut nodes = vec![];
        for (at, (parents, depends_on)) in edges.iter().enumerate() {
            let earlier = |index: &prop::sample::Index| (at > 0).then(|| index.index(at));
            let parents: BTreeSet<_> = parents.iter().filter_map(earlier).collect();
            let depends_on: BTreeSet<_> = depends_on.iter().filter_map(earlier).collect();
            for parent in &parents {
                revises[at][*parent] = true;
            }
            for need in parents.iter().chain(&depends_on) {
                needs[at][*need] = true;
            }
            nodes.push(Node {
                name: name(at),
                revises: parents.into_iter().map(name).collect(),
                depends_on: depends_on.into_iter().map(name).collect(),
                ..Node::default()
            });
        }
        // The list of the `Migrator` may have any order.
        let nodes = listed.into_iter().map(|at| nodes[at].clone()).collect();
        Random {
            nodes,
            needs: reached(needs),
            revises: reached(revises),
        }
    })
}

impl Random {
    fn size(&self) -> usize {
        self.nodes.len()
    }

    fn names(set: &BTreeSet<usize>) -> Vec<String> {
        set.iter().map(|at| format!("r{at}")).collect()
    }

    /// What has to be there for `at`, itself included.
    fn needed(&self, at: usize) -> BTreeSet<usize> {
        (0..self.size())
            .filter(|other| *other == at || self.needs[at][*other])
            .collect()
    }
}

fn numbers(names: &[String]) -> Vec<usize> {
    names
        .iter()
        .map(|name| name[1..].parse().unwrap())
        .collect()
}

proptest! {
    #[test]
    fn plans_are_what_sets_say(
        random in random(),
        target in any::<prop::sample::Index>(),
        applied in prop::collection::btree_set(0usize..12, 0..12),
        is_closed in any::<bool>(),
    ) {
        let graph = Graph::new(random.nodes.clone()).unwrap();
        let target = target.index(random.size());
        let mut applied: BTreeSet<usize> = applied.into_iter().filter(|at| *at < random.size()).collect();
        if is_closed {
            applied = applied.iter().flat_map(|at| random.needed(*at)).collect();
        }
        let had = Random::names(&applied);
        let name = symbol(&format!("r{target}"));

        // Up: what is needed and not there, and everything after what it needs.
        let missing: BTreeSet<_> = random.needed(target).difference(&applied).copied().collect();
        match up(&graph, &had, &name) {
            Ok(steps) => {
                let steps = numbers(&steps);
                prop_assert_eq!(steps.iter().copied().collect::<BTreeSet<_>>(), missing);
                let mut there = applied.clone();
                for step in steps {
                    let mut needs = random.needed(step);
                    needs.remove(&step);
                    prop_assert!(needs.is_subset(&there), "{} needs {:?} of {:?}", step, needs, there);
                    prop_assert!(there.insert(step));
                }
            }
            Err(error) => {
                let is_wrong_way = matches!(error, SymbolError::WrongWay { .. });
                prop_assert!(is_wrong_way && missing.is_empty(), "{}", error);
                prop_assert!((0..random.size()).any(|at| applied.contains(&at) && random.revises[at][target]));
            }
        }

        // Down: what revises the target, and what needs any of that.
        let follows: BTreeSet<_> = (0..random.size()).filter(|at| random.revises[*at][target]).collect();
        let is_gone = |at: &usize| follows.contains(at) || follows.iter().any(|gone| random.needs[*at][*gone]);
        let gone: BTreeSet<_> = applied.iter().copied().filter(is_gone).collect();
        match down(&graph, &had, &name) {
            Ok(steps) => {
                let steps = numbers(&steps);
                prop_assert!(applied.contains(&target));
                prop_assert_eq!(steps.iter().copied().collect::<BTreeSet<_>>(), gone);
                let mut there = applied.clone();
                for step in steps {
                    there.remove(&step);
                    prop_assert!(!there.iter().any(|at| random.needs[*at][step]), "{} is needed by {:?}", step, there);
                }
                prop_assert!(there.contains(&target));
            }
            Err(_) => prop_assert!(!applied.contains(&target)),
        }

        // Everything, and nothing.
        let all = numbers(&up(&graph, &had, &symbol("heads")).unwrap());
        let pending: BTreeSet<_> = (0..random.size()).filter(|at| !applied.contains(at)).collect();
        prop_assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), pending);
        let all = numbers(&down(&graph, &had, &symbol("base")).unwrap());
        prop_assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), applied.clone());

        // Step by step it is the same as at once, as far as a step is clear.
        let mut there = applied.clone();
        while let Ok(step) = up(&graph, &Random::names(&there), &symbol("+1")) {
            let step = numbers(&step)[0];
            let mut needs = random.needed(step);
            needs.remove(&step);
            prop_assert!(needs.is_subset(&there));
            prop_assert!(there.insert(step));
        }
        while let Ok(step) = down(&graph, &Random::names(&there), &symbol("-1")) {
            let step = numbers(&step)[0];
            prop_assert!(there.remove(&step));
            prop_assert!(!there.iter().any(|at| random.needs[*at][step]));
        }

        // A stamp leaves what stands at the target, and what has nothing to do with it.
        let stamp = stamp(&graph, &had, std::slice::from_ref(&name)).unwrap();
        let after: BTreeSet<_> = applied.iter().copied()
            .filter(|at| !random.needs[*at][target])
            .chain(random.needed(target))
            .collect();
        let mut stamped = applied.clone();
        stamped.retain(|at| !numbers(&stamp.remove).contains(at));
        stamped.extend(numbers(&stamp.add));
        prop_assert_eq!(stamped, after);
    }

    #[test]
    fn the_order_is_one_and_right(random in random()) {
        let graph = Graph::new(random.nodes.clone()).unwrap();
        let order: Vec<_> = graph.nodes().map(|node| node.name.clone()).collect();
        let order = numbers(&order);
        prop_assert_eq!(order.len(), random.size());
        for (at, one) in order.iter().enumerate() {
            prop_assert!(order[at..].iter().all(|later| !random.needs[*one][*later]));
        }
        let again = Graph::new(random.nodes.clone()).unwrap();
        prop_assert!(graph.nodes().eq(again.nodes()));
    }

    #[test]
    fn a_circle_is_found(random in random(), from in any::<prop::sample::Index>()) {
        let from = from.index(random.size());
        let needed: Vec<_> = random.needed(from).into_iter().collect();
        // Whatever it needs now needs it, too.
        for need in needed {
            let mut nodes = random.nodes.clone();
            let node = nodes.iter_mut().find(|node| node.name == format!("r{need}")).unwrap();
            node.revises.push(format!("r{from}"));
            let error = Graph::new(nodes).unwrap_err();
            prop_assert!(matches!(error, crate::GraphError::Circle(_)), "{}", error);
        }
    }
}
