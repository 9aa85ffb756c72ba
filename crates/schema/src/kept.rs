//! SQL that is kept as text, after what it names got another name: checks, computed columns, indexes that plain columns do
//! not describe.

use std::collections::BTreeMap;

use crate::{Dialect, ObjectName, text};

/// The words that PostgreSQL quotes where they are names, as its versions from 13 to 18 do.
/// (<https://www.postgresql.org/docs/current/sql-keywords-appendix.html>, `pg_get_keywords()`)
const POSTGRES_QUOTES: &str = " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit \
    boolean both case cast char character check coalesce collate collation column concurrently constraint create cross \
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal default \
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest \
    group grouping having ilike in initially inner inout int integer intersect interval into is isnull join lateral leading \
    least left like limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric \
    offset on only or order out outer overlaps overlay placing position precision primary real references returning right \
    row select session_user setof similar smallint some substring symmetric system_user table tablesample then time \
    timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where window with \
    xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable ";

/// The words of a type's name after the first one.
const OF_TYPES: [&str; 6] = ["varying", "precision", "with", "without", "time", "zone"];

/// The new names of a table's columns, by the old ones.
pub type Names<'a> = BTreeMap<&'a str, &'a str>;

/// `sql`, an expression over columns of one table, with `names` for the columns.
pub fn renamed(sql: &str, names: &Names<'_>, dialect: Dialect) -> String {
    let tokens = tokens(sql, dialect);
    replaced(sql, &tokens, |at| column(&tokens, at, names, dialect))
}

/// `definition`, what makes an index of `table` that is called `index`, with `names` for the columns. It may say older
/// names of the two.
pub fn renamed_index(
    definition: &str,
    index: &str,
    table: &ObjectName,
    names: &Names<'_>,
    dialect: Dialect,
) -> String {
    let tokens = tokens(definition, dialect);
    let open = tokens.iter().position(|token| token.text == "(");
    let head = open.unwrap_or(tokens.len());
    let after = |word: &str| {
        let mut head = tokens.iter().take(head);
        head.position(|token| token.is(word)).map(|at| at + 1)
    };
    let first = |at: usize| match tokens.get(at..at + 3) {
        Some([one, two, three]) if one.is("IF") && two.is("NOT") && three.is("EXISTS") => at + 3,
        _ => at,
    };
    let is_constraint = tokens.first().is_some_and(|token| token.is("ALTER"));
    let (of_index, of_table) = match is_constraint {
        true => (after("CONSTRAINT"), after("TABLE")),
        false => (after("INDEX").map(first), after("ON")),
    };
    replaced(definition, &tokens, |at| {
        if at >= head {
            return column(&tokens, at, names, dialect);
        }
        let is_last = tokens.get(at + 1).is_none_or(|next| next.text != ".");
        let begins = |start: Option<usize>| {
            start.is_some_and(|start| {
                at == start || (at == start + 2 && tokens[start + 1].text == ".")
            })
        };
        let name = match () {
            () if !is_last => return None,
            () if begins(of_index) => index,
            () if begins(of_table) => table.name.as_str(),
            () => return None,
        };
        (tokens.get(at)?.name() != name).then(|| dialect.quote(name))
    })
}

/// `sql` with what `instead` says for its tokens.
fn replaced(sql: &str, tokens: &[Token<'_>], instead: impl Fn(usize) -> Option<String>) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (at, token) in tokens.iter().enumerate() {
        if let Some(text) = instead(at) {
            out.push_str(sql.get(from..token.start).unwrap_or_default());
            out.push_str(&text);
            from = token.start + token.text.len();
        }
    }
    out + sql.get(from..).unwrap_or_default()
}

/// `name` in quotes, which PostgreSQL leaves away where it can.
fn quoted(name: &str, dialect: Dialect) -> String {
    let is_plain = text::identifier(name) == name;
    let is_word = POSTGRES_QUOTES.contains(&format!(" {name} "));
    match dialect == Dialect::Postgres && is_plain && !is_word {
        true => name.to_owned(),
        false => dialect.quote(name),
    }
}

