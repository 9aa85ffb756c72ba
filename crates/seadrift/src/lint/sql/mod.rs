//! SQL as far as it can be told what it does to a schema and to rows: statements become the changes that seadrift would have made
//! by them.
//!
//! A parser that knows the dialects reads them. What it does not take, and what nothing is known of, is said.

mod alter;
mod between;
#[cfg(test)]
mod cases;
mod column;
mod constraint;
mod gone;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod types;
mod values;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use seadrift_plan::{Hazard, hazards};
use seadrift_runner::split;
use seadrift_schema::{Change, Dialect, EnumType, ObjectName, Table};
use sqlparser::{
    ast::{self, AlterIndexOperation, Ident, SetExpr, Statement},
    dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use self::{rows::Filled, values::Values};
use crate::statements::short;

/// Why something is not read that is understood.
const NOT_KNOWN: &str = "what it risks is not known";

/// What a revision does.
#[derive(Debug, Default)]
pub(crate) struct Does {
    /// What of it changes what was there before.
    pub changes: Vec<Change>,
    /// Hazards that no change of a schema has: rows that it deletes.
    pub deletes: Vec<Hazard>,
    /// The tables whose rows it writes, of those that were there before.
    pub writes: BTreeSet<ObjectName>,
    /// Whether it changes the schema.
    pub changes_schema: bool,
    /// The names that are longer than the server keeps.
    pub long_names: BTreeSet<String>,
    /// Statements that nothing is known of, and why.
    pub unread: Vec<String>,
    /// Whether it runs anything at all.
    pub has_statements: bool,
    /// Which text made which change, or what became of it there; the first text is 0.
    log: Vec<(usize, Change)>,
    /// The texts of `deletes`.
    deleted_at: Vec<usize>,
}

impl Does {
    /// What it risks.
    pub(crate) fn hazards(&self, dialect: Dialect) -> Vec<Hazard> {
        let mut all = hazards(&self.changes, dialect);
        all.extend(self.deletes.iter().cloned());
        all
    }

    /// The number of the text that has this hazard, where one has it by itself.
    pub(crate) fn text_of(&self, hazard: &Hazard, dialect: Dialect) -> Option<usize> {
        let is_it = |one: &Hazard| one.code == hazard.code && one.effect == hazard.effect;
        let mut deleted = self.deletes.iter().zip(&self.deleted_at);
        let by_rows = deleted.find(|(one, _)| is_it(one)).map(|(_, at)| *at);
        let by_changes = || {
            let mut log = self.log.iter();
            let has_it = |change| {
                hazards(std::slice::from_ref(change), dialect)
                    .iter()
                    .any(is_it)
            };
            log.find(|(_, change)| has_it(change)).map(|(at, _)| *at)
        };
        by_rows.or_else(by_changes)
    }

    /// The tables that it drops, with the numbers of the texts.
    pub(crate) fn drops(&self) -> impl Iterator<Item = (&ObjectName, Option<usize>)> {
        self.changes.iter().filter_map(|change| match change {
            Change::DropTable(table) => {
                let mut log = self.log.iter();
                let at = log.find(|(_, one)| one == change).map(|(at, _)| *at);
                Some((&table.name, at))
            }
            _ => None,
        })
    }
}

/// Reads what revisions do, one after the other, and remembers what there is after each.
pub(crate) struct Reader {
    dialect: Dialect,
    /// The connection's own schema, whose name says nothing.
    own_schema: String,
    tables: BTreeMap<ObjectName, Table>,
    enums: BTreeMap<ObjectName, EnumType>,
    now: Now,
}

/// The revision that is read.
#[derive(Default)]
struct Now {
    does: Does,
    /// The number of the text that is read.
    text: usize,
    /// Tables that it has made. They have no rows and no readers.
    made: BTreeSet<ObjectName>,
    /// Columns that it has added.
    added: BTreeSet<(ObjectName, String)>,
    /// Tables that were filled from another.
    copies: Vec<Filled>,
    /// Tables that were made anew under another name, which they are given back: made, dropped.
    moved: Vec<(ObjectName, ObjectName)>,
    /// What became of the values of enums that are a part of their column's type.
    values: Values,
}

impl Reader {
    /// One that knows of no table yet.
    pub(crate) fn new(dialect: Dialect, own_schema: &str) -> Self {
        Self {
            dialect,
            own_schema: own_schema.to_owned(),
            tables: BTreeMap::new(),
            enums: BTreeMap::new(),
            now: Now::default(),
        }
    }

    /// What a revision does that sends these texts.
    pub(crate) fn read<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Does {
        self.now = Now::default();
        for (number, text) in texts.into_iter().enumerate() {
            self.now.text = number;
            self.text(text);
        }
        self.rename_values();
        std::mem::take(&mut self.now).does
    }

    /// One statement, or several.
    fn text(&mut self, text: &str) {
        if let Some(statements) = self.parse(text) {
            for statement in &statements {
                self.statement(statement);
            }
            self.note_names(text);
            return;
        }
        // What is around one that is not understood may well be.
        let Ok(apart) = split::statements(text, self.dialect) else {
            return self.unread(text, "it is not understood");
        };
        for one in apart {
            match self.parse(one.text) {
                Some(statements) => statements.iter().for_each(|one| self.statement(one)),
                None => self.not_understood(one.text),
            }
            self.note_names(one.text);
        }
    }

    fn parse(&self, text: &str) -> Option<Vec<Statement>> {
        let tokens = Tokenizer::new(&*self.grammar(), text).tokenize().ok()?;
        let is_meant = |token: &Token| !matches!(token, Token::Whitespace(_));
        let tokens = tokens.into_iter().filter(is_meant).collect();
        let tokens = self.known_form(tokens);
        let grammar = self.grammar();
        let mut parser = Parser::new(&*grammar).with_tokens(tokens);
        parser.parse_statements().ok()
    }

    fn grammar(&self) -> Box<dyn Grammar> {
        match self.dialect {
            Dialect::Postgres => Box::new(PostgreSqlDialect {}),
            Dialect::MySql | Dialect::MariaDb => Box::new(MySqlDialect {}),
            Dialect::Sqlite => Box::new(SQLiteDialect {}),
        }
    }

    /// What the parser does not take.
    fn not_understood(&mut self, text: &str) {
        self.now.does.has_statements = true;
        let tokens = self.tokens(text);
        if let Some(table) = self.table_that_is_made(&tokens) {
            self.now.does.changes_schema = true;
            self.now.made.insert(table.clone());
            self.tables.insert(table.clone(), Table::new(table));
        }
        if !self.is_passed_over(&tokens) {
            self.unread(text, "it is not understood");
        }
    }

    fn unread(&mut self, text: &str, why: &str) {
        self.now.does.has_statements = true;
        let line = format!("{why}: {}", short(text));
        self.now.does.unread.push(line);
    }

    /// Notes the names in `text` that are too long, where it makes something.
    fn note_names(&mut self, text: &str) {
        let tokens = Tokenizer::new(&*self.grammar(), text).tokenize();
        let words = tokens
            .unwrap_or_default()
            .into_iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(word),
                _ => None,
            });
        let words: Vec<_> = words.collect();
        let makes = ["CREATE", "ALTER", "RENAME"];
        let is_it = |word: &str| makes.iter().any(|make| word.eq_ignore_ascii_case(make));
        if !words.first().is_some_and(|word| is_it(&word.value)) {
            return;
        }
        let names = words.into_iter().map(|word| word.value);
        let dialect = self.dialect;
        let long = names.filter(|name| is_too_long(name, dialect));
        self.now.does.long_names.extend(long);
    }

    fn statement(&mut self, statement: &Statement) {
        self.now.does.has_statements = true;
        match statement {
            Statement::CreateTable(create) => self.create_table(create),
            Statement::AlterTable(alter) => self.alter_table(alter),
            Statement::RenameTable(renames) => {
                for rename in renames {
                    let (from, to) = (self.name(&rename.old_name), self.name(&rename.new_name));
                    self.rename_table(&from, to);
                }
            }
            Statement::CreateIndex(create) => self.create_index(create),
            Statement::AlterIndex {
                name,
                operation: AlterIndexOperation::RenameIndex { index_name },
            } => {
                let (from, to) = (self.name(name).name, self.name(index_name).name);
                self.now.does.changes_schema = true;
                let indexes = self
                    .tables
                    .values_mut()
                    .flat_map(|table| &mut table.indexes);
                for index in indexes.filter(|index| index.name == from) {
                    index.name.clone_from(&to);
                }
            }
            Statement::Drop {
                object_type,
                names,
                table,
                ..
            } => self.drop_objects(*object_type, names, table.as_ref(), statement),
            Statement::CreateType {
                name,
                representation,
            } => {
                let name = self.name(name);
                self.create_type(name, representation.as_ref());
            }
            Statement::AlterType(alter) => self.alter_type(alter),
            Statement::Grant(grant) => {
                let change = |table, grant| Change::Grant { table, grant };
                let objects = grant.objects.as_ref();
                if !self.rights(objects, &grant.grantees, &grant.privileges, change) {
                    self.unread(&statement.to_string(), NOT_KNOWN);
                }
            }
            Statement::Revoke(revoke) => {
                let change = |table, grant| Change::Revoke { table, grant };
                let objects = revoke.objects.as_ref();
                if !self.rights(objects, &revoke.grantees, &revoke.privileges, change) {
                    self.unread(&statement.to_string(), NOT_KNOWN);
                }
            }
            Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_)
            | Statement::Truncate(_)
            | Statement::Merge(_)
            | Statement::Copy { .. }
            | Statement::LoadData { .. } => self.rows(statement),
            // Of PostgreSQL, a query may write in what stands before it.
            Statement::Query(query) => {
                let within = query.with.iter().flat_map(|with| &with.cte_tables);
                let bodies = within.map(|table| &*table.query.body);
                for body in bodies.chain([&*query.body]) {
                    if let SetExpr::Insert(one)
                    | SetExpr::Update(one)
                    | SetExpr::Delete(one)
                    | SetExpr::Merge(one) = body
                    {
                        self.rows(one);
                    }
                }
            }
            statement if is_made_beside(statement) => self.now.does.changes_schema = true,
            statement if is_harmless(statement) => {}
            other => self.unread(&other.to_string(), NOT_KNOWN),
        }
    }

    /// Adds a change, unless it is of a table that the revision itself has made. What comes in several steps is one change.
    fn push(&mut self, change: Change) {
        self.now.does.changes_schema = true;
        let is_made = change
            .table()
            .is_some_and(|table| self.now.made.contains(table));
        // Everybody is somebody who is there already.
        let counts = match &change {
            Change::RebuildTable(_) => true,
            Change::Grant { grant, .. } => grant.role == "public",
            _ => !is_made,
        };
        if !counts {
            return;
        }
        let changes = &mut self.now.does.changes;
        for at in 0..changes.len() {
            let Some(before) = changes.get_mut(at) else {
                break;
            };
            let is_undone = match (before, &change) {
                (
                    Change::AlterColumn { table, from, to },
                    Change::AlterColumn {
                        table: of,
                        from: then,
                        to: now,
                    },
                ) if table == of && to.name == then.name => {
                    now.clone_into(to);
                    from == to
                }
                (
                    Change::AlterPrimaryKey { table, from, to },
                    Change::AlterPrimaryKey {
                        table: of, to: now, ..
                    },
                ) if table == of => {
                    now.clone_into(to);
                    from == to
                }
                _ => continue,
            };
            match is_undone {
                true => drop(changes.remove(at)),
                false => self.now.does.log.extend(
                    changes
                        .get(at)
                        .map(|change| (self.now.text, change.clone())),
                ),
            }
            return;
        }
        self.add(change);
    }

    /// Adds a change, whatever it is of.
    fn add(&mut self, change: Change) {
        self.now.does.log.push((self.now.text, change.clone()));
        self.now.does.changes.push(change);
    }

    /// The table, as far as it is known.
    fn table(&mut self, name: &ObjectName) -> &mut Table {
        let new = || Table::new(name.clone());
        self.tables.entry(name.clone()).or_insert_with(new)
    }

    fn name(&self, name: &ast::ObjectName) -> ObjectName {
        let parts = name.0.iter().filter_map(|part| part.as_ident());
        let mut parts: Vec<_> = parts.map(|part| self.ident(part)).collect();
        let name = parts.pop().unwrap_or_default();
        let is_own = |schema: &String| {
            *schema == self.own_schema || self.dialect == Dialect::Sqlite && schema == "temp"
        };
        let schema = parts.pop().filter(|schema| !is_own(schema));
        ObjectName { schema, name }
    }

    /// PostgreSQL keeps a name that is not quoted in small letters.
    fn ident(&self, ident: &Ident) -> String {
        match (self.dialect, ident.quote_style) {
            (Dialect::Postgres, None) => ident.value.to_lowercase(),
            _ => ident.value.clone(),
        }
    }
}

