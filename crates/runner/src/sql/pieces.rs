//! The pieces of SQL: words, names, literals, marks and comments, as each engine tells them apart.

use std::borrow::Cow;

use sea_orm::DbBackend;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a name without quotes, or a number.
    Word,
    /// A name in quotes.
    Name,
    /// A string.
    Literal,
    /// Any other character.
    Mark,
    /// A comment up to the end of its line.
    LineComment,
    /// Another comment.
    Comment,
}

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub kind: Kind,
    /// As it is written.
    pub text: &'a str,
    /// Where it starts.
    pub at: usize,
}

impl<'a> Piece<'a> {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this character.
    pub(crate) fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    pub(crate) fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::Comment)
    }

    /// What it names, if it can name something. PostgreSQL writes names without quotes in small letters; for MySQL and
    /// SQLite the case says nothing.
    pub(crate) fn name(&self, backend: DbBackend) -> Option<String> {
        let name: Cow<'a, str> = match self.kind {
            Kind::Word => self.text.to_lowercase().into(),
            Kind::Name => {
                let mut inner = self.text.chars();
                let open = inner.next()?;
                inner.next_back()?;
                let close = if open == '[' { ']' } else { open };
                let doubled = [close, close].iter().collect::<String>();
                inner.as_str().replace(&doubled, &close.to_string()).into()
            }
            _ => return None,
        };
        Some(match backend {
            DbBackend::Postgres => name.into_owned(),
            _ => name.to_lowercase(),
        })
    }
}

/// The pieces of `sql`, without the space between them. What has no end goes to the end of the text.
pub(crate) fn pieces(backend: DbBackend, sql: &str) -> Vec<Piece<'_>> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        let space = rest.len() - rest.trim_start().len();
        if space > 0 {
            at += space;
            continue;
        }
        let before = found
            .last()
            .filter(|piece: &&Piece<'_>| piece.at + piece.text.len() == at);
        let (kind, length) = piece(backend, rest, before);
        found.push(Piece {
            kind,
            text: &rest[..length],
            at,
        });
        at += length;
    }
    found
}

/// Kind and length of the piece at the start of `rest`, right behind the piece `before`.
fn piece(backend: DbBackend, rest: &str, before: Option<&Piece<'_>>) -> (Kind, usize) {
    let is_mysql = backend == DbBackend::MySql;
    let line = || rest.find('\n').map_or(rest.len(), |end| end + 1);
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '-' if rest.starts_with("--") && (!is_mysql || is_space(rest.chars().nth(2))) => {
            (Kind::LineComment, line())
        }
        '#' if is_mysql => (Kind::LineComment, line()),
        '/' if rest.starts_with("/*") => (Kind::Comment, comment(backend, rest)),
        '\'' => {
            let is_escaped = before.is_some_and(|piece| piece.is("E"));
            (Kind::Literal, quoted(rest, '\'', is_mysql || is_escaped))
        }
        '"' if is_mysql => (Kind::Literal, quoted(rest, '"', true)),
        '"' => (Kind::Name, quoted(rest, '"', false)),
        '`' if backend != DbBackend::Postgres => (Kind::Name, quoted(rest, '`', false)),
        '[' if backend == DbBackend::Sqlite => (Kind::Name, quoted(rest, ']', false)),
        '$' if backend == DbBackend::Postgres => match dollar_quoted(rest) {
            Some(length) => (Kind::Literal, length),
            None => (Kind::Mark, 1),
        },
        c if is_of_word(c) => {
            let end = rest.find(|c: char| !is_of_word(c) && c != '$');
            (Kind::Word, end.unwrap_or(rest.len()))
        }
        c => (Kind::Mark, c.len_utf8()),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `c` is space, or the end.
fn is_space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// The length of what stands in quotes at the start of `rest`; a doubled quote does not end it, and where there are
/// `escapes`, nor does one behind a backslash.
fn quoted(rest: &str, close: char, escapes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if c == close && chars.next_if(|&(_, next)| next == close).is_none() {
            return at + c.len_utf8();
        }
    }
    rest.len()
}

/// The length of `$tag$ … $tag$` at the start of `rest`.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('$')?;
    let tag = inner.find(|c: char| !is_of_word(c))?;
    if !inner[tag..].starts_with('$') || inner.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let sign = &rest[..tag + 2];
    let body = &rest[sign.len()..];
    Some(
        body.find(sign)
            .map_or(rest.len(), |end| end + 2 * sign.len()),
    )
}

/// The length of the comment at the start of `rest`. PostgreSQL's may stand in each other.
fn comment(backend: DbBackend, rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") && (depth == 0 || backend == DbBackend::Postgres) {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}
