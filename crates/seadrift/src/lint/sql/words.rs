//! Statements as words: what has to be known of one before it is parsed, or where it is not.

use seadrift_schema::{Dialect, ObjectName};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::Reader;

impl Reader {
    /// The pieces of `text` that mean something, as far as it is made of such.
    pub(super) fn tokens(&self, text: &str) -> Vec<Token> {
        let tokens = Tokenizer::new(&*self.grammar(), text).tokenize();
        let mut tokens = tokens.unwrap_or_default();
        tokens.retain(|token| !matches!(token, Token::Whitespace(_)));
        tokens
    }

    /// What stands for `tokens` where the parser does not know a form that the server knows.
    pub(super) fn known_form(&self, mut tokens: Vec<Token>) -> Vec<Token> {
        // How an index is dropped is nothing to what is risked.
        if words(&tokens, 3) == ["DROP", "INDEX", "CONCURRENTLY"] {
            tokens.remove(2);
        }
        // SeaORM's decimals: the digits of a type are nothing to SQLite.
        if self.dialect == Dialect::Sqlite {
            while let Some(at) = tokens
                .windows(2)
                .position(|pair| matches!(pair, [word, Token::LParen] if is_word(word, "REAL")))
            {
                let rest = tokens.iter().skip(at);
                let length = rest.take_while(|token| **token != Token::RParen).count();
                tokens.drain(at + 1..tokens.len().min(at + length + 1));
            }
        }
        tokens
    }

    /// Whether what the parser does not take is nothing to the tables and rows that are there: it only looks, or sets something for
    /// its session, or what is said of a table.
    pub(super) fn is_passed_over(&mut self, tokens: &[Token]) -> bool {
        const HARMLESS: [&str; 8] = [
            "SELECT", "SET", "PRAGMA", "SHOW", "EXPLAIN", "ANALYZE", "BEGIN", "COMMIT",
        ];
        let words = words(tokens, 5);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => true,
            [first, ..] if HARMLESS.contains(first) => true,
            ["ALTER", "SEQUENCE", ..]
            | ["ALTER", "TABLE", _, "COMMENT", ..]
            | ["ALTER", "TABLE", _, "RENAME", "INDEX" | "KEY"] => {
                self.now.does.changes_schema = true;
                true
            }
            _ => false,
        }
    }

    /// The table that a statement makes, whatever else it says.
    pub(super) fn table_that_is_made(&self, tokens: &[Token]) -> Option<ObjectName> {
        let skipped = [
            "TEMP",
            "TEMPORARY",
            "UNLOGGED",
            "IF",
            "NOT",
            "EXISTS",
            "OR",
            "REPLACE",
        ];
        let mut tokens = tokens.iter();
        let is_create = tokens.next().is_some_and(|token| is_word(token, "CREATE"));
        let mut rest = tokens.skip_while(|token| skipped.iter().any(|word| is_word(token, word)));
        let is_table = rest.next().is_some_and(|token| is_word(token, "TABLE"));
        let mut rest = rest.skip_while(|token| skipped.iter().any(|word| is_word(token, word)));
        match rest.next() {
            Some(Token::Word(word)) if is_create && is_table => {
                let first = self.ident(&word.to_ident(sqlparser::tokenizer::Span::empty()));
                Some(match (rest.next(), rest.next()) {
                    (Some(Token::Period), Some(Token::Word(word))) => ObjectName {
                        schema: Some(first),
                        name: self.ident(&word.to_ident(sqlparser::tokenizer::Span::empty())),
                    },
                    _ => ObjectName::new(first),
                })
            }
            _ => None,
        }
    }
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(found) if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word))
}

/// The first words, in upper case.
fn words(tokens: &[Token], count: usize) -> Vec<String> {
    let words = tokens.iter().map_while(|token| match token {
        Token::Word(word) => Some(word.value.to_uppercase()),
        _ => None,
    });
    words.take(count).collect()
}
