//! Databases of their own on the servers that the environment names, and short words for what is expected of them.

use std::{
    env,
    io::Write,
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU32, Ordering},
    time::SystemTime,
};

use futures_util::FutureExt;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use seadrift_introspect::{Database, Scope, introspect};
use seadrift_schema::{DefaultValue, Index, IndexOrigin, ObjectName, Table, Type, canonical};
use url::Url;

pub const POSTGRES: &str = "SEADRIFT_TEST_POSTGRES_URL";
pub const MYSQL: &str = "SEADRIFT_TEST_MYSQL_URL";

/// A new database, and how others connect to it.
pub struct Scratch {
    pub db: DatabaseConnection,
    pub url: Url,
    pub name: String,
}

impl Scratch {
    /// Connects to the database as another user.
    pub async fn connect_as(&self, user: &str, password: &str) -> DatabaseConnection {
        let mut url = self.url.clone();
        url.set_username(user).unwrap();
        url.set_password(Some(password)).unwrap();
        connect(url).await
    }
}

/// Runs `test` with a new database on the server that `variable` names, and drops the database whatever happens.
pub async fn with_database<T>(variable: &str, test: impl FnOnce(Scratch) -> T)
where
    T: Future<Output = ()>,
{
    let Ok(server) = env::var(variable) else {
        assert!(
            env::var("CI").as_deref() != Ok("true"),
            "{variable} has to be set where CI is"
        );
        // Not through `eprintln!`, which a passing test keeps to itself.
        let note = format!("SKIPPED: {variable} is not set, so nothing is tested on that server\n");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return;
    };
    let server = Url::parse(&server).unwrap();
    let name = unique("seadrift_introspect");
    let mut url = server.clone();
    url.set_path(&name);

    let admin = connect(server).await;
    run(&admin, &format!("CREATE DATABASE {name}")).await;
    let scratch = Scratch {
        db: connect(url.clone()).await,
        url,
        name: name.clone(),
    };
    let db = scratch.db.clone();
    let outcome = AssertUnwindSafe(test(scratch)).catch_unwind().await;
    db.close().await.unwrap();
    run(&admin, &format!("DROP DATABASE {name}")).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// A name that nothing else on the server has.
pub fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}_{}_{now}_{count}", std::process::id())
}

pub async fn run(db: &DatabaseConnection, sql: &str) {
    if let Err(error) = db.execute_unprepared(sql).await {
        panic!("{error}\n{sql}");
    }
}

async fn connect(url: Url) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2);
    sea_orm::Database::connect(options).await.unwrap()
}

pub const ODD: &str = "o'dd \"Table\" `ü`";

pub fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn text(value: &str) -> Option<DefaultValue> {
    Some(DefaultValue::Text(value.to_owned()))
}

pub fn expression(sql: &str) -> Option<DefaultValue> {
    Some(DefaultValue::Expression(sql.to_owned()))
}

pub fn number(digits: &str) -> Option<DefaultValue> {
    Some(DefaultValue::Number(digits.to_owned()))
}

pub fn index(name: &str, columns: &[&str], unique: bool, origin: IndexOrigin) -> Index {
    Index {
        name: name.to_owned(),
        columns: strings(columns),
        unique,
        origin,
        definition: None,
        covers: vec![],
        stands_for: vec![],
    }
}

/// `indexes` without what is known of the columns in their definitions.
pub fn without_columns(indexes: &[Index]) -> Vec<Index> {
    let mut indexes = indexes.to_vec();
    for index in &mut indexes {
        index.covers.clear();
        index.stands_for.clear();
    }
    indexes
}

/// What is known of the columns in definitions: name, all columns, and those of the plain index that is as good.
pub fn in_definitions(indexes: &[Index]) -> Vec<(&str, String, String)> {
    let mut defined: Vec<_> = indexes
        .iter()
        .filter(|index| index.definition.is_some())
        .map(|index| {
            (
                index.name.as_str(),
                index.covers.join(" "),
                index.stands_for.join(" "),
            )
        })
        .collect();
    defined.sort();
    defined
}

pub fn defined(name: &str, unique: bool, origin: IndexOrigin, definition: &str) -> Index {
    Index {
        definition: Some(definition.to_owned()),
        ..index(name, &[], unique, origin)
    }
}

/// Names, types, nullabilities and defaults, which say all that most tests ask of columns.
pub fn columns(table: &Table) -> Vec<(&str, Type, bool, Option<DefaultValue>)> {
    table
        .columns
        .iter()
        .map(|column| {
            let (ty, default) = (column.ty.clone(), column.default.clone());
            (column.name.as_str(), ty, column.nullable, default)
        })
        .collect()
}

/// What is read of the database, which always has a canonical form.
pub async fn read(scratch: &Scratch) -> Database {
    let database = introspect(&scratch.db, &Scope::default()).await.unwrap();
    let dialect = database.server.dialect;
    canonical::schema(&database.schema, dialect, &database.own_schema).unwrap();
    database
}

pub async fn read_table(scratch: &Scratch, name: &str) -> Table {
    let mut database = read(scratch).await;
    let table = database.schema.tables.remove(&ObjectName::new(name));
    table.unwrap()
}
