//! What was renamed: from the command line, from a file, or asked on a terminal; never guessed.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use inquire::{InquireError, Select};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use seadrift_diff::{Candidate, Rename, candidates};
use seadrift_render::text;
use seadrift_schema::{Change, Column, Dialect, ObjectName, Table};

use crate::{Error, compare::Sides, output, project};

/// What `revision` is told about renames.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Renames")]
pub(crate) struct Answers {
    /// Say what was renamed: `old=new`, or `old=` for what was not; may be repeated
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,

    /// File with such an answer on each line; a migration answers as it was answered itself
    #[arg(long, value_name = "FILE")]
    renames: Option<PathBuf>,

    /// Say that nothing else was renamed: what is gone is dropped, what is new is made
    #[arg(long)]
    no_renames: bool,
}

/// The head of a migration says what was answered behind one of these.
const HEADS: [&str; 2] = ["//! Renamed:", "-- Renamed:"];

impl Answers {
    /// These, which are all that there are.
    pub(crate) fn all(rename: Vec<String>) -> Self {
        Self {
            rename,
            renames: None,
            no_renames: true,
        }
    }

    /// The answers, those of the file first.
    fn texts(&self) -> Result<Vec<String>, Error> {
        let mut texts = vec![];
        if let Some(path) = &self.renames {
            let source = project::read(path)?;
            let is_migration = path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "sql");
            texts.extend(match is_migration {
                true => answered(&source),
                false => listed(source.lines()),
            });
        }
        texts.extend(self.rename.iter().cloned());
        Ok(texts)
    }

    /// What was answered in the end, questions included, as far as it concerns another database: that of `sides`.
    pub(crate) fn again(&self, answered: &[String], sides: &Sides) -> Self {
        let applies = |texts: &[String]| sides.answers(texts).is_ok();
        let mut rename = answered.to_vec();
        if !applies(&rename) {
            rename.retain(|text| applies(std::slice::from_ref(text)));
        }
        Self {
            rename,
            renames: None,
            no_renames: self.no_renames,
        }
    }
}

/// What the head of the migration `source` says that was answered.
pub(crate) fn answered(source: &str) -> Vec<String> {
    let behind = |line| {
        HEADS
            .into_iter()
            .find_map(|head| str::strip_prefix(line, head))
    };
    listed(source.lines().filter_map(behind))
}

fn listed<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines = lines.map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The changes from the database to the entities, once all that may be a rename is known to be one or none; and the
/// answers that it took. Without a connection, rules alone decide.
pub(crate) async fn settle(
    sides: &mut Sides,
    db: Option<&DatabaseConnection>,
    arguments: &Answers,
) -> Result<(Vec<Change>, Vec<String>), Error> {
    let mut answered = vec![];
    let mut given = vec![];
    for answer in sides.answers(&arguments.texts()?)? {
        given.push(match &answer.renames {
            Some(rename) => rename.text(),
            None => format!("{}=", answer.about),
        });
        answered.push(answer.about);
        sides.renames.extend(answer.renames);
    }
    if let Some(db) = db {
        sides.take_back(db).await?;
    }
    loop {
        let changes = match db {
            Some(db) => sides.since_database(db).await?,
            None => sides.by_rules()?,
        };
        let mut open = candidates(&changes, sides.dialect());
        open.retain(|candidate| !answered.contains(&candidate.rename.before()));
        if open.is_empty() || arguments.no_renames {
            return Ok((changes, given));
        }
        let mut questions = vec![];
        for candidate in open {
            questions.push(Question::new(candidate, sides, db).await);
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(Error::Renames(
                questions.iter().map(Question::line).collect(),
            ));
        }
        let about = questions[0].candidate.rename.before();
        questions.retain(|question| question.candidate.rename.before() == about);
        match ask(&questions)? {
            Some(rename) => {
                given.push(rename.text());
                sides.renames.push(rename);
            }
            None => given.push(format!("{about}=")),
        }
        answered.push(about);
    }
}

/// A candidate, with the evidence.
struct Question {
    candidate: Candidate,
    was: String,
    is: String,
}

