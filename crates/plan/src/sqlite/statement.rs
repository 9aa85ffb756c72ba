//! A `CREATE TABLE` taken apart, so that some of it can change and the rest stays as its author wrote it.
//! (<https://sqlite.org/lang_createtable.html>)

use std::fmt;

use seadrift_schema::{
    Dialect,
    sqlite::{
        Kind as TokenKind, Token, group, parts, text, tokens, unqualified, without_parentheses,
    },
};

/// A `CREATE TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) table: String,
    pub(super) columns: Vec<ColumnPart>,
    pub(super) constraints: Vec<Clause>,
    /// What stands behind the parentheses.
    pub(super) options: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnPart {
    pub(super) name: String,
    /// As it is written; empty where there is none.
    pub(super) ty: String,
    pub(super) clauses: Vec<Clause>,
}

/// What is said of a column or a table, with its name if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) kind: Kind,
    /// As it is written.
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    PrimaryKey,
    /// `NULL` or `NOT NULL`.
    Nullability,
    /// Over these columns.
    Unique(Vec<String>),
    /// This expression.
    Check(String),
    Default,
    Collation,
    Generated,
    /// From these columns to that table.
    ForeignKey(Vec<String>, String),
    /// Anything else, which stays.
    Other,
}

impl Statement {
    /// Takes a statement apart. `None` where it is no `CREATE TABLE` with columns.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let tokens = tokens(sql);
        let open = tokens
            .iter()
            .position(|token| token.kind == TokenKind::Open)?;
        let inner = group(tokens.get(open..)?)?;
        let close = tokens.get(open + inner.len() + 1)?;
        let mut statement = Self {
            table: tokens.get(open.checked_sub(1)?)?.name(),
            columns: vec![],
            constraints: vec![],
            options: sql.get(close.end()..)?.trim().to_owned(),
        };
        for part in parts(inner) {
            let first = part.first()?;
            if BEGIN_CONSTRAINT.iter().any(|word| first.is(word)) {
                let constraints = Reader::of(sql, part, None).clauses();
                statement.constraints.extend(constraints);
            } else {
                statement.columns.push(column(sql, part)?);
            }
        }
        (!statement.columns.is_empty()).then_some(statement)
    }

    /// The column of that name.
    pub(super) fn column(&mut self, name: &str) -> Option<&mut ColumnPart> {
        let mut columns = self.columns.iter_mut();
        columns.find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Takes away the first clause of the table or of a column that `is_it`.
    pub(super) fn remove(&mut self, is_it: impl Fn(&Kind) -> bool) {
        let of_columns = self.columns.iter_mut().map(|column| &mut column.clauses);
        for clauses in of_columns.chain([&mut self.constraints]) {
            if let Some(at) = clauses.iter().position(|clause| is_it(&clause.kind)) {
                clauses.remove(at);
                return;
            }
        }
    }
}

impl ColumnPart {
    /// Takes away what is said of `kind`, and says `text` instead.
    pub(super) fn replace(&mut self, kind: Kind, text: Option<String>) {
        let place = self.clauses.iter().position(|clause| clause.kind == kind);
        self.clauses.retain(|clause| clause.kind != kind);
        if let Some(text) = text {
            let place = place.unwrap_or(self.clauses.len());
            self.clauses.insert(place, Clause { kind, text });
        }
    }
}

/// The statement with a line for each part.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CREATE TABLE {} (", Dialect::Sqlite.quote(&self.table))?;
        let columns = self.columns.iter().map(ToString::to_string);
        let constraints = self.constraints.iter().map(|clause| clause.text.clone());
        for (place, part) in columns.chain(constraints).enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}\n    {}", unqualified(&part, &self.table))?;
        }
        f.write_str("\n)")?;
        match self.options.as_str() {
            "" => Ok(()),
            options => write!(f, " {options}"),
        }
    }
}

impl fmt::Display for ColumnPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Dialect::Sqlite.quote(&self.name))?;
        if !self.ty.is_empty() {
            write!(f, " {}", self.ty)?;
        }
        for clause in &self.clauses {
            write!(f, " {}", clause.text)?;
        }
        Ok(())
    }
}

/// What a constraint of the table begins with, and no column.
const BEGIN_CONSTRAINT: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// What ends the type of a column.
const BEGIN_CLAUSE: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
];

