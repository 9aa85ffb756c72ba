//! Changes in words: one line each, the first thing a reviewer reads.

pub mod gone;

use crate::sql;
use seadrift_schema::{
    Change, Column, Constraint, Dialect, EnumType, ForeignKey, Grant, Identity, Index, Object,
    ObjectName, PrimaryKey, Type, canonical,
};

/// `change` in one line: what is done (`+` made, `-` taken away, `~` changed), to what, and how.
pub fn line(change: &Change, dialect: Dialect) -> String {
    one_line(&words(change, dialect))
}

/// `text` with what would end the line, or move in it, written out.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

fn words(change: &Change, dialect: Dialect) -> String {
    match change {
        Change::CreateObject(object) => format!("+ {}", self::object(object)),
        Change::DropObject(object) => format!("- {}", self::object(object)),
        Change::CreateEnum(ty) => format!("+ enum   {} ({})", ty.name, ty.values.join(", ")),
        Change::DropEnum(ty) => format!("- enum   {} ({})", ty.name, ty.values.join(", ")),
        Change::AlterEnum { from, to, .. } => format!("~ enum   {}: {}", to.name, values(from, to)),
        Change::CreateTable(table) => {
            format!("+ table  {} ({})", table.name, count(table.columns.len()))
        }
        Change::DropTable(table) => {
            format!("- table  {} ({})", table.name, count(table.columns.len()))
        }
        Change::AlterTableComment { table, from, to } => {
            format!(
                "~ table  {table}: comment {} -> {}",
                comment(from),
                comment(to)
            )
        }
        Change::AlterTableOptions {
            table, from, to, ..
        } => {
            let said = |options: &Option<String>| options.clone().unwrap_or("none".to_owned());
            format!("~ table  {table}: options {} -> {}", said(from), said(to))
        }
        Change::AlterSequence { name, from, to } => {
            let said = |options: &String| match options.as_str() {
                "" => "none".to_owned(),
                options => options.to_owned(),
            };
            format!("~ sequence {name}: options {} -> {}", said(from), said(to))
        }
        Change::Grant { table, grant } => format!("+ rights {table}: {}", rights(grant)),
        Change::Revoke { table, grant } => format!("- rights {table}: {}", rights(grant)),
        Change::RenameEnum { from, to } => {
            format!("~ enum   {from}: renamed to {}", ObjectName::new(&to.name))
        }
        Change::RenameEnumValue { ty, from, to, .. } => {
            format!("~ enum   {ty}: {from} renamed to {to}")
        }
        Change::RenameTable { from, to } => {
            format!("~ table  {from}: renamed to {}", ObjectName::new(&to.name))
        }
        Change::RenameIndex { table, from, to } => {
            format!("~ index  {table} {from}: renamed to {to}")
        }
        Change::RenameForeignKey { table, from, to } => {
            format!("~ key    {table} {from}: renamed to {to}")
        }
        Change::RenameColumn { table, from, to } => {
            format!("~ column {table}.{from}: renamed to {to}")
        }
        Change::AddColumn {
            table,
            column,
            references,
        } => {
            let key = references
                .as_ref()
                .map_or(String::new(), |key| format!(", {}", target(key, dialect)));
            format!(
                "+ column {table}.{}: {}{key}",
                column.name,
                definition(column, dialect)
            )
        }
        Change::DropColumn { table, column, .. } => {
            format!(
                "- column {table}.{}: {}",
                column.name,
                definition(column, dialect)
            )
        }
        Change::AlterColumn { table, from, to } => {
            format!(
                "~ column {table}.{}: {}",
                to.name,
                difference(from, to, dialect).join(", ")
            )
        }
        Change::ReplaceColumn { table, from, to } => {
            let computed = |column: &Column| match &column.generated {
                Some(generated) => format!("computed as {}", generated.expression),
                None => "not computed".to_owned(),
            };
            format!(
                "~ column {table}.{}: {} -> {}",
                to.name,
                computed(from),
                computed(to)
            )
        }
        Change::AlterPrimaryKey { table, from, to } => primary_key(table, from, to),
        Change::AlterPrimaryKeyConcurrently {
            table, from, to, ..
        } => primary_key(table, from, to) + " concurrently",
        Change::AddConstraint { table, constraint } => {
            format!("+ {}", self::constraint(table, constraint))
        }
        Change::DropConstraint { table, constraint } => {
            format!("- {}", self::constraint(table, constraint))
        }
        Change::CreateIndex { table, index } => format!("+ index  {table} {}", self::index(index)),
        Change::DropIndex { table, index } => format!("- index  {table} {}", self::index(index)),
        Change::AddForeignKey { table, key } => {
            format!(
                "+ key    {table} ({}) {}",
                key.columns.join(", "),
                target(key, dialect)
            )
        }
        Change::DropForeignKey { table, key } => {
            format!(
                "- key    {table} ({}) {}",
                key.columns.join(", "),
                target(key, dialect)
            )
        }
        Change::CreateIndexConcurrently { table, index } => {
            format!("+ index  {table} {} concurrently", self::index(index))
        }
        Change::DropIndexConcurrently { table, index } => {
            format!("- index  {table} {} concurrently", self::index(index))
        }
        Change::ValidateConstraint { table, name } => format!("~ table  {table}: {name} validated"),
        Change::FillColumn { table, column } => {
            format!("~ column {table}.{}: to be filled", column.name)
        }
        Change::RebuildTable(rebuild) => {
            format!("~ table  {}: made anew with its rows", rebuild.to.name)
        }
    }
}

