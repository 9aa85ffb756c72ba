//! Columns in a migration: sea-orm-migration's helpers (`string_len("email", 255)`), and the long form where they
//! do not reach.

use seadrift_schema::{Column, DefaultValue, Dialect, EnumType, Type, canonical};

use super::layout::{Expression, call, string, word};

/// The longest expression that stands as `Expr::cust("…")` without bending rustfmt's layout.
const LONGEST_EXPRESSION: usize = 40;

/// What defines `column`. `sole_key` makes it its table's primary key.
pub(super) fn definition(column: &Column, dialect: Dialect, sole_key: bool) -> Expression {
    let mut ty = column.ty.clone();
    if column.auto_increment && dialect == Dialect::Postgres {
        // sea-query numbers PostgreSQL's own three integers only.
        ty = canonical::ty(&ty, dialect).unwrap_or(ty);
    }
    if let Type::Enum(ty) = &mut ty
        && ty.name.name.is_empty()
    {
        // MySQL keeps no name for it, and sea-query writes none there.
        ty.name.name.clone_from(&column.name);
    }
    let plain_key =
        sole_key && column.default.is_none() && column.comment.is_none() && column.extra.is_none();
    if plain_key {
        let helper = match (&ty, column.auto_increment) {
            (Type::Integer, true) => Some("pk_auto"),
            (Type::BigInteger, true) => Some("big_pk_auto"),
            (Type::Uuid, false) => Some("pk_uuid"),
            _ => None,
        };
        if let Some(helper) = helper {
            return call(helper, vec![string(&column.name)]);
        }
    }
    let (kind, arguments) = self::ty(&ty, dialect);
    let long_form = matches!(column.default, Some(DefaultValue::Expression(_)));
    let mut definition = if long_form {
        let null = if column.nullable { "null" } else { "not_null" };
        call("ColumnDef::new", vec![string(&column.name)])
            .method(kind, arguments)
            .method(null, vec![])
    } else {
        let helper = if column.nullable {
            format!("{kind}_null")
        } else {
            kind.to_owned()
        };
        let arguments = std::iter::once(string(&column.name))
            .chain(arguments)
            .collect();
        call(helper, arguments)
    };
    if column.auto_increment {
        definition = definition.method("auto_increment", vec![]);
    }
    if sole_key {
        definition = definition.method("primary_key", vec![]);
    }
    let mut extra = vec![];
    match &column.default {
        Some(DefaultValue::Expression(expression)) if expression.len() > LONGEST_EXPRESSION => {
            extra.push(format!("DEFAULT ({expression})"));
        }
        Some(default) => definition = definition.method("default", vec![self::default(default)]),
        None => {}
    }
    extra.extend(column.extra.clone());
    if !extra.is_empty() {
        definition = definition.method("extra", vec![string(&extra.join(" "))]);
    }
    if let (true, Some(comment)) = (dialect.is_mysql(), &column.comment) {
        definition = definition.method("comment", vec![string(comment)]);
    }
    definition
}

/// The parts of a column that PostgreSQL's `ALTER COLUMN` gets by one builder: type, nullability, default.
pub(super) fn altered(from: &Column, to: &Column, retyped: bool) -> Expression {
    let mut definition = call("ColumnDef::new", vec![string(&to.name)]);
    if retyped {
        let (kind, arguments) = ty(&to.ty, Dialect::Postgres);
        definition = definition.method(kind, arguments);
    }
    if from.nullable != to.nullable {
        definition = definition.method(if to.nullable { "null" } else { "not_null" }, vec![]);
    }
    if let Some(default) = &to.default
        && from.default != to.default
    {
        definition = definition.method("default", vec![self::default(default)]);
    }
    definition
}