fn column(sql: &str, part: &[Token<'_>]) -> Option<ColumnPart> {
    let (name, rest) = part.split_first()?;
    let begins = |token: &Token<'_>| BEGIN_CLAUSE.iter().any(|word| token.is(word));
    let end = rest.iter().position(begins).unwrap_or(rest.len());
    let (ty, clauses) = rest.split_at(end);
    Some(ColumnPart {
        name: name.name(),
        ty: written(sql, ty).to_owned(),
        clauses: Reader::of(sql, clauses, Some(name.name())).clauses(),
    })
}

/// `tokens` of `sql` as they are written.
fn written<'s>(sql: &'s str, tokens: &[Token<'_>]) -> &'s str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => sql.get(first.start..last.end()).unwrap_or_default(),
        _ => "",
    }
}

/// Reads clauses one after the other.
struct Reader<'t, 'a> {
    sql: &'a str,
    rest: &'t [Token<'a>],
    /// The column that they are said of.
    column: Option<String>,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn of(sql: &'a str, rest: &'t [Token<'a>], column: Option<String>) -> Self {
        Self { sql, rest, column }
    }

    fn clauses(mut self) -> Vec<Clause> {
        let mut clauses = vec![];
        while !self.rest.is_empty() {
            let start = self.rest;
            let kind = self.clause();
            let length = start.len() - self.rest.len();
            let text = written(self.sql, start.get(..length).unwrap_or_default());
            clauses.push(Clause {
                kind,
                text: text.to_owned(),
            });
        }
        clauses
    }

    /// Takes a clause with its name.
    fn clause(&mut self) -> Kind {
        if self.take("CONSTRAINT") {
            self.next();
        }
        if self.rest.first().is_none_or(|token| token.is("CONSTRAINT")) {
            return Kind::Other;
        }
        if self.take("PRIMARY") {
            self.take("KEY");
            self.group();
            let _ = self.take("ASC") || self.take("DESC");
            self.conflict();
            self.take("AUTOINCREMENT");
            return Kind::PrimaryKey;
        }
        if self.take("NOT") || self.rest.first().is_some_and(|token| token.is("NULL")) {
            self.take("NULL");
            self.conflict();
            return Kind::Nullability;
        }
        if self.take("UNIQUE") {
            let columns = self.columns();
            self.conflict();
            return Kind::Unique(columns);
        }
        if self.take("CHECK") {
            let expression = text(without_parentheses(self.group().unwrap_or_default()));
            self.conflict();
            return Kind::Check(expression);
        }
        if self.take("DEFAULT") {
            self.value();
            return Kind::Default;
        }
        if self.take("COLLATE") {
            self.next();
            return Kind::Collation;
        }
        if self.take("GENERATED") || self.rest.first().is_some_and(|token| token.is("AS")) {
            self.take("ALWAYS");
            self.take("AS");
            self.group();
            let _ = self.take("STORED") || self.take("VIRTUAL");
            return Kind::Generated;
        }
        if self.take("FOREIGN") {
            self.take("KEY");
            let columns = self.columns();
            self.take("REFERENCES");
            return self.references(columns);
        }
        if self.take("REFERENCES") {
            let columns = self.column.iter().cloned().collect();
            return self.references(columns);
        }
        self.next();
        Kind::Other
    }

    fn next(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Takes the keyword `word` if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let comes = self.rest.first().is_some_and(|token| token.is(word));
        if comes {
            self.next();
        }
        comes
    }

    /// Takes what stands in parentheses if they come next.
    fn group(&mut self) -> Option<&'t [Token<'a>]> {
        let inner = group(self.rest)?;
        self.rest = self.rest.get(inner.len() + 2..).unwrap_or_default();
        Some(inner)
    }

    /// Takes a list of columns, or stands with the one that is spoken of.
    fn columns(&mut self) -> Vec<String> {
        if let Some(column) = &self.column {
            return vec![column.clone()];
        }
        let columns = parts(self.group().unwrap_or_default());
        let names = columns.iter().filter_map(|column| column.first());
        names.map(Token::name).collect()
    }

    fn references(&mut self, columns: Vec<String>) -> Kind {
        let table = self.next().map(Token::name).unwrap_or_default();
        self.group();
        loop {
            let is_deferrable = self.rest.first().is_some_and(|token| token.is("NOT"))
                && self.rest.get(1).is_some_and(|next| next.is("DEFERRABLE"));
            if self.take("ON") {
                self.next();
                let action = self.next();
                if action.is_some_and(|word| word.is("SET") || word.is("NO")) {
                    self.next();
                }
            } else if self.take("MATCH") || self.take("INITIALLY") || is_deferrable {
                self.next();
                if is_deferrable {
                    self.next();
                }
            } else if !self.take("DEFERRABLE") {
                return Kind::ForeignKey(columns, table);
            }
        }
    }

    /// Takes `ON CONFLICT …` if it comes next.
    fn conflict(&mut self) {
        let is_it = self.rest.first().is_some_and(|token| token.is("ON"))
            && self.rest.get(1).is_some_and(|next| next.is("CONFLICT"));
        if is_it {
            self.rest = self.rest.get(3..).unwrap_or_default();
        }
    }

    /// Takes a default: an expression in parentheses, a word, or a literal with a sign, which may be several tokens.
    fn value(&mut self) {
        if self.group().is_some() {
            return;
        }
        let mut value = self.next();
        if value.is_some_and(|token| token.text == "+" || token.text == "-") {
            value = self.next();
        }
        let Some(first) = value else { return };
        if first.is("x") && self.rest.first().is_some_and(|next| !next.spaced) {
            self.next();
        }
        while first.kind == TokenKind::Other
            && self
                .rest
                .first()
                .is_some_and(|next| !next.spaced && next.kind != TokenKind::Quoted)
        {
            self.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_what_its_parts_say() {
        let statement = Statement::read(
            r#"CREATE TABLE [odd "t"] ( -- why
                id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT FAIL AUTOINCREMENT,
                "a" VARCHAR ( 20 ) collate nocase NOT NULL ON CONFLICT IGNORE DEFAULT 'x' /* inside */ UNIQUE,
                b, c DOUBLE PRECISION DEFAULT -1.5e-3 CHECK (c > (1)) REFERENCES p (q) ON DELETE SET NULL NOT DEFERRABLE NULL,
                d BLOB DEFAULT x'ab' GENERATED ALWAYS AS (a || ')') STORED, e as (1),
                CONSTRAINT u UNIQUE (A, b DESC) ON CONFLICT ABORT FOREIGN KEY (b, c) REFERENCES "p" MATCH FULL DEFERRABLE INITIALLY DEFERRED,
                CHECK ([odd "t"].b <> 'odd "t".') CONSTRAINT dangling
            ) STRICT, WITHOUT ROWID"#,
        )
        .unwrap();
        assert_eq!(
            statement.to_string(),
            r#"CREATE TABLE "odd ""t""" (
    "id" INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT FAIL AUTOINCREMENT,
    "a" VARCHAR ( 20 ) collate nocase NOT NULL ON CONFLICT IGNORE DEFAULT 'x' UNIQUE,
    "b",
    "c" DOUBLE PRECISION DEFAULT -1.5e-3 CHECK (c > (1)) REFERENCES p (q) ON DELETE SET NULL NOT DEFERRABLE NULL,
    "d" BLOB DEFAULT x'ab' GENERATED ALWAYS AS (a || ')') STORED,
    "e" as (1),
    CONSTRAINT u UNIQUE (A, b DESC) ON CONFLICT ABORT,
    FOREIGN KEY (b, c) REFERENCES "p" MATCH FULL DEFERRABLE INITIALLY DEFERRED,
    CHECK (b <> 'odd "t".'),
    CONSTRAINT dangling
) STRICT, WITHOUT ROWID"#
        );
        let kinds: Vec<Vec<_>> = statement
            .columns
            .iter()
            .map(|column| column.clauses.iter().map(|c| c.kind.clone()).collect())
            .collect();
        use Kind::*;
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            kinds,
            [
                vec![PrimaryKey],
                vec![Collation, Nullability, Default, Unique(names(&["a"]))],
                vec![],
                vec![
                    Default,
                    Check("c > (1)".to_owned()),
                    ForeignKey(names(&["c"]), "p".to_owned()),
                    Nullability
                ],
                vec![Default, Generated],
                vec![Generated],
            ]
        );
        let constraints = statement.constraints.into_iter().map(|c| c.kind);
        assert_eq!(
            constraints.collect::<Vec<_>>(),
            [
                Unique(names(&["A", "b"])),
                ForeignKey(names(&["b", "c"]), "p".to_owned()),
                Check("[odd \"t\"].b <> 'odd \"t\".'".to_owned()),
                Other,
            ]
        );
    }

    #[test]
    fn a_statement_may_end_anywhere() {
        let sql = "CREATE TABLE t (a int CONSTRAINT c CHECK (a > '(') COLLATE nocase AS (1) DEFAULT -1 \
            REFERENCES u (x) ON DELETE SET NULL MATCH full NOT DEFERRABLE INITIALLY IMMEDIATE, \
            CONSTRAINT k FOREIGN KEY (a, \"b\") REFERENCES u, UNIQUE (a COLLATE [x y]) ON CONFLICT ABORT)";
        for end in 0..=sql.len() {
            let _whatever = Statement::read(&sql[..end]);
        }
        assert_eq!(Statement::read("CREATE TABLE t"), None);
    }
}
