//! What sea-query and SeaORM offer by name.

use sea_orm::sea_query::{
    Alias, ColumnType, Expr, ForeignKeyAction, Func, IntoIden, Keyword, PgFunc, PgInterval,
    RcOrArc, StringLen,
};

use syn::{Path, PathArguments};

use super::{Value, json, moment};
use crate::source::{known_types::is_byte, types};

/// What `Type::NAME` is.
pub(super) fn constant(names: &[String]) -> Option<Value> {
    let (ty, name) = type_and_name(names);
    Some(match (ty, name) {
        ("" | "Option", "None") => Value::Nothing,
        ("ColumnType", _) => Value::Type(column_type(name)?),
        ("StringLen", "None") => Value::Length(StringLen::None),
        ("StringLen", "Max") => Value::Length(StringLen::Max),
        ("PgInterval", _) => Value::Interval(interval(name)?),
        ("ForeignKeyAction", _) => Value::Action(action(name)?),
        ("Keyword", _) => Value::Keyword(keyword(name)?),
        ("i8", "MAX") => Value::Integer(i8::MAX.into()),
        ("i16", "MAX") => Value::Integer(i16::MAX.into()),
        ("i32", "MAX") => Value::Integer(i32::MAX.into()),
        ("i64", "MAX") => Value::Integer(i64::MAX.into()),
        ("u8", "MAX") => Value::Integer(u8::MAX.into()),
        ("u16", "MAX") => Value::Integer(u16::MAX.into()),
        ("u32", "MAX") => Value::Integer(u32::MAX.into()),
        // Lengths are said since 1.0; before, MySQL had four sizes of what has none.
        ("BlobSize", "Tiny" | "Medium" | "Long") => Value::Nothing,
        ("Month", _) => Value::Month(moment::month(name)?),
        (_, "Utc") if is_of(names, &["chrono", "sea_orm"]) => Value::Utc,
        (_, "Null") if is_of(names, &["serde_json", "sea_orm"]) => {
            Value::Json(json::call(ty, name, None)?)
        }
        _ if is_of(names, &["chrono", "time", "sea_orm"]) => moment::constant(ty, name)?,
        _ => return None,
    })
}

/// Whether `names` are of one of `crates`, or of a prelude.
fn is_of(names: &[String], crates: &[&str]) -> bool {
    match names {
        [root, _, _, ..] => crates.contains(&root.as_str()),
        [root, _] => crates.contains(&root.as_str()) || root.starts_with(char::is_uppercase),
        _ => true,
    }
}

/// Whether `path`, which means `names`, is `Vec::<T>::new` of an array.
pub(super) fn is_empty_array(names: &[String], path: &Path) -> bool {
    let mut segments = path.segments.iter().rev().skip(1);
    let element = segments
        .next()
        .filter(|segment| segment.ident == "Vec")
        .map(|segment| match &segment.arguments {
            PathArguments::None => Vec::new(),
            arguments => types::arguments(Some(arguments)),
        });
    names.last().is_some_and(|name| name == "new")
        && element
            .is_some_and(|element| matches!(element.as_slice(), [element] if !is_byte(element)))
}

/// What `Type::name(arguments)` gives.
pub(super) fn call(names: &[String], arguments: Vec<Value>) -> Option<Value> {
    let (ty, name) = type_and_name(names);
    if is_of(names, &["chrono", "time", "sea_orm"])
        && let Some(moment) = moment::call(ty, name, &arguments)
    {
        return Some(moment);
    }
    let mut arguments = arguments.into_iter();
    let (first, second) = (arguments.next(), arguments.next());
    if arguments.next().is_some() {
        return None;
    }
    Some(match (ty, name, first, second) {
        ("" | "Option", "Some", Some(value), None) => Value::Some(Box::new(value)),
        (
            "RcOrArc" | "SeaRc" | "Arc" | "Rc" | "Box" | "Alias" | "DynIden" | "String" | "Cow"
            | "ToString",
            "new" | "from" | "Borrowed" | "Owned" | "to_string",
            Some(value),
            None,
        ) => value,
        ("ColumnType", _, first, second) => Value::Type(column_type_with(name, first?, second)?),
        ("BlobSize", "Blob", Some(length), None) => length,
        ("StringLen", "N", Some(length), None) => Value::Length(StringLen::N(length.number()?)),
        ("Keyword", "Custom", Some(word), None) => Value::Keyword(Keyword::Custom(word.iden()?)),
        // An amount without a fraction of its own type: digits, and how many of them stand behind the point.
        ("Decimal", "new", Some(Value::Integer(digits)), Some(Value::Integer(scale))) => {
            Value::Expression(Expr::cust(decimal(digits, scale)?))
        }
        ("Decimal" | "BigDecimal", "from", Some(Value::Integer(digits)), None) => {
            Value::Expression(Expr::cust(digits.to_string()))
        }
        ("Uuid", "nil", None, None) => {
            Value::Text("00000000-0000-0000-0000-000000000000".to_owned())
        }
        ("Expr" | "SimpleExpr", _, first, second) => {
            Value::Expression(expression(name, first, second)?)
        }
        ("Func" | "PgFunc", _, first, second) => function(name, first, second)?,
        (_, _, first, None) if is_of(names, &["serde_json", "sea_orm"]) => {
            Value::Json(json::call(ty, name, first)?)
        }
        _ => return None,
    })
}

