//! Makes changes to a table where it is described: in the model, and in the statement that makes it.

use seadrift_schema::{
    Change, Check, Column, Constraint, Dialect, ForeignKey, Index, IndexOrigin, PrimaryKey, Table,
    Type, canonical, sqlite,
};

use super::statement::{Clause, ColumnPart, Kind, Statement};

const DIALECT: Dialect = Dialect::Sqlite;

/// A table that is being changed.
pub(super) struct Draft {
    pub(super) table: Table,
    statement: Statement,
    /// Whether the primary key has to be said anew.
    rekeyed: bool,
}

impl Draft {
    /// `table`, if its statement is known.
    pub(super) fn of(table: &Table) -> Option<Self> {
        let mut table = table.clone();
        let statement = Statement::read(table.definition.as_deref()?)?;
        table.definition = Some(statement.to_string());
        Some(Self {
            table,
            statement,
            rekeyed: false,
        })
    }

    /// Makes `change`, one of this table.
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::AddColumn {
                column, references, ..
            } => {
                self.table.columns.push(column.clone());
                let part = self.part(column);
                self.statement.columns.push(part);
                if let Some(key) = references {
                    self.add_key(key);
                }
            }
            Change::DropColumn { column, .. } => {
                self.table.columns.retain(|known| known.name != column.name);
                let is_other = |part: &ColumnPart| part.name != column.name;
                self.statement.columns.retain(is_other);
            }
            Change::AlterColumn { from, to, .. } => self.alter(from, to),
            Change::ReplaceColumn { to, .. } => {
                let part = self.part(to);
                if let Some(old) = self.statement.column(&to.name) {
                    *old = part;
                }
                self.put(to.clone());
            }
            Change::AlterPrimaryKey { to, .. } | Change::AlterPrimaryKeyConcurrently { to, .. } => {
                self.table.primary_key.clone_from(to);
                self.rekeyed = true;
            }
            Change::AddConstraint { constraint, .. } => {
                if let Constraint::Check(check) = constraint {
                    self.table.checks.push(check.clone());
                    self.add(Kind::Check(check.expression.clone()), check_text(check));
                }
            }
            Change::DropConstraint { constraint, .. } => {
                if let Constraint::Check(check) = constraint {
                    let is_it = |text: &str| {
                        canonical::same_expression(text, &check.expression)
                            || sqlite::same(text, &check.expression)
                    };
                    let mut checks = self.table.checks.iter();
                    if let Some(at) = checks.position(|known| is_it(&known.expression)) {
                        self.table.checks.remove(at);
                    }
                    self.statement
                        .remove(|kind| matches!(kind, Kind::Check(text) if is_it(text)));
                }
            }
            Change::CreateIndex { index, .. } => {
                self.table.indexes.push(index.clone());
                if index.origin == IndexOrigin::Constraint {
                    let unique = format!("UNIQUE ({})", quoted(&index.columns));
                    let text = index.definition.clone().unwrap_or(unique);
                    self.add(Kind::Unique(index.columns.clone()), text);
                }
            }
            Change::DropIndex { index, .. } => self.drop_index(index),
            Change::AlterTableOptions { to, .. } => self.set_options(to.as_deref()),
            Change::AddForeignKey { key, .. } => self.add_key(key),
            Change::DropForeignKey { key, .. } => {
                let is_it = |columns: &[String], table: &str| {
                    same_names(columns, &key.columns)
                        && table.eq_ignore_ascii_case(&key.references.name)
                };
                let mut keys = self.table.foreign_keys.iter();
                if let Some(at) =
                    keys.position(|known| is_it(&known.columns, &known.references.name))
                {
                    self.table.foreign_keys.remove(at);
                }
                self.statement.remove(
                    |kind| matches!(kind, Kind::ForeignKey(columns, table) if is_it(columns, table)),
                );
            }
            Change::CreateObject(_)
            | Change::DropObject(_)
            | Change::CreateEnum(_)
            | Change::DropEnum(_)
            | Change::AlterEnum { .. }
            | Change::CreateTable(_)
            | Change::DropTable(_)
            | Change::AlterTableComment { .. }
            | Change::AlterSequence { .. }
            | Change::Grant { .. }
            | Change::Revoke { .. }
            | Change::RenameEnum { .. }
            | Change::RenameEnumValue { .. }
            | Change::RenameTable { .. }
            | Change::RenameIndex { .. }
            | Change::RenameForeignKey { .. }
            | Change::RenameColumn { .. }
            | Change::CreateIndexConcurrently { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::ValidateConstraint { .. }
            | Change::FillColumn { .. }
            | Change::RebuildTable(_) => {}
        }
    }

    /// Adds a column as SQLite does in place: what it points to is part of its definition, without which it could not be
    /// dropped again.
    pub(super) fn add_in_place(&mut self, column: &Column, references: Option<&ForeignKey>) {
        let mut part = self.part(column);
        if let Some(key) = references {
            part.clauses.push(Clause {
                kind: Kind::ForeignKey(key.columns.clone(), key.references.name.clone()),
                text: reference(key),
            });
            self.table.foreign_keys.push(key.clone());
        }
        self.table.columns.push(column.clone());
        self.statement.columns.push(part);
    }

    /// The table as the changes have left it.
    pub(super) fn finish(mut self) -> Table {
        if self.rekeyed {
            self.say_primary_key();
        }
        let row_id = self.row_id();
        for column in &mut self.table.columns {
            column.auto_increment = row_id.as_ref() == Some(&column.name);
        }
        self.table.definition = Some(self.statement.to_string());
        self.table
    }

    /// Makes what differs between two states of a column, and leaves the rest as it was written.
    fn alter(&mut self, from: &Column, to: &Column) {
        let is_strict = self.table.is_strict();
        if let Some(part) = self.statement.column(&to.name) {
            if !canonical::same_type(&from.ty, &to.ty, DIALECT) {
                part.ty = type_name(&to.ty, is_strict);
            }
            if from.collation != to.collation {
                part.replace(Kind::Collation, collation(to));
            }
            if from.nullable != to.nullable {
                part.replace(Kind::Nullability, Some(nullability(to)));
            }
            if from.default != to.default {
                part.replace(Kind::Default, default(to));
            }
        }
        if from.auto_increment != to.auto_increment && self.table.is_sole_primary_key(&to.name) {
            self.rekeyed = true;
        }
        self.put(to.clone());
    }

    fn put(&mut self, column: Column) {
        let mut columns = self.table.columns.iter_mut();
        if let Some(known) = columns.find(|known| known.name == column.name) {
            *known = column;
        }
    }

    /// Only a table with row ids numbers rows by its key, which is therefore said anew.
    fn set_options(&mut self, options: Option<&str>) {
        let had_row_id = !self.table.is_without_row_id();
        self.table.options = options.map(str::to_owned);
        self.statement.options = options.unwrap_or_default().to_owned();
        self.rekeyed |= had_row_id == self.table.is_without_row_id();
    }

    fn drop_index(&mut self, index: &Index) {
        self.table.indexes.retain(|known| known.name != index.name);
        if index.origin == IndexOrigin::Constraint {
            self.statement.remove(
                |kind| matches!(kind, Kind::Unique(columns) if same_names(columns, &index.columns)),
            );
        }
    }

    fn add(&mut self, kind: Kind, text: String) {
        self.statement.constraints.push(Clause { kind, text });
    }

    fn add_key(&mut self, key: &ForeignKey) {
        self.table.foreign_keys.push(key.clone());
        let kind = Kind::ForeignKey(key.columns.clone(), key.references.name.clone());
        self.add(kind, key_text(key));
    }

    /// A new column.
    fn part(&self, column: &Column) -> ColumnPart {
        let clause = |kind, text| Clause { kind, text };
        let mut clauses = vec![];
        clauses.extend(collation(column).map(|text| clause(Kind::Collation, text)));
        if let Some(generated) = &column.generated {
            let kind = if generated.stored {
                "STORED"
            } else {
                "VIRTUAL"
            };
            let text = format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression);
            clauses.push(clause(Kind::Generated, text));
        }
        clauses.push(clause(Kind::Nullability, nullability(column)));
        clauses.extend(default(column).map(|text| clause(Kind::Default, text)));
        clauses.extend(column.extra.clone().map(|text| clause(Kind::Other, text)));
        ColumnPart {
            name: column.name.clone(),
            ty: type_name(&column.ty, self.table.is_strict()),
            clauses,
        }
    }

    /// Says the primary key that the model has, and of the columns that leave the old one that they take no NULL.
    fn say_primary_key(&mut self) {
        let is_key = |kind: &Kind| *kind == Kind::PrimaryKey;
        let constraints = &mut self.statement.constraints;
        constraints.retain(|clause| !is_key(&clause.kind));
        for part in &mut self.statement.columns {
            part.clauses.retain(|clause| !is_key(&clause.kind));
            let column = self.table.column(&part.name);
            let is_said = |clause: &Clause| clause.kind == Kind::Nullability;
            if column.is_some_and(|column| !column.nullable) && !part.clauses.iter().any(is_said) {
                part.replace(Kind::Nullability, Some("NOT NULL".to_owned()));
            }
        }
        let Some(key) = self.table.primary_key.clone() else {
            return;
        };
        let numbered = self.table.columns.iter().find(|column| {
            column.auto_increment
                && self.table.is_sole_primary_key(&column.name)
                && !self.table.is_without_row_id()
        });
        let numbered = numbered.map(|column| column.name.clone());
        if let Some(part) = numbered.and_then(|name| self.statement.column(&name)) {
            // The one name of a type that SQLite numbers rows by.
            "integer".clone_into(&mut part.ty);
            part.clauses.push(Clause {
                kind: Kind::PrimaryKey,
                text: "PRIMARY KEY AUTOINCREMENT".to_owned(),
            });
        } else {
            let text = format!("{}PRIMARY KEY ({})", named(&key.name), quoted(&key.columns));
            let clause = Clause {
                kind: Kind::PrimaryKey,
                text,
            };
            self.statement.constraints.insert(0, clause);
        }
    }

    /// The column that is the row id: the only one of the primary key, by the name `integer`, and not in descending order
    /// where it says so itself. (<https://sqlite.org/lang_createtable.html#rowid>)
    fn row_id(&self) -> Option<String> {
        let PrimaryKey { columns, .. } = self.table.primary_key.as_ref()?;
        let [name] = columns.as_slice() else {
            return None;
        };
        let mut parts = self.statement.columns.iter();
        let part = parts.find(|part| part.name == *name)?;
        let descends =
            |clause: &Clause| clause.kind == Kind::PrimaryKey && sqlite::says(&clause.text, "DESC");
        let is_row_id = part.ty.eq_ignore_ascii_case("integer")
            && !part.clauses.iter().any(descends)
            && !self.table.is_without_row_id();
        is_row_id.then(|| name.clone())
    }
}

