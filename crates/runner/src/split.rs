//! A file with SQL taken apart into its statements, as the engine's own client does it.
//!
//! Only where a statement ends is worked out: at a semicolon that is in no quotes, comment or block.
//! (<https://www.postgresql.org/docs/current/sql-syntax-lexical.html>,
//! <https://mariadb.com/kb/en/delimiters/>, <https://sqlite.org/c3ref/complete.html>)

#[cfg(test)]
mod tests;

use seadrift_schema::Dialect;

/// A quote, a comment or a block that has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: what begins here has no end")]
pub struct Unended {
    /// The line that it begins in, from 1.
    pub line: usize,
}

/// A statement, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'s> {
    /// The number of its first line, from 1.
    pub line: usize,
    /// Its text, without what ends it.
    pub text: &'s str,
    /// Its words outside of quotes, in upper case, the first few of them.
    pub words: Vec<String>,
    /// Whether it is for the client, not for the server.
    pub is_for_client: bool,
}

/// How many words of a statement are kept.
const WORDS: usize = 8;

/// The statements of `source`, or what of it has no end.
pub fn statements(source: &str, dialect: Dialect) -> Result<Vec<Statement<'_>>, Unended> {
    let mut reader = Reader::new(source, dialect);
    let mut all = vec![];
    while let Some(statement) = reader.next()? {
        all.push(statement);
    }
    Ok(all)
}

/// The comments of `source`, in order; where something has no end, those before it.
pub fn comments(source: &str, dialect: Dialect) -> Vec<&str> {
    let mut reader = Reader::new(source, dialect);
    let mut all = vec![];
    while !reader.rest().is_empty() {
        let (start, is_run) = (reader.at, reader.is_run());
        match reader.comment() {
            Ok(true) if !is_run => all.extend(reader.source.get(start..reader.at)),
            Ok(true) => {}
            Ok(false) => match reader.quoted("") {
                Ok(true) => {}
                Ok(false) => {
                    let word = reader.word();
                    let is_ended = match word {
                        "" => reader.step().is_some(),
                        word => reader.quoted_after(word).is_ok(),
                    };
                    if !is_ended {
                        break;
                    }
                }
                Err(_) => break,
            },
            Err(_) => break,
        }
    }
    all
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
    dialect: Dialect,
    /// What ends a statement; MySQL's clients take another word for it.
    delimiter: String,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str, dialect: Dialect) -> Self {
        Self {
            source: source.strip_prefix('\u{feff}').unwrap_or(source),
            at: 0,
            dialect,
            delimiter: ";".to_owned(),
        }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn line_of(&self, at: usize) -> usize {
        let before = self.source.get(..at).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    /// Moves behind the line that is being read, and returns it.
    fn line(&mut self) -> &'s str {
        let rest = self.rest();
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at += end;
        rest.get(..end).unwrap_or_default().trim_end()
    }

    /// Moves behind white space and what is nothing but a comment.
    fn skip(&mut self) -> Result<(), Unended> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.is_run() || !self.comment()? {
                return Ok(());
            }
        }
    }

    /// Whether MySQL runs what stands in the comment that begins here.
    fn is_run(&self) -> bool {
        let starts = |with| self.rest().starts_with(with);
        self.dialect.is_mysql() && (starts("/*!") || starts("/*M!"))
    }

    /// Moves behind a word, if one begins here, and returns it.
    fn word(&mut self) -> &'s str {
        let rest = self.rest();
        let is_first = |c: char| c.is_alphanumeric() || c == '_';
        if !rest.starts_with(is_first) {
            return "";
        }
        let end = rest.find(|c: char| !is_first(c) && c != '$');
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        // `END$$`: MySQL's client looks for the end of a statement at every letter.
        let end = word.find(self.delimiter.as_str()).filter(|end| *end > 0);
        let word = end.and_then(|end| word.get(..end)).unwrap_or(word);
        self.at += word.len();
        word
    }

    /// Moves behind a quoted text that belongs to the word before it, if one begins here: `E'…'` is one thing.
    fn quoted_after(&mut self, word: &str) -> Result<bool, Unended> {
        Ok(self.rest().starts_with('\'') && self.quoted(word)?)
    }

    /// Moves behind a comment, if one begins here.
    fn comment(&mut self) -> Result<bool, Unended> {
        let rest = self.rest();
        let is_mysql = self.dialect.is_mysql();
        let after_dashes = rest.strip_prefix("--");
        let is_line = match after_dashes {
            Some(after) => !is_mysql || after.chars().next().is_none_or(char::is_whitespace),
            None => is_mysql && rest.starts_with('#'),
        };
        if is_line {
            self.line();
            return Ok(true);
        }
        if !rest.starts_with("/*") {
            return Ok(false);
        }
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                // SQLite takes the end of the text for the end of the comment.
                if self.dialect == Dialect::Sqlite {
                    return Ok(true);
                }
                let line = self.line_of(start);
                return Err(Unended { line });
            } else if rest.starts_with("/*") && (depth == 0 || self.dialect == Dialect::Postgres) {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return Ok(true);
                }
            } else {
                self.step();
            }
        }
    }

    /// Moves behind one character and returns it.
    fn step(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Moves behind a quoted text, if one begins here.
    fn quoted(&mut self, before: &str) -> Result<bool, Unended> {
        let start = self.at;
        let rest = self.rest();
        let is_postgres = self.dialect == Dialect::Postgres;
        if is_postgres && let Some(tag) = dollar_quote(rest) {
            let body = rest.get(tag.len()..).unwrap_or_default();
            return match body.find(tag) {
                Some(end) => {
                    self.at += tag.len() + end + tag.len();
                    Ok(true)
                }
                None => Err(Unended {
                    line: self.line_of(start),
                }),
            };
        }
        let close = match rest.chars().next() {
            Some('\'') => '\'',
            Some('"') => '"',
            Some('`') if !is_postgres => '`',
            Some('[') if self.dialect == Dialect::Sqlite => ']',
            _ => return Ok(false),
        };
        let has_escapes = match self.dialect {
            Dialect::MySql | Dialect::MariaDb => close != '`',
            Dialect::Postgres => close == '\'' && before.eq_ignore_ascii_case("E"),
            Dialect::Sqlite => false,
        };
        self.step();
        while let Some(c) = self.step() {
            if c == '\\' && has_escapes {
                self.step();
            } else if c == close {
                // A doubled one is one within. There is none of SQLite's brackets.
                if close == ']' || !self.rest().starts_with(close) {
                    return Ok(true);
                }
                self.step();
            }
        }
        let line = self.line_of(start);
        Err(Unended { line })
    }

    /// The line, if what begins here is for the client.
    fn client_line(&mut self) -> Option<Statement<'s>> {
        let rest = self.rest();
        let is_command = match self.dialect {
            Dialect::Postgres => rest.starts_with('\\'),
            Dialect::Sqlite => rest.starts_with('.'),
            Dialect::MySql | Dialect::MariaDb => rest
                .get(..9)
                .is_some_and(|word| word.eq_ignore_ascii_case("DELIMITER")),
        };
        if !is_command {
            return None;
        }
        let line = self.line_of(self.at);
        let text = self.line();
        let words = text.split_whitespace().take(WORDS);
        let words: Vec<_> = words.map(str::to_uppercase).collect();
        if let (true, Some(delimiter)) = (self.dialect.is_mysql(), text.split_whitespace().nth(1)) {
            self.delimiter = delimiter.to_owned();
        }
        Some(Statement {
            line,
            text,
            words,
            is_for_client: true,
        })
    }

    fn next(&mut self) -> Result<Option<Statement<'s>>, Unended> {
        loop {
            self.skip()?;
            if !self.rest().starts_with(self.delimiter.as_str()) {
                break;
            }
            self.at += self.delimiter.len();
        }
        if self.rest().is_empty() {
            return Ok(None);
        }
        if let Some(line) = self.client_line() {
            return Ok(Some(line));
        }
        let start = self.at;
        let mut words: Vec<String> = vec![];
        let mut block = Block::default();
        let end = loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                if block.is_open(self.dialect, &words) {
                    let line = self.line_of(start);
                    return Err(Unended { line });
                }
                break self.at;
            };
            if rest.starts_with(self.delimiter.as_str()) {
                if self.delimiter != ";" || block.ends(self.dialect, &words) {
                    let end = self.at;
                    self.at += self.delimiter.len();
                    break end;
                }
                block.semicolon();
                self.step();
            } else if self.comment()? {
                // As good as white space.
            } else if self.quoted("")? {
                block.other();
            } else if c.is_alphanumeric() || c == '_' {
                let word = self.word();
                if self.quoted_after(word)? {
                    block.other();
                    continue;
                }
                let word = word.to_uppercase();
                block.word(&word, self.dialect, &words);
                if words.len() < WORDS {
                    words.push(word);
                }
            } else {
                if !c.is_whitespace() {
                    block.other();
                }
                self.step();
            }
        };
        Ok(Some(Statement {
            line: self.line_of(start),
            text: self.source.get(start..end).unwrap_or_default().trim_end(),
            words,
            is_for_client: false,
        }))
    }
}

