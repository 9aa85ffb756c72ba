//! What only PostgreSQL has, or writes in its own way.

use seadrift_plan::{Cast, cast};
use seadrift_schema::{
    Column, DefaultValue, Dialect, EnumType, Grant, Identity, ObjectName, Table, Type, canonical,
};

use super::column_type;

const DIALECT: Dialect = Dialect::Postgres;

/// A new enum type.
pub(super) fn create_enum(ty: &EnumType) -> String {
    let values: Vec<_> = ty
        .values
        .iter()
        .map(|value| DIALECT.literal(value))
        .collect();
    format!(
        "CREATE TYPE {} AS ENUM ({})",
        ty.name.quoted(DIALECT),
        values.join(", ")
    )
}

/// Other values for an enum type: added in place where only new ones come, else the type is made anew and every
/// column of it brought over. A row that holds a value that goes makes that fail.
pub(super) fn alter_enum(
    from: &EnumType,
    to: &EnumType,
    columns: &[(ObjectName, Column)],
) -> Vec<String> {
    let name = to.name.quoted(DIALECT);
    let kept: Vec<_> = to
        .values
        .iter()
        .filter(|value| from.values.contains(value))
        .collect();
    // The way back to a value that a column had as its default sets that default again, which a value that was only
    // just added cannot be.
    let restores_default = columns.iter().any(|(_, column)| {
        matches!(&column.default, Some(DefaultValue::Text(value)) if !from.values.contains(value))
    });
    if kept.iter().copied().eq(from.values.iter()) && !restores_default {
        return added_values(from, to)
            .map(|(value, place)| {
                format!(
                    "ALTER TYPE {name} ADD VALUE {}{place}",
                    DIALECT.literal(value)
                )
            })
            .collect();
    }
    let old = ObjectName {
        schema: to.name.schema.clone(),
        name: format!("{}__old", to.name.name),
    };
    let mut statements = vec![
        format!("ALTER TYPE {name} RENAME TO {}", DIALECT.quote(&old.name)),
        create_enum(to),
    ];
    for (table, column) in columns {
        let alter = format!(
            "ALTER TABLE {} ALTER COLUMN {}",
            table.quoted(DIALECT),
            DIALECT.quote(&column.name)
        );
        let brackets = if matches!(column.ty, Type::Array(_)) {
            "[]"
        } else {
            ""
        };
        let quoted = DIALECT.quote(&column.name);
        if column.default.is_some() {
            statements.push(format!("{alter} DROP DEFAULT"));
        }
        statements.push(format!(
            "{alter} TYPE {name}{brackets} USING {quoted}::text{brackets}::{name}{brackets}"
        ));
        match &column.default {
            Some(DefaultValue::Text(value))
                if !to.values.contains(value) && brackets.is_empty() => {}
            Some(default) => {
                statements.push(format!("{alter} SET DEFAULT {}", default.sql(DIALECT)))
            }
            None => {}
        }
    }
    statements.push(format!("DROP TYPE {}", old.quoted(DIALECT)));
    statements
}

/// The values that `to` has beyond `from`, each with its place as SQL says it.
fn added_values<'a>(
    from: &'a EnumType,
    to: &'a EnumType,
) -> impl Iterator<Item = (&'a String, String)> {
    to.values
        .iter()
        .enumerate()
        .filter(|(_, value)| !from.values.contains(value))
        .map(|(at, value)| {
            // The value after it that stands already, which keeps several new ones in their order.
            let before = to.values[at..]
                .iter()
                .find(|value| from.values.contains(value));
            (
                value,
                before.map_or(String::new(), |next| {
                    format!(" BEFORE {}", DIALECT.literal(next))
                }),
            )
        })
}

