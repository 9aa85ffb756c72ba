//! The statements of a migration: sea-query's builders where they say what is meant, SQL where they do not.
//!
//! Every arm here has its reason in what sea-query 1.0 writes: it does not quote the names of indexes and constraints,
//! knows no comments on PostgreSQL, and changes a column's default only to another.

use seadrift_plan::{Cast, cast};
use seadrift_schema::{
    Change, Column, Dialect, ForeignKey, Identity, Index, IndexOrigin, ObjectName,
    ReferentialAction, Table, canonical,
};

use super::{
    column,
    layout::{Expression, call, string, word},
};
use crate::sql;

/// The statements, each awaited, that carry `change` out on `dialect`.
pub(super) fn statements(change: &Change, dialect: Dialect) -> Vec<Expression> {
    let built = Builder { dialect };
    match built.statements(change) {
        Some(statements) => statements,
        None => sql::statements(change, dialect)
            .iter()
            .map(|sql| unprepared(sql))
            .collect(),
    }
}

/// A statement of SQL.
fn unprepared(sql: &str) -> Expression {
    word("manager")
        .method("get_connection", vec![])
        .method("execute_unprepared", vec![raw_string(sql)])
        .awaited()
}

/// `text` as a literal that a person can read: raw where it has quotes.
fn raw_string(text: &str) -> Expression {
    if !text.contains(['"', '\\']) || text.chars().any(super::is_unseen) {
        return string(text);
    }
    word(raw(text))
}

