//! What a database has after the statements that a script makes it run: as much of it as migrations ask for.

#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DbBackend;

use crate::sql::statements;
use words::Words;

/// Tables with their columns and indexes, as far as statements told of them.
#[derive(Debug, Clone)]
pub struct World {
    backend: DbBackend,
    /// By name; `None` where one was dropped.
    tables: BTreeMap<String, Option<Table>>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    /// Whether the statement that made it says all of its columns.
    is_whole: bool,
    columns: BTreeSet<String>,
    indexes: BTreeSet<String>,
}

/// What a migration asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    Table(String),
    Column(String, String),
    Index(String, String),
}

/// Whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub is_there: bool,
    /// Whether nothing was ever said of it, and so nobody knows.
    pub is_assumed: bool,
}

impl World {
    /// That of an empty database.
    pub fn empty(backend: DbBackend) -> Self {
        Self {
            backend,
            tables: BTreeMap::new(),
        }
    }

    /// Whether what `question` is about is there.
    pub(super) fn answer(&self, question: &Question) -> Answer {
        let known = |is_there| Answer {
            is_there,
            is_assumed: false,
        };
        let assumed = Answer {
            is_there: false,
            is_assumed: true,
        };
        let (Question::Table(table) | Question::Column(table, _) | Question::Index(table, _)) =
            question;
        let Some(table) = self.tables.get(&self.exact(table)) else {
            return assumed;
        };
        match (question, table) {
            (_, None) => known(false),
            (Question::Table(_), Some(_)) => known(true),
            (Question::Column(_, column), Some(table)) => {
                match table.columns.contains(&self.exact(column)) {
                    false if !table.is_whole => assumed,
                    is_there => known(is_there),
                }
            }
            (Question::Index(_, index), Some(table)) => {
                known(table.indexes.contains(&self.exact(index)))
            }
        }
    }

