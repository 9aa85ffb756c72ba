//! SQLite's lexical grammar.

use super::sql::{self, Kind, group, parts, tokens, without_parentheses};

fn texts(sql: &str) -> Vec<&str> {
    tokens(sql).iter().map(|token| token.text).collect()
}

#[test]
fn tokens_are_told_apart() {
    let cases: [(&str, &[&str]); 12] = [
        ("", &[]),
        ("a b\t\r\nc", &["a", "b", "c"]),
        ("'it''s','('", &["'it''s'", ",", "'('"]),
        (
            "\"a\"\"b\" `c``d` [e[f]]",
            &["\"a\"\"b\"", "`c``d`", "[e[f]", "]"],
        ),
        ("a--b'\nc--", &["a", "c"]),
        ("a/*b'*/c/**/d/*", &["a", "c", "d"]),
        ("/*/ a */b", &["b"]),
        ("1e5 0xFF .5", &["1e5", "0xFF", ".", "5"]),
        ("x'ab' ünï$1", &["x", "'ab'", "ünï$1"]),
        (
            "a->>'$.b' <> -1",
            &["a", "-", ">", ">", "'$.b'", "<", ">", "-", "1"],
        ),
        ("'open ''", &["'open ''"]),
        ("[open \"'", &["[open \"'"]),
    ];
    for (sql, expected) in cases {
        assert_eq!(texts(sql), expected, "{sql}");
    }
}

#[test]
fn names_lose_their_quotes() {
    let cases = [
        ("plain", "plain"),
        ("\"a\"\"b\"", "a\"b"),
        ("'it''s'", "it's"),
        ("`a``b`", "a`b"),
        ("[a''b\"\"c]", "a''b\"\"c"),
        ("\"open", "open"),
        ("\"", ""),
    ];
    for (sql, expected) in cases {
        assert_eq!(tokens(sql)[0].name(), expected, "{sql}");
    }
}

#[test]
fn a_quoted_keyword_is_a_name() {
    assert!(tokens("cHeCk")[0].is("CHECK"));
    assert!(!tokens("\"CHECK\"")[0].is("CHECK"));
    assert_eq!(tokens("[CHECK]")[0].kind, Kind::Quoted);
}

#[test]
fn text_is_one_line_without_comments() {
    let cases = [
        ("a  >\n\t0", "a > 0"),
        ("a -- why\n - /* x */ -1", "a - -1"),
        ("a-/**/-1", "a- -1"),
        ("'--  /*' || f( b )", "'--  /*' || f( b )"),
        ("-- first\na", "a"),
    ];
    for (sql, expected) in cases {
        assert_eq!(sql::text(&tokens(sql)), expected, "{sql}");
    }
}

#[test]
fn parentheses_belong_together() {
    let inner = |sql: &str| group(&tokens(sql)).map(sql::text);
    assert_eq!(inner("(a (b) ')') c"), Some("a (b) ')'".to_owned()));
    assert_eq!(inner("(a (b"), Some("a (b".to_owned()));
    assert_eq!(inner("()"), Some(String::new()));
    assert_eq!(inner("a (b)"), None);
    assert_eq!(inner(""), None);

    let bare = |sql: &str| sql::text(without_parentheses(&tokens(sql)));
    assert_eq!(bare("((a > 1))"), "a > 1");
    assert_eq!(bare("(a) + (b)"), "(a) + (b)");
    assert_eq!(bare("(a"), "(a");
}

#[test]
fn commas_in_parentheses_part_nothing() {
    let cut = |sql: &str| -> Vec<String> {
        parts(&tokens(sql))
            .iter()
            .map(|part| sql::text(part))
            .collect()
    };
    assert_eq!(
        cut("a, f(b, c), ',', d)e,f"),
        ["a", "f(b, c)", "','", "d)e", "f"]
    );
    assert_eq!(cut(""), [""]);
}

/// Text of every kind of token and of halves of tokens, from a small generator of numbers.
pub(super) fn random_text(seed: u64) -> String {
    let pieces = [
        "'",
        "''",
        "\"",
        "`",
        "[",
        "]",
        "(",
        ")",
        ",",
        "--",
        "\n",
        "/*",
        "*/",
        " ",
        "a",
        "CHECK",
        "UNIQUE",
        "CONSTRAINT",
        "REFERENCES",
        "FOREIGN KEY",
        "DEFAULT",
        "COLLATE",
        "AS",
        "ON DELETE SET",
        "NOT",
        "DEFERRABLE INITIALLY",
        "MATCH",
        "PRIMARY",
        "-",
        "1e",
        "x'",
        "ü",
        "\u{0}",
        "😀",
        "CREATE TABLE t (",
    ];
    let mut state = seed
        .wrapping_mul(2_862_933_555_777_941_757)
        .wrapping_add(3_037_000_493);
    let mut text = String::new();
    for _ in 0..(seed % 60) {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
    }
    text
}

#[test]
fn any_text_has_tokens_that_it_is_made_of() {
    for seed in 0..20_000 {
        let text = random_text(seed);
        let tokens = tokens(&text);
        let mut rest = text.as_str();
        for token in &tokens {
            assert!(!token.text.is_empty());
            let at = rest.find(token.text).unwrap();
            rest = &rest[at + token.text.len()..];
            let _name = token.name();
        }
        // What is one line once stays so.
        let line = sql::text(&tokens);
        let _bare = without_parentheses(&tokens);
        assert_eq!(sql::text(&super::sql::tokens(&line)), line, "{text:?}");
    }
}
