//! Asks a database's catalog, and says in every error what was being read.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, TryGetable, Value};

use crate::Error;

/// The catalog of a database.
pub(crate) struct Catalog<'a, C> {
    db: &'a C,
    engine: &'static str,
}

impl<'a, C: ConnectionTrait> Catalog<'a, C> {
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
    ) -> Result<Vec<Row>, Error> {
        let backend = self.db.get_database_backend();
        let statement = if values.is_empty() {
            Statement::from_string(backend, sql)
        } else {
            Statement::from_sql_and_values(backend, sql, values.iter().cloned())
        };
        let rows = self
            .db
            .query_all_raw(statement)
            .await
            .map_err(|source| self.error(what, source))?;
        Ok(rows
            .into_iter()
            .map(|result| Row {
                result,
                what,
                engine: self.engine,
                next: 0,
            })
            .collect())
    }

    /// The one row that `sql` gives.
    pub(crate) async fn row(&self, what: &'static str, sql: &str) -> Result<Row, Error> {
        let rows = self.rows(what, sql, &[]).await?;
        rows.into_iter().next().ok_or_else(|| {
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