    /// `name`, of a question, as statements have it.
    fn exact(&self, name: &str) -> String {
        match self.backend {
            DbBackend::Postgres => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }

    /// Takes over what `sql` does.
    pub(super) fn run(&mut self, sql: &str) {
        for statement in statements(self.backend, sql) {
            let mut words = Words {
                backend: self.backend,
                rest: &statement,
            };
            // What is said in another way than usual is not understood, and so not known.
            let _ = self.statement(&mut words);
        }
    }

    fn statement(&mut self, words: &mut Words<'_>) -> Option<()> {
        if words.eat("CREATE") {
            self.create(words)
        } else if words.eat("DROP") {
            self.drop(words)
        } else if words.eat("ALTER") {
            self.alter(words)
        } else if words.eat("RENAME") && words.eat("TABLE") {
            self.rename_tables(words)
        } else {
            None
        }
    }

    fn create(&mut self, words: &mut Words<'_>) -> Option<()> {
        // A temporary table is there for nobody else, and not for long.
        words.eat("UNLOGGED");
        if words.eat("TABLE") {
            return self.create_table(words);
        }
        for kind in ["UNIQUE", "FULLTEXT", "SPATIAL"] {
            words.eat(kind);
        }
        if !words.eat("INDEX") {
            return None;
        }
        words.eat("CONCURRENTLY");
        words.eat_if_exists();
        let index = words.name()?;
        words.skip_to("ON")?;
        words.eat("ONLY");
        let table = words.table()?;
        self.known(&table).indexes.insert(index);
        Some(())
    }

    fn drop(&mut self, words: &mut Words<'_>) -> Option<()> {
        if words.eat("TABLE") {
            words.eat_if_exists();
            loop {
                self.tables.insert(words.table()?, None);
                if !words.eat_mark(",") {
                    return Some(());
                }
            }
        }
        if words.eat("INDEX") {
            words.eat("CONCURRENTLY");
            words.eat_if_exists();
            let index = words.table()?;
            for table in self.tables.values_mut().flatten() {
                table.indexes.remove(&index);
            }
        }
        Some(())
    }

    fn alter(&mut self, words: &mut Words<'_>) -> Option<()> {
        if words.eat("TABLE") {
            return self.alter_table(words);
        }
        if words.eat("INDEX") {
            words.eat_if_exists();
            let from = words.table()?;
            words.skip_to("TO")?;
            let to = words.name()?;
            for table in self.tables.values_mut().flatten() {
                if table.indexes.remove(&from) {
                    table.indexes.insert(to.clone());
                }
            }
        }
        Some(())
    }

    fn rename_tables(&mut self, words: &mut Words<'_>) -> Option<()> {
        loop {
            let from = words.table()?;
            words.skip_to("TO")?;
            let to = words.table()?;
            self.rename(&from, to);
            if !words.eat_mark(",") {
                return Some(());
            }
        }
    }

    /// The table of this name, which is there as soon as something is done to it.
    fn known(&mut self, table: &str) -> &mut Table {
        let table = self.tables.entry(table.to_owned()).or_default();
        table.get_or_insert_default()
    }

    fn rename(&mut self, from: &str, to: String) {
        let table = self.tables.insert(from.to_owned(), None).flatten();
        self.tables.insert(to, Some(table.unwrap_or_default()));
    }

    fn create_table(&mut self, words: &mut Words<'_>) -> Option<()> {
        let is_careful = words.eat_if_exists();
        let name = words.table()?;
        if is_careful && matches!(self.tables.get(&name), Some(Some(_))) {
            return None;
        }
        let mut table = Table::default();
        if let Some(items) = words.in_parentheses() {
            table.is_whole = true;
            for item in items {
                let mut words = Words {
                    backend: self.backend,
                    rest: item,
                };
                if words.is_one_of(&["LIKE", "SELECT"]) {
                    table.is_whole = false;
                } else if words.is_one_of(&NO_COLUMN) {
                    table.indexes.extend(index_of(&mut words));
                } else if let Some(column) = words.name() {
                    table.columns.insert(column);
                }
            }
            if words
                .rest
                .iter()
                .any(|piece| piece.is("SELECT") || piece.is("INHERITS"))
            {
                table.is_whole = false;
            }
        }
        self.tables.insert(name, Some(table));
        Some(())
    }

    fn alter_table(&mut self, words: &mut Words<'_>) -> Option<()> {
        words.eat_if_exists();
        words.eat("ONLY");
        let mut name = words.table()?;
        for action in words.items() {
            let mut words = Words {
                backend: self.backend,
                rest: action,
            };
            if words.eat("ADD") {
                if words.is_one_of(&NO_COLUMN) {
                    let index = index_of(&mut words);
                    self.known(&name).indexes.extend(index);
                    continue;
                }
                words.eat("COLUMN");
                words.eat_if_exists();
                if let Some(column) = words.name() {
                    self.known(&name).columns.insert(column);
                }
            } else if words.eat("DROP") {
                if words.eat("INDEX") || words.eat("KEY") || words.eat("CONSTRAINT") {
                    words.eat_if_exists();
                    let index = words.name()?;
                    self.known(&name).indexes.remove(&index);
                } else if !words.is_one_of(&NO_COLUMN) {
                    words.eat("COLUMN");
                    words.eat_if_exists();
                    let column = words.name()?;
                    self.known(&name).columns.remove(&column);
                }
            } else if words.eat("CHANGE") {
                words.eat("COLUMN");
                let (from, to) = (words.name()?, words.name()?);
                let table = self.known(&name);
                table.columns.remove(&from);
                table.columns.insert(to);
            } else if words.eat("RENAME") {
                if words.eat("TO") || words.eat("AS") {
                    let to = words.table()?;
                    self.rename(&name, to.clone());
                    name = to;
                } else if words.eat("INDEX") || words.eat("KEY") || words.eat("CONSTRAINT") {
                    let from = words.name()?;
                    words.skip_to("TO")?;
                    let to = words.name()?;
                    let table = self.known(&name);
                    if table.indexes.remove(&from) {
                        table.indexes.insert(to);
                    }
                } else {
                    words.eat("COLUMN");
                    let from = words.name()?;
                    words.skip_to("TO")?;
                    let to = words.name()?;
                    let table = self.known(&name);
                    table.columns.remove(&from);
                    table.columns.insert(to);
                }
            }
        }
        Some(())
    }
}

/// What an item of a table starts with that is no column.
const NO_COLUMN: [&str; 10] = [
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "FOREIGN",
    "CHECK",
    "INDEX",
    "KEY",
    "FULLTEXT",
    "SPATIAL",
    "EXCLUDE",
];

/// The index that an item of a table makes, where it is named.
fn index_of(words: &mut Words<'_>) -> Option<String> {
    if words.eat("CONSTRAINT") {
        let name = words.name()?;
        return words
            .is_one_of(&["UNIQUE", "PRIMARY", "EXCLUDE"])
            .then_some(name);
    }
    for kind in ["UNIQUE", "FULLTEXT", "SPATIAL"] {
        words.eat(kind);
    }
    if words.eat("INDEX") || words.eat("KEY") {
        words.eat_if_exists();
        return words.name();
    }
    None
}
