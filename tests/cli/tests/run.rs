//! What comes out of a run, and its comparison with what should.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;
use std::sync::{Mutex, PoisonError};

use expect_test::Expect;
use seadrift_testkit::password;
use url::Url;

/// What came out of a run, with the names that no two runs share replaced.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn new(output: Output) -> Self {
        let text = |bytes| without_times(&String::from_utf8(bytes).unwrap());
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The same with `placeholder` for `what`.
    pub fn replaced(self, what: impl AsRef<Path>, placeholder: &str) -> Self {
        let what = what.as_ref().to_str().unwrap();
        Self {
            code: self.code,
            stdout: self.stdout.replace(what, placeholder),
            stderr: self.stderr.replace(what, placeholder),
        }
    }

    /// The same with placeholders for the parts of a database URL. Its password must not be there at all.
    pub fn without(self, url: &str) -> Self {
        let Ok(parsed) = Url::parse(url) else {
            return self;
        };
        if let Some(password) = password(url).filter(|password| !password.is_empty()) {
            let shows_it = self.stdout.contains(&password) || self.stderr.contains(&password);
            assert!(!shows_it, "the password is shown");
        }
        let url = parsed;
        let mut run = self;
        if let (Some(host), Some(port)) = (url.host_str(), url.port()) {
            run = run.replaced(format!("{host}:{port}"), "[SERVER]");
            run = run.replaced(format!("'@'{host}'"), "'@'[HOST]'");
        }
        // Of SQLite that is the path of the file, which has no such name anywhere else.
        let database = url.path().trim_start_matches('/');
        if database.len() > 8 {
            run = run.replaced(database, "[DATABASE]");
        }
        match url.username() {
            "" => run,
            login => run
                .replaced(format!("{login}:***"), "[LOGIN]:***")
                .replaced(format!("'{login}'"), "'[LOGIN]'")
                .replaced(format!("\"{login}\""), "\"[LOGIN]\""),
        }
    }

    /// Exit code, standard output, and the lines of standard error with `!` in front.
    pub fn transcript(&self) -> String {
        let mut text = self.stdout.clone();
        for line in self.stderr.lines() {
            writeln!(text, "{}", format!("! {line}").trim_end()).unwrap();
        }
        writeln!(text, "[exit {}]", self.code.unwrap_or(-1)).unwrap();
        text
    }

    /// Compares the transcript.
    pub fn is(self, expected: &Expect) -> Self {
        same(expected, &self.transcript());
        self
    }
}

/// Compares `actual`. Where one expectation is compared with several texts, all have to be the same.
pub fn same(expected: &Expect, actual: &str) {
    static SEEN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let place = expected.position.to_string();
    let mut all_seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = all_seen.insert(place, actual.to_owned());
    drop(all_seen);
    match seen {
        Some(seen) => assert_eq!(actual, seen),
        None => expected.assert_eq(actual),
    }
}

/// `text` with placeholders for the times in the names of revisions and scratch databases that are made while the tests
/// run.
pub fn without_times(text: &str) -> String {
    let is_time = |stamp: &str| {
        let is_right = |(at, c): (usize, char)| {
            if at == 8 {
                c == '_'
            } else {
                c.is_ascii_digit()
            }
        };
        stamp.len() == 15 && stamp.char_indices().all(is_right) && !stamp.starts_with("2026010")
    };
    let mut parts = text.split('m');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push('m');
        let rest = match part.split_at_checked(15) {
            Some((stamp, rest)) if is_time(stamp) => {
                result.push_str("[TIME]");
                rest
            }
            _ => part,
        };
        result.push_str(rest);
    }
    let result = without_digits(&result, "seadrift_scratch_", "[TIME]");
    let result = without_durations(&result);
    // Where in its own sources a server was.
    let lines = result.split_inclusive('\n').map(|line| {
        if line.contains("returned from database") {
            without_digits(line, " at line ", "[LINE]")
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

/// `text` without how long revisions took.
fn without_durations(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let is_progress = line.starts_with("upgrading ") || line.starts_with("downgrading ");
        let took = line
            .trim_end()
            .strip_suffix(" ms)")
            .or(line.trim_end().strip_suffix(" s)"));
        match took.and_then(|line| line.rsplit_once(" (")) {
            Some((start, number)) if is_progress && number.parse::<f64>().is_ok() => {
                format!("{start}\n")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// `text` with `placeholder` for digits and underscores behind every `before`.
fn without_digits(text: &str, before: &str, placeholder: &str) -> String {
    let mut parts = text.split(before);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        replaced.push_str(before);
        replaced.push_str(if end.len() < part.len() {
            placeholder
        } else {
            ""
        });
        replaced.push_str(end);
    }
    replaced
}