/// What `Type::Name { fields }` is.
pub(super) fn structure(names: &[String], fields: Vec<(String, Value)>) -> Option<Value> {
    let ("ColumnType", "Enum") = type_and_name(names) else {
        return None;
    };
    let (mut name, mut variants) = (None, Vec::new());
    for (field, value) in fields {
        match field.as_str() {
            "name" => name = Some(value.iden()?),
            "variants" => {
                let values = value.list()?.into_iter();
                variants = values.map(Value::iden).collect::<Option<_>>()?;
            }
            _ => return None,
        }
    }
    let name = name?;
    Some(Value::Type(ColumnType::Enum { name, variants }))
}

/// The action of that name.
pub(in crate::source) fn action(name: &str) -> Option<ForeignKeyAction> {
    Some(match name {
        "Restrict" => ForeignKeyAction::Restrict,
        "Cascade" => ForeignKeyAction::Cascade,
        "SetNull" => ForeignKeyAction::SetNull,
        "NoAction" => ForeignKeyAction::NoAction,
        "SetDefault" => ForeignKeyAction::SetDefault,
        _ => return None,
    })
}

/// The last two names.
fn type_and_name(names: &[String]) -> (&str, &str) {
    match names {
        [.., ty, name] => (ty, name),
        [name] => ("", name),
        [] => ("", ""),
    }
}

fn column_type(name: &str) -> Option<ColumnType> {
    Some(match name {
        "Text" => ColumnType::Text,
        "Blob" => ColumnType::Blob,
        "TinyInteger" => ColumnType::TinyInteger,
        "SmallInteger" => ColumnType::SmallInteger,
        "Integer" => ColumnType::Integer,
        "BigInteger" => ColumnType::BigInteger,
        "TinyUnsigned" => ColumnType::TinyUnsigned,
        "SmallUnsigned" => ColumnType::SmallUnsigned,
        "Unsigned" => ColumnType::Unsigned,
        "BigUnsigned" => ColumnType::BigUnsigned,
        "Float" => ColumnType::Float,
        "Double" => ColumnType::Double,
        "DateTime" => ColumnType::DateTime,
        "Timestamp" => ColumnType::Timestamp,
        "TimestampWithTimeZone" => ColumnType::TimestampWithTimeZone,
        "Time" => ColumnType::Time,
        "Date" => ColumnType::Date,
        "Year" => ColumnType::Year,
        "Boolean" => ColumnType::Boolean,
        "Json" => ColumnType::Json,
        "JsonBinary" => ColumnType::JsonBinary,
        "Uuid" => ColumnType::Uuid,
        "Cidr" => ColumnType::Cidr,
        "Inet" => ColumnType::Inet,
        "MacAddr" => ColumnType::MacAddr,
        "LTree" => ColumnType::LTree,
        _ => return None,
    })
}

fn column_type_with(name: &str, first: Value, second: Option<Value>) -> Option<ColumnType> {
    Some(match (name, second) {
        ("Char", None) => ColumnType::Char(number(first)?),
        ("String" | "string", None) => ColumnType::String(length(first)?),
        ("VarBinary" | "var_binary", None) => ColumnType::VarBinary(length(first)?),
        // Before 1.0: `BlobSize::Blob` with or without a length.
        ("Binary", None) => match first {
            Value::Nothing => ColumnType::Blob,
            Value::Some(length) => ColumnType::Binary(length.number()?),
            length => ColumnType::Binary(length.number()?),
        },
        ("Decimal", None) => ColumnType::Decimal(digits(first)?),
        ("Money", None) => ColumnType::Money(digits(first)?),
        ("Bit", None) => ColumnType::Bit(number(first)?),
        ("VarBit", None) => ColumnType::VarBit(first.number()?),
        ("Vector", None) => ColumnType::Vector(number(first)?),
        ("Custom" | "custom", None) => ColumnType::Custom(first.iden()?),
        ("Array", None) => match first {
            Value::Type(element) => ColumnType::Array(RcOrArc::new(element)),
            _ => return None,
        },
        ("Interval", Some(precision)) => {
            let fields = match first {
                Value::Nothing => None,
                Value::Some(fields) => match *fields {
                    Value::Interval(fields) => Some(fields),
                    _ => return None,
                },
                _ => return None,
            };
            ColumnType::Interval(fields, number(precision)?)
        }
        _ => return None,
    })
}

/// `None`, `Some(n)`.
fn number(value: Value) -> Option<Option<u32>> {
    match value {
        Value::Nothing => Some(None),
        Value::Some(inner) => Some(Some(inner.number()?)),
        _ => None,
    }
}

