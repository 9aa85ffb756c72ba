//! Tables and what they are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{DefaultValue, EnumType, ObjectName, Type};

/// Tables and types, of a live database or as entities declare them. Sorted, so that nothing that is derived
/// from a schema depends on the order it was built in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schema {
    /// The tables by name.
    pub tables: BTreeMap<ObjectName, Table>,
    /// PostgreSQL's enum types by name, used by a column or not. Empty for other dialects and in what
    /// entities declare before [`crate::canonical`] has seen it.
    pub enums: BTreeMap<ObjectName, EnumType>,
    /// PostgreSQL's domains by name, each with what defines it: `text NOT NULL CHECK (VALUE <> '')`.
    pub domains: BTreeMap<ObjectName, String>,
    /// PostgreSQL's sequences that no column owns, each with its options as SQL.
    pub sequences: BTreeMap<ObjectName, String>,
    /// The names of PostgreSQL's schemas beside the connection's own that tables are in or may be put in.
    pub schemas: BTreeSet<String>,
    /// The names of PostgreSQL's extensions, `plpgsql` aside.
    pub extensions: BTreeSet<String>,
    /// What was seen and is neither compared nor touched: views, triggers, functions, policies and the like.
    pub unmanaged: BTreeSet<Unmanaged>,
}

impl Table {
    /// Gives back the memory that its lists keep to grow: half of what they take.
    pub fn shrink_to_fit(&mut self) {
        self.columns.shrink_to_fit();
        self.indexes.shrink_to_fit();
        self.foreign_keys.shrink_to_fit();
        if let Some(key) = &mut self.primary_key {
            key.columns.shrink_to_fit();
        }
        for index in &mut self.indexes {
            index.columns.shrink_to_fit();
        }
        for key in &mut self.foreign_keys {
            key.columns.shrink_to_fit();
            key.referenced_columns.shrink_to_fit();
        }
    }
}

/// An object that is seen and left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmanaged {
    /// What it is, in a word or two: `view`, `trigger`, `check constraint`.
    pub kind: String,
    /// Its name.
    pub name: ObjectName,
    /// The table or view that it is on (SQLite's triggers).
    pub on: Option<ObjectName>,
    /// The statement that made it, where it is kept to be put back (SQLite's views and triggers).
    pub definition: Option<String>,
}

impl Unmanaged {
    /// An object of which nothing else is known.
    pub fn new(kind: impl Into<String>, name: ObjectName) -> Self {
        Self {
            kind: kind.into(),
            name,
            on: None,
            definition: None,
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: ObjectName,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Its primary key, if it has one.
    pub primary_key: Option<PrimaryKey>,
    /// Its indexes and unique constraints, without the primary key's.
    pub indexes: Vec<Index>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its check constraints.
    pub checks: Vec<Check>,
    /// Its exclusion constraints (PostgreSQL).
    pub exclusions: Vec<Exclusion>,
    /// What stands behind the parentheses that make it, as SQL: `ENGINE=InnoDB COLLATE=utf8mb4_bin`,
    /// `STRICT, WITHOUT ROWID`. From entities, `None` means that they do not say.
    pub options: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// The statement that made it, where the server keeps it (SQLite). It says the same as the rest in its author's words,
    /// and is never compared.
    pub definition: Option<String>,
}

impl Table {
    /// A table without anything in it.
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            columns: vec![],
            primary_key: None,
            indexes: vec![],
            foreign_keys: vec![],
            checks: vec![],
            exclusions: vec![],
            options: None,
            comment: None,
            definition: None,
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of that name, which is looked for at `place` first: two descriptions of one table mostly have the same order.
    pub fn column_near(&self, place: usize, name: &str) -> Option<&Column> {
        let there = self.columns.get(place);
        let there = there.filter(|column| column.name == name);
        there.or_else(|| self.column(name))
    }

    /// Whether it has no row ids (SQLite's `WITHOUT ROWID`).
    pub fn is_without_row_id(&self) -> bool {
        let options = self.options.as_deref();
        options.is_some_and(|options| options.contains("WITHOUT ROWID"))
    }

    /// Whether it takes values of the column's type only (SQLite's `STRICT`).
    pub fn is_strict(&self) -> bool {
        let options = self.options.as_deref();
        options.is_some_and(|options| options.contains("STRICT"))
    }

    /// Whether the primary key is made of `column` alone.
    pub fn is_sole_primary_key(&self, column: &str) -> bool {
        self.primary_key
            .as_ref()
            .is_some_and(|key| key.columns == [column])
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether it takes NULL.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Whether the server numbers new rows by it: an identity or serial column, `AUTO_INCREMENT`, SQLite's
    /// `INTEGER PRIMARY KEY`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub auto_increment: bool,
    /// Its default. From entities, `None` means that they do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultValue>,
    /// How PostgreSQL numbers rows by it. From entities, `None` means that they do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Box<Identity>>,
    /// What computes it, if the server does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Box<Generated>>,
    /// Its collation, quoted as SQL wants it, where it is not its type's or table's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// What MySQL sets it to when its row changes (`ON UPDATE …`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
    /// Its comment. From entities, `None` means that they do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What an entity appends to the column's definition (`extra = "…"`): SQL, put in as it is when the column
    /// is made, and not read back from a database, but for MySQL's `INVISIBLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<String>,
    /// The name it had before, as the entity tells (`renamed_from = "…"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl Column {
    /// A column that takes no NULL and of which nothing else is said.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: false,
            auto_increment: false,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            on_update: None,
            comment: None,
            extra: None,
            renamed_from: None,
        }
    }
}

/// What makes a column an identity column, or a serial one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `GENERATED ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The sequence's options as SQL (`START WITH 100 INCREMENT BY 2`), where they are not the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    /// The sequence that a serial column owns and takes its default from. An identity column's has no say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<ObjectName>,
}

