//! Asks the server how it would report a column, where rules cannot tell: an expression spelled otherwise, a type that
//! has no word of its own.
//!
//! PostgreSQL, MySQL and MariaDB are asked with a temporary table in a transaction that is rolled back. SQLite keeps what
//! it is told to the letter, so that there is nothing to ask.

use std::borrow::Cow;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TransactionTrait};
use seadrift_schema::{Column, DefaultValue, Dialect, ObjectName, Schema, Type, canonical};

use crate::mysql::text;

/// `desired` with the server's own words for the types and defaults of `actual` that only the server can tell to be
/// the same. It is copied only where there are any.
pub async fn schema<'a, C>(
    db: &C,
    actual: &Schema,
    desired: &'a Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Cow<'a, Schema>, canonical::Error>
where
    C: ConnectionTrait + TransactionTrait,
{
    let mut settled = Cow::Borrowed(desired);
    if dialect == Dialect::Sqlite {
        return Ok(settled);
    }
    let actual = canonical::schema(actual, dialect, own_schema)?;
    for (name, declared) in &desired.tables {
        let own_name = canonical::object_name(&declared.name, own_schema);
        let Some(actual) = actual.tables.get(&own_name) else {
            continue;
        };
        for (place, column) in declared.columns.iter().enumerate() {
            let Some(actual) = actual.column_near(place, &column.name) else {
                continue;
            };
            if cannot_differ(actual, column, dialect) {
                continue;
            }
            let wanted = Cow::Borrowed(column);
            let wanted = canonical::column(wanted, declared, dialect, own_schema)?;
            if may_be_the_same(actual, &wanted, dialect)
                && let Some(told) = self::column(db, column, dialect).await
                && let Some(table) = settled.to_mut().tables.get_mut(name)
                && let Some(column) = table.columns.get_mut(place)
            {
                let ty = canonical::ty(&told.ty, dialect).unwrap_or(told.ty);
                let default = told
                    .default
                    .and_then(|value| canonical::default(&value, &ty, dialect));
                if ty == actual.ty && ty != wanted.ty {
                    column.ty = ty;
                }
                if default.is_some()
                    && canonical::same_default(default.as_ref(), actual.default.as_ref(), dialect)
                {
                    column.default.clone_from(&actual.default);
                }
            }
        }
    }
    Ok(settled)
}

/// Whether `declared`, which is not canonical, has no type or default that could be a respelling: most have none, and to see that takes
/// no copy.
fn cannot_differ(actual: &Column, declared: &Column, dialect: Dialect) -> bool {
    let has_one_default = actual.default.is_none() || declared.default.is_none();
    has_one_default && canonical::ty(&declared.ty, dialect).is_ok_and(|ty| ty == actual.ty)
}

/// Whether two canonical columns differ in what may be a respelling that no rule knows.
fn may_be_the_same(actual: &Column, desired: &Column, dialect: Dialect) -> bool {
    let is_text = |ty: &Type| matches!(ty, Type::Other(_));
    let types = actual.ty != desired.ty && (is_text(&actual.ty) || is_text(&desired.ty));
    let (one, other) = (actual.default.as_ref(), desired.default.as_ref());
    let both = one.is_some() && other.is_some();
    types || (both && !canonical::same_default(one, other, dialect))
}

/// `column` as the server would report its type and default; `None` where it takes no such column, or the role may
/// make no temporary table.
async fn column<C>(db: &C, column: &Column, dialect: Dialect) -> Option<Column>
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
        told.default = match dialect.is_mysql() {
            true => text::mariadb_default(&text),
            false => Some(DefaultValue::from(text)),
        };
    }
    Some(told)
}

/// Whether `table`, which the catalog does not show, may be there all the same: MySQL shows a login the tables alone that
/// it has rights on, and denies the others to it, whether there are any or not. PostgreSQL shows all.
pub async fn is_hidden<C: ConnectionTrait>(db: &C, table: &ObjectName, dialect: Dialect) -> bool {
    if !dialect.is_mysql() {
        return false;
    }
    let query = format!("SELECT 1 FROM {} LIMIT 0", table.quoted(dialect));
    let answer = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), query))
        .await;
    // https://mariadb.com/kb/en/e1142/, where one that is not there would be 1146.
    answer.is_err_and(|error| error.to_string().contains("1142 (42000)"))
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

/// MySQL shows a literal without its quotes everywhere but in the statement that makes the table.
async fn mysql<C: TransactionTrait>(db: &C, definition: &str) -> Result<Answer, DbErr> {
    // A temporary table belongs to its connection, of which there may be several.
    let transaction = db.begin().await?;
    let answer = async {
        let create = format!("CREATE TEMPORARY TABLE seadrift_asked ({definition})");
        transaction.execute_unprepared(&create).await?;
        // Field, Type, Null, Key, Default, Extra.
        let (ty, _) = first(&transaction, "SHOW COLUMNS FROM seadrift_asked", 1, 4).await?;
        // Table, Create Table.
        let (_, create) = first(&transaction, "SHOW CREATE TABLE seadrift_asked", 0, 1).await?;
        let default = create.as_deref().and_then(text::default_in);
        Ok((ty, default.map(str::to_owned)))
    }
    .await;
    // No rollback takes a temporary table away.
    let drop = "DROP TEMPORARY TABLE IF EXISTS seadrift_asked";
    transaction.execute_unprepared(drop).await?;
    sea_orm::TransactionSession::rollback(transaction).await?;
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