/// Another type, nullability, default, numbering or comment.
pub(super) fn alter_column(table: &ObjectName, from: &Column, to: &Column) -> Vec<String> {
    let column = DIALECT.quote(&to.name);
    let alter = format!(
        "ALTER TABLE {} ALTER COLUMN {column}",
        table.quoted(DIALECT)
    );
    let mut statements = vec![];
    let retyped = !canonical::same_type(&from.ty, &to.ty, DIALECT);
    let using = using(from, to).filter(|_| retyped);
    // A default is brought over by assignment alone.
    let stands_in_the_way = using.is_some() && from.default.is_some();
    let default_changes = from.default != to.default;
    let renumbered = from.auto_increment != to.auto_increment || from.identity != to.identity;
    if stands_in_the_way || (default_changes && to.default.is_none()) {
        statements.push(format!("{alter} DROP DEFAULT"));
    }
    if from.auto_increment && renumbered {
        match sequence(from) {
            None => statements.push(format!("{alter} DROP IDENTITY IF EXISTS")),
            Some(sequence) => {
                statements.push(format!("{alter} DROP DEFAULT"));
                statements.push(format!("DROP SEQUENCE {}", sequence.quoted(DIALECT)));
            }
        }
    }
    if retyped || from.collation != to.collation {
        let ty = column_type(to, DIALECT);
        let collation = match (&from.collation, &to.collation) {
            (_, Some(collation)) => format!(" COLLATE {collation}"),
            (Some(_), None) => " COLLATE \"default\"".to_owned(),
            (None, None) => String::new(),
        };
        let using = using.map_or(String::new(), |value| format!(" USING {value}"));
        statements.push(format!("{alter} TYPE {ty}{collation}{using}"));
    }
    if let (true, false, Some(sequence)) = (retyped, renumbered, sequence(to)) {
        // Only an identity column's sequence becomes of another type by itself.
        statements.push(format!(
            "ALTER SEQUENCE {} AS {}",
            sequence.quoted(DIALECT),
            column_type(to, DIALECT)
        ));
    }
    if from.nullable != to.nullable {
        statements.push(format!(
            "{alter} {} NOT NULL",
            if to.nullable { "DROP" } else { "SET" }
        ));
    }
    if let Some(default) = &to.default
        && (default_changes || stands_in_the_way)
    {
        statements.push(format!("{alter} SET DEFAULT {}", default.sql(DIALECT)));
    }
    if to.auto_increment && renumbered {
        match owned_sequence(table, to) {
            None => statements.push(format!("{alter} ADD{}", identity(to))),
            Some(OwnedSequence {
                create,
                own,
                default,
            }) => {
                let default = format!("{alter} SET DEFAULT {}", default.sql(DIALECT));
                statements.extend([create, default, own]);
            }
        }
        // The next number comes after the largest that is there.
        statements.push(format!(
            "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({column}), 0) + 1, false) FROM {}",
            DIALECT.literal(&table.quoted(DIALECT)),
            DIALECT.literal(&to.name),
            table.quoted(DIALECT)
        ));
    }
    if from.comment != to.comment {
        statements.push(column_comment(table, to));
    }
    statements
}

/// The sequence that `column`, a serial one, takes its default from.
fn sequence(column: &Column) -> Option<&ObjectName> {
    column.identity.as_ref()?.sequence.as_ref()
}

/// What makes a serial column of one that is none, before and after the column is there.
struct OwnedSequence {
    create: String,
    own: String,
    default: DefaultValue,
}

fn owned_sequence(table: &ObjectName, column: &Column) -> Option<OwnedSequence> {
    let name = sequence(column)?.quoted(DIALECT);
    let options = column.identity.as_ref()?.options.as_deref();
    let ty = match options {
        Some(options) if options.starts_with("AS ") => String::new(),
        _ => format!(" AS {}", column_type(column, DIALECT)),
    };
    let options = options.map_or(String::new(), |options| format!(" {options}"));
    let (of, column) = (table.quoted(DIALECT), DIALECT.quote(&column.name));
    Some(OwnedSequence {
        create: format!("CREATE SEQUENCE {name}{ty}{options}"),
        own: format!("ALTER SEQUENCE {name} OWNED BY {of}.{column}"),
        default: DefaultValue::Expression(format!("nextval({}::regclass)", DIALECT.literal(&name))),
    })
}

