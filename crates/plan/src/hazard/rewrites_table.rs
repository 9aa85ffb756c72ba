//! Tables that the server writes anew while programs wait.

use seadrift_schema::{
    Change, Column, Constraint, DefaultValue, Dialect, EnumType, ObjectName, Type, canonical,
};

use super::{Kind, Risk};
use crate::{set, values, whole::Whole};

pub(super) const KIND: Kind = Kind {
    code: "rewrites-table",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    match whole.dialect {
        Dialect::Postgres => of_postgres(change),
        Dialect::MySql | Dialect::MariaDb => of_mysql(change, whole.dialect),
        Dialect::Sqlite => None,
    }
}

const LATER: &str = "run it when nobody needs the table, or fill a second column beside the first";

/// Under an `ACCESS EXCLUSIVE` lock, with all indexes.
/// (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES>)
fn of_postgres(change: &Change) -> Option<Risk> {
    let risk = |table: &dyn std::fmt::Display, why: String, advice| {
        Risk::new(
            format!("{table}: {why} writes the table anew, and nobody reads or writes meanwhile"),
            advice,
        )
    };
    match change {
        Change::AlterColumn { table, from, to }
            if !canonical::same_type(&from.ty, &to.ty, Dialect::Postgres)
                && is_rewritten(&from.ty, &to.ty) =>
        {
            let why = format!("changing the type of `{}`", to.name);
            risk(table, why, LATER)
        }
        Change::AddColumn { table, column, .. }
        | Change::ReplaceColumn {
            table, to: column, ..
        } => {
            let (why, advice) = if column.auto_increment {
                (
                    "numbering the rows by",
                    "run it when nobody needs the table",
                )
            } else if column.generated.as_ref().is_some_and(|it| it.stored) {
                ("storing what computes", "let queries compute it, or a view")
            } else if has_volatile_default(column) {
                (
                    "giving each row its own value of",
                    "add the column without the default, set that next, and fill the rows in a revision of its own",
                )
            } else {
                return None;
            };
            risk(table, format!("{why} `{}`", column.name), advice)
        }
        Change::AlterEnum { from, to, columns } if !columns.is_empty() && !only_grows(from, to) => {
            let mut tables: Vec<_> = columns.iter().map(|(table, _)| table.to_string()).collect();
            tables.dedup();
            Risk::new(
                format!(
                    "{}: its values change otherwise than by new ones, which writes {} anew, and nobody reads or writes \
                     meanwhile",
                    to.name,
                    tables.join(", ")
                ),
                "keep the values in their order, with new ones anywhere and none taken away",
            )
        }
        _ => None,
    }
}

/// By `ALGORITHM=COPY`, or in place with `LOCK=SHARED`: others read, and do not write.
/// (<https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html>,
/// <https://mariadb.com/kb/en/innodb-online-ddl-overview/>)
fn of_mysql(change: &Change, dialect: Dialect) -> Option<Risk> {
    let risk = |table: &ObjectName, why: String, advice| {
        Risk::new(
            format!("{table}: {why} copies the table, and nobody writes meanwhile"),
            advice,
        )
    };
    match change {
        Change::AlterColumn { table, from, to }
            if !canonical::same_type(&from.ty, &to.ty, dialect)
                && is_copied(&from.ty, &to.ty, dialect) =>
        {
            let why = format!("changing the type of `{}`", to.name);
            risk(table, why, LATER)
        }
        Change::AlterColumn { table, from, to } if !from.auto_increment && to.auto_increment => {
            risk(table, format!("numbering by `{}`", to.name), LATER)
        }
        Change::AddColumn { table, column, .. }
        | Change::ReplaceColumn {
            table, to: column, ..
        } => {
            let why = if column.auto_increment {
                "numbering the rows by"
            } else if column.generated.as_ref().is_some_and(|it| it.stored) {
                "storing what computes"
            } else if has_volatile_default(column) {
                "giving each row its own value of"
            } else {
                return None;
            };
            risk(table, format!("{why} `{}`", column.name), LATER)
        }
        Change::RenameEnumValue { columns, .. } if !columns.is_empty() => {
            let mut tables: Vec<_> = columns.iter().map(|(table, _)| table.to_string()).collect();
            tables.dedup();
            Risk::new(
                format!(
                    "{}: renaming values of an enum copies the table, and nobody writes meanwhile",
                    tables.join(", ")
                ),
                LATER,
            )
        }
        // In place only where `foreign_key_checks` is off.
        Change::AddForeignKey { table, key } => risk(
            table,
            format!("the foreign key on ({})", key.columns.join(", ")),
            "run it when nobody writes to the table",
        ),
        Change::AddConstraint {
            table,
            constraint: Constraint::Check(check),
        } => risk(
            table,
            format!("the check `{}`", check.expression),
            "run it when nobody writes to the table",
        ),
        Change::AlterTableOptions { table, .. } => risk(
            table,
            "changing its options".to_owned(),
            "run it when nobody writes to the table",
        ),
        Change::AlterPrimaryKey {
            table, to: None, ..
        } => risk(
            table,
            "dropping the primary key".to_owned(),
            "run it when nobody writes to the table",
        ),
        _ => None,
    }
}

