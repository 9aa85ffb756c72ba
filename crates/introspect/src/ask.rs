//! Asks the server how it would report a column, where rules cannot tell: an expression spelled otherwise, a type that
//! has no word of its own.
//!
//! PostgreSQL is asked with a temporary table in a transaction that is rolled back, MySQL and MariaDB with a temporary
//! table. SQLite keeps what it is told to the letter, so that there is nothing to ask.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TransactionTrait};
use seadrift_schema::{Column, DefaultValue, Dialect, Type, canonical};

/// `column` as the server would report its type and default; `None` where it takes no such column, or the role may
/// make no temporary table.
pub async fn column<C>(db: &C, column: &Column, dialect: Dialect) -> Option<Column>
where
    C: ConnectionTrait + TransactionTrait,
{
    let definition = format!(
        "asked {}{}",
        canonical::sql_type(&column.ty, dialect).ok()?,
        column
            .default
            .as_ref()
            .map_or(String::new(), |default| format!(
                " DEFAULT {}",
                default.sql(dialect)
            ))
    );
    let answer = match db.get_database_backend() {
        DbBackend::Postgres => postgres(db, &definition).await,
        DbBackend::MySql => mysql(db, &definition).await,
        _ => return None,
    };
    let (ty, default) = answer.ok()?;
    let mut told = column.clone();
    // An enum's name says nothing of its values.
    if !matches!(column.ty, Type::Enum(_) | Type::Array(_)) {
        told.ty = canonical::parse_type(&ty, dialect);
    }
    if let (Some(DefaultValue::Expression(_) | DefaultValue::Text(_)), Some(text)) =
        (&column.default, default)
    {
        told.default = Some(DefaultValue::from(text));
    }
    Some(told)
}

/// A type and a default as the server words them.
type Answer = (String, Option<String>);

async fn postgres<C: TransactionTrait>(db: &C, definition: &str) -> Result<Answer, DbErr> {
    let transaction = db.begin().await?;
    let answer = async {
        let create = format!("CREATE TEMPORARY TABLE seadrift_asked ({definition})");
        transaction.execute_unprepared(&create).await?;
        let ask = "SELECT format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid) \
                   FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
                   WHERE a.attrelid = 'pg_temp.seadrift_asked'::regclass AND a.attnum = 1";
        first(&transaction, ask, 0, 1).await
    }
    .await;
    sea_orm::TransactionSession::rollback(transaction).await?;
    answer
}

async fn mysql<C: ConnectionTrait>(db: &C, definition: &str) -> Result<Answer, DbErr> {
    let create = format!("CREATE TEMPORARY TABLE seadrift_asked ({definition})");
    db.execute_unprepared(&create).await?;
    // Field, Type, Null, Key, Default, Extra.
    let answer = first(db, "SHOW COLUMNS FROM seadrift_asked", 1, 4).await;
    db.execute_unprepared("DROP TEMPORARY TABLE seadrift_asked")
        .await?;
    answer
}

async fn first<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    ty: usize,
    default: usize,
) -> Result<Answer, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the server gave no row".to_owned()))?;
    Ok((row.try_get_by_index(ty)?, row.try_get_by_index(default)?))
}
