//! A statement, read word by word.

use sea_orm::DbBackend;

use crate::sql::{Kind, Piece};

/// Reads a statement word by word.
pub(super) struct Words<'a> {
    pub backend: DbBackend,
    pub rest: &'a [Piece<'a>],
}

impl<'a> Words<'a> {
    pub(super) fn eat(&mut self, word: &str) -> bool {
        self.eat_where(|piece| piece.is(word))
    }

    pub(super) fn eat_mark(&mut self, mark: &str) -> bool {
        self.eat_where(|piece| piece.is_mark(mark))
    }

    fn eat_where(&mut self, is_meant: impl Fn(&Piece<'_>) -> bool) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if is_meant(first) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// `IF EXISTS` or `IF NOT EXISTS`.
    pub(super) fn eat_if_exists(&mut self) -> bool {
        let there = self.eat("IF");
        if there {
            self.eat("NOT");
            self.eat("EXISTS");
        }
        there
    }

    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        let first = self.rest.first();
        first.is_some_and(|piece| words.iter().any(|word| piece.is(word)))
    }

    /// Goes on behind `word`.
    pub(super) fn skip_to(&mut self, word: &str) -> Option<()> {
        let at = self.rest.iter().position(|piece| piece.is(word))?;
        self.rest = self.rest.get(at + 1..)?;
        Some(())
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let (first, rest) = self.rest.split_first()?;
        let name = match (first.kind, self.backend) {
            // SQLite takes strings for names, too.
            (Kind::Literal, DbBackend::Sqlite) => first.text.trim_matches('\'').to_lowercase(),
            _ => first.name(self.backend)?,
        };
        self.rest = rest;
        Some(name)
    }

    /// The name of a table, without its schema where that is likely to be the one that everything is in. What lies in
    /// another schema of PostgreSQL is called by both.
    pub(super) fn table(&mut self) -> Option<String> {
        let first = self.name()?;
        if !self.eat_mark(".") {
            return Some(first);
        }
        let second = self.name()?;
        Some(match self.backend {
            DbBackend::Postgres if first != "public" => format!("{first}.{second}"),
            _ => second,
        })
    }

    /// What is left, in its parts between commas.
    pub(super) fn items(&self) -> Vec<&'a [Piece<'a>]> {
        let mut depth = 0usize;
        self.rest
            .split(|piece| {
                if piece.is_mark("(") {
                    depth += 1;
                } else if piece.is_mark(")") {
                    depth = depth.saturating_sub(1);
                }
                depth == 0 && piece.is_mark(",")
            })
            .collect()
    }

    /// The parts between commas of what comes next in parentheses.
    pub(super) fn in_parentheses(&mut self) -> Option<Vec<&'a [Piece<'a>]>> {
        if !self.eat_mark("(") {
            return None;
        }
        let mut depth = 1usize;
        let end = self.rest.iter().position(|piece| {
            if piece.is_mark("(") {
                depth += 1;
            } else if piece.is_mark(")") {
                depth -= 1;
            }
            depth == 0
        });
        let (inner, rest) = self.rest.split_at(end?);
        self.rest = rest;
        let inner = Words {
            backend: self.backend,
            rest: inner,
        };
        Some(inner.items())
    }
}
