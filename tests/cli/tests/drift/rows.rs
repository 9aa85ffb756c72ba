//! The tables of what drifts: `database.toml` and `files.toml`. A row has a `kind`, what is done by hand, and what comes of it.
//!
//! What is done: `sql` for every engine, or `postgres`, `mysql` and `sqlite` each for one, where `none: why` says why there is
//! nothing to do; a `file` goes, or is renamed `to`, or has `to` instead of `from`, or is `without` a line. SQLite has few statements that alter a table, so that `table`, `from` and `to` make one anew whose statement
//! is otherwise the same. What comes of it: `finds`, `lists`, `keeps` (with a reason) or `refuses`, or the same for one engine in a table of its
//! name.

use std::fs;

use sea_orm::{ConnectionTrait, Statement};
use seadrift_testkit::{Backend, Scratch};
use serde_json::{Map, Value};

use crate::project::Project;

/// A kind of drift on an engine.
pub struct Row {
    pub kind: String,
    what: Vec<What>,
    pub expected: Expected,
    /// `check` with these, each time.
    scopes: Vec<Vec<String>>,
}

/// What is done by hand.
enum What {
    Sql(String),
    Anew {
        table: String,
        from: String,
        to: String,
    },
    Edit {
        file: String,
        from: String,
        to: String,
    },
    Without {
        file: String,
        line: String,
    },
    Delete(String),
    Rename {
        file: String,
        to: String,
    },
}

/// What comes of it.
pub enum Expected {
    /// These findings, with these values; all but always it is one.
    Findings(Vec<Map<String, Value>>),
    /// No finding, and this line of what is not managed.
    Listed(String),
    /// Nothing, for this reason.
    #[allow(dead_code, reason = "for whoever reads the row")]
    Kept(String),
    /// An error that says this.
    Refused(String),
}

/// The rows that are for `backend`, in order.
pub fn rows(backend: Backend) -> Vec<Row> {
    let tables = [include_str!("database.toml"), include_str!("files.toml")];
    let mut all = vec![];
    for table in tables {
        let Value::Object(mut table) = toml::from_str(table).unwrap() else {
            panic!("a table has rows");
        };
        let Some(Value::Array(rows)) = table.remove("row") else {
            panic!("a table has rows");
        };
        assert!(table.is_empty(), "rows and nothing else: {table:?}");
        let rows = rows.into_iter().filter_map(|row| match row {
            Value::Object(row) => Row::of(row, backend),
            other => panic!("no row: {other}"),
        });
        all.extend(rows);
    }
    let wanted = std::env::var("SEADRIFT_DRIFT").unwrap_or_default();
    all.retain(|row| row.kind.contains(&wanted));
    all
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => panic!("no text: {other}"),
    }
}

impl Row {
    /// Nothing where the engine has no such thing.
    fn of(mut row: Map<String, Value>, backend: Backend) -> Option<Self> {
        let kind = text(row.remove("kind").unwrap());
        let mut own = Value::Null;
        for engine in Backend::ALL {
            let value = row.remove(engine.name());
            if engine == backend {
                own = value.unwrap_or_default();
            }
        }
        match own {
            Value::String(why) if why.starts_with("none: ") => return None,
            Value::String(sql) => {
                row.insert("sql".into(), sql.into());
            }
            Value::Object(own) => {
                let expectations = ["finds", "lists", "keeps", "refuses"];
                if expectations.iter().any(|key| own.contains_key(*key)) {
                    row.retain(|key, _| !expectations.contains(&key.as_str()));
                }
                row.extend(own);
            }
            Value::Null => {}
            other => panic!("{kind}: {other}"),
        }
        let mut take = |key: &str| row.remove(key).map(text);
        let mut what = vec![];
        what.extend(take("sql").map(What::Sql));
        let place = (take("table"), take("file"));
        let without = take("without");
        match (place, take("from"), take("to")) {
            ((None, Some(file)), None, None) if without.is_some() => {
                let line = without.unwrap();
                what.push(What::Without { file, line });
            }
            ((Some(table), None), Some(from), Some(to)) => {
                what.push(What::Anew { table, from, to });
            }
            ((None, Some(file)), Some(from), Some(to)) => what.push(What::Edit { file, from, to }),
            ((None, Some(file)), None, Some(to)) => what.push(What::Rename { file, to }),
            ((None, Some(file)), None, None) => what.push(What::Delete(file)),
            ((None, None), None, None) => {}
            _ => panic!("{kind}: of what?"),
        }
        assert!(!what.is_empty(), "{kind}: nothing is done on {backend}");
        let scopes = match row.remove("check") {
            Some(scopes) => serde_json::from_value(scopes).unwrap(),
            None => vec![vec![], vec!["--no-entities".to_owned()]],
        };
        let expected = match (row.remove("finds"), row.remove("lists")) {
            (Some(finds), None) => {
                let finds = match finds {
                    Value::Array(several) => Value::Array(several),
                    one => Value::Array(vec![one]),
                };
                Expected::Findings(serde_json::from_value(finds).unwrap())
            }
            (None, Some(line)) => Expected::Listed(text(line)),
            (None, None) => match (row.remove("keeps"), row.remove("refuses")) {
                (Some(why), None) => Expected::Kept(text(why)),
                (None, Some(error)) => Expected::Refused(text(error)),
                _ => panic!("{kind}: nothing is expected on {backend}"),
            },
            _ => panic!("{kind}: two things are expected on {backend}"),
        };
        assert!(row.is_empty(), "{kind}: what is {row:?}?");
        Some(Self {
            kind,
            what,
            expected,
            scopes,
        })
    }

    pub fn scopes(&self) -> Vec<Vec<&str>> {
        let scopes = self.scopes.iter();
        scopes
            .map(|scope| scope.iter().map(String::as_str).collect())
            .collect()
    }

    /// Does it.
    pub async fn drift(&self, scratch: &Scratch, project: &Project) {
        for what in &self.what {
            match what {
                What::Sql(sql) => scratch.execute(sql).await,
                What::Anew { table, from, to } => anew(scratch, table, from, to).await,
                What::Edit { file, from, to } => {
                    let source = project.read(file);
                    project.write(file, replaced(&source, from, to));
                }
                What::Without { file, line } => {
                    let source = project.read(file);
                    let lines = source.lines().filter(|one| !one.contains(line.as_str()));
                    let text: String = lines.map(|line| format!("{line}\n")).collect();
                    assert!(text.len() < source.len(), "`{line}` is in {source}");
                    project.write(file, text);
                }
                What::Delete(file) => fs::remove_file(project.path(file)).unwrap(),
                What::Rename { file, to } => {
                    fs::rename(project.path(file), project.path(to)).unwrap();
                }
            }
        }
    }
}

/// Makes a table of SQLite anew, with its indexes.
async fn anew(scratch: &Scratch, table: &str, from: &str, to: &str) {
    let db = scratch.connect().await;
    let query = format!(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL ORDER BY type DESC"
    );
    let query = Statement::from_string(db.get_database_backend(), query);
    let mut script = format!("PRAGMA foreign_keys = OFF; DROP TABLE {table};");
    for row in db.query_all_raw(query).await.unwrap() {
        let ty: String = row.try_get_by_index(0).unwrap();
        let sql: String = row.try_get_by_index(1).unwrap();
        script += &match ty.as_str() {
            "table" => replaced(&sql, from, to),
            _ => sql,
        };
        script += ";";
    }
    db.close().await.unwrap();
    scratch.execute(&script).await;
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(
        text.matches(from).count(),
        1,
        "`{from}` is not once in {text}"
    );
    text.replace(from, to)
}