/// `text` as a raw literal.
pub(super) fn raw(text: &str) -> String {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Writes statements with sea-query's builders, or nothing where they fall short.
struct Builder {
    dialect: Dialect,
}

impl Builder {
    fn statements(&self, change: &Change) -> Option<Vec<Expression>> {
        let manager = |method, statement: Expression| {
            word("manager")
                .method(method, vec![statement.method("to_owned", vec![])])
                .awaited()
        };
        let alter = |table: &ObjectName| {
            call("Table::alter", vec![]).method("table", vec![self.table(table)])
        };
        let one = |statement| Some(vec![statement]);
        match change {
            Change::CreateEnum(ty) => {
                let create = call("extension::postgres::Type::create", vec![])
                    .method("as_enum", vec![self.table(&ty.name)])
                    .method(
                        "values",
                        vec![Expression::Array(
                            ty.values.iter().map(|v| string(v)).collect(),
                        )],
                    );
                (!ty.values.is_empty()).then(|| vec![manager("create_type", create)])
            }
            Change::DropEnum(ty) => {
                let drop = call("extension::postgres::Type::drop", vec![])
                    .method("name", vec![self.table(&ty.name)]);
                one(manager("drop_type", drop))
            }
            Change::CreateTable(table) => self.create_table(table),
            Change::DropTable(table) => {
                let drop =
                    call("Table::drop", vec![]).method("table", vec![self.table(&table.name)]);
                one(manager("drop_table", drop))
            }
            // Behind `RENAME TO`, PostgreSQL takes no schema.
            Change::RenameTable { from, to } if to.schema.is_none() => {
                let rename = call("Table::rename", vec![])
                    .method("table", vec![self.table(from), self.table(to)]);
                one(manager("rename_table", rename))
            }
            Change::RenameColumn { table, from, to } => {
                let rename = alter(table).method("rename_column", vec![string(from), string(to)]);
                one(manager("alter_table", rename))
            }
            Change::AddColumn {
                table,
                column,
                references: None,
            } if self.defines(column) && !self.has_own_comment(column) => {
                let definition = column::definition(column, self.dialect, false);
                one(manager(
                    "alter_table",
                    alter(table).method("add_column", vec![definition]),
                ))
            }
            Change::DropColumn { table, column, .. } => {
                let drop = alter(table).method("drop_column", vec![string(&column.name)]);
                one(manager("alter_table", drop))
            }
            Change::AlterColumn { table, from, to } if self.dialect == Dialect::Postgres => {
                let retyped = !canonical::same_type(&from.ty, &to.ty, self.dialect);
                let is_plain = from.comment == to.comment
                    && from.collation == to.collation
                    && from.identity == to.identity
                    && from.auto_increment == to.auto_increment
                    && !(retyped && (is_serial(to) || to.collation.is_some()))
                    && (from.default == to.default || to.default.is_some())
                    && (!retyped || cast(&from.ty, &to.ty) == Cast::Assigned);
                let definition = column::altered(from, to, retyped);
                is_plain.then(|| {
                    vec![manager(
                        "alter_table",
                        alter(table).method("modify_column", vec![definition]),
                    )]
                })
            }
            Change::AlterColumn { table, to, .. } if self.defines(to) => {
                let definition = column::definition(to, self.dialect, false);
                one(manager(
                    "alter_table",
                    alter(table).method("modify_column", vec![definition]),
                ))
            }
            Change::CreateIndex { table, index } => {
                let index = self.create_index(table, index)?;
                one(manager("create_index", index))
            }
            Change::DropIndex { table, index } => {
                if index.origin == IndexOrigin::Constraint || !self.takes_name(&index.name) {
                    return None;
                }
                let drop = call("Index::drop", vec![])
                    .method("name", vec![string(&index.name)])
                    .method("table", vec![self.table(table)]);
                one(manager("drop_index", drop))
            }
            Change::CreateIndexConcurrently { table, index }
                if index.origin != IndexOrigin::Constraint =>
            {
                let create = self.create_index(table, index)?;
                let create = create.method("concurrently", vec![]);
                Some(vec![
                    manager("drop_index", self.drop_index_concurrently(table, index)),
                    manager("create_index", create),
                ])
            }
            Change::DropIndexConcurrently { table, index }
                if index.origin != IndexOrigin::Constraint && self.takes_name(&index.name) =>
            {
                one(manager(
                    "drop_index",
                    self.drop_index_concurrently(table, index),
                ))
            }
            Change::AddForeignKey { table, key } => {
                let key = self.foreign_key(table, key)?;
                one(manager("create_foreign_key", key))
            }
            Change::DropForeignKey { table, key } => {
                let name = key.name.as_deref().filter(|name| self.takes_name(name))?;
                let drop = call("ForeignKey::drop", vec![])
                    .method("name", vec![string(name)])
                    .method("table", vec![self.table(table)]);
                one(manager("drop_foreign_key", drop))
            }
            Change::CreateObject(_)
            | Change::DropObject(_)
            | Change::AlterEnum { .. }
            | Change::Grant { .. }
            | Change::Revoke { .. }
            | Change::RenameEnum { .. }
            | Change::RenameEnumValue { .. }
            | Change::RenameTable { .. }
            | Change::RenameIndex { .. }
            | Change::RenameForeignKey { .. }
            | Change::AlterTableComment { .. }
            | Change::AlterTableOptions { .. }
            | Change::AlterSequence { .. }
            | Change::AddColumn { .. }
            | Change::AlterColumn { .. }
            | Change::ReplaceColumn { .. }
            | Change::AlterPrimaryKey { .. }
            | Change::AlterPrimaryKeyConcurrently { .. }
            | Change::CreateIndexConcurrently { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::DropIndexConcurrently { .. }
            | Change::ValidateConstraint { .. }
            | Change::FillColumn { .. }
            | Change::RebuildTable(_) => None,
        }
    }

    fn create_table(&self, table: &Table) -> Option<Vec<Expression>> {
        let (table, before, _) = sql::as_defined(table);
        if !before.is_empty() {
            return None;
        }
        let table = &table;
        let is_plain =
            table.checks.is_empty() && table.exclusions.is_empty() && table.options.is_none();
        if !is_plain || !table.columns.iter().all(|column| self.defines(column)) {
            return None;
        }
        if !sql::is_as_written(table, self.dialect) {
            return None;
        }
        let mut create =
            call("Table::create", vec![]).method("table", vec![self.table(&table.name)]);
        if let (true, Some(comment)) = (self.dialect.is_mysql(), &table.comment) {
            create = create.method("comment", vec![string(comment)]);
        }
        let names_key = self.names_primary_key(table);
        for column in &table.columns {
            let sole_key = table.is_sole_primary_key(&column.name) && !names_key;
            create = create.method(
                "col",
                vec![column::definition(column, self.dialect, sole_key)],
            );
        }
        if let Some(key) = &table.primary_key
            && (names_key || key.columns.len() > 1)
        {
            let mut index = call("Index::create", vec![]);
            if let Some(name) = &key.name {
                if !self.takes_name(name) {
                    return None;
                }
                index = index.method("name", vec![string(name)]);
            }
            create = create.method("primary_key", vec![with_columns(index, &key.columns)]);
        }
        for index in table
            .indexes
            .iter()
            .filter(|index| sql::comes_with_table(index, self.dialect))
        {
            if index.origin == IndexOrigin::Constraint {
                let unique = call("Index::create", vec![]).method("unique", vec![]);
                create = create.method("index", vec![with_columns(unique, &index.columns)]);
            }
        }
        for key in &table.foreign_keys {
            create = create.method("foreign_key", vec![self.foreign_key(&table.name, key)?]);
        }
        let mut statements = vec![
            word("manager")
                .method("create_table", vec![create.method("to_owned", vec![])])
                .awaited(),
        ];
        if self.dialect == Dialect::Postgres {
            statements.extend(sql::comments(table).iter().map(|sql| unprepared(sql)));
        }
        for index in table
            .indexes
            .iter()
            .filter(|index| !sql::comes_with_table(index, self.dialect))
        {
            let change = Change::CreateIndex {
                table: table.name.clone(),
                index: index.clone(),
            };
            statements.extend(self::statements(&change, self.dialect));
        }
        Some(statements)
    }

    /// Whether the primary key of one column has a name that PostgreSQL would not give it by itself.
    fn names_primary_key(&self, table: &Table) -> bool {
        let own = format!("{}_pkey", table.name.name);
        self.dialect == Dialect::Postgres
            && table
                .primary_key
                .as_ref()
                .and_then(|key| key.name.as_ref())
                .is_some_and(|name| *name != own)
    }

    fn create_index(&self, table: &ObjectName, index: &Index) -> Option<Expression> {
        let is_constraint =
            index.origin == IndexOrigin::Constraint && self.dialect == Dialect::Postgres;
        if index.definition.is_some() || is_constraint || !self.takes_name(&index.name) {
            return None;
        }
        let mut create = call("Index::create", vec![]).method("name", vec![string(&index.name)]);
        create = create.method("table", vec![self.table(table)]);
        create = with_columns(create, &index.columns);
        Some(if index.unique {
            create.method("unique", vec![])
        } else {
            create
        })
    }

    /// An index taken away that need not be there: what failed half-way is run again.
    fn drop_index_concurrently(&self, table: &ObjectName, index: &Index) -> Expression {
        call("Index::drop", vec![])
            .method("name", vec![string(&index.name)])
            .method("table", vec![self.table(table)])
            .method("if_exists", vec![])
            .method("concurrently", vec![])
    }

    fn foreign_key(&self, table: &ObjectName, key: &ForeignKey) -> Option<Expression> {
        if key.clauses.is_some() {
            return None;
        }
        let mut create = call("ForeignKey::create", vec![]);
        if let Some(name) = &key.name {
            if !self.takes_name(name) {
                return None;
            }
            create = create.method("name", vec![string(name)]);
        }
        let (from, to) = (self.table(table), self.table(&key.references));
        create = match (name_list(&key.columns), name_list(&key.referenced_columns)) {
            (Some(columns), Some(referenced)) => create
                .method("from", vec![from, columns])
                .method("to", vec![to, referenced]),
            _ => {
                create = create.method("from_tbl", vec![from]);
                for column in &key.columns {
                    create = create.method("from_col", vec![string(column)]);
                }
                create = create.method("to_tbl", vec![to]);
                for column in &key.referenced_columns {
                    create = create.method("to_col", vec![string(column)]);
                }
                create
            }
        };
        if let Some(action) = sql::said(key.on_delete, self.dialect) {
            create = create.method("on_delete", vec![self::action(action)]);
        }
        if let Some(action) = sql::said(key.on_update, self.dialect) {
            create = create.method("on_update", vec![self::action(action)]);
        }
        Some(create)
    }

    fn table(&self, name: &ObjectName) -> Expression {
        match &name.schema {
            Some(schema) => Expression::Tuple(vec![string(schema), string(&name.name)]),
            None => string(&name.name),
        }
    }

    /// Whether an index or constraint may have this name: sea-query puts it between quotes as it is.
    fn takes_name(&self, name: &str) -> bool {
        !name.contains(if self.dialect.is_mysql() { '`' } else { '"' })
    }

    /// Whether sea-query says all of the column: it knows no collations and not how a column is numbered, and it writes
    /// what computes one, and what an entity appends to one with a comment, in another place than every server takes it.
    fn defines(&self, column: &Column) -> bool {
        let is_special = |identity: &Identity| identity.always || identity.options.is_some();
        column.collation.is_none()
            && !is_serial(column)
            && !column.identity.as_deref().is_some_and(is_special)
            && column.generated.is_none()
            && column.on_update.is_none()
            && !(self.dialect.is_mysql() && column.extra.is_some() && column.comment.is_some())
    }

    /// Whether the column's comment takes a statement of its own.
    fn has_own_comment(&self, column: &Column) -> bool {
        self.dialect == Dialect::Postgres && column.comment.is_some()
    }
}

fn is_serial(column: &Column) -> bool {
    let identity = column.identity.as_ref();
    identity.is_some_and(|identity| identity.sequence.is_some())
}

fn with_columns(index: Expression, columns: &[String]) -> Expression {
    columns.iter().fold(index, |index, column| {
        index.method("col", vec![string(column)])
    })
}

/// Column names as sea-query's `IdenList`, which goes to three.
fn name_list(columns: &[String]) -> Option<Expression> {
    let mut names: Vec<_> = columns.iter().map(|column| string(column)).collect();
    match names.len() {
        1 => Some(names.remove(0)),
        2 | 3 => Some(Expression::Tuple(names)),
        _ => None,
    }
}

fn action(action: ReferentialAction) -> Expression {
    word(match action {
        ReferentialAction::NoAction => "ForeignKeyAction::NoAction",
        ReferentialAction::Restrict => "ForeignKeyAction::Restrict",
        ReferentialAction::Cascade => "ForeignKeyAction::Cascade",
        ReferentialAction::SetNull => "ForeignKeyAction::SetNull",
        ReferentialAction::SetDefault => "ForeignKeyAction::SetDefault",
    })
}