fn primary_key(table: &ObjectName, from: &Option<PrimaryKey>, to: &Option<PrimaryKey>) -> String {
    let columns = |key: &Option<PrimaryKey>| match key {
        Some(key) => format!("({})", key.columns.join(", ")),
        None => "none".to_owned(),
    };
    format!(
        "~ table  {table}: primary key {} -> {}",
        columns(from),
        columns(to)
    )
}

/// What is to be done at the place where a person fills `column`.
pub(crate) fn place(column: &str) -> String {
    format!(
        "Fill `{column}` here: put in what the rows hold that have no value for it, and uncomment."
    )
}

/// The lines of a change. A table that is made or goes brings its indexes with it, and one that is made anew what
/// changes by that, a line each.
pub fn lines(change: &Change, dialect: Dialect) -> Vec<String> {
    let mut lines = vec![line(change, dialect)];
    if let Change::RebuildTable(rebuild) = change {
        lines.extend(rebuild.changes.iter().map(|change| line(change, dialect)));
    }
    if let Change::CreateTable(table) = change {
        lines.extend(
            table
                .indexes
                .iter()
                .map(|index| one_line(&format!("+ index  {} {}", table.name, self::index(index)))),
        );
    }
    lines
}

fn object(object: &Object) -> String {
    match object {
        Object::Schema(name) => format!("schema {name}"),
        Object::Extension(name) => format!("extension {name}"),
        Object::Domain { name, definition } => format!("domain {name}: {definition}"),
        Object::Sequence { name, options } => {
            format!("sequence {name} {options}").trim_end().to_owned()
        }
    }
}

fn rights(grant: &Grant) -> String {
    format!("{} of {}", grant.list().to_lowercase(), grant.role)
}

fn constraint(table: &ObjectName, constraint: &Constraint) -> String {
    match constraint {
        Constraint::Check(check) => format!(
            "check  {table} ({}){}",
            check.expression,
            not_valid(check.clauses.as_deref())
        ),
        Constraint::Exclusion(exclusion) => format!("exclusion {table}: {}", exclusion.definition),
    }
}

fn count(columns: usize) -> String {
    if columns == 1 {
        "1 column".to_owned()
    } else {
        format!("{columns} columns")
    }
}

fn index(index: &Index) -> String {
    let what = match &index.definition {
        Some(_) => index.name.clone(),
        None => format!("({})", index.columns.join(", ")),
    };
    if index.unique { what + " unique" } else { what }
}

fn target(key: &ForeignKey, dialect: Dialect) -> String {
    let mut text = format!(
        "-> {} ({})",
        key.references,
        key.referenced_columns.join(", ")
    );
    if let Some(action) = sql::said(key.on_delete, dialect) {
        text += &format!(" on delete {}", action.sql().to_lowercase());
    }
    if let Some(action) = sql::said(key.on_update, dialect) {
        text += &format!(" on update {}", action.sql().to_lowercase());
    }
    text + not_valid(key.clauses.as_deref())
}

