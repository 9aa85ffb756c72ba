//! Defaults: sea-query's expressions as values or SQL.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use sea_orm::sea_query::{
    Expr, MysqlQueryBuilder, OptionEnum, PostgresQueryBuilder, QueryBuilder, SqliteQueryBuilder,
    Value,
};
use seadrift_schema::{DefaultValue, Dialect};

/// The default that `expression` means on `dialect`; `None` where it has no form there.
pub(super) fn read(expression: &Expr, dialect: Dialect) -> Option<DefaultValue> {
    match expression {
        Expr::Value(value) | Expr::Constant(value) => Some(literal(value, dialect)),
        Expr::Custom(text) => Some(parse(text)),
        Expr::AsEnum(_, value) => read(value, dialect),
        other => {
            // sea-query panics where a dialect lacks a function or a custom expression counts its values wrong.
            let sql = quietly(|| render(other, dialect))?;
            Some(parse(&sql))
        }
    }
}

thread_local! {
    /// Whether a panic on this thread is expected, so that nobody has to hear of it.
    static EXPECTS_PANIC: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives; `None` where it panics, of which stderr says nothing.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !EXPECTS_PANIC.get() {
                hook(info);
            }
        }));
    });
    EXPECTS_PANIC.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    EXPECTS_PANIC.set(false);
    result.ok()
}

fn literal(value: &Value, dialect: Dialect) -> DefaultValue {
    match value {
        Value::Bool(Some(value)) => DefaultValue::Bool(*value),
        Value::String(Some(text)) => DefaultValue::Text(text.clone()),
        Value::Char(Some(letter)) => DefaultValue::Text(letter.to_string()),
        Value::Enum(OptionEnum::Some(value)) => DefaultValue::Text(value.value.to_string()),
        // Each dialect has its own notation of bytes.
        Value::Bytes(Some(_)) => parse(&render(&Expr::Value(value.clone()), dialect)),
        // Which kinds there are depends on sea-query's features. SQLite's notation is standard SQL, and so is ours.
        other => parse(&render(&Expr::Value(other.clone()), Dialect::Sqlite)),
    }
}

/// `expression` alone as SQL.
fn render(expression: &Expr, dialect: Dialect) -> String {
    let mut sql = String::new();
    match dialect {
        Dialect::Postgres => PostgresQueryBuilder.prepare_expr(expression, &mut sql),
        Dialect::MySql | Dialect::MariaDb => MysqlQueryBuilder.prepare_expr(expression, &mut sql),
        Dialect::Sqlite => SqliteQueryBuilder.prepare_expr(expression, &mut sql),
    }
    sql
}

fn parse(sql: &str) -> DefaultValue {
    match sql.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