impl Question {
    async fn new(candidate: Candidate, sides: &Sides, db: Option<&DatabaseConnection>) -> Self {
        let (was, is) = match (&candidate.rename, &candidate.gone, &candidate.made) {
            (_, Change::DropTable(from), Change::CreateTable(to)) => {
                let shared = from
                    .columns
                    .iter()
                    .filter(|column| to.column(&column.name).is_some());
                let rows = match count(db, sides.dialect(), &from.name, None).await {
                    Some((rows, _)) => format!(", {rows} rows"),
                    None => String::new(),
                };
                let was = format!("{} columns{rows}", from.columns.len());
                let same = shared.count();
                (
                    was,
                    format!("{} columns, {same} of them the same", to.columns.len()),
                )
            }
            (
                _,
                Change::DropColumn {
                    table,
                    column: from,
                    ..
                },
                Change::AddColumn { column: to, .. },
            ) => {
                let (old, new) = (sides.actual_table(table), sides.declared_table(table));
                let mut was = old.map_or(String::new(), |old| column(old, from, sides));
                let place = old.map_or(table, |old| &old.name);
                if let Some((rows, values)) =
                    count(db, sides.dialect(), place, Some(&from.name)).await
                {
                    was += &format!(", a value in {values} of {rows} rows");
                }
                (was, new.map_or(String::new(), |new| column(new, to, sides)))
            }
            (_, Change::DropEnum(from), Change::CreateEnum(to)) => {
                (from.values.join(", "), to.values.join(", "))
            }
            (Rename::EnumValue { from, to, .. }, ..) => {
                (format!("{from:?} is gone"), format!("{to:?} is new"))
            }
            _ => (String::new(), String::new()),
        };
        Self { candidate, was, is }
    }

    /// The answer that says yes, and the evidence.
    fn line(&self) -> String {
        format!(
            "{}\n    was: {}\n    is:  {}",
            self.candidate.rename.text(),
            self.was,
            self.is
        )
    }
}

/// A column as its neighbours see it: type, place, keys and indexes.
fn column(table: &Table, column: &Column, sides: &Sides) -> String {
    let place = table
        .columns
        .iter()
        .position(|other| other.name == column.name);
    let mut text = text::definition(column, sides.dialect());
    if let Some(place) = place {
        text += &format!(", column {} of {}", place + 1, table.columns.len());
    }
    let has = |columns: &[String]| columns.contains(&column.name);
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| has(&key.columns))
    {
        text += ", in the primary key";
    }
    if let Some(index) = table.indexes.iter().find(|index| has(&index.columns)) {
        text += if index.unique {
            ", unique"
        } else {
            ", indexed"
        };
    }
    if let Some(key) = table.foreign_keys.iter().find(|key| has(&key.columns)) {
        text += &format!(", points to {}", key.references);
    }
    text
}

/// How many rows a table has, and in how many of them a column has a value; nothing where they may not be read.
async fn count(
    db: Option<&DatabaseConnection>,
    dialect: Dialect,
    table: &ObjectName,
    column: Option<&str>,
) -> Option<(i64, i64)> {
    let db = db?;
    let backend = db.get_database_backend();
    let column = column.map_or("*".to_owned(), |column| dialect.quote(column));
    let sql = format!(
        "SELECT COUNT(*), COUNT({column}) FROM {}",
        table.quoted(dialect)
    );
    let row = db
        .query_one_raw(Statement::from_string(backend, sql))
        .await
        .ok()??;
    Some((row.try_get_by_index(0).ok()?, row.try_get_by_index(1).ok()?))
}

/// Asks what became of the one thing that all `questions` are about.
fn ask(questions: &[Question]) -> Result<Option<Rename>, Error> {
    let about = questions[0].candidate.rename.before().replacen(':', " ", 1);
    output::progress(format!(
        "{about} is no longer declared ({})",
        questions[0].was
    ));
    let mut options: Vec<String> = questions
        .iter()
        .map(|question| {
            let text = question.candidate.rename.text();
            let to = text.rsplit_once('=').map_or(text.as_str(), |(_, to)| to);
            format!("renamed to {to} ({})", question.is)
        })
        .collect();
    options.push("not renamed: it is dropped".to_owned());
    let count = options.len();
    let picked = Select::new("What became of it?", options)
        .with_page_size(count.min(15))
        .raw_prompt()
        .map_err(|error| match error {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => {
                Error::NotAnswered
            }
            other => Error::Terminal(other.to_string()),
        })?;
    Ok(questions
        .get(picked.index)
        .map(|question| question.candidate.rename.clone()))
}
