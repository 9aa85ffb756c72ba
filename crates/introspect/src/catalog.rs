//! Asks a database's catalog, and says in every error what was being read.

use futures_util::{TryStreamExt, stream::BoxStream};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, StreamTrait, TryGetable, Value};

use crate::Error;

/// What a database can be read through: a connection or a transaction.
pub trait Connection: ConnectionTrait + StreamTrait {}

impl<C: ConnectionTrait + StreamTrait> Connection for C {}

/// The catalog of a database.
pub(crate) struct Catalog<'a, C> {
    db: &'a C,
    engine: &'static str,
}

impl<'a, C: Connection> Catalog<'a, C> {
    /// The catalog of `db`. Errors call it `engine`.
    pub(crate) fn new(db: &'a C, engine: &'static str) -> Self {
        Self { db, engine }
    }

    /// The rows that `sql` gives. `what` is what they tell of: `the tables`.
    pub(crate) async fn rows(
        &self,
        what: &'static str,
        sql: &str,
        values: &[Value],
    ) -> Result<Rows<'a>, Error> {
        let backend = ConnectionTrait::get_database_backend(self.db);
        let statement = if values.is_empty() {
            Statement::from_string(backend, sql)
        } else {
            Statement::from_sql_and_values(backend, sql, values.iter().cloned())
        };
        let stream = self.db.stream_raw(statement).await;
        Ok(Rows {
            stream: Some(Box::pin(stream.map_err(|source| self.error(what, source))?)),
            what,
            engine: self.engine,
        })
    }

    /// The one row that `sql` gives.
    pub(crate) async fn row(&self, what: &'static str, sql: &str) -> Result<Row, Error> {
        let mut rows = self.rows(what, sql, &[]).await?;
        rows.next().await?.ok_or_else(|| {
            let source = DbErr::RecordNotFound("the server gave no row".to_owned());
            self.error(what, source)
        })
    }

    /// The error that `source` is, come up while `what` was read.
    pub(crate) fn error(&self, what: &'static str, source: DbErr) -> Error {
        Error::Read {
            what,
            engine: self.engine,
            source,
        }
    }
}

/// Rows of the catalog, read while the server sends them. The connection is free again after the last one.
pub(crate) struct Rows<'a> {
    stream: Option<BoxStream<'a, Result<QueryResult, DbErr>>>,
    what: &'static str,
    engine: &'static str,
}

impl Rows<'_> {
    /// The next row, if there is one more.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>, Error> {
        let (what, engine) = (self.what, self.engine);
        let Some(stream) = &mut self.stream else {
            return Ok(None);
        };
        match stream.try_next().await {
            Ok(Some(result)) => Ok(Some(Row {
                result,
                what,
                engine,
                next: 0,
            })),
            Ok(None) => {
                self.stream = None;
                Ok(None)
            }
            Err(source) => Err(Error::Read {
                what,
                engine,
                source,
            }),
        }
    }
}

/// A row of the catalog, taken value by value in the order of the query.
pub(crate) struct Row {
    result: QueryResult,
    what: &'static str,
    engine: &'static str,
    next: usize,
}

impl Row {
    /// The next value, a text.
    pub(crate) fn text(&mut self) -> Result<String, Error> {
        self.take()
    }

    /// The next value, a text or NULL.
    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, Error> {
        self.take()
    }

    /// The next value, an integer.
    pub(crate) fn number(&mut self) -> Result<i64, Error> {
        self.take()
    }

    /// The next value, an integer or NULL.
    pub(crate) fn optional_number(&mut self) -> Result<Option<i64>, Error> {
        self.take()
    }

    /// The next value, an integer that is zero for no.
    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.take::<i64>()? != 0)
    }

    fn take<T: TryGetable>(&mut self) -> Result<T, Error> {
        let index = self.next;
        self.next += 1;
        self.result
            .try_get_by_index(index)
            .map_err(|source| Error::Read {
                what: self.what,
                engine: self.engine,
                source,
            })
    }
}
