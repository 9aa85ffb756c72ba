//! What is not in step, as data: what it is, where, why it matters, and what mends it.
//!
//! [`Kind`] is closed: whoever prints findings or decides by them names every one.

mod github;
mod human;
mod json;
mod kind;
mod markdown;
mod sarif;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use seadrift_schema::{Change, Dialect, Schema};

use crate::{Outcome, output};

pub use kind::{Kind, Pair};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Somebody may want to know it.
    Note,
    /// It wants to be looked at, and may be work that goes on.
    Warning,
    /// Entities, migrations and database are not in step.
    Error,
}

impl Level {
    /// Its name in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The number of the line, from 1, where it is about one.
    pub line: Option<usize>,
}

impl Place {
    /// The file itself.
    pub(crate) fn file(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
        }
    }
}

/// Something that is not in step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// How much it weighs.
    pub level: Level,
    /// What exactly, in one line.
    pub what: String,
    /// What belongs to it, a line each, such as the indexes of a table.
    pub parts: Vec<String>,
    /// The table that it is about.
    pub table: Option<String>,
    /// The column, index or key of that table.
    pub object: Option<String>,
    /// The revision that it is about.
    pub revision: Option<String>,
    /// Where it stands in a file.
    pub place: Option<Place>,
    /// What mends it.
    pub remedy: String,
}

impl Finding {
    /// A finding of `kind`, which weighs what most of its kind do, with the usual remedy.
    pub(crate) fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            level: kind.level(),
            what: what.into(),
            parts: vec![],
            table: None,
            object: None,
            revision: None,
            place: None,
            remedy: kind.remedy().to_owned(),
        }
    }

    /// The same about a revision.
    pub(crate) fn of(mut self, revision: &str) -> Self {
        self.revision = Some(revision.to_owned());
        self
    }

    /// The same with its place.
    pub(crate) fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// What is found, in one line that says what is not in step as well.
    pub fn message(&self) -> String {
        match self.kind.is_about_changes() {
            true => format!("{}: {}", self.kind.title(), self.what),
            false => self.what.clone(),
        }
    }
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people
    #[default]
    Human,
    /// As `docs/check.schema.json` describes
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A summary for a pull request
    Markdown,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Entities, migrations and database, and whether they are in step.
    #[default]
    Step,
    /// So many revisions, each by itself.
    Revisions(usize),
}

/// All that came out of a check.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What was looked at.
    pub subject: Subject,
    /// In the order in which they are printed.
    pub findings: Vec<Finding>,
    /// What was not compared, and why: a line each.
    pub not_compared: Vec<String>,
    /// What the database has that is left alone: a line each.
    pub unmanaged: Vec<String>,
    /// Whether nothing at all could be compared.
    pub is_void: bool,
    /// What a pull request brings, where somebody asks for it.
    pub brought: Option<Brought>,
}

/// What is new, for a reviewer.
#[derive(Debug)]
pub(crate) struct Brought {
    pub dialect: Dialect,
    /// The new revisions, in order.
    pub revisions: Vec<String>,
    /// What they do, in an order that runs.
    pub changes: Vec<Change>,
    /// What they risk, as their heads tell it: code and effect.
    pub hazards: Vec<(&'static str, String)>,
    /// What is declared with them.
    pub schema: Schema,
}

impl Report {
    /// Puts together what is alike, as it is printed; within a kind, the order has been found with care.
    pub(crate) fn sort(&mut self) {
        let key = |one: &Finding| (one.kind, std::cmp::Reverse(one.level));
        self.findings.sort_by_key(key);
    }

    /// How the check ended.
    pub(crate) fn outcome(&self) -> Outcome {
        let errors = || self.findings.iter().filter(|one| one.level == Level::Error);
        let is_hazard = |one: &Finding| one.kind.pair() == Pair::Hazards;
        match errors().count() {
            0 => Outcome::Done,
            _ if errors().all(is_hazard) => Outcome::Denied,
            _ => Outcome::Drift,
        }
    }

    /// Prints it. What is not managed is listed `verbose`ly.
    pub(crate) fn print(&self, format: Format, verbose: bool) {
        match format {
            Format::Human => human::print(self, verbose),
            Format::Json => output::result(json::text(self)),
            Format::Github => {
                for line in github::lines(self) {
                    output::result(line);
                }
            }
            Format::Sarif => output::result(sarif::text(self)),
            Format::Markdown => output::result(markdown::text(self)),
        }
    }
}

/// `path` with slashes, as programs on all systems take it.
fn with_slashes(path: &Path) -> String {
    crate::project::shown(path).replace('\\', "/")
}