/// `column` of `table` as it is defined: a serial one by the type that stands for it, or, where its sequence is not as
/// that would make it, by its default. The statements come before the column is there and after.
pub(crate) fn serial(table: &ObjectName, column: &Column) -> Option<(Column, Option<[String; 2]>)> {
    let name = sequence(column)?;
    let owned = owned_sequence(table, column)?;
    let mut defined = column.clone();
    defined.auto_increment = false;
    defined.identity = None;
    let is_usual = name.schema == table.schema
        && name.name == format!("{}_{}_seq", table.name, column.name)
        && name.name.len() < 64
        && !column.nullable
        && column.identity.as_ref()?.options.is_none();
    let word = match canonical::ty(&column.ty, DIALECT) {
        Ok(Type::SmallInteger) => "smallserial",
        Ok(Type::Integer) => "serial",
        _ => "bigserial",
    };
    if is_usual {
        defined.ty = Type::Other(word.to_owned());
        return Some((defined, None));
    }
    defined.default = Some(owned.default);
    Some((defined, Some([owned.create, owned.own])))
}

/// What makes `column` an identity column.
pub(super) fn identity(column: &Column) -> String {
    let (kind, options) = match column.identity.as_deref() {
        Some(Identity {
            always, options, ..
        }) => (
            if *always { "ALWAYS" } else { "BY DEFAULT" },
            options.as_deref(),
        ),
        None => ("BY DEFAULT", None),
    };
    let options = options.map_or(String::new(), |options| format!(" ({options})"));
    format!(" GENERATED {kind} AS IDENTITY{options}")
}

/// What `USING` says of the old value as one of the new type, if anything has to be said.
fn using(from: &Column, to: &Column) -> Option<String> {
    let column = DIALECT.quote(&to.name);
    let ty = column_type(to, DIALECT);
    match cast(&from.ty, &to.ty) {
        Cast::Assigned => None,
        Cast::Direct => Some(format!("{column}::{ty}")),
        Cast::Through(between) => Some(format!("{column}::{between}::{ty}")),
        Cast::ToText => Some(format!("{column}::text")),
    }
}

/// The comments of a new table and its columns.
pub(crate) fn comments(table: &Table) -> Vec<String> {
    let mut statements = vec![];
    if let Some(comment) = &table.comment {
        statements.push(table_comment(&table.name, Some(comment)));
    }
    let commented = table
        .columns
        .iter()
        .filter(|column| column.comment.is_some());
    statements.extend(commented.map(|column| column_comment(&table.name, column)));
    statements
}

/// A table's comment, or none.
pub(super) fn table_comment(table: &ObjectName, comment: Option<&str>) -> String {
    let comment = comment.map_or("NULL".to_owned(), |text| DIALECT.literal(text));
    format!("COMMENT ON TABLE {} IS {comment}", table.quoted(DIALECT))
}

/// A column's comment, or none.
pub(super) fn column_comment(table: &ObjectName, column: &Column) -> String {
    format!(
        "COMMENT ON COLUMN {}.{} IS {}",
        table.quoted(DIALECT),
        DIALECT.quote(&column.name),
        column
            .comment
            .as_ref()
            .map_or("NULL".to_owned(), |text| DIALECT.literal(text))
    )
}

/// Gives a role its rights on a table.
pub(super) fn grant(table: &ObjectName, grant: &Grant) -> String {
    let table = table.quoted(Dialect::Postgres);
    format!("GRANT {} ON {table} TO {}", grant.list(), role(grant))
}

/// Takes a role's rights on a table away.
pub(super) fn revoke(table: &ObjectName, grant: &Grant) -> String {
    let table = table.quoted(Dialect::Postgres);
    format!("REVOKE {} ON {table} FROM {}", grant.list(), role(grant))
}

/// `PUBLIC` is a word, and every other role a name.
fn role(grant: &Grant) -> String {
    match grant.role.as_str() {
        "public" => "PUBLIC".to_owned(),
        name => Dialect::Postgres.quote(name),
    }
}