fn type_name(ty: &Type, is_strict: bool) -> String {
    let ty = match is_strict {
        true => &canonical::strict_type(ty),
        false => ty,
    };
    // The plan has been through the canonical form, which refuses what SQLite does not have.
    canonical::sql_type(ty, DIALECT).unwrap_or_else(|_| ty.to_string())
}

fn collation(column: &Column) -> Option<String> {
    let collation = column.collation.as_ref()?;
    Some(format!("COLLATE {collation}"))
}

fn nullability(column: &Column) -> String {
    if column.nullable { "NULL" } else { "NOT NULL" }.to_owned()
}

fn default(column: &Column) -> Option<String> {
    let default = column.default.as_ref()?;
    Some(format!("DEFAULT {}", default.sql(DIALECT)))
}

fn check_text(check: &Check) -> String {
    format!("{}CHECK ({})", named(&check.name), check.expression)
}

fn key_text(key: &ForeignKey) -> String {
    format!(
        "{}FOREIGN KEY ({}) {}",
        named(&key.name),
        quoted(&key.columns),
        reference(key)
    )
}

fn reference(key: &ForeignKey) -> String {
    let mut text = format!("REFERENCES {}", key.references.quoted(DIALECT));
    if !key.referenced_columns.is_empty() {
        text += &format!(" ({})", quoted(&key.referenced_columns));
    }
    if let Some(action) = key.on_delete {
        text += &format!(" ON DELETE {}", action.sql());
    }
    if let Some(action) = key.on_update {
        text += &format!(" ON UPDATE {}", action.sql());
    }
    if let Some(clauses) = &key.clauses {
        text += &format!(" {clauses}");
    }
    text
}

fn named(name: &Option<String>) -> String {
    name.as_ref().map_or(String::new(), |name| {
        format!("CONSTRAINT {} ", DIALECT.quote(name))
    })
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| DIALECT.quote(name)).collect();
    names.join(", ")
}

fn same_names(one: &[String], other: &[String]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.eq_ignore_ascii_case(other))
}
