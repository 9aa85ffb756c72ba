//! Reads from the text of a `CREATE TABLE` what no pragma tells. SQLite has accepted the text, so whatever is not
//! known here is passed over. (<https://sqlite.org/lang_createtable.html>)

use seadrift_schema::Check;

use super::sql::{self, Kind, Token};

/// What a `CREATE TABLE` says beyond the pragmas.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CreateTable {
    /// In the order of the table.
    pub(super) columns: Vec<ColumnClauses>,
    /// The name of the primary key's constraint.
    pub(super) primary_key: Option<String>,
    pub(super) uniques: Vec<Unique>,
    pub(super) references: Vec<References>,
    pub(super) checks: Vec<Check>,
}

impl CreateTable {
    /// What is said of the column of that name.
    pub(super) fn column(&self, name: &str) -> Option<&ColumnClauses> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Takes the first unique constraint over `columns`, which it names in any case.
    pub(super) fn take_unique(&mut self, columns: &[String]) -> Option<Unique> {
        let is_over = |unique: &Unique| {
            let mut pairs = unique.columns.iter().zip(columns);
            unique.columns.len() == columns.len()
                && pairs.all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        let place = self.uniques.iter().position(is_over)?;
        Some(self.uniques.remove(place))
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnClauses {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    /// The expression that computes it.
    pub(super) generated: Option<String>,
}

/// A unique constraint.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unique {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    /// From `UNIQUE` on.
    pub(super) definition: String,
}

/// A foreign key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct References {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    /// `MATCH …` and `DEFERRABLE …`.
    pub(super) clauses: Vec<String>,
}

/// Reads a `CREATE TABLE` as SQLite keeps it.
pub(super) fn read(create_table: &str) -> CreateTable {
    let mut table = CreateTable::default();
    let tokens = sql::tokens(create_table);
    let body = tokens.iter().position(|token| token.kind == Kind::Open);
    let body = body.and_then(|at| sql::group(tokens.get(at..)?));
    for part in sql::parts(body.unwrap_or_default()) {
        let Some((first, rest)) = part.split_first() else {
            continue;
        };
        let mut reader = Reader {
            first_key: table.references.len(),
            table: &mut table,
            tokens: part,
            column: None,
            key_columns: vec![],
        };
        if !BEGIN_CONSTRAINT.iter().any(|word| first.is(word)) {
            reader.table.columns.push(ColumnClauses {
                name: first.name(),
                ..ColumnClauses::default()
            });
            reader.column = Some(first.name());
            reader.tokens = rest;
        }
        reader.clauses();
    }
    table
}

/// What a constraint of the table begins with, and no column.
const BEGIN_CONSTRAINT: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// Reads a column, or the constraints of a table that no comma parts.
struct Reader<'t, 'a> {
    table: &'t mut CreateTable,
    /// What has not been read yet.
    tokens: &'t [Token<'a>],
    column: Option<String>,
    /// Where in the table its own foreign keys begin.
    first_key: usize,
    /// The columns of the foreign key that is being read.
    key_columns: Vec<String>,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn clauses(&mut self) {
        let mut name = None;
        while let Some(first) = self.tokens.first() {
            let start = self.tokens;
            if self.group().is_some() {
                continue;
            }
            self.next();
            if first.kind != Kind::Word {
                continue;
            }
            let named = name.take();
            let word = first.text.to_ascii_uppercase();
            match word.as_str() {
                "CONSTRAINT" => name = self.next().map(|token| token.name()),
                "PRIMARY" => self.table.primary_key = named,
                "UNIQUE" => self.unique(named, start),
                "CHECK" => self.check(named),
                "FOREIGN" => {
                    self.take("KEY");
                    self.key_columns = self.names();
                    name = named;
                }
                "REFERENCES" => self.references(named),
                "MATCH" => {
                    let mode = self.next().map_or("", |token| token.text);
                    self.key_clause(format!("MATCH {}", mode.to_ascii_uppercase()));
                }
                "NOT" if self.take("DEFERRABLE") => self.deferrable("NOT DEFERRABLE"),
                "DEFERRABLE" => self.deferrable("DEFERRABLE"),
                "ON" => self.action(),
                "DEFAULT" => self.value(),
                "COLLATE" => {
                    let collation = self.next().map(collation);
                    if let Some(column) = self.of_column() {
                        column.collation = collation;
                    }
                }
                "AS" => {
                    let expression = self.group().map(expression);
                    if let Some(column) = self.of_column() {
                        column.generated = expression;
                    }
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Takes the keyword `word` if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let comes = self.tokens.first().is_some_and(|token| token.is(word));
        if comes {
            self.next();
        }
        comes
    }

    /// Takes what stands in parentheses if they come next.
    fn group(&mut self) -> Option<&'t [Token<'a>]> {
        let inner = sql::group(self.tokens)?;
        self.tokens = self.tokens.get(inner.len() + 2..).unwrap_or_default();
        Some(inner)
    }

    /// Takes a list of columns in parentheses, without what is said of them.
    fn names(&mut self) -> Vec<String> {
        let columns = sql::parts(self.group().unwrap_or_default());
        let names = columns.iter().filter_map(|column| column.first());
        names.map(|name| name.name()).collect()
    }

    fn of_column(&mut self) -> Option<&mut ColumnClauses> {
        self.column.as_ref()?;
        self.table.columns.last_mut()
    }

    fn unique(&mut self, name: Option<String>, start: &'t [Token<'a>]) {
        let columns = match &self.column {
            Some(column) => vec![column.clone()],
            None => self.names(),
        };
        let length = start.len() - self.tokens.len();
        self.table.uniques.push(Unique {
            name,
            columns,
            definition: sql::text(start.get(..length).unwrap_or_default()),
        });
    }

    fn check(&mut self, name: Option<String>) {
        if let Some(condition) = self.group() {
            let mut check = Check::new(expression(condition));
            check.name = name;
            self.table.checks.push(check);
        }
    }

    fn references(&mut self, name: Option<String>) {
        self.next();
        self.group();
        let columns = std::mem::take(&mut self.key_columns);
        self.table.references.push(References {
            name,
            columns: self.column.clone().map_or(columns, |column| vec![column]),
            clauses: vec![],
        });
    }

    fn deferrable(&mut self, words: &str) {
        let initially = if self.take("INITIALLY") {
            let when = self.next().map_or("", |token| token.text);
            format!(" INITIALLY {}", when.to_ascii_uppercase())
        } else {
            String::new()
        };
        self.key_clause(format!("{words}{initially}"));
    }

    /// Says `clause` of the foreign key before it.
    fn key_clause(&mut self, clause: String) {
        let mut own = self.table.references.iter_mut().skip(self.first_key);
        if let Some(key) = own.next_back() {
            key.clauses.push(clause);
        }
    }

    /// Takes what stands behind `ON`, of which the pragmas tell: `DELETE SET DEFAULT`, `CONFLICT IGNORE`.
    fn action(&mut self) {
        self.next();
        let word = self.next();
        if word.is_some_and(|word| word.is("SET") || word.is("NO")) {
            self.next();
        }
    }

    /// Takes a default, of which the pragmas tell, and which may be any word.
    fn value(&mut self) {
        let is_sign = |token: &Token<'_>| token.text == "+" || token.text == "-";
        if self.group().is_none() && self.next().is_some_and(is_sign) {
            self.next();
        }
    }
}

fn expression(tokens: &[Token<'_>]) -> String {
    sql::text(sql::without_parentheses(tokens))
}

/// The name of a collation as SQL wants it. SQLite's own are known in any case.
fn collation(token: &Token<'_>) -> String {
    let name = token.name();
    let own = ["BINARY", "NOCASE", "RTRIM"];
    match own.iter().find(|own| own.eq_ignore_ascii_case(&name)) {
        Some(own) => (*own).to_owned(),
        None => token.text.to_owned(),
    }
}