/// What stands for the token at `at` if it is a column that is called otherwise now: no function, type, collation or text.
fn column(tokens: &[Token<'_>], at: usize, names: &Names<'_>, dialect: Dialect) -> Option<String> {
    let token = tokens.get(at).filter(|token| token.is_name())?;
    let name = token.name();
    let (_, new) = names.iter().find(|(old, _)| match dialect {
        Dialect::Postgres => **old == name,
        _ => old.to_lowercase() == name.to_lowercase(),
    })?;
    let next = tokens.get(at + 1).map_or("", |next| next.text);
    let before = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
    let follows = |text: &str| before(1).is_some_and(|before| before.is(text));
    // MySQL's indexes have lengths: `name`(10).
    let is_function = next == "(" && !(dialect.is_mysql() && token.is_quoted());
    // What stands behind a point is a field in PostgreSQL, and a column elsewhere.
    let is_part = next == "." || (dialect == Dialect::Postgres && follows("."));
    let is_field = follows("(") && before(2).is_some_and(|word| word.is("extract"));
    let is_zone = token.is("zone") && follows("time");
    let is_other = is_function || is_part || is_field || is_zone || is_of_type(tokens, at);
    (!is_other).then(|| quoted(new, dialect))
}

/// Whether the token at `at` stands in the name of a type or a collation.
fn is_of_type(tokens: &[Token<'_>], at: usize) -> bool {
    let mut start = at;
    while let Some(before) = start.checked_sub(1).and_then(|at| tokens.get(at)) {
        if before.text == "::" || before.is("COLLATE") {
            return true;
        }
        let is_further = OF_TYPES.iter().any(|word| tokens[start].is(word));
        if before.text == "." && start > 1 {
            start -= 2;
        } else if is_further && before.is_name() {
            start -= 1;
        } else {
            return false;
        }
    }
    false
}

/// A piece of an expression.
struct Token<'a> {
    text: &'a str,
    start: usize,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    fn is_quoted(&self) -> bool {
        self.text.starts_with(['"', '`', '['])
    }

    fn is_name(&self) -> bool {
        let first = self.text.chars().next();
        self.is_quoted() && self.text.len() > 1
            || first.is_some_and(|c| c.is_alphabetic() || c == '_' || !c.is_ascii())
    }

    /// The name that it stands for.
    fn name(&self) -> String {
        let mut chars = self.text.chars();
        match (chars.next(), chars.next_back()) {
            (Some('['), Some(_)) => chars.as_str().to_owned(),
            (Some(quote @ ('"' | '`')), Some(_)) => {
                let doubled = [quote, quote].iter().collect::<String>();
                chars.as_str().replace(&doubled, &quote.to_string())
            }
            _ => self.text.to_owned(),
        }
    }
}

/// The tokens of `sql`: names and texts in their quotes, words, `::`, and every other character for itself.
fn tokens(sql: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let mut tokens = vec![];
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted_length(rest, '\'', dialect.is_mysql()),
            '"' | '`' => quoted_length(rest, first, false),
            // In PostgreSQL, that is the start of an array.
            '[' if dialect == Dialect::Sqlite => rest.find(']').map_or(rest.len(), |at| at + 1),
            ':' if rest.starts_with("::") => 2,
            c if is_of_word(c) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        if !first.is_whitespace() {
            let start = sql.len() - rest.len();
            tokens.push(Token { text, start });
        }
        rest = after;
    }
    tokens
}