/// Whether a constraint with these clauses leaves the rows that are there alone.
fn not_valid(clauses: Option<&str>) -> &'static str {
    match clauses {
        Some(clauses) if clauses.contains("NOT VALID") => " not valid",
        _ => "",
    }
}

fn comment(comment: &Option<String>) -> String {
    comment
        .as_ref()
        .map_or("none".to_owned(), |text| format!("{text:?}"))
}

/// The type as SQL writes it; a PostgreSQL enum as its bare name.
fn ty(column: &Column, dialect: Dialect) -> String {
    match &column.ty {
        Type::Enum(ty) if dialect == Dialect::Postgres => ty.name.to_string(),
        ty => canonical::sql_type(ty, dialect).unwrap_or_else(|_| ty.to_string()),
    }
}

fn default(column: &Column) -> String {
    column
        .default
        .as_ref()
        .map_or("none".to_owned(), ToString::to_string)
}

/// A column's type, whether it takes NULL, and its default.
pub fn definition(column: &Column, dialect: Dialect) -> String {
    let mut text = format!(
        "{}{}",
        ty(column, dialect),
        if column.nullable { "" } else { " not null" }
    );
    if column.default.is_some() {
        text += &format!(" default {}", default(column));
    }
    text
}

/// What differs between two states of a column.
fn difference(from: &Column, to: &Column, dialect: Dialect) -> Vec<String> {
    let default_value = |column: &Column| {
        let ty = canonical::ty(&column.ty, dialect).unwrap_or_else(|_| column.ty.clone());
        let default = column.default.as_ref();
        default.and_then(|value| canonical::default(value, &ty, dialect))
    };
    let null = |column: &Column| if column.nullable { "null" } else { "not null" };
    let numbering = |column: &Column| {
        if column.auto_increment {
            "numbered"
        } else {
            "not numbered"
        }
    };
    let mut parts = vec![];
    if !canonical::same_type(&from.ty, &to.ty, dialect) {
        parts.push(format!("{} -> {}", ty(from, dialect), ty(to, dialect)));
    }
    if from.nullable != to.nullable {
        parts.push(format!("{} -> {}", null(from), null(to)));
    }
    let (old, new) = (default_value(from), default_value(to));
    if old != new {
        parts.push(format!("default {} -> {}", default(from), default(to)));
    }
    if from.auto_increment != to.auto_increment {
        parts.push(format!("{} -> {}", numbering(from), numbering(to)));
    }
    let said = |part: &Option<String>| part.clone().unwrap_or_else(|| "none".to_owned());
    if from.auto_increment == to.auto_increment && from.identity != to.identity {
        let kind = |column: &Column| match column.identity.as_deref() {
            Some(Identity {
                sequence: Some(_), ..
            }) => "serial",
            _ => "identity",
        };
        parts.push(match (kind(from), kind(to)) {
            (old, new) if old != new => format!("{old} -> {new}"),
            _ => "numbered otherwise".to_owned(),
        });
    }
    if from.collation != to.collation {
        parts.push(format!(
            "collation {} -> {}",
            said(&from.collation),
            said(&to.collation)
        ));
    }
    if from.on_update != to.on_update {
        parts.push(format!(
            "on update {} -> {}",
            said(&from.on_update),
            said(&to.on_update)
        ));
    }
    if let (Some(check), None) = (&from.extra, &to.extra) {
        parts.push(format!("without {check}"));
    }
    if parts.is_empty() && from.extra != to.extra {
        parts.push(format!("{} -> {}", said(&from.extra), said(&to.extra)));
    }
    if from.comment != to.comment {
        parts.push(format!(
            "comment {} -> {}",
            comment(&from.comment),
            comment(&to.comment)
        ));
    }
    parts
}

fn values(from: &EnumType, to: &EnumType) -> String {
    let missing_in = |values: &[String], other: &[String], sign| -> Vec<String> {
        values
            .iter()
            .filter(|value| !other.contains(value))
            .map(|value| format!("{sign}{value}"))
            .collect()
    };
    let mut parts = missing_in(&to.values, &from.values, "+");
    parts.extend(missing_in(&from.values, &to.values, "-"));
    if parts.is_empty() {
        format!("order ({})", to.values.join(", "))
    } else {
        parts.join(", ")
    }
}
