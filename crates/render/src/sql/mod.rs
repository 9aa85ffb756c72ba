//! SQL: the statements that carry a change out, for running, for reading, and for the places in a migration where
//! sea-query's builders fall short.

mod concurrently;
mod mysql;
mod object;
mod postgres;
pub(crate) mod rebuild;

pub(crate) use postgres::{comments, serial};
use seadrift_schema::{
    Change, Check, Column, Constraint, Dialect, ForeignKey, Index, IndexOrigin, ObjectName,
    PrimaryKey, ReferentialAction, Table, Type, canonical, rename_value, sqlite,
};

/// The statements, without a semicolon, that carry `changes` out on `dialect`, in order. Where tables are made anew they are
/// one transaction with foreign keys off, and all on one connection.
pub fn script(changes: &[Change], dialect: Dialect) -> Vec<String> {
    if is_batch(changes) {
        return rebuild::script(changes);
    }
    let each = changes.iter();
    each.flat_map(|change| statements(change, dialect))
        .collect()
}

/// Whether `changes` have to be run as a whole, since one of them makes a table anew.
pub fn is_batch(changes: &[Change]) -> bool {
    rebuild::is_batch(changes)
}

/// What a person completes who fills `column` where it holds NULL.
pub(crate) fn fill(table: &ObjectName, column: &Column, dialect: Dialect) -> String {
    let (table, column) = (table.quoted(dialect), dialect.quote(&column.name));
    format!("UPDATE {table} SET {column} = value WHERE {column} IS NULL")
}

