//! SQLite's lexical grammar: takes the text of a statement apart, and puts parts of it together again.
//! (<https://sqlite.org/draft/tokenreq.html>)

use crate::Dialect;

/// A piece of a statement that means something: neither white space nor a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it was written, quotes included.
    pub text: &'a str,
    /// Where in the statement it stands.
    pub start: usize,
    /// Whether anything stands between this one and the one before.
    pub spaced: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or a plain name.
    Word,
    /// Anything in `'…'`, `"…"`, `` `…` `` or `[…]`.
    Quoted,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// A number, or one character of anything else.
    Other,
}

impl Token<'_> {
    /// Where in the statement it ends.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether this is the keyword `word`.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that it stands for, which SQLite takes in any quotes.
    pub fn name(&self) -> String {
        let Some((open, close)) = quotes(self.text) else {
            return self.text.to_owned();
        };
        let inner = self.text.strip_prefix(open).unwrap_or(self.text);
        let inner = inner.strip_suffix(close).unwrap_or(inner);
        if open == close {
            inner.replace(&format!("{open}{open}"), &open.to_string())
        } else {
            inner.to_owned()
        }
    }
}

/// The tokens of `sql`. What does not end, ends with the text.
pub fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = vec![];
    let (mut rest, mut start, mut spaced) = (sql, 0, false);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            c if c.is_ascii_whitespace() => (None, c.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, comment_length(rest)),
            '(' => (Some(Kind::Open), 1),
            ')' => (Some(Kind::Close), 1),
            ',' => (Some(Kind::Comma), 1),
            c if quotes(rest).is_some() => (Some(Kind::Quoted), quoted_length(rest, c)),
            c if c.is_ascii_digit() => (Some(Kind::Other), word_length(rest)),
            c if is_of_word(c) => (Some(Kind::Word), word_length(rest)),
            c => (Some(Kind::Other), c.len_utf8()),
        };
        let (text, after) = rest.split_at(length);
        rest = after;
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                text,
                start,
                spaced,
            });
        }
        start += length;
        spaced = kind.is_none();
    }
    tokens
}

/// A `CREATE TABLE` as SQLite keeps it, for a table that is called `name`.
pub fn with_name(create_table: &str, name: &str) -> String {
    let third = tokens(create_table).get(2).map(Token::end);
    let rest = third.and_then(|end| create_table.get(end..));
    format!(
        "CREATE TABLE {}{}",
        Dialect::Sqlite.quote(name),
        rest.unwrap_or_default()
    )
}

/// A part of a `CREATE TABLE` without the table's name before a column's (`CHECK ("user"."age" > 0)`), which says nothing
/// and would be another's while the table is made under another name.
pub fn unqualified(part: &str, table: &str) -> String {
    let tokens = tokens(part);
    let mut plain = String::new();
    let mut from = 0;
    for (token, next) in tokens.iter().zip(tokens.iter().skip(1)) {
        let is_name = matches!(token.kind, Kind::Word | Kind::Quoted);
        let is_qualifier = is_name
            && !token.text.starts_with('\'')
            && token.name().eq_ignore_ascii_case(table)
            && next.text == ".";
        if is_qualifier {
            plain.push_str(part.get(from..token.start).unwrap_or_default());
            from = next.end();
        }
    }
    plain + part.get(from..).unwrap_or_default()
}

/// Whether a `CREATE TABLE` has `word` as a keyword.
pub fn says(create_table: &str, word: &str) -> bool {
    tokens(create_table).iter().any(|token| token.is(word))
}

/// Whether two statements differ in case, quotes and white space only.
pub fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// A statement without what says nothing: the case of words, the quotes of names, white space, comments.
pub fn plain(sql: &str) -> String {
    let plain = |token: &Token<'_>| match token.text.starts_with('\'') {
        true => token.text.to_owned(),
        false => token.name().to_lowercase(),
    };
    let words: Vec<_> = tokens(sql).iter().map(plain).collect();
    words.join(" ")
}

/// `tokens` as one line of SQL without comments.
pub fn text(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for (place, token) in tokens.iter().enumerate() {
        if token.spaced && place > 0 {
            text.push(' ');
        }
        text.push_str(token.text);
    }
    text
}

/// What stands between the parenthesis that `tokens` begin with and the one that closes it, or the end; nothing
/// where there is none.
pub fn group<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    let (open, inner) = tokens.split_first()?;
    if open.kind != Kind::Open {
        return None;
    }
    let mut depth = 0usize;
    let end = inner.iter().position(|token| match token.kind {
        Kind::Open => {
            depth += 1;
            false
        }
        Kind::Close if depth == 0 => true,
        Kind::Close => {
            depth -= 1;
            false
        }
        _ => false,
    });
    inner.get(..end.unwrap_or(inner.len()))
}

/// `tokens` without parentheses that enclose all of them.
pub fn without_parentheses<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let Some(inner) = group(tokens)
        && inner.len() + 2 == tokens.len()
    {
        tokens = inner;
    }
    tokens
}

/// The parts of `tokens` between the commas that are in no parentheses.
pub fn parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0usize;
    tokens
        .split(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            token.kind == Kind::Comma && depth == 0
        })
        .collect()
}

/// The quotes that open and close a text that begins with one.
fn quotes(text: &str) -> Option<(char, char)> {
    match text.chars().next()? {
        '[' => Some(('[', ']')),
        c @ ('\'' | '"' | '`') => Some((c, c)),
        _ => None,
    }
}

/// The length of the quoted text at the start of `rest`. A quote in it is doubled; a `]` cannot be.
fn quoted_length(rest: &str, open: char) -> usize {
    let close = if open == '[' { ']' } else { open };
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let doubled = open == close
            && chars
                .next_if(|&(_, next)| c == close && next == close)
                .is_some();
        if c == close && !doubled {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

fn comment_length(rest: &str) -> usize {
    let inner = rest.get(2..).unwrap_or_default();
    inner.find("*/").map_or(rest.len(), |at| at + 4)
}

fn word_length(rest: &str) -> usize {
    rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())
}

/// Everything beyond ASCII is part of a word.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}
