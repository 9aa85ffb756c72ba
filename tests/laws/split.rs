//! Files with SQL, taken apart into the statements that they were put together from.

use proptest::prelude::*;
use proptest::sample::select;
use seadrift_runner::split::{comments, statements};
use seadrift_schema::Dialect;

/// What a file is put together from.
#[derive(Debug, Clone)]
enum Item {
    /// A statement, and how many comments are in it.
    Statement(String, usize),
    /// One with others in it.
    Block(String, usize),
    /// Between statements.
    Comment(String),
    /// An end without a statement.
    Empty,
    /// Another end from here on (MySQL).
    Delimiter(&'static str),
}

fn atoms(of: &[&[&'static str]], most: usize) -> impl Strategy<Value = String> + use<> {
    let all: Vec<_> = of.concat();
    prop::collection::vec(select(all), 0..most).prop_map(|atoms| atoms.concat())
}

/// What ends a statement, and begins something else, wherever it is not in quotes.
const NASTY: &[&str] = &[
    ";", ";;", "//", "--", "/*", "*/", "#", "$$", "é", "\n", " ", "a",
];

fn quoted(dialect: Dialect) -> BoxedStrategy<String> {
    let within = |open: &'static str, own: &[&'static str], close: &'static str| {
        let text = atoms(&[NASTY, own], 6);
        text.prop_map(move |text| format!("{open}{text}{close}"))
            .boxed()
    };
    let (escaped, plain) = (["\\\\", "\\'", "''", "\""], ["\\", "''", "\""]);
    let (escaped_double, double) = (["\\\\", "\\\"", "\"\"", "'"], ["\\", "\"\"", "'"]);
    match dialect {
        Dialect::Postgres => {
            let tags = select(vec!["$$", "$a$", "$_b1$"]);
            let body = atoms(&[NASTY, &["'", "\"", "$", "$x$", "\\"]], 6);
            let dollars = (tags, body).prop_filter("its own end", |(tag, body)| {
                format!("{body}{tag}").find(tag) == Some(body.len())
            });
            let dollars = dollars.prop_map(|(tag, body)| format!("{tag}{body}{tag}"));
            prop_oneof![
                within("'", &plain, "'"),
                within("\"", &double, "\""),
                within("E'", &escaped, "'"),
                dollars,
            ]
            .boxed()
        }
        Dialect::MySql | Dialect::MariaDb => prop_oneof![
            within("'", &escaped, "'"),
            within("\"", &escaped_double, "\""),
            within("`", &["``", "'", "\"", "\\"], "`"),
        ]
        .boxed(),
        Dialect::Sqlite => prop_oneof![
            within("'", &plain, "'"),
            within("\"", &double, "\""),
            within("`", &["``", "'", "\"", "\\"], "`"),
            within("[", &["'", "\"", "`", "["], "]"),
        ]
        .boxed(),
    }
}

fn comment(dialect: Dialect) -> BoxedStrategy<String> {
    const WITHIN: &[&str] = &[";", "'", "\"", "`", "a", " ", "$$", "END"];
    let block = atoms(&[WITHIN, &["\n", "-- "]], 5).prop_map(|text| format!("/* {text}*/"));
    let line = atoms(&[WITHIN, &["/*"]], 5).prop_map(|text| format!("-- {text}\n"));
    match dialect {
        Dialect::Postgres => {
            let nested = atoms(&[WITHIN], 4).prop_map(|text| format!("/* a /* {text}*/ ; */"));
            prop_oneof![block, line, nested].boxed()
        }
        Dialect::MySql | Dialect::MariaDb => {
            let hash = atoms(&[WITHIN, &["/*"]], 5).prop_map(|text| format!("#{text}\n"));
            prop_oneof![block, line, hash].boxed()
        }
        Dialect::Sqlite => prop_oneof![block, line].boxed(),
    }
}

/// A statement with these words, and how many comments are in it.
fn statement(
    dialect: Dialect,
    words: &'static [&'static str],
) -> impl Strategy<Value = (String, usize)> {
    let first = select(vec!["SELECT", "insert", "WITH", "x1", "Ünï"]);
    let plain = select(
        [
            words,
            &["a$1", "12", "(", ")", ",", "=", "-", "/", "*", "."],
        ]
        .concat(),
    );
    let token = prop_oneof![
        4 => plain.prop_map(|text| (text.to_owned(), 0)),
        3 => quoted(dialect).prop_map(|text| (text, 0)),
        1 => comment(dialect).prop_map(|text| (text, 1)),
    ];
    let space = select(vec![" ", "\n", "\n  ", "\t"]);
    let rest = prop::collection::vec((space, token), 0..8);
    (first, rest).prop_map(|(first, rest)| {
        let count = rest.iter().map(|(_, (_, count))| count).sum();
        let rest = rest
            .into_iter()
            .map(|(space, (text, _))| format!("{space}{text}"));
        (first.to_owned() + &rest.collect::<String>(), count)
    })
}

const WORDS: &[&str] = &["FROM", "e", "E"];
const WORDS_OF_BLOCKS: &[&str] = &["FROM", "BEGIN", "CASE", "END", "TRIGGER", "ATOMIC"];

