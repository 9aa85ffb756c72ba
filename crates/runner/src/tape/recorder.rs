//! The connection that writes down what it is told, and answers as far as it knows.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{
    DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseTrait, MockExecResult, QueryResult,
    Statement, Transaction, Value,
};

use super::{
    Event, Gap,
    world::{Question, World},
};
use crate::sql::{Kind, pieces};

/// What a statement is said to have done: a migration that looks at it is told different things in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effect {
    pub rows: u64,
    pub id: u64,
}

/// How often one statement may come in a row. More often it waits for something to be done.
const PATIENCE: usize = 1000;

/// What was recorded.
#[derive(Debug)]
pub(super) struct State {
    pub events: Vec<Event>,
    /// Why the statements are not all there is to it.
    pub gap: Option<Gap>,
    /// What was answered without being known.
    pub assumed: Vec<String>,
    pub world: World,
    /// Where it goes back to, for each transaction that has begun.
    saved: Vec<World>,
    repeated: usize,
    effect: Effect,
}

impl State {
    fn note(&mut self, gap: Gap) -> DbErr {
        let error = DbErr::Custom(gap.to_string());
        self.gap.get_or_insert(gap);
        error
    }
}

/// Records.
#[derive(Debug, Clone)]
pub(super) struct Recorder {
    backend: DbBackend,
    state: Arc<Mutex<State>>,
}

impl Recorder {
    pub(super) fn new(backend: DbBackend, world: World, effect: Effect) -> Self {
        let state = State {
            events: vec![],
            gap: None,
            assumed: vec![],
            world,
            saved: vec![],
            repeated: 0,
            effect,
        };
        Self {
            backend,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// What was recorded so far.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of a statement with its values in it.
    fn text(&self, statement: &Statement) -> Result<String, DbErr> {
        let values = statement.values.as_ref().map_or(0, |values| values.0.len());
        let places = places(self.backend, &statement.sql);
        if statement.values.is_some() && places != values {
            return Err(self.state().note(Gap::Values(statement.sql.clone())));
        }
        // sea-query panics where it has no literal for a value.
        let text = catch_unwind(AssertUnwindSafe(|| statement.to_string()));
        text.map_err(|_| self.state().note(Gap::Values(statement.sql.clone())))
    }
}

/// How many values the placeholders of `sql` want.
fn places(backend: DbBackend, sql: &str) -> usize {
    let pieces = pieces(backend, sql);
    if backend != DbBackend::Postgres {
        return pieces.iter().filter(|piece| piece.is_mark("?")).count();
    }
    let numbers = pieces.windows(2).filter_map(|pair| {
        let is_place = pair[0].is_mark("$") && pair[0].at + 1 == pair[1].at;
        let number = is_place.then(|| pair[1].text.parse::<usize>().ok());
        number.flatten()
    });
    numbers.max().unwrap_or(0)
}

impl MockDatabaseTrait for Recorder {
    fn execute(&mut self, _: usize, statement: Statement) -> Result<ExecResult, DbErr> {
        let text = self.text(&statement)?;
        let mut state = self.state();
        let event = Event::Statement(text.clone());
        state.repeated = match state.events.last() == Some(&event) {
            true => state.repeated + 1,
            false => 0,
        };
        if state.repeated >= PATIENCE {
            return Err(state.note(Gap::Depends(text)));
        }
        state.world.run(&text);
        state.events.push(event);
        let result = MockExecResult {
            last_insert_id: state.effect.id,
            rows_affected: state.effect.rows,
        };
        drop(state);
        MockDatabase::new(self.backend)
            .append_exec_results([result])
            .execute(0, statement)
    }

    fn query(&mut self, _: usize, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let text = self.text(&statement)?;
        let row = match question(&statement) {
            Some((column, question)) => {
                let mut state = self.state();
                let answer = state.world.answer(&question);
                if answer.is_assumed {
                    let assumed = question.to_string();
                    if !state.assumed.contains(&assumed) {
                        state.assumed.push(assumed);
                    }
                }
                (column, Value::from(answer.is_there))
            }
            None if is_about_foreign_keys(self.backend, &text) => {
                ("foreign_keys".to_owned(), Value::from(1))
            }
            None => return Err(self.state().note(Gap::Reads(text))),
        };
        let rows = [BTreeMap::from([row])];
        MockDatabase::new(self.backend)
            .append_query_results([rows])
            .query(0, statement)
    }

    fn begin(&mut self) {
        let mut state = self.state();
        state.events.push(Event::Begin);
        let world = state.world.clone();
        state.saved.push(world);
    }

    fn commit(&mut self) {
        let mut state = self.state();
        state.events.push(Event::Commit);
        state.saved.pop();
    }

    fn rollback(&mut self) {
        let mut state = self.state();
        state.events.push(Event::Rollback);
        let saved = state.saved.pop();
        // MySQL's tables have no way back.
        if let Some(world) = saved.filter(|_| self.backend != DbBackend::MySql) {
            state.world = world;
        }
    }

    fn drain_transaction_log(&mut self) -> Vec<Transaction> {
        vec![]
    }

    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    fn ping(&self) -> Result<(), DbErr> {
        Ok(())
    }
}

/// What `has_table`, `has_column` and `has_index` of sea-orm-migration ask, and the column that the answer goes to.
/// The names are the last of their values.
fn question(statement: &Statement) -> Option<(String, Question)> {
    let mut texts = statement.values.iter().flat_map(|values| &values.0);
    let mut next = || {
        let value = texts.next_back();
        match value {
            Some(Value::String(Some(text))) => Some(text.to_string()),
            _ => None,
        }
    };
    let asks = |alias: &str| {
        let sql = &statement.sql;
        let quotes = ['"', '`'];
        quotes
            .iter()
            .any(|quote| sql.contains(&format!("AS {quote}{alias}{quote}")))
    };
    let (alias, question) = if asks("has_table") {
        ("has_table", Question::Table(next()?))
    } else if asks("has_column") {
        let column = next()?;
        ("has_column", Question::Column(next()?, column))
    } else if asks("has_index") {
        let index = next()?;
        ("has_index", Question::Index(next()?, index))
    } else {
        return None;
    };
    Some((alias.to_owned(), question))
}

/// Whether foreign keys are on is no secret: the script switches them on.
fn is_about_foreign_keys(backend: DbBackend, sql: &str) -> bool {
    let words: Vec<_> = pieces(backend, sql)
        .into_iter()
        .filter(|piece| piece.kind == Kind::Word)
        .collect();
    backend == DbBackend::Sqlite
        && words.len() == 2
        && words[0].is("PRAGMA")
        && words[1].is("foreign_keys")
}
