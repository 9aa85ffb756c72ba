use super::*;
use crate::graph::tests::graph;

/// Two branches from `create_post` on, one of them labelled, and one on its own.
fn history() -> Graph {
    graph(&[
        "m20260101_000000_create_user:",
        "m20260102_000000_create_post: m20260101_000000_create_user",
        "m20260103_000000_add_bio: m20260102_000000_create_post @web",
        "m20260104_000000_add_tags: m20260102_000000_create_post",
        "m20260105_000000_index_bio: m20260103_000000_add_bio",
        "m20260106_000000_create_job: @jobs",
    ])
    .unwrap()
}

fn short(names: Vec<String>) -> String {
    let slugs: Vec<_> = names.iter().map(|name| slug(name)).collect();
    slugs.join(" ")
}

fn named(graph: &Graph, symbol: &str, applied: &[&str]) -> String {
    let Ok(symbol) = symbol.parse::<Symbol>();
    let all: Vec<_> = graph.nodes().map(|node| node.name.clone()).collect();
    let is_applied = |name: &String| applied.iter().any(|slug| name.ends_with(slug));
    let applied: Vec<_> = all.into_iter().filter(is_applied).collect();
    match symbol.revisions(graph, Some(&applied)) {
        Ok(names) => short(names),
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn a_word_names_revisions() {
    let graph = history();
    let applied = ["create_user", "create_post", "add_bio"];
    for (symbol, expected) in [
        ("heads", "add_tags index_bio create_job"),
        ("base", ""),
        ("current", "add_bio"),
        ("m20260101_000000_create_user", "create_user"),
        ("m20260101", "create_user"),
        ("add_t", "add_tags"),
        ("web", "add_bio"),
        ("web@head", "index_bio"),
        ("web@heads", "index_bio"),
        ("web@base", ""),
        ("web@current", "add_bio"),
        ("web@create_post", "create_post"),
        ("jobs@head", "create_job"),
        ("add_tags@head", "add_tags"),
        ("web@head-1", "add_bio"),
        ("web@head-4", ""),
        ("web@base+2", "create_post"),
        ("web@create_post+2", "index_bio"),
        ("jobs@base+1", "create_job"),
        ("create_user+1", "create_post"),
        ("add_tags-1", "create_post"),
        ("create_user-1", ""),
        ("create_user+0", "create_user"),
        ("current-1", "create_post"),
        ("current+1", "index_bio"),
        ("-1", "create_post"),
        ("web@-2", "create_user"),
        ("web@+1", "index_bio"),
    ] {
        assert_eq!(named(&graph, symbol, &applied), expected, "{symbol}");
    }
}

#[test]
fn a_word_that_names_nothing_says_why() {
    let graph = history();
    let full = |slug: &str| {
        let mut names = graph.nodes().map(|node| &node.name);
        format!("`{}`", names.find(|name| name.ends_with(slug)).unwrap())
    };
    for (symbol, expected) in [
        (
            "head",
            format!(
                "`head` could be each of several heads: {}, {}, {}",
                full("add_tags"),
                full("index_bio"),
                full("create_job")
            ),
        ),
        ("nothing", "`nothing` names no revision".to_owned()),
        ("", "`` names no revision".to_owned()),
        (
            "@head",
            "`` names no revision".replace("revision", "branch"),
        ),
        ("app@head", "`app` names no branch".to_owned()),
        ("web@", "`` names no revision".to_owned()),
        (
            "web@add_tags",
            format!("revision {} is not on branch `web`", full("add_tags")),
        ),
        (
            "add_",
            format!(
                "`add_` names several revisions: {}, {}",
                full("add_bio"),
                full("add_tags")
            ),
        ),
        (
            "create_post+1",
            format!(
                "`create_post+1` could go by way of {}, {}",
                full("add_bio"),
                full("add_tags")
            ),
        ),
        (
            "base+1",
            format!(
                "`base+1` could go by way of {}, {}",
                full("create_user"),
                full("create_job")
            ),
        ),
        (
            "add_tags+1",
            "there are 0 revisions to go up, not 1".to_owned(),
        ),
        (
            "create_post-3",
            "there are 2 revisions to go down, not 3".to_owned(),
        ),
        (
            "base-1",
            "there are 0 revisions to go down, not 1".to_owned(),
        ),
        (
            "create_user:head",
            "`create_user:head` is a range, and one place is wanted here".to_owned(),
        ),
        (
            "+99999999999999999999999",
            "`+99999999999999999999999` names no revision".to_owned(),
        ),
    ] {
        let applied = ["create_user"];
        assert_eq!(
            named(&graph, symbol, &applied),
            format!("! {expected}"),
            "{symbol}"
        );
    }
    // Nobody has asked a database.
    let Ok(current) = "current".parse::<Symbol>();
    assert_eq!(
        current.revisions(&graph, None).unwrap_err().to_string(),
        "`current` is counted from where a database stands"
    );
    assert!(current.needs_database());
}

#[test]
fn an_unknown_word_comes_with_candidates() {
    let graph = history();
    let candidates = |name: &str| match find(&graph, name) {
        Err(SymbolError::NoSuchRevision { candidates, .. }) => short(candidates),
        other => panic!("{other:?}"),
    };
    assert_eq!(candidates("bio_index"), "add_bio index_bio");
    assert_eq!(
        candidates("x"),
        "create_post add_bio add_tags index_bio create_job"
    );
}

#[test]
fn a_name_that_looks_like_more_is_a_name() {
    let graph = graph(&["2026-01:", "a@b+1: 2026-01"]).unwrap();
    for name in ["2026-01", "a@b+1"] {
        let Ok(symbol) = name.parse::<Symbol>();
        assert_eq!(symbol.revisions(&graph, None).unwrap(), [name]);
    }
}

#[test]
fn a_branch_is_not_what_was_merged_into_it() {
    let graph = graph(&["a:", "b: a @left", "c: a", "d: b c", "e: d"]).unwrap();
    let named = |symbol: &str| {
        let Ok(symbol) = symbol.parse::<Symbol>();
        symbol.revisions(&graph, None).map(|names| names.join(" "))
    };
    assert_eq!(named("left@head-2").unwrap(), "b");
    assert_eq!(named("left@a+2").unwrap(), "d");
    assert!(matches!(
        named("left@c"),
        Err(SymbolError::OtherBranch { .. })
    ));
    assert!(matches!(named("e-2"), Err(SymbolError::SeveralWays { .. })));
}

#[test]
fn a_range_has_both_ends() {
    let graph = history();
    let applied = ["m20260101_000000_create_user".to_owned()];
    let range = |text: &str| {
        let range: Range = text.parse()?;
        range.revisions(&graph, Some(&applied)).map(short)
    };
    for (text, expected) in [
        ("create_post:web@head", "create_post add_bio index_bio"),
        ("base:create_post", "create_user create_post"),
        (":create_post", "create_user create_post"),
        ("add_bio:", "add_bio index_bio"),
        ("current:add_tags", "create_user create_post add_tags"),
        (
            ":",
            "create_user create_post add_bio add_tags index_bio create_job",
        ),
        ("add_bio:add_bio", "add_bio"),
        ("web@head-1:web@head", "add_bio index_bio"),
    ] {
        assert_eq!(range(text).unwrap(), expected, "{text}");
    }
    for (text, expected) in [
        (
            "add_bio",
            "`add_bio` is no range: that is `from:to`, `from:` or `:to`",
        ),
        (
            "a:b:c",
            "`a:b:c` is no range: that is `from:to`, `from:` or `:to`",
        ),
        (
            "add_bio:add_tags",
            "there is no way up from `add_bio` to `add_tags`",
        ),
        (
            "add_bio:create_post",
            "there is no way up from `add_bio` to `create_post`",
        ),
        ("nobody:", "`nobody` names no revision"),
    ] {
        assert_eq!(range(text).unwrap_err().to_string(), expected, "{text}");
    }
}