/// The word that opens and closes a text, such as `$$` or `$body$`.
fn dollar_quote(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let end = rest.find('$')?;
    let tag = rest.get(..end)?;
    let is_tag = !tag.starts_with(|c: char| c.is_ascii_digit())
        && tag.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_tag.then(|| text.get(..end + 2)).flatten()
}

/// Whether a semicolon ends the statement, or one within it.
#[derive(Default)]
struct Block {
    /// How many of PostgreSQL's `BEGIN ATOMIC` and `CASE` are open.
    depth: usize,
    /// What came last: a semicolon, and then `END`.
    after_semicolon: bool,
    after_end: bool,
}

impl Block {
    fn semicolon(&mut self) {
        (self.after_semicolon, self.after_end) = (true, false);
    }

    fn other(&mut self) {
        (self.after_semicolon, self.after_end) = (false, false);
    }

    fn word(&mut self, word: &str, dialect: Dialect, words: &[String]) {
        self.after_end = self.after_semicolon && word == "END";
        self.after_semicolon = false;
        if dialect == Dialect::Postgres && makes(words, &["FUNCTION", "PROCEDURE"]) {
            match word {
                "BEGIN" => self.depth += 1,
                "CASE" if self.depth > 0 => self.depth += 1,
                "END" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Whether a semicolon here ends the statement of `words`.
    fn ends(&self, dialect: Dialect, words: &[String]) -> bool {
        match dialect {
            Dialect::Sqlite => !makes(words, &["TRIGGER"]) || self.after_end,
            Dialect::Postgres => self.depth == 0,
            Dialect::MySql | Dialect::MariaDb => true,
        }
    }

    /// Whether the text must not end here.
    fn is_open(&self, dialect: Dialect, words: &[String]) -> bool {
        match dialect {
            Dialect::Sqlite => makes(words, &["TRIGGER"]) && !self.after_end,
            _ => self.depth > 0,
        }
    }
}

/// Whether a statement of `words` makes one of `kinds`.
fn makes(words: &[String], kinds: &[&str]) -> bool {
    let mut words = words.iter().map(String::as_str);
    let between = ["OR", "REPLACE", "TEMP", "TEMPORARY"];
    words.next() == Some("CREATE")
        && words
            .find(|word| !between.contains(word))
            .is_some_and(|word| kinds.contains(&word))
}
