//! SQL as far as it can be told what it does to a schema and to rows: statements become the changes that seadrift would have made
//! by them.
//!
//! A parser that knows the dialects reads them. What it does not take, and what nothing is known of, is said.

mod column;
mod rows;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use seadrift_plan::{Hazard, hazards};
use seadrift_schema::{Change, Constraint, Dialect, Index, ObjectName, Rebuild, Table};
use sqlparser::{
    ast::{self, AlterIndexOperation, AlterTypeOperation, Ident, ObjectType, SetExpr, Statement},
    dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use crate::{sides::script, statements::short};

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
}

impl Does {
    /// What it risks.
    pub(crate) fn hazards(&self, dialect: Dialect) -> Vec<Hazard> {
        let mut all = hazards(&self.changes, dialect);
        all.extend(self.deletes.iter().cloned());
        all
    }

    /// The tables that it drops.
    pub(crate) fn drops(&self) -> impl Iterator<Item = &ObjectName> {
        self.changes.iter().filter_map(|change| match change {
            Change::DropTable(table) => Some(&table.name),
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
    now: Now,
}

/// The revision that is read.
#[derive(Default)]
struct Now {
    does: Does,
    /// Tables that it has made. They have no rows and no readers.
    made: BTreeSet<ObjectName>,
    /// Columns that it has added.
    added: BTreeSet<(ObjectName, String)>,
    /// Tables that were filled from another: to, from.
    copies: Vec<(ObjectName, ObjectName)>,
    /// Tables that were made anew under another name, which they are given back: made, dropped.
    moved: Vec<(ObjectName, ObjectName)>,
}

impl Reader {
    /// One that knows of no table yet.
    pub(crate) fn new(dialect: Dialect, own_schema: &str) -> Self {
        Self {
            dialect,
            own_schema: own_schema.to_owned(),
            tables: BTreeMap::new(),
            now: Now::default(),
        }
    }

    /// What a revision does that sends these texts.
    pub(crate) fn read<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Does {
        self.now = Now::default();
        for text in texts {
            self.text(text);
        }
        std::mem::take(&mut self.now).does
    }

    /// One statement, or several.
    fn text(&mut self, text: &str) {
        let grammar = self.grammar();
        if let Ok(statements) = Parser::parse_sql(&*grammar, text) {
            for statement in &statements {
                self.statement(statement);
            }
            self.note_names(text);
            return;
        }
        // What is around one that is not understood may well be.
        let Ok(apart) = script::statements(text, self.dialect) else {
            return self.unread(text, "it is not understood");
        };
        for one in apart {
            match Parser::parse_sql(&*grammar, one.text) {
                Ok(statements) => statements.iter().for_each(|one| self.statement(one)),
                Err(_) => self.not_understood(one.text),
            }
            self.note_names(one.text);
        }
    }

    fn grammar(&self) -> Box<dyn Grammar> {
        match self.dialect {
            Dialect::Postgres => Box::new(PostgreSqlDialect {}),
            Dialect::MySql | Dialect::MariaDb => Box::new(MySqlDialect {}),
            Dialect::Sqlite => Box::new(SQLiteDialect {}),
        }
    }

    /// What the parser does not take. What only looks, or sets something for its session, need not be understood.
    fn not_understood(&mut self, text: &str) {
        const HARMLESS: [&str; 8] = [
            "SELECT", "SET", "PRAGMA", "SHOW", "EXPLAIN", "ANALYZE", "BEGIN", "COMMIT",
        ];
        let first = text.split_whitespace().next().unwrap_or_default();
        self.now.does.has_statements = true;
        if !HARMLESS.contains(&first.to_uppercase().as_str()) {
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
            Statement::AlterType(alter) => {
                let ty = self.name(&alter.name);
                self.now.does.changes_schema = true;
                match &alter.operation {
                    AlterTypeOperation::Rename(rename) => {
                        let to = ObjectName {
                            name: self.ident(&rename.new_name),
                            ..ty.clone()
                        };
                        self.push(Change::RenameEnum { from: ty, to });
                    }
                    AlterTypeOperation::RenameValue(rename) => {
                        let (from, to) = (rename.from.value.clone(), rename.to.value.clone());
                        self.push(Change::RenameEnumValue {
                            ty,
                            from,
                            to,
                            columns: vec![],
                        });
                    }
                    AlterTypeOperation::AddValue(_) => {}
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
            other => self.unread(&other.to_string(), "what it risks is not known"),
        }
    }

    fn drop_objects(
        &mut self,
        kind: ObjectType,
        names: &[ast::ObjectName],
        table: Option<&ast::ObjectName>,
        statement: &Statement,
    ) {
        self.now.does.changes_schema = true;
        for name in names {
            let name = self.name(name);
            match kind {
                ObjectType::Table => self.drop_table(&name),
                ObjectType::Index => {
                    let table = table.map(|table| self.name(table));
                    self.drop_index(table, &name.name);
                }
                ObjectType::Sequence => {
                    let options = String::new();
                    self.push(Change::DropObject(seadrift_schema::Object::Sequence {
                        name,
                        options,
                    }));
                }
                ObjectType::View | ObjectType::MaterializedView | ObjectType::Type => {}
                _ => self.unread(&statement.to_string(), "what it risks is not known"),
            }
        }
    }

    fn drop_table(&mut self, name: &ObjectName) {
        let gone = self.tables.remove(name);
        if self.now.made.remove(name) {
            return;
        }
        let gone = gone.unwrap_or_else(|| Table::new(name.clone()));
        let copies = self.now.copies.iter();
        let copy = copies
            .rev()
            .find(|(_, from)| from == name)
            .map(|(to, _)| to.clone());
        match copy.and_then(|copy| self.tables.get(&copy).cloned()) {
            // Its rows are in another one, which takes its place.
            Some(made) => self.make_anew(gone, made),
            None => self.push(Change::DropTable(gone)),
        }
    }

    /// A table that was dropped once its rows were copied into one that has been made for it.
    fn make_anew(&mut self, from: Table, made: Table) {
        let copy = made.name.clone();
        // It may have been put aside under another name before.
        let changes = &mut self.now.does.changes;
        let aside = changes.iter().position(
            |change| matches!(change, Change::RenameTable { to, .. } if *to == from.name),
        );
        let name = match aside.map(|at| changes.remove(at)) {
            Some(Change::RenameTable { from, .. }) => from,
            _ => from.name.clone(),
        };
        let from = Table {
            name: name.clone(),
            ..from
        };
        let to = Table {
            name: name.clone(),
            ..made
        };
        self.now.moved.push((copy, name));
        let changes = table::between(&from, &to);
        match self.dialect {
            Dialect::Sqlite => self.push(Change::RebuildTable(Box::new(Rebuild {
                from,
                to,
                changes,
                triggers: vec![],
                children: BTreeSet::new(),
                is_watched: false,
            }))),
            _ => self.now.does.changes.extend(changes),
        }
    }

    fn rename_table(&mut self, from: &ObjectName, to: ObjectName) {
        self.now.does.changes_schema = true;
        if let Some(mut table) = self.tables.remove(from) {
            table.name = to.clone();
            self.tables.insert(to.clone(), table);
        }
        for key in self
            .tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys)
        {
            if key.references == *from {
                key.references = to.clone();
            }
        }
        if self.now.made.remove(from) {
            self.now.made.insert(to);
            return;
        }
        let from = from.clone();
        self.now.does.changes.push(Change::RenameTable { from, to });
    }

    fn drop_index(&mut self, table: Option<ObjectName>, name: &str) {
        self.now.does.changes_schema = true;
        let has_it = |known: &Table| known.indexes.iter().any(|index| index.name == name);
        let table = table.or_else(|| {
            let known = self.tables.values().find(|known| has_it(known));
            known.map(|known| known.name.clone())
        });
        // Whatever table it is of, it is gone.
        let table = table.unwrap_or_else(|| ObjectName::new(name));
        let known = self.tables.get_mut(&table);
        let at = known.as_ref().and_then(|known| {
            let mut indexes = known.indexes.iter();
            indexes.position(|index| index.name == name)
        });
        let index = match (known, at) {
            (Some(known), Some(at)) => known.indexes.remove(at),
            _ => Index::new(name, vec![]),
        };
        self.push(Change::DropIndex { table, index });
    }

    /// Adds a change, unless it is of a table that the revision itself has made.
    fn push(&mut self, change: Change) {
        self.now.does.changes_schema = true;
        let is_made = change
            .table()
            .is_some_and(|table| self.now.made.contains(table));
        let is_rebuild = matches!(change, Change::RebuildTable(_));
        if is_rebuild || !is_made {
            self.now.does.changes.push(change);
        }
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
        let schema = parts.pop().filter(|schema| *schema != self.own_schema);
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
            | Statement::CreateType { .. }
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

/// A check of which nothing but its name is known.
fn unknown_check(name: String) -> Constraint {
    Constraint::Check(seadrift_schema::Check {
        name: Some(name.clone()),
        ..seadrift_schema::Check::new(name)
    })
}
