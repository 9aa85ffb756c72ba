//! A value of every type for each row, so that rows that point to each other hold the same.

use seadrift_schema::{Column, Dialect, canonical};

/// What the row `number`, 1 or 2, holds in `column`, as SQL.
pub fn value(column: &Column, number: u8, dialect: Dialect) -> String {
    if dialect == Dialect::Sqlite {
        return number.to_string();
    }
    let ty = canonical::sql_type(&column.ty, dialect).unwrap_or_default();
    let ty = ty.to_lowercase();
    let text = match canonical::enum_of(&column.ty) {
        // The first one is lost by none of the random enums.
        Some(ty) => ty.values.first().cloned().unwrap_or_default(),
        None if dialect.is_mysql() && ty.starts_with("bool") => number.to_string(),
        None => of_type(ty.trim_end_matches("[]"), number),
    };
    let is_array = matches!(column.ty, seadrift_schema::Type::Array(_));
    let text = if is_array {
        format!("{{{text}}}")
    } else {
        text
    };
    match ty.starts_with("bit") && dialect.is_mysql() {
        true => format!("b'{text}'"),
        false => format!("'{text}'"),
    }
}

fn of_type(ty: &str, number: u8) -> String {
    let is = |start: &str| ty.starts_with(start);
    if is("bool") {
        (number == 1).to_string()
    } else if is("bytea") {
        format!("\\x0{number}")
    } else if is("date") || is("timestamp") {
        format!("2020-01-0{number}")
    } else if is("time") {
        format!("0{number}:00:00")
    } else if is("year") {
        format!("200{number}")
    } else if is("interval") {
        format!("{number} day")
    } else if is("uuid") {
        format!("00000000-0000-0000-0000-00000000000{number}")
    } else if is("json") {
        format!("[{number}]")
    } else if is("bit(3)") {
        format!("00{}", number % 2)
    } else if is("bit") {
        (number % 2).to_string()
    } else if is("inet") || is("cidr") {
        format!("10.0.0.{number}")
    } else if is("macaddr") {
        format!("08:00:2b:01:02:0{number}")
    } else if is("int4range") {
        format!("[{number},{number}]")
    } else {
        number.to_string()
    }
}
