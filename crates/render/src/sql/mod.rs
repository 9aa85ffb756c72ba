//! SQL: the statements that carry a change out, for running, for reading, and for the places in a migration where
//! sea-query's builders fall short.

mod mysql;
mod postgres;

pub(crate) use postgres::{comments, is_cast_on_assignment};
use seadrift_schema::{
    Change, Column, Dialect, ForeignKey, Index, IndexOrigin, ObjectName, Table, canonical,
};

/// The statements, without a semicolon, that carry `change` out on `dialect`, in order.
pub fn statements(change: &Change, dialect: Dialect) -> Vec<String> {
    let sql = Sql(dialect);
    match change {
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
        Change::CreateIndex { table, index } => vec![sql.create_index(table, index)],
        Change::DropIndex { table, index } => vec![sql.drop_index(table, index)],
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

/// Whether MySQL or SQLite make this index together with its table, so that no statement of its own does.
pub(crate) fn comes_with_table(index: &Index, dialect: Dialect) -> bool {
    match index.origin {
        IndexOrigin::ForeignKey => dialect.is_mysql(),
        IndexOrigin::Constraint => dialect == Dialect::Sqlite,
        IndexOrigin::Index => false,
    }
}

/// The type of `column`, as SQL writes it.
pub(crate) fn column_type(column: &Column, dialect: Dialect) -> String {
    // The plan has been through the canonical form, which refuses what the dialect does not have.
    canonical::sql_type(&column.ty, dialect).unwrap_or_else(|_| column.ty.to_string())
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
        let dialect = self.0;
        let row_id = |column: &Column| {
            dialect == Dialect::Sqlite
                && column.auto_increment
                && table.is_sole_primary_key(&column.name)
        };
        let mut parts: Vec<_> = table
            .columns
            .iter()
            .map(|column| {
                let definition = self.column(column);
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
            let name = match &key.name {
                Some(name) if !dialect.is_mysql() => format!("CONSTRAINT {} ", dialect.quote(name)),
                _ => String::new(),
            };
            parts.push(format!(
                "{name}PRIMARY KEY ({})",
                self.columns(&key.columns)
            ));
        }
        let with_table = table
            .indexes
            .iter()
            .filter(|index| comes_with_table(index, dialect));
        for index in with_table.filter(|index| index.origin == IndexOrigin::Constraint) {
            parts.push(format!("UNIQUE ({})", self.columns(&index.columns)));
        }
        parts.extend(table.foreign_keys.iter().map(|key| self.foreign_key(key)));

        let mut create = format!(
            "CREATE TABLE {} ({})",
            self.table(&table.name),
            parts.join(", ")
        );
        if let (true, Some(comment)) = (dialect.is_mysql(), &table.comment) {
            create += &format!(" COMMENT = {}", dialect.literal(comment));
        }
        let mut statements = vec![create];
        if dialect == Dialect::Postgres {
            statements.extend(postgres::comments(table));
        }
        let later = table
            .indexes
            .iter()
            .filter(|index| !comes_with_table(index, dialect));
        statements.extend(later.map(|index| self.create_index(&table.name, index)));
        statements
    }

    fn add_column(
        &self,
        table: &ObjectName,
        column: &Column,
        references: Option<&ForeignKey>,
    ) -> Vec<String> {
        let mut add = format!(
            "ALTER TABLE {} ADD COLUMN {}",
            self.table(table),
            self.column(column)
        );
        if let Some(key) = references {
            add += &format!(" {}", self.references(key));
        }
        let mut statements = vec![add];
        if self.0 == Dialect::Postgres && column.comment.is_some() {
            statements.push(postgres::column_comment(table, column));
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
        if dialect == Dialect::Postgres && column.auto_increment {
            definition += " GENERATED BY DEFAULT AS IDENTITY";
        }
        definition += if column.nullable {
            " NULL"
        } else {
            " NOT NULL"
        };
        if let Some(default) = &column.default {
            definition += &format!(" DEFAULT {}", default.sql(dialect));
        }
        if dialect.is_mysql() && column.auto_increment {
            definition += " AUTO_INCREMENT";
        }
        if let Some(extra) = &column.extra {
            definition += &format!(" {extra}");
        }
        if let (true, Some(comment)) = (dialect.is_mysql(), &column.comment) {
            definition += &format!(" COMMENT {}", dialect.literal(comment));
        }
        definition
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
        if let Some(action) = key.on_delete {
            text += &format!(" ON DELETE {}", action.sql());
        }
        if let Some(action) = key.on_update {
            text += &format!(" ON UPDATE {}", action.sql());
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
}