/// Whether the server does not keep all of the name.
/// (<https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>,
/// <https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html>)
fn is_too_long(name: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => name.len() > 63,
        Dialect::MySql | Dialect::MariaDb => name.chars().count() > 64,
        Dialect::Sqlite => false,
    }
}

/// What is made or taken away beside tables and loses no rows.
fn is_made_beside(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::CreateView(_)
            | Statement::AlterView(_)
            | Statement::CreateFunction(_)
            | Statement::CreateTrigger(_)
            | Statement::CreateProcedure { .. }
            | Statement::CreateSequence { .. }
            | Statement::CreateDomain(_)
            | Statement::CreateExtension(_)
            | Statement::CreateSchema { .. }
            | Statement::CreateVirtualTable { .. }
            | Statement::DropFunction(_)
            | Statement::DropTrigger(_)
            | Statement::DropProcedure { .. }
            | Statement::DropDomain(_)
            | Statement::Comment { .. }
    )
}

/// What changes neither tables nor rows.
fn is_harmless(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Set(_)
            | Statement::Reset(_)
            | Statement::Pragma { .. }
            | Statement::StartTransaction { .. }
            | Statement::Commit { .. }
            | Statement::Rollback { .. }
            | Statement::Savepoint { .. }
            | Statement::ReleaseSavepoint { .. }
            | Statement::ShowTables { .. }
            | Statement::ShowColumns { .. }
            | Statement::ShowVariable { .. }
            | Statement::ShowVariables { .. }
            | Statement::Explain { .. }
            | Statement::Analyze(_)
            | Statement::Vacuum(_)
    )
}