fn item(dialect: Dialect) -> impl Strategy<Value = Item> {
    let one = statement(dialect, WORDS_OF_BLOCKS);
    let inner = prop::collection::vec(statement(dialect, WORDS), 1..4);
    let around_end = (
        prop::option::of(comment(dialect)),
        prop::option::of(comment(dialect)),
    );
    let block = (inner, around_end).prop_map(move |(inner, (before, after))| {
        let head = match dialect {
            Dialect::Postgres => "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC",
            _ => "CREATE TRIGGER t AFTER INSERT ON a BEGIN",
        };
        let mut count = usize::from(before.is_some()) + usize::from(after.is_some());
        let mut text = head.to_owned();
        for (statement, comments) in inner {
            text += &format!(" {statement} ;");
            count += comments;
        }
        text += &format!(
            " {} END {}",
            before.unwrap_or_default(),
            after.unwrap_or_default()
        );
        (text, count)
    });
    let delimiter = select(vec!["//", ";;", "$$", ";"]);
    let is_mysql = dialect.is_mysql();
    prop_oneof![
        6 => one.prop_map(|(text, count)| Item::Statement(text, count)),
        2 => block.prop_map(|(text, count)| Item::Block(text, count)),
        2 => comment(dialect).prop_map(Item::Comment),
        1 => Just(Item::Empty),
        1 => delimiter.prop_map(move |end| if is_mysql { Item::Delimiter(end) } else { Item::Empty }),
    ]
}

fn dialects() -> impl Strategy<Value = Dialect> {
    select(vec![
        Dialect::Postgres,
        Dialect::MySql,
        Dialect::MariaDb,
        Dialect::Sqlite,
    ])
}

/// A file, the statements in it with their lines, and how many comments it has.
#[derive(Debug, Default)]
struct File {
    text: String,
    statements: Vec<(usize, String)>,
    comments: usize,
}

/// Puts a file together. After each statement and comment stands one of `spaces`.
fn file(dialect: Dialect, items: &[Item], spaces: &[&str]) -> File {
    let mut file = File::default();
    let mut end = ";";
    let mut spaces = spaces.iter().cycle();
    for item in items {
        match item {
            // It has no end of its own.
            Item::Block(..) if dialect.is_mysql() && end == ";" => continue,
            Item::Statement(text, count) | Item::Block(text, count) => {
                let line = file.text.matches('\n').count() + 1;
                file.statements.push((line, text.trim_end().to_owned()));
                file.comments += count;
                file.text += text;
                // A part of the end would be it together with what stands before.
                let is_near = text.ends_with(|c| end.contains(c));
                file.text += &format!("{}{end}", if is_near { " " } else { "" });
            }
            Item::Comment(text) => {
                file.comments += 1;
                file.text += text;
            }
            Item::Empty => file.text += end,
            Item::Delimiter(new) => {
                end = new;
                file.text += &format!("\nDELIMITER {new}\n");
            }
        }
        file.text += spaces.next().unwrap_or(&"\n");
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_has_the_statements_that_it_was_put_together_from(
        (dialect, items) in dialects()
            .prop_flat_map(|dialect| (Just(dialect), prop::collection::vec(item(dialect), 0..6))),
        spaces in prop::collection::vec(select(vec!["\n", " ", "\n\n", "", "\r\n"]), 1..4),
    ) {
        let file = file(dialect, &items, &spaces);
        let found = statements(&file.text, dialect);
        let found = found.map_err(|error| TestCaseError::fail(format!("{error}\n{}", file.text)))?;
        let found = found.into_iter().filter(|one| !one.is_for_client);
        let found: Vec<_> = found.map(|one| (one.line, one.text.to_owned())).collect();
        prop_assert_eq!(found, file.statements, "{}: {}", dialect, file.text);
        let comments = comments(&file.text, dialect);
        prop_assert_eq!(comments.len(), file.comments, "{}: {}\n{:?}", dialect, file.text, comments);
    }

    /// Whatever the text is: statements are parts of it, in order, nothing is between them but what is none, and put together again
    /// they are the same.
    #[test]
    fn nothing_of_a_text_is_lost(
        dialect in dialects(),
        text in atoms(&[NASTY, &["'", "\"", "`", "[", "]", "\\", "$a$", "E'", "/*!", "CREATE ", "TRIGGER ", "FUNCTION ", "BEGIN ", "END", "CASE "]], 24),
    ) {
        match statements(&text, dialect) {
            Err(error) => prop_assert!((1..=text.matches('\n').count() + 1).contains(&error.line)),
            Ok(found) => {
                let mut end = 0;
                for one in &found {
                    let at = (one.text.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
                    let between = at.and_then(|at| text.get(end..at));
                    let none = between.map(|between| statements(between, dialect));
                    prop_assert_eq!(none, Some(Ok(vec![])), "before {}: {}", one.text, text);
                    end = at.unwrap_or_default() + one.text.len();
                }
                let rest = text.get(end..).unwrap_or_default();
                prop_assert_eq!(statements(rest, dialect), Ok(vec![]), "{}", text);
                // What is for the client is a line.
                if found.iter().any(|one| one.is_for_client) {
                    return Ok(());
                }
                // The last line may be a comment, and must not become one: of MySQL, `--` alone is none.
                const LAST: &str = "/**/\n;\n";
                let texts: Vec<_> = found.iter().map(|one| one.text).collect();
                if texts.iter().any(|text| dialect.is_mysql() && text.starts_with("--")) {
                    return Ok(());
                }
                let joined = texts.join(LAST);
                let again = statements(&joined, dialect);
                let bare = |text: &str| text.trim_end_matches("/**/").trim_end().to_owned();
                let again = again.map(|all| all.iter().map(|one| bare(one.text)).collect::<Vec<_>>());
                let texts = texts.into_iter().map(bare).collect();
                prop_assert_eq!(again, Ok(texts), "{}", text);
            }
        }
    }
}