/// `StringLen`, or the number or option of one that older versions take.
fn length(value: Value) -> Option<StringLen> {
    match value {
        Value::Length(length) => Some(length),
        Value::Integer(_) => Some(StringLen::N(value.number()?)),
        other => Some(number(other)?.map_or(StringLen::None, StringLen::N)),
    }
}

/// `None`, `Some((p, s))`.
fn digits(value: Value) -> Option<Option<(u32, u32)>> {
    match value {
        Value::Nothing => Some(None),
        Value::Some(inner) => match *inner {
            Value::Tuple(parts) => match parts.as_slice() {
                [precision, scale] => Some(Some((precision.number()?, scale.number()?))),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn interval(name: &str) -> Option<PgInterval> {
    Some(match name {
        "Year" => PgInterval::Year,
        "Month" => PgInterval::Month,
        "Day" => PgInterval::Day,
        "Hour" => PgInterval::Hour,
        "Minute" => PgInterval::Minute,
        "Second" => PgInterval::Second,
        "YearToMonth" => PgInterval::YearToMonth,
        "DayToHour" => PgInterval::DayToHour,
        "DayToMinute" => PgInterval::DayToMinute,
        "DayToSecond" => PgInterval::DayToSecond,
        "HourToMinute" => PgInterval::HourToMinute,
        "HourToSecond" => PgInterval::HourToSecond,
        "MinuteToSecond" => PgInterval::MinuteToSecond,
        _ => return None,
    })
}

fn keyword(name: &str) -> Option<Keyword> {
    Some(match name {
        "Null" => Keyword::Null,
        "CurrentDate" => Keyword::CurrentDate,
        "CurrentTime" => Keyword::CurrentTime,
        "CurrentTimestamp" => Keyword::CurrentTimestamp,
        "Default" => Keyword::Default,
        _ => return None,
    })
}

fn expression(name: &str, first: Option<Value>, second: Option<Value>) -> Option<Expr> {
    Some(match (name, first, second) {
        ("current_timestamp", None, None) => Expr::current_timestamp(),
        ("current_date", None, None) => Expr::current_date(),
        ("current_time", None, None) => Expr::current_time(),
        ("null", None, None) => Expr::null(),
        ("keyword_default", None, None) => Expr::keyword_default(),
        ("custom_keyword", Some(word), None) => Expr::custom_keyword(word.iden()?),
        ("cust" | "Custom", Some(text), None) => Expr::cust(text.text()?),
        ("val" | "value" | "expr" | "Value" | "Constant", Some(value), None) => {
            value.expression()?
        }
        ("col" | "column", Some(column), None) => Expr::col(Alias::new(column.text()?)),
        ("Keyword", Some(Value::Keyword(word)), None) => Expr::Keyword(word),
        ("FunctionCall", Some(Value::Function(call)), None) => call.into(),
        ("cust_with_values", Some(text), Some(values)) => {
            let values = values.list()?.into_iter().map(Value::constant);
            Expr::cust_with_values(text.text()?, values.collect::<Option<Vec<_>>>()?)
        }
        ("cust_with_expr", Some(text), Some(part)) => {
            Expr::cust_with_expr(text.text()?, part.expression()?)
        }
        ("cust_with_exprs", Some(text), Some(parts)) => {
            Expr::cust_with_exprs(text.text()?, parts.expressions()?)
        }
        _ => return None,
    })
}

fn function(name: &str, first: Option<Value>, second: Option<Value>) -> Option<Value> {
    Some(Value::Function(match (name, first, second) {
        ("gen_random_uuid", None, None) => PgFunc::gen_random_uuid(),
        ("random", None, None) => Func::random(),
        ("cust", Some(name), None) => Func::cust(Alias::new(name.text()?).into_iden()),
        ("lower", Some(part), None) => Func::lower(part.expression()?),
        ("upper", Some(part), None) => Func::upper(part.expression()?),
        ("abs", Some(part), None) => Func::abs(part.expression()?),
        ("char_length", Some(part), None) => Func::char_length(part.expression()?),
        ("md5", Some(part), None) => Func::md5(part.expression()?),
        ("round", Some(part), None) => Func::round(part.expression()?),
        ("round_with_precision", Some(part), Some(places)) => {
            Func::round_with_precision(part.expression()?, places.expression()?)
        }
        ("greatest", Some(parts), None) => Func::greatest(parts.expressions()?),
        ("least", Some(parts), None) => Func::least(parts.expressions()?),
        ("coalesce", Some(parts), None) => Func::coalesce(parts.expressions()?),
        ("if_null", Some(one), Some(other)) => {
            Func::if_null(one.expression()?, other.expression()?)
        }
        ("cast_as", Some(part), Some(ty)) => Func::cast_as(part.expression()?, ty.iden()?),
        _ => return None,
    }))
}

/// The text of `digits` with `scale` of them behind the point.
fn decimal(digits: i128, scale: i128) -> Option<String> {
    const MOST: usize = 28;
    let scale = usize::try_from(scale).ok().filter(|scale| *scale <= MOST)?;
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = text.split_at_checked(text.len() - scale)?;
    let sign = if digits < 0 { "-" } else { "" };
    Some(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}
