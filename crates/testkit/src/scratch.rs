//! Empty throwaway databases.

use std::fs::File;
use std::process;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tempfile::TempDir;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task;
use url::Url;

use crate::server::{admin_url, connect, try_connect};
use crate::urls::with_database;
use crate::{Backend, Rights, role};

/// An empty database, gone when this is dropped, also when the test panics.
#[derive(Debug)]
pub struct Scratch {
    backend: Backend,
    url: String,
    home: Home,
}

/// Makes an empty database. `None`, said on stderr, when there is no server for it; a panic then when `CI=true`.
pub async fn scratch(backend: Backend) -> Option<Scratch> {
    let (url, home) = match backend {
        Backend::Sqlite => file(),
        Backend::Postgres | Backend::MySql => {
            let admin = admin_url(backend)?;
            let name = unique_name();
            let create = match backend {
                Backend::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0"),
                _ => format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
            };
            execute(&admin, &create).await;
            let url = with_database(&admin, &name);
            let roles = Mutex::default();
            (url, Home::Server { admin, name, roles })
        }
    };
    Some(Scratch { backend, url, home })
}

impl Scratch {
    /// Where the database is, with all rights in it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// A new small pool of connections.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// Runs any number of statements on a connection of their own. Panics with the database's message if one fails.
    pub async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await;
    }

    /// The URL of this database for a new login that has these rights and no others. It goes when the database goes.
    ///
    /// SQLite has no logins: there the URL opens the file for reading only, unless the rights are [`Rights::Own`].
    pub async fn role(&self, rights: Rights) -> String {
        match &self.home {
            Home::Folder(_) => role::sqlite(&self.url, rights),
            Home::Server { admin, name, roles } => {
                let login = unique_name();
                let statements = role::create(self.backend, name, &login, rights);
                roles
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner())
                    .push(login.clone());
                execute(admin, &statements.on_server).await;
                if let Some(sql) = statements.in_database {
                    self.execute(&sql).await;
                }
                role::url(&self.url, &login)
            }
        }
    }
}

/// What has to go with the database.
#[derive(Debug)]
enum Home {
    /// Removed by its own `Drop`.
    Folder(#[expect(dead_code, reason = "held until the drop")] TempDir),
    Server {
        admin: String,
        name: String,
        roles: Mutex<Vec<String>>,
    },
}

impl Drop for Home {
    fn drop(&mut self) {
        let Home::Server { admin, name, roles } = self else {
            return;
        };
        let roles = std::mem::take(
            roles
                .get_mut()
                .unwrap_or_else(|poisoned| poisoned.into_inner()),
        );
        // A test's own runtime cannot be waited for from inside it.
        let remove = || {
            thread::scope(|scope| {
                scope
                    .spawn(|| {
                        tokio::runtime::Builder::new_current_thread()
                            .enable_all()
                            .build()
                            .map_err(|error| DbErr::Custom(error.to_string()))?
                            .block_on(remove(admin, name, &roles))
                    })
                    .join()
            })
        };
        // PostgreSQL waits with the drop for every connection that is being made, and so for other tasks of the test.
        let removal = match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => task::block_in_place(remove),
            _ => remove(),
        };
        // A panic here would hide the one that may be under way.
        match removal {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("the scratch database `{name}` stays behind: {error}"),
            Err(_) => eprintln!("the scratch database `{name}` stays behind"),
        }
    }
}

async fn remove(admin: &str, name: &str, roles: &[String]) -> Result<(), DbErr> {
    let admin = try_connect(admin).await?;
    match admin.get_database_backend() {
        DbBackend::Postgres => {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            admin.execute_unprepared(&drop).await?;
        }
        _ => {
            // A transaction left open in there would make the drop wait for it.
            let users = Statement::from_string(
                admin.get_database_backend(),
                format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'"),
            );
            for user in admin.query_all_raw(users).await? {
                let id = user
                    .try_get_by_index::<i64>(0)
                    .or_else(|_| user.try_get_by_index::<u64>(0).map(|id| id as i64))?;
                // It may have gone by itself meanwhile.
                admin.execute_unprepared(&format!("KILL {id}")).await.ok();
            }
            let drop = format!("DROP DATABASE IF EXISTS {name}");
            admin.execute_unprepared(&drop).await?;
        }
    }
    for role in roles {
        let drop = role::drop(admin.get_database_backend(), role);
        admin.execute_unprepared(&drop).await?;
    }
    admin.close().await
}

/// A file in a folder of its own, so that what SQLite keeps beside it goes too.
fn file() -> (String, Home) {
    let folder = TempDir::new().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
    let path = folder.path().join("scratch.db");
    // An empty file is an empty database, so that a URL that may not make the file works too.
    File::create(&path).unwrap_or_else(|error| panic!("no file {}: {error}", path.display()));
    let encoded = Url::from_file_path(&path)
        .unwrap_or_else(|()| panic!("{} is not absolute", path.display()));
    let url = format!("sqlite://{}?mode=rwc", encoded.path());
    (url, Home::Folder(folder))
}

async fn execute(url: &str, sql: &str) {
    let connection = connect(url).await;
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{error}\nin: {sql}");
    }
    // Whether it can say goodbye is nothing to a test.
    connection.close().await.ok();
}

/// Short enough for a MySQL user, and needs no quotes.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanoseconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    format!("seadrift_{:x}_{count}_{nanoseconds:x}", process::id())
}