/// The method of `ColumnDef`, which is also the name of the helper, and what it takes beside the column's name.
fn ty(ty: &Type, dialect: Dialect) -> (&'static str, Vec<Expression>) {
    let number = |n: &u32| word(n.to_string());
    let optional = |n: &Option<u32>| word(n.map_or("None".to_owned(), |n| format!("Some({n})")));
    let plain = |name| (name, vec![]);
    match ty {
        Type::Char(None) => plain("char"),
        Type::Char(Some(n)) => ("char_len", vec![number(n)]),
        Type::String(None) => plain("string"),
        Type::String(Some(n)) => ("string_len", vec![number(n)]),
        Type::Text => plain("text"),
        Type::Blob => plain("blob"),
        Type::TinyInteger => plain("tiny_integer"),
        Type::SmallInteger => plain("small_integer"),
        Type::Integer => plain("integer"),
        Type::BigInteger => plain("big_integer"),
        Type::TinyUnsigned => plain("tiny_unsigned"),
        Type::SmallUnsigned => plain("small_unsigned"),
        Type::Unsigned => plain("unsigned"),
        Type::BigUnsigned => plain("big_unsigned"),
        Type::Float => plain("float"),
        Type::Double => plain("double"),
        Type::Decimal(None) => plain("decimal"),
        Type::Decimal(Some((precision, scale))) => {
            ("decimal_len", vec![number(precision), number(scale)])
        }
        Type::DateTime => plain("date_time"),
        Type::Timestamp => plain("timestamp"),
        Type::TimestampWithTimeZone => plain("timestamp_with_time_zone"),
        Type::Time => plain("time"),
        Type::Date => plain("date"),
        Type::Year => plain("year"),
        Type::Interval => ("interval", vec![word("None"), word("None")]),
        Type::Binary(n) => ("binary_len", vec![number(n)]),
        Type::VarBinary(Some(n)) => ("var_binary", vec![number(n)]),
        // What sea-query makes of no length, but for SQLite, whose type would be another.
        Type::VarBinary(None) if dialect != Dialect::Sqlite => ("var_binary", vec![word("255")]),
        Type::Bit(n) => ("bit", vec![optional(n)]),
        Type::VarBit(n) => ("varbit", vec![number(n)]),
        Type::Boolean => plain("boolean"),
        Type::Money => plain("money"),
        Type::Json => plain("json"),
        Type::JsonBinary => plain("json_binary"),
        Type::Uuid => plain("uuid"),
        Type::Enum(ty) if is_safe(ty, dialect) => {
            let values = ty.values.iter().map(|value| string(value)).collect();
            (
                "enumeration",
                vec![string(&ty.name.name), Expression::Array(values)],
            )
        }
        Type::Array(element) if element_path(element).is_some() => (
            "array",
            vec![word(element_path(element).unwrap_or_default())],
        ),
        Type::VarBinary(None)
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Vector(_)
        | Type::Cidr
        | Type::Inet
        | Type::MacAddr
        | Type::LTree
        | Type::Other(_) => {
            let name = canonical::sql_type(ty, dialect).unwrap_or_else(|_| ty.to_string());
            ("custom", vec![string(&name)])
        }
    }
}

/// Whether sea-query writes the enum as it is meant: it puts the name as it is into PostgreSQL's SQL, and the values
/// as they are into MySQL's.
fn is_safe(ty: &EnumType, dialect: Dialect) -> bool {
    let is_plain =
        |name: &str| ty.name.schema.is_none() && ty.name.to_string() == name && !name.is_empty();
    match dialect {
        Dialect::Postgres => is_plain(&ty.name.name),
        Dialect::MySql | Dialect::MariaDb => {
            let is_plain = |value: &String| !value.contains(['\'', '\\']);
            !ty.values.is_empty() && ty.values.iter().all(is_plain)
        }
        Dialect::Sqlite => !ty.values.is_empty(),
    }
}

/// The element type of an array, where it has a path without arguments.
fn element_path(element: &Type) -> Option<&'static str> {
    Some(match element {
        Type::Text => "ColumnType::Text",
        Type::String(None) => "ColumnType::String(StringLen::None)",
        Type::SmallInteger => "ColumnType::SmallInteger",
        Type::Integer => "ColumnType::Integer",
        Type::BigInteger => "ColumnType::BigInteger",
        Type::Float => "ColumnType::Float",
        Type::Double => "ColumnType::Double",
        Type::Boolean => "ColumnType::Boolean",
        Type::Uuid => "ColumnType::Uuid",
        Type::JsonBinary => "ColumnType::JsonBinary",
        Type::Date => "ColumnType::Date",
        Type::DateTime => "ColumnType::DateTime",
        Type::TimestampWithTimeZone => "ColumnType::TimestampWithTimeZone",
        _ => return None,
    })
}

fn default(value: &DefaultValue) -> Expression {
    match value {
        DefaultValue::Null => word("Expr::null()"),
        DefaultValue::Bool(value) => word(value.to_string()),
        DefaultValue::Number(digits) if digits.parse::<i32>().is_ok() => word(digits),
        DefaultValue::Number(digits) => match (digits.parse::<i64>(), digits.parse::<f64>()) {
            (Ok(_), _) => word(format!("{digits}i64")),
            // Only what Rust writes back in the same digits.
            (_, Ok(number)) if digits.contains('.') && number.to_string() == *digits => {
                word(digits)
            }
            _ => call("Expr::cust", vec![string(digits)]),
        },
        DefaultValue::Text(text) => string(text),
        DefaultValue::CurrentTimestamp => word("Expr::current_timestamp()"),
        DefaultValue::Expression(expression) => call("Expr::cust", vec![string(expression)]),
    }
}
