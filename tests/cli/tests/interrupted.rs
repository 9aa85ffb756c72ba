//! Servers that do not answer to the end: a connection that breaks, a statement that takes too long.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use expect_test::expect;
use sea_orm::{ConnectionTrait, TransactionTrait};
use seadrift_testkit::{Backend, Rights, Scratch, backends, scratch};
use url::Url;

use super::project::{Project, state};
use super::run::Run;

/// A way to a server that breaks off after so many bytes of answer.
pub struct Way {
    pub url: String,
    /// How many bytes the server answered.
    pub answered: Arc<AtomicUsize>,
}

impl Way {
    pub fn new(url: &str, limit: usize) -> Self {
        Self::with(url, limit, None)
    }

    /// A way on which nothing comes back any more once somebody has asked for `what`.
    pub fn silent_after(url: &str, what: &'static str) -> Self {
        Self::with(url, usize::MAX, Some(what))
    }

    fn with(url: &str, limit: usize, last: Option<&'static str>) -> Self {
        let mut url = Url::parse(url).unwrap();
        let server = url.socket_addrs(|| None).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port()))
            .unwrap();
        let answered = Arc::new(AtomicUsize::new(0));
        let count = answered.clone();
        let is_silent = Arc::new(AtomicBool::new(false));
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&*server).unwrap());
                let (mut to_client, mut from_server) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                let silence = is_silent.clone();
                // Where the client is gone, the server is to know it.
                thread::spawn(move || {
                    let heard = |bytes: &[u8]| {
                        let text = String::from_utf8_lossy(bytes);
                        if last.is_some_and(|last| text.contains(last)) {
                            silence.store(true, Ordering::SeqCst);
                        }
                        bytes.len()
                    };
                    hand_on(&client, &server, heard);
                    server.shutdown(std::net::Shutdown::Both).ok();
                });
                let (count, is_silent) = (count.clone(), is_silent.clone());
                thread::spawn(move || {
                    let heard = |bytes: &[u8]| {
                        while is_silent.load(Ordering::SeqCst) {
                            thread::park();
                        }
                        let before = count.fetch_add(bytes.len(), Ordering::Relaxed);
                        bytes.len().min(limit.saturating_sub(before))
                    };
                    hand_on(&mut from_server, &mut to_client, heard);
                    to_client.shutdown(std::net::Shutdown::Both).ok();
                    from_server.shutdown(std::net::Shutdown::Both).ok();
                });
            }
        });
        Self {
            url: url.into(),
            answered,
        }
    }
}

/// Hands bytes on until there are no more, or `heard` says that not all of them get through.
fn hand_on(
    mut from: impl std::io::Read,
    mut to: impl std::io::Write,
    heard: impl Fn(&[u8]) -> usize,
) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..length];
        let bytes = &bytes[..heard(bytes)];
        if to.write_all(bytes).is_err() || bytes.len() < length {
            return;
        }
    }
}

/// A database that has what the project declares, and a project that declares more.
async fn behind(scratch: &Scratch) -> Project {
    let mut project = Project::new("blog", 2).on(scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    project.declare("bio");
    project
}

#[tokio::test]
async fn a_connection_that_breaks() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let project = behind(&scratch).await;
        let before = state(&scratch).await;
        let whole = Way::new(scratch.url(), usize::MAX);
        let project = project.with_url(&whole.url);
        assert_eq!(project.run(&["check"]).code, Some(1));
        let length = whole.answered.load(Ordering::Relaxed);

        let mut project = project;
        let mut said = vec![];
        // The last bytes say good-bye, which nobody waits for.
        for cut in [3, 4, 5, 6, 7, 8].map(|part| length * part / 10) {
            let way = Way::new(scratch.url(), cut);
            project = project.with_url(&way.url);
            let run = project.refuses(&["check"]);
            assert_eq!(run.stdout, "");
            said.push(without_cause(&run));
            let way = Way::new(scratch.url(), cut);
            project = project.with_url(&way.url);
            project.refuses(&["revision", "--autogenerate", "-m", "add bio"]);
        }
        // What is being read at a byte depends on the server's version, but it is always something.
        said.sort();
        said.dedup();
        assert!(said.len() >= 3, "{said:?}");
        assert_eq!(state(&scratch).await, before);
    }
}