/// The statements, without a semicolon, that carry `change` out on `dialect`, in order.
pub fn statements(change: &Change, dialect: Dialect) -> Vec<String> {
    let sql = Sql(dialect);
    match change {
        Change::CreateObject(object) => vec![object::create(object)],
        Change::DropObject(object) => vec![object::drop(object)],
        Change::CreateEnum(ty) => vec![postgres::create_enum(ty)],
        Change::DropEnum(ty) => vec![format!("DROP TYPE {}", ty.name.quoted(dialect))],
        Change::AlterEnum { from, to, columns } => postgres::alter_enum(from, to, columns),
        Change::CreateTable(table) => sql.create_table(table),
        Change::DropTable(table) => vec![format!("DROP TABLE {}", sql.table(&table.name))],
        Change::AlterTableComment { table, to, .. } => {
            vec![match dialect.is_mysql() {
                true => mysql::table_comment(table, to.as_deref(), dialect),
                false => postgres::table_comment(table, to.as_deref()),
            }]
        }
        Change::AlterTableOptions {
            table,
            from,
            to,
            after,
            ..
        } => {
            let mut statements = vec![mysql::options(
                table,
                from.as_deref(),
                to.as_deref(),
                dialect,
            )];
            let columns = after.iter();
            statements.extend(columns.map(|column| mysql::modify_column(table, column, dialect)));
            statements
        }
        Change::AlterSequence { name, to, .. } => vec![object::alter_sequence(name, to)],
        Change::Grant { table, grant } => vec![postgres::grant(table, grant)],
        Change::Revoke { table, grant } => vec![postgres::revoke(table, grant)],
        Change::RenameEnum { from, to } => vec![format!(
            "ALTER TYPE {} RENAME TO {}",
            from.quoted(dialect),
            dialect.quote(&to.name)
        )],
        Change::RenameEnumValue {
            ty,
            from,
            to,
            columns,
        } => sql.rename_enum_value(ty, from, to, columns),
        Change::RenameTable { from, to } => vec![format!(
            "ALTER TABLE {} RENAME TO {}",
            sql.table(from),
            dialect.quote(&to.name)
        )],
        Change::RenameIndex { table, from, to } => vec![sql.rename_index(table, from, to)],
        Change::RenameForeignKey { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
            sql.table(table),
            dialect.quote(from),
            dialect.quote(to)
        )],
        Change::RenameColumn { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            sql.table(table),
            dialect.quote(from),
            dialect.quote(to)
        )],
        Change::AddColumn {
            table,
            column,
            references,
        } => sql.add_column(table, column, references.as_ref()),
        Change::DropColumn { table, column, .. } => {
            vec![format!(
                "ALTER TABLE {} DROP COLUMN {}",
                sql.table(table),
                dialect.quote(&column.name)
            )]
        }
        Change::AlterColumn { table, from, to } if dialect == Dialect::Postgres => {
            postgres::alter_column(table, from, to)
        }
        Change::AlterColumn { table, to, .. } => vec![mysql::modify_column(table, to, dialect)],
        Change::ReplaceColumn { table, from, to } => {
            let drop = Change::DropColumn {
                table: table.clone(),
                column: from.clone(),
                references: None,
            };
            let mut replace = statements(&drop, dialect);
            replace.extend(sql.add_column(table, to, None));
            replace
        }
        Change::AlterPrimaryKey { table, from, to } => {
            sql.alter_primary_key(table, from.as_ref(), to.as_ref())
        }
        Change::AddConstraint { table, constraint } => {
            vec![format!(
                "ALTER TABLE {} ADD {}",
                sql.table(table),
                sql.constraint(constraint)
            )]
        }
        Change::DropConstraint { table, constraint } => {
            let name = match constraint {
                Constraint::Check(check) => check.name.as_deref().unwrap_or_default(),
                Constraint::Exclusion(exclusion) => &exclusion.name,
            };
            vec![format!(
                "ALTER TABLE {} DROP CONSTRAINT {}",
                sql.table(table),
                dialect.quote(name)
            )]
        }
        Change::CreateIndex { table, index } => vec![sql.create_index(table, index)],
        Change::DropIndex { table, index } => vec![sql.drop_index(table, index)],
        Change::CreateIndexConcurrently { table, index } => {
            concurrently::create_index(table, index)
        }
        Change::DropIndexConcurrently { table, index } => match index.origin {
            IndexOrigin::Constraint => vec![sql.drop_index(table, index)],
            _ => vec![sql.drop_index_concurrently(table, index)],
        },
        Change::AlterPrimaryKeyConcurrently {
            table,
            from,
            to,
            index,
        } => concurrently::alter_primary_key(table, from.as_ref(), to.as_ref(), index),
        Change::ValidateConstraint { table, name } => vec![format!(
            "ALTER TABLE {} VALIDATE CONSTRAINT {}",
            sql.table(table),
            dialect.quote(name)
        )],
        Change::FillColumn { .. } => vec![],
        Change::RebuildTable(rebuild) => {
            let steps = rebuild::steps(rebuild).into_iter();
            steps.flat_map(|step| step.statements).collect()
        }
        Change::AddForeignKey { table, key } => {
            vec![format!(
                "ALTER TABLE {} ADD {}",
                sql.table(table),
                sql.foreign_key(key)
            )]
        }
        Change::DropForeignKey { table, key } => {
            let what = if dialect.is_mysql() {
                "FOREIGN KEY"
            } else {
                "CONSTRAINT"
            };
            let name = key.name.as_deref().unwrap_or_default();
            vec![format!(
                "ALTER TABLE {} DROP {what} {}",
                sql.table(table),
                dialect.quote(name)
            )]
        }
    }
}

/// `table` with what is part of a column's definition in it: what makes a serial column, and the column's own check. The
/// statements come before the table and after it.
pub(crate) fn as_defined(table: &Table) -> (Table, Vec<String>, Vec<String>) {
    let mut defined = table.clone();
    let (mut before, mut after) = (vec![], vec![]);
    for check in defined.checks.extract_if(.., |check| check.of_column) {
        let is_it = |column: &&mut Column| check.name.as_ref() == Some(&column.name);
        if let Some(column) = defined.columns.iter_mut().find(is_it) {
            let check = format!("CHECK ({})", check.expression);
            let extra = column.extra.iter().cloned().chain([check]);
            column.extra = Some(extra.collect::<Vec<_>>().join(" "));
        }
    }
    for column in &mut defined.columns {
        if let Some((serial, sequence)) = serial(&table.name, column) {
            *column = serial;
            if let Some([create, own]) = sequence {
                before.push(create);
                after.push(own);
            }
        }
    }
    (defined, before, after)
}

/// Whether MySQL or SQLite make this index together with its table, so that no statement of its own does.
pub(crate) fn comes_with_table(index: &Index, dialect: Dialect) -> bool {
    match index.origin {
        IndexOrigin::ForeignKey => dialect.is_mysql(),
        IndexOrigin::Constraint => dialect == Dialect::Sqlite,
        IndexOrigin::Index => false,
    }
}

