//! SQLite's lexical grammar: takes the text of a statement apart, and puts parts of it together again.
//! (<https://sqlite.org/draft/tokenreq.html>)

/// A piece of a statement that means something: neither white space nor a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As it was written, quotes included.
    pub(super) text: &'a str,
    /// Whether anything stands between this one and the one before.
    spaced: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    /// Whether this is the keyword `word`.
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that it stands for, which SQLite takes in any quotes.
    pub(super) fn name(&self) -> String {
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
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = vec![];
    let (mut rest, mut spaced) = (sql, false);
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
            tokens.push(Token { kind, text, spaced });
        }
        spaced = kind.is_none();
    }
    tokens
}

/// `tokens` as one line of SQL without comments.
pub(super) fn text(tokens: &[Token<'_>]) -> String {
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
pub(super) fn group<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
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
pub(super) fn without_parentheses<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let Some(inner) = group(tokens)
        && inner.len() + 2 == tokens.len()
    {
        tokens = inner;
    }
    tokens
}

/// The parts of `tokens` between the commas that are in no parentheses.
pub(super) fn parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
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