/// Whether PostgreSQL, which keeps the bytes where the old type is kept in the same ones and all its values fit, has to
/// write them anew.
pub(super) fn is_rewritten(from: &Type, to: &Type) -> bool {
    use Type::*;
    let settled = |ty: &Type| canonical::ty(ty, Dialect::Postgres).unwrap_or_else(|_| ty.clone());
    let is_citext = |name: &str| name == "citext";
    match (&settled(from), &settled(to)) {
        (String(_) | Text, String(None) | Text) => false,
        (String(Some(from)), String(Some(to))) => from > to,
        (String(_) | Text, Other(name)) | (Other(name), String(None) | Text) if is_citext(name) => {
            false
        }
        (Decimal(_), Decimal(None)) => false,
        (Decimal(Some((digits, scale))), Decimal(Some((to_digits, to_scale)))) => {
            scale != to_scale || digits > to_digits
        }
        (VarBit(from), VarBit(to)) => from > to,
        (Cidr, Inet) => false,
        (Vector(_), Vector(None)) => false,
        (from, to) => match (
            values::fraction(from, Dialect::Postgres),
            values::fraction(to, Dialect::Postgres),
        ) {
            (Some((base, digits)), Some((other, to))) if base == other => digits > to,
            _ => true,
        },
    }
}

/// Whether MySQL copies the table, rather than note what the column is from now on. What the length of a text is kept in
/// does not change where both lengths are below 256 bytes, or both above; to MariaDB it is the same below 128 as above 255.
fn is_copied(from: &Type, to: &Type, dialect: Dialect) -> bool {
    use Type::*;
    let settled = |ty: &Type| canonical::ty(ty, dialect).unwrap_or_else(|_| ty.clone());
    let grows = |from: &Option<u32>, to: &Option<u32>, bytes: u32| {
        let length = |length: &Option<u32>| length.unwrap_or(255).saturating_mul(bytes);
        let (from, to) = (length(from), length(to));
        let keeps_form = from > 255 || to <= 255 || (dialect == Dialect::MariaDb && from < 128);
        from <= to && keeps_form
    };
    match (&settled(from), &settled(to)) {
        // Four bytes a character, as `utf8mb4` has.
        (String(from), String(to)) => !grows(from, to, 4),
        (VarBinary(from), VarBinary(to)) => !grows(from, to, 1),
        (Enum(from), Enum(to)) => {
            let is_prefix = from.values.len() <= to.values.len()
                && from.values.iter().zip(&to.values).all(|(from, to)| {
                    // The usual collations see no difference.
                    from.to_lowercase() == to.to_lowercase()
                });
            !is_prefix || (from.values.len() <= 255 && to.values.len() > 255)
        }
        (from @ Other(_), to @ Other(_)) => match (set::members(from), set::members(to)) {
            (Some(from), Some(to)) => {
                !to.starts_with(&from) || set::bytes(from.len()) != set::bytes(to.len())
            }
            _ => true,
        },
        // They are kept alike.
        (Boolean | TinyInteger, Boolean | TinyInteger) => false,
        _ => true,
    }
}

/// Whether PostgreSQL adds the new values to the type that is there.
pub(super) fn only_grows(from: &EnumType, to: &EnumType) -> bool {
    let kept = to.values.iter().filter(|value| from.values.contains(value));
    kept.eq(from.values.iter())
}

/// Whether each row gets a value of its own. The functions that give a statement's rows the same value, or the same for
/// the same arguments, and that defaults are made of.
/// (<https://www.postgresql.org/docs/current/xfunc-volatility.html>)
fn has_volatile_default(column: &Column) -> bool {
    const STEADY: [&str; 24] = [
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "curdate",
        "utc_timestamp",
        "unix_timestamp",
        "date_trunc",
        "date_add",
        "extract",
        "upper",
        "lower",
        "concat",
        "coalesce",
        "cast",
        "json_array",
        "json_object",
        "jsonb_build_object",
        "jsonb_build_array",
        "current_setting",
    ];
    let Some(DefaultValue::Expression(expression)) = &column.default else {
        return false;
    };
    called(expression)
        .iter()
        .any(|name| !STEADY.contains(&name.as_str()))
}

/// The functions called in `expression`: names that stand before a parenthesis, in lower case, outside of quotes. Behind
/// `::` stands a type.
fn called(expression: &str) -> Vec<String> {
    let mut names = vec![];
    let mut name = String::new();
    let mut is_type = false;
    let mut is_quoted = false;
    for c in expression.chars() {
        is_quoted ^= c == '\'';
        if is_quoted {
            continue;
        }
        if c.is_alphanumeric() || c == '_' {
            name.extend(c.to_lowercase());
            continue;
        }
        if c == '(' && !name.is_empty() && !is_type {
            names.push(std::mem::take(&mut name));
        }
        is_type = c == ':' || (is_type && c.is_whitespace());
        name.clear();
    }
    names
}