/// Whether the statement that made `table`, if it is kept, is what would be made of the table.
pub(crate) fn is_as_written(table: &Table, dialect: Dialect) -> bool {
    let written = table.definition.as_ref();
    written.is_none_or(|written| sqlite::same(written, &Sql(dialect).created(table)))
}

/// The type of `column`, as SQL writes it.
pub(crate) fn column_type(column: &Column, dialect: Dialect) -> String {
    // The plan has been through the canonical form, which refuses what the dialect does not have.
    canonical::sql_type(&column.ty, dialect).unwrap_or_else(|_| column.ty.to_string())
}

/// The action of a foreign key, if it has to be said: `NO ACTION` is what none means, and what a server reports then.
/// But MariaDB reports `RESTRICT`.
pub(crate) fn said(
    action: Option<ReferentialAction>,
    dialect: Dialect,
) -> Option<ReferentialAction> {
    action.filter(|action| *action != ReferentialAction::NoAction || dialect.is_mysql())
}

/// The parts of statements, in one dialect.
struct Sql(Dialect);

impl Sql {
    fn table(&self, name: &ObjectName) -> String {
        name.quoted(self.0)
    }

    fn columns(&self, names: &[String]) -> String {
        names
            .iter()
            .map(|name| self.0.quote(name))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn create_table(&self, table: &Table) -> Vec<String> {
        let (table, before, after) = as_defined(table);
        let table = &table;
        let create = match &table.definition {
            Some(definition) => definition.clone(),
            None => self.created(table),
        };
        let mut statements = before;
        statements.push(create);
        statements.extend(after);
        if self.0 == Dialect::Postgres {
            statements.extend(postgres::comments(table));
        }
        statements.extend(self.indexes(table));
        statements
    }

    /// The statements that make the indexes that do not come with `table`.
    fn indexes(&self, table: &Table) -> impl Iterator<Item = String> {
        let later = table.indexes.iter();
        let later = later.filter(|index| !comes_with_table(index, self.0));
        later.map(|index| self.create_index(&table.name, index))
    }

    /// The statement that makes `table` as it is in the model.
    fn created(&self, table: &Table) -> String {
        let dialect = self.0;
        let row_id = |column: &Column| {
            dialect == Dialect::Sqlite
                && column.auto_increment
                && table.is_sole_primary_key(&column.name)
                && !table.is_without_row_id()
        };
        let mut parts: Vec<_> = table
            .columns
            .iter()
            .map(|column| {
                let definition = match dialect == Dialect::Sqlite && table.is_strict() {
                    true => self.strict_column(column),
                    false => self.column(column),
                };
                // Only here, and not as a constraint of the table, is it SQLite's row id.
                if row_id(column) {
                    definition + " PRIMARY KEY AUTOINCREMENT"
                } else {
                    definition
                }
            })
            .collect();
        if let Some(key) = &table.primary_key
            && !table.columns.iter().any(row_id)
        {
            parts.push(self.primary_key(key));
        }
        let with_table = table
            .indexes
            .iter()
            .filter(|index| comes_with_table(index, dialect));
        for index in with_table.filter(|index| index.origin == IndexOrigin::Constraint) {
            parts.push(match &index.definition {
                Some(definition) => definition.clone(),
                None => format!("UNIQUE ({})", self.columns(&index.columns)),
            });
        }
        parts.extend(table.foreign_keys.iter().map(|key| self.foreign_key(key)));

        parts.extend(table.checks.iter().map(|check| self.check(check)));
        let exclusions = table.exclusions.iter().cloned().map(Constraint::Exclusion);
        parts.extend(exclusions.map(|exclusion| self.constraint(&exclusion)));
        let mut create = format!(
            "CREATE TABLE {} ({})",
            self.table(&table.name),
            parts.join(", ")
        );
        if let Some(options) = &table.options {
            create += &format!(" {options}");
        }
        if let (true, Some(comment)) = (dialect.is_mysql(), &table.comment) {
            create += &format!(" COMMENT = {}", dialect.literal(comment));
        }
        create
    }

    fn add_column(
        &self,
        table: &ObjectName,
        column: &Column,
        references: Option<&ForeignKey>,
    ) -> Vec<String> {
        let (defined, sequence) = serial(table, column).unwrap_or((column.clone(), None));
        let mut add = format!(
            "ALTER TABLE {} ADD COLUMN {}",
            self.table(table),
            self.column(&defined)
        );
        if let Some(key) = references {
            add += &format!(" {}", self.references(key));
        }
        let mut statements = vec![add];
        if let Some([create, own]) = sequence {
            statements.insert(0, create);
            statements.push(own);
        }
        if self.0 == Dialect::Postgres && column.comment.is_some() {
            statements.push(postgres::column_comment(table, column));
        }
        statements
    }

    fn rename_index(&self, table: &ObjectName, from: &str, to: &str) -> String {
        let (old, new) = (self.0.quote(from), self.0.quote(to));
        if self.0.is_mysql() {
            return format!(
                "ALTER TABLE {} RENAME INDEX {old} TO {new}",
                self.table(table)
            );
        }
        let qualified = ObjectName {
            schema: table.schema.clone(),
            name: from.to_owned(),
        };
        format!("ALTER INDEX {} RENAME TO {new}", qualified.quoted(self.0))
    }

    /// Where the value is part of the columns' type, both are allowed while the rows are changed.
    fn rename_enum_value(
        &self,
        ty: &ObjectName,
        from: &str,
        to: &str,
        columns: &[(ObjectName, Column)],
    ) -> Vec<String> {
        let dialect = self.0;
        let (old, new) = (dialect.literal(from), dialect.literal(to));
        if dialect == Dialect::Postgres {
            let ty = ty.quoted(dialect);
            return vec![format!("ALTER TYPE {ty} RENAME VALUE {old} TO {new}")];
        }
        let mut statements = vec![];
        for (table, column) in columns {
            let mut both = column.clone();
            if let Type::Enum(ty) = &mut both.ty {
                let at = ty.values.iter().position(|value| value == from);
                ty.values.insert(at.map_or(0, |at| at + 1), to.to_owned());
            }
            if dialect.is_mysql() {
                statements.push(mysql::modify_column(table, &both, dialect));
            }
            let (place, name) = (self.table(table), dialect.quote(&column.name));
            statements.push(format!(
                "UPDATE {place} SET {name} = {new} WHERE {name} = {old}"
            ));
            if dialect.is_mysql() {
                let mut after = column.clone();
                rename_value(&mut after, from, to);
                statements.push(mysql::modify_column(table, &after, dialect));
            }
        }
        statements
    }

    /// A column's definition, in the order that sea-query writes it.
    fn column(&self, column: &Column) -> String {
        let dialect = self.0;
        let mut definition = format!(
            "{} {}",
            dialect.quote(&column.name),
            column_type(column, dialect)
        );
        if let Some(collation) = &column.collation {
            definition += &format!(" COLLATE {collation}");
        }
        if let Some(generated) = &column.generated {
            let kind = if generated.stored {
                "STORED"
            } else {
                "VIRTUAL"
            };
            definition += &format!(" GENERATED ALWAYS AS ({}) {kind}", generated.expression);
        }
        if dialect == Dialect::Postgres && column.auto_increment {
            definition += &postgres::identity(column);
        }
        // MariaDB takes neither word for a column that it computes.
        if !(dialect == Dialect::MariaDb && column.generated.is_some()) {
            definition += if column.nullable {
                " NULL"
            } else {
                " NOT NULL"
            };
        }
        if let Some(default) = &column.default {
            definition += &format!(" DEFAULT {}", default.sql(dialect));
        }
        if let Some(value) = &column.on_update {
            definition += &format!(" ON UPDATE {value}");
        }
        if dialect.is_mysql() && column.auto_increment {
            definition += " AUTO_INCREMENT";
        }
        if let (true, Some(comment)) = (dialect.is_mysql(), &column.comment) {
            definition += &format!(" COMMENT {}", dialect.literal(comment));
        }
        // MariaDB takes a check last.
        if let Some(extra) = &column.extra {
            definition += &format!(" {extra}");
        }
        definition
    }

    fn primary_key(&self, key: &PrimaryKey) -> String {
        let name = match &key.name {
            Some(name) if !self.0.is_mysql() => format!("CONSTRAINT {} ", self.0.quote(name)),
            _ => String::new(),
        };
        format!("{name}PRIMARY KEY ({})", self.columns(&key.columns))
    }

    fn alter_primary_key(
        &self,
        table: &ObjectName,
        from: Option<&PrimaryKey>,
        to: Option<&PrimaryKey>,
    ) -> Vec<String> {
        let drop = from.map(|key| match &key.name {
            _ if self.0.is_mysql() => "DROP PRIMARY KEY".to_owned(),
            Some(name) => format!("DROP CONSTRAINT {}", self.0.quote(name)),
            None => format!(
                "DROP CONSTRAINT {}",
                self.0.quote(&format!("{}_pkey", table.name))
            ),
        });
        let add = to.map(|key| format!("ADD {}", self.primary_key(key)));
        // One statement, since MySQL takes an AUTO_INCREMENT column at no time without a key.
        let actions: Vec<_> = drop.into_iter().chain(add).collect();
        vec![format!(
            "ALTER TABLE {} {}",
            self.table(table),
            actions.join(", ")
        )]
    }

    fn check(&self, check: &Check) -> String {
        let name = match &check.name {
            Some(name) => format!("CONSTRAINT {} ", self.0.quote(name)),
            None => String::new(),
        };
        let clauses = check
            .clauses
            .as_ref()
            .map_or(String::new(), |clauses| format!(" {clauses}"));
        format!("{name}CHECK ({}){clauses}", check.expression)
    }

    fn constraint(&self, constraint: &Constraint) -> String {
        match constraint {
            Constraint::Check(check) => self.check(check),
            Constraint::Exclusion(exclusion) => {
                format!(
                    "CONSTRAINT {} {}",
                    self.0.quote(&exclusion.name),
                    exclusion.definition
                )
            }
        }
    }

    /// A column of a SQLite table that is STRICT.
    fn strict_column(&self, column: &Column) -> String {
        let mut strict = column.clone();
        strict.ty = canonical::strict_type(&column.ty);
        self.column(&strict)
    }

    fn foreign_key(&self, key: &ForeignKey) -> String {
        let name = match &key.name {
            Some(name) => format!("CONSTRAINT {} ", self.0.quote(name)),
            None => String::new(),
        };
        format!(
            "{name}FOREIGN KEY ({}) {}",
            self.columns(&key.columns),
            self.references(key)
        )
    }

    fn references(&self, key: &ForeignKey) -> String {
        let mut text = format!(
            "REFERENCES {} ({})",
            self.table(&key.references),
            self.columns(&key.referenced_columns)
        );
        let clauses = key.clauses.as_deref().unwrap_or_default();
        // PostgreSQL wants this one first.
        let (first, rest) = match clauses.strip_prefix("MATCH FULL") {
            Some(rest) => (" MATCH FULL", rest.trim_start()),
            None => ("", clauses),
        };
        text += first;
        // The clauses may say more of the action: `ON DELETE SET NULL (column)`.
        if let Some(action) = key.on_delete
            && !rest.starts_with("ON DELETE")
        {
            text += &format!(" ON DELETE {}", action.sql());
        }
        if let Some(action) = key.on_update {
            text += &format!(" ON UPDATE {}", action.sql());
        }
        if !rest.is_empty() {
            text += &format!(" {rest}");
        }
        text
    }

    fn create_index(&self, table: &ObjectName, index: &Index) -> String {
        if let Some(definition) = &index.definition {
            return definition.clone();
        }
        let (table, name) = (self.table(table), self.0.quote(&index.name));
        let columns = self.columns(&index.columns);
        if index.origin == IndexOrigin::Constraint && self.0 == Dialect::Postgres {
            return format!("ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns})");
        }
        let unique = if index.unique { "UNIQUE " } else { "" };
        format!("CREATE {unique}INDEX {name} ON {table} ({columns})")
    }

    fn drop_index(&self, table: &ObjectName, index: &Index) -> String {
        let name = self.0.quote(&index.name);
        if self.0.is_mysql() {
            return format!("DROP INDEX {name} ON {}", self.table(table));
        }
        if index.origin == IndexOrigin::Constraint {
            return format!("ALTER TABLE {} DROP CONSTRAINT {name}", self.table(table));
        }
        let qualified = ObjectName {
            schema: table.schema.clone(),
            name: index.name.clone(),
        };
        format!("DROP INDEX {}", qualified.quoted(self.0))
    }

    /// One that need not be there: what failed half-way is run again.
    fn drop_index_concurrently(&self, table: &ObjectName, index: &Index) -> String {
        let drop = self.drop_index(table, index);
        drop.replacen("INDEX ", "INDEX CONCURRENTLY IF EXISTS ", 1)
    }
}