/// What computes a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The expression as SQL, without parentheses around the whole.
    pub expression: String,
    /// Whether the value is stored with the row rather than computed when read.
    pub stored: bool,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name. `None` where it has none (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What has to hold, as SQL, without parentheses around the whole.
    pub expression: String,
    /// What follows the expression: `NO INHERIT`, `NOT VALID`, `NOT ENFORCED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clauses: Option<String>,
    /// The columns that it names, as the database knows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Whether it is part of the definition of the column whose name it has (MariaDB).
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_column: bool,
}

impl Check {
    /// A check without a name and of which nothing else is said.
    pub fn new(expression: impl Into<String>) -> Self {
        Self {
            name: None,
            expression: expression.into(),
            clauses: None,
            columns: vec![],
            of_column: false,
        }
    }
}

/// An exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Its name.
    pub name: String,
    /// What defines it, from `EXCLUDE` on.
    pub definition: String,
    /// The columns that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrimaryKey {
    /// Its constraint's name, where the dialect keeps one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its columns in order.
    pub columns: Vec<String>,
}

/// An index or a unique constraint: both are indexes to every server, and only their drop differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its key columns in order. Empty where `definition` says what it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Whether it admits a value once only.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// What it was made by.
    #[serde(default, skip_serializing_if = "IndexOrigin::is_index")]
    pub origin: IndexOrigin,
    /// The server's whole statement for an index that plain ascending columns do not describe (expressions,
    /// a predicate, a direction, another method). Entities cannot express it, so it is never compared, and kept
    /// only to put the index back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The columns that `definition` names, wherever it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// The columns of the plain index that `definition` makes as good, if there is one: a direction, another method or
    /// more columns than the key's take nothing away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stands_for: Vec<String>,
}

impl Index {
    /// An index over plain columns.
    pub fn new(name: impl Into<String>, columns: Vec<String>) -> Self {
        Self {
            name: name.into(),
            columns,
            unique: false,
            origin: IndexOrigin::Index,
            definition: None,
            covers: vec![],
            stands_for: vec![],
        }
    }

    /// The columns that it cannot be without.
    pub fn all_columns(&self) -> Vec<String> {
        self.columns.iter().chain(&self.covers).cloned().collect()
    }
}

/// What an index was made by, which decides how it is dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexOrigin {
    /// `CREATE INDEX`, or MySQL's `KEY`.
    #[default]
    Index,
    /// A `UNIQUE` constraint.
    Constraint,
    /// MySQL, for a foreign key that no other index serves. It has the foreign key's name.
    ForeignKey,
}

impl IndexOrigin {
    fn is_index(&self) -> bool {
        *self == IndexOrigin::Index
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// Its name. `None` where the dialect keeps none (SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// The table it points to.
    pub references: ObjectName,
    /// The columns it points to, in the order of `columns`.
    pub referenced_columns: Vec<String>,
    /// What happens to its rows when the row they point to goes. `None` where nothing was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<ReferentialAction>,
    /// What happens to its rows when the key they point to changes. `None` where nothing was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<ReferentialAction>,
    /// What else was said of it, as SQL: `MATCH FULL`, `DEFERRABLE INITIALLY DEFERRED`, `NOT VALID`. From entities,
    /// `None` means that they do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clauses: Option<String>,
}

impl ForeignKey {
    /// A foreign key without a name and of which nothing else is said.
    pub fn new(
        columns: Vec<String>,
        references: ObjectName,
        referenced_columns: Vec<String>,
    ) -> Self {
        Self {
            name: None,
            columns,
            references,
            referenced_columns,
            on_delete: None,
            on_update: None,
            clauses: None,
        }
    }
}

/// What a foreign key does when what it points to goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferentialAction {
    /// Refuse, at the end of the statement or transaction. What every server does when nothing is said.
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Delete or change the rows too.
    Cascade,
    /// Set the columns to NULL.
    SetNull,
    /// Set the columns to their default.
    SetDefault,
}

impl ReferentialAction {
    /// Its words in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            ReferentialAction::NoAction => "NO ACTION",
            ReferentialAction::Restrict => "RESTRICT",
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull => "SET NULL",
            ReferentialAction::SetDefault => "SET DEFAULT",
        }
    }

    /// Reads the words of SQL, in any case.
    pub fn from_sql(words: &str) -> Option<Self> {
        use ReferentialAction::*;
        [NoAction, Restrict, Cascade, SetNull, SetDefault]
            .into_iter()
            .find(|action| action.sql().eq_ignore_ascii_case(words.trim()))
    }
}
