//! The engines' own clients, which run a file as it is.

use std::io::Write as _;
use std::process::{Command, Stdio};

use seadrift_testkit::{Backend, Scratch, password};
use url::Url;

/// Has the engine's own client run `sql` on the database, and ends the test where it does not: a machine without the client
/// cannot tell whether the file is right.
pub fn run(scratch: &Scratch, sql: &str) {
    let failed = try_run(scratch, sql);
    assert_eq!(failed, None, "\n{sql}");
}

/// What the client says where it fails.
pub fn try_run(scratch: &Scratch, sql: &str) -> Option<String> {
    let mut command = command(scratch);
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| {
        panic!("{:?} does not start: {error}", command.get_program());
    });
    let mut input = child.stdin.take().unwrap();
    // A client that ends at a failure reads no further.
    let _ = input.write_all(sql.as_bytes());
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(said)
}

fn command(scratch: &Scratch) -> Command {
    let url = Url::parse(scratch.url()).unwrap();
    let mut command;
    match scratch.backend() {
        Backend::Postgres => {
            command = Command::new("psql");
            let options = ["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1"];
            command.args(options).arg(scratch.url()).args(["-f", "-"]);
        }
        Backend::MySql => {
            command = Command::new("mariadb");
            command.arg("--no-defaults");
            command.arg(format!("--host={}", url.host_str().unwrap()));
            command.arg(format!("--port={}", url.port().unwrap_or(3306)));
            command.arg(format!("--user={}", url.username()));
            // A test may know a password that other users of the machine may not.
            command.env("MYSQL_PWD", password(scratch.url()).unwrap_or_default());
            command.arg(url.path().trim_start_matches('/'));
        }
        Backend::Sqlite => {
            command = Command::new("sqlite3");
            command
                .args(["-init", "/dev/null", "-batch"])
                .arg(url.path());
        }
    }
    // Letters are said in the file.
    command.env("LC_ALL", "C");
    command
}