/// The length of the text in quotes at the start of `rest`, which ends with `rest` if it does not end before. A quote in
/// it is doubled, or has a backslash before it where that is an escape.
fn quoted_length(rest: &str, quote: char, escapes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let is_doubled = c == quote && chars.next_if(|&(_, next)| next == quote).is_some();
        if escapes && c == '\\' {
            chars.next();
        } else if c == quote && !is_doubled {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str, dialect: Dialect) -> String {
        renamed(
            sql,
            &Names::from([("name", "full_name"), ("a", "b"), ("b", "a")]),
            dialect,
        )
    }

    #[test]
    fn columns_have_their_new_names() {
        for (dialect, old, new) in [
            (
                Dialect::Postgres,
                "lower((name)::text)",
                "lower((full_name)::text)",
            ),
            (
                Dialect::Postgres,
                "(a > b) AND (\"name\" <> 'name'::text)",
                "(b > a) AND (full_name <> 'name'::text)",
            ),
            (
                Dialect::Postgres,
                "name(a, E'it''s \\\\')",
                "name(b, E'it''s \\\\')",
            ),
            (
                Dialect::Postgres,
                "a = ANY (ARRAY[name, 'a'::text])",
                "b = ANY (ARRAY[full_name, 'a'::text])",
            ),
            (
                Dialect::Postgres,
                "((a)::name)::app.name || b",
                "((b)::name)::app.name || a",
            ),
            (
                Dialect::Postgres,
                "a COLLATE name || name.lower(b)",
                "b COLLATE name || name.lower(a)",
            ),
            (
                Dialect::Postgres,
                "(name).a + (name).b",
                "(full_name).a + (full_name).b",
            ),
            (
                Dialect::MariaDb,
                "octet_length(`name`) > `a` and `b` <> 'it\\'s `name`'",
                "octet_length(`full_name`) > `b` and `a` <> 'it\\'s `name`'",
            ),
            (
                Dialect::Sqlite,
                "length(NAME) > [a] AND \"user\".name <> 'name'",
                "length(\"full_name\") > \"b\" AND \"user\".\"full_name\" <> 'name'",
            ),
        ] {
            assert_eq!(of(old, dialect), new);
        }
    }

    #[test]
    fn words_that_look_like_columns_stay() {
        let names = Names::from([("year", "y"), ("zone", "z"), ("varying", "v")]);
        let old = "(EXTRACT(year FROM (year AT TIME ZONE zone)) > 2) AND ((zone)::character varying = 'x')";
        let new = "(EXTRACT(year FROM (y AT TIME ZONE z)) > 2) AND ((z)::character varying = 'x')";
        assert_eq!(renamed(old, &names, Dialect::Postgres), new);
    }

    #[test]
    fn names_are_quoted_where_the_server_does_it() {
        for (to, written) in [
            ("order", "\"order\""),
            ("Name", "\"Name\""),
            ("text", "text"),
            ("a\"b", "\"a\"\"b\""),
        ] {
            let names = Names::from([("name", to)]);
            assert_eq!(
                renamed("name > 1", &names, Dialect::Postgres),
                format!("{written} > 1")
            );
        }
    }

    #[test]
    fn an_index_is_called_and_stands_on_what_it_does_now() {
        let names = Names::from([("kind", "sort"), ("name", "full_name")]);
        let table = ObjectName::within("app", "person");
        for (dialect, old, new) in [
            (
                Dialect::Postgres,
                r#"CREATE UNIQUE INDEX "name" ON "app"."user" USING btree (lower(name), "kind") INCLUDE (name) WHERE (name > 1)"#,
                r#"CREATE UNIQUE INDEX "low" ON "app"."person" USING btree (lower(full_name), sort) INCLUDE (full_name) WHERE (full_name > 1)"#,
            ),
            (
                Dialect::Postgres,
                r#"ALTER TABLE "app"."person" ADD CONSTRAINT "low" UNIQUE (name) DEFERRABLE"#,
                r#"ALTER TABLE "app"."person" ADD CONSTRAINT "low" UNIQUE (full_name) DEFERRABLE"#,
            ),
            (
                Dialect::MariaDb,
                "CREATE INDEX `low` ON `person` (`name`(10), `kind` DESC)",
                "CREATE INDEX `low` ON `person` (`full_name`(10), `sort` DESC)",
            ),
            (
                Dialect::Sqlite,
                "CREATE INDEX IF NOT EXISTS name ON [user] (name COLLATE nocase)",
                "CREATE INDEX IF NOT EXISTS \"low\" ON \"person\" (\"full_name\" COLLATE nocase)",
            ),
            (
                Dialect::Sqlite,
                "UNIQUE (name) ON CONFLICT FAIL",
                "UNIQUE (\"full_name\") ON CONFLICT FAIL",
            ),
        ] {
            assert_eq!(renamed_index(old, "low", &table, &names, dialect), new);
        }
    }
}