/// A server that is gone while a plan is tried out on it has not said that it may not be.
#[tokio::test]
async fn a_scratch_server_that_breaks() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let project = behind(&scratch).await;
        let before = state(&scratch).await;
        let revision = [
            "revision",
            "--autogenerate",
            "-m",
            "add bio",
            "--scratch-url",
        ];
        let whole = Way::new(scratch.url(), usize::MAX);
        let run = project.run(&[&revision[..], &[&whole.url, "--dry-run"]].concat());
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let length = whole.answered.load(Ordering::Relaxed);
        for cut in (1..9).map(|part| length * part / 10) {
            let way = Way::new(scratch.url(), cut);
            let run = project.refuses(&[&revision[..], &[&way.url]].concat());
            assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
        assert_eq!(state(&scratch).await, before);
    }
}

/// What was said, without what the driver made of the end.
fn without_cause(run: &Run) -> String {
    let line = run.stderr.lines().next().unwrap_or_default();
    // What comes before the catalog.
    let before = [
        "error: the lock on the database cannot be had",
        "error: the version table cannot be read",
    ];
    let mut known = before.into_iter().filter(|what| line.starts_with(what));
    let end = match known.next() {
        Some(what) => what.len(),
        None => {
            assert!(line.starts_with("error: reading the "), "{}", run.stderr);
            let failed = " database failed";
            line.find(failed).expect(line) + failed.len()
        }
    };
    let (what, cause) = line.split_at(end);
    let is_one_line = run.stderr.lines().count() == 1;
    let says_why = cause.strip_prefix(": ").is_some_and(|why| !why.is_empty());
    assert!(is_one_line && says_why, "{}", run.stderr);
    format!("{what}\n")
}

#[tokio::test]
async fn a_statement_that_takes_too_long() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let project = behind(&scratch).await;
        let before = state(&scratch).await;
        let login = scratch.role(Rights::Read).await;
        let name = Url::parse(&login).unwrap().username().to_owned();
        let project = project.with_url(&login);
        // What is read is kept from others, but nothing that a new connection may have to look at. MariaDB's catalog
        // cannot be kept, but the version table can.
        let (lock_it, limit) = match backend {
            Backend::Postgres => (
                "LOCK TABLE pg_catalog.pg_attrdef IN ACCESS EXCLUSIVE MODE",
                format!("ALTER ROLE {name} SET statement_timeout = '3s'"),
            ),
            _ => (
                "LOCK TABLES seaql_migrations WRITE",
                format!("GRANT USAGE ON *.* TO '{name}'@'%' WITH MAX_STATEMENT_TIME 3"),
            ),
        };
        scratch.execute(&limit).await;
        // No longer than for one command: what else the server does with its catalog waits for it.
        let refuses = async |arguments: &[&str]| {
            let db = scratch.connect().await;
            let lock = db.begin().await.unwrap();
            lock.execute_unprepared(lock_it).await.unwrap();
            let run = project.refuses(arguments);
            lock.rollback().await.unwrap();
            // Only the end of its connection frees a table of MariaDB's.
            db.close().await.unwrap();
            run
        };
        let check = refuses(&["check"]).await;
        let revision = refuses(&["revision", "--autogenerate", "-m", "add bio"]).await;
        assert_eq!(check.transcript(), revision.transcript());
        check.is(&match backend {
            Backend::Postgres => expect![[r#"
                ! error: reading the columns of the PostgreSQL database failed: canceling statement due to statement timeout
                [exit 2]
            "#]],
            _ => expect![[r#"
                ! error: the version table cannot be read: Query execution was interrupted (max_statement_time exceeded)
                [exit 2]
            "#]],
        });
        assert_eq!(state(&scratch).await, before);
    }
}
