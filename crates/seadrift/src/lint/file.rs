//! The files of a revision, and where in them something stands.

use std::path::PathBuf;

use seadrift_runner::split;
use seadrift_schema::Dialect;
use seadrift_sql_files::{Purpose, Way};

use crate::{
    finding::Place,
    head,
    project::{self, Project},
};

/// The file of a revision. One that has none, as in a deployed program, says nothing.
pub(super) struct File {
    pub place: Option<Place>,
    /// What stands in it; of a folder of SQL, in the file that has the head.
    pub source: String,
    /// What the lock has the checksum of.
    pub content: String,
    /// All files of a folder of SQL.
    parts: Vec<Part>,
}

struct Part {
    purpose: Purpose,
    path: PathBuf,
    text: String,
}

impl File {
    pub(super) fn of(project: &Project, revision: &str) -> Self {
        let path = project.file(revision);
        let (place, source) = match project::read(&path) {
            Ok(source) => (Some(Place::file(&path)), source),
            Err(_) => (None, String::new()),
        };
        let parts = match project.place(revision) {
            Some(project::Place::Sql(folder)) => {
                let part = |(purpose, text): (Purpose, String)| Part {
                    path: folder.path.join(purpose.file()),
                    purpose,
                    text,
                };
                let texts = folder.texts().unwrap_or_default().into_iter();
                texts.map(part).collect()
            }
            _ => vec![],
        };
        let content = project.content(revision).unwrap_or_default();
        Self {
            content: place.as_ref().map_or(String::new(), |_| content),
            place,
            source,
            parts,
        }
    }

    /// The line that `is_it` is true for, or else the file.
    pub(super) fn line(&self, is_it: impl Fn(&str) -> bool) -> Option<Place> {
        let line = self.source.lines().position(is_it).map(|line| line + 1);
        self.place.clone().map(|place| Place { line, ..place })
    }

    /// The first line of code that speaks of a table, or of what else has this name; of SQL, in what runs on `dialect`.
    pub(super) fn line_of(&self, name: &str, dialect: Option<Dialect>) -> Option<Place> {
        if !self.parts.is_empty() {
            return self
                .statement_of(name, dialect)
                .or_else(|| self.place.clone());
        }
        let quoted = format!("\"{name}\"");
        let is_code = |line: &str| !line.trim_start().starts_with("//");
        let says_it = |line: &str| is_code(line) && line.contains(&quoted);
        match self.source.lines().any(says_it) {
            true => self.line(says_it),
            false => self.line(|line| is_code(line) && line.contains(name)),
        }
    }

    /// The first line of a statement that has the name.
    fn statement_of(&self, name: &str, dialect: Option<Dialect>) -> Option<Place> {
        let ups: Vec<_> = match dialect {
            Some(dialect) => self.part(Way::Up, dialect).into_iter().collect(),
            None => {
                let parts = self.parts.iter();
                parts.filter(|part| part.purpose.way == Way::Up).collect()
            }
        };
        ups.into_iter().find_map(|part| {
            let statements = part.statements(dialect).into_iter();
            let mut found = statements.filter_map(|statement| {
                let line = statement.text.lines().position(|line| says(line, name))?;
                Some(part.at(statement.line + line))
            });
            found.next()
        })
    }

    /// Where the statement of this number begins that a revision in SQL sends to `dialect`, from 0.
    pub(super) fn statement(&self, number: usize, dialect: Dialect) -> Option<Place> {
        let part = self.part(Way::Up, dialect)?;
        let statements = part.statements(Some(dialect));
        let statement = statements.get(number)?;
        Some(part.at(statement.line))
    }

    /// Whether there is something to run this way on `dialect`. Of Rust, nobody knows before it runs.
    pub(super) fn has(&self, way: Way, dialect: Dialect) -> bool {
        self.parts.is_empty() || self.part(way, dialect).is_some()
    }

    /// Where it is reversed on `dialect`, or else the file.
    pub(super) fn down(&self, dialect: Dialect) -> Option<Place> {
        match (&*self.parts, self.part(Way::Down, dialect)) {
            ([], _) => self.line(|line| line.contains("async fn down")),
            (_, Some(part)) => Some(Place::file(&part.path)),
            (_, None) => self.place.clone(),
        }
    }

    /// Whether the head lets pass what has this code, or of SQL that of the file for `dialect`.
    pub(super) fn allows(&self, code: &'static str, dialect: Dialect) -> bool {
        let own = self.part(Way::Up, dialect);
        head::allows(&self.source, code) || own.is_some_and(|own| head::allows(&own.text, code))
    }

    /// Whether the head lets pass what has this code and stands at `place`, or that of the file that it stands in.
    pub(super) fn allows_at(&self, code: &'static str, place: Option<&Place>) -> bool {
        let mut parts = self.parts.iter();
        let own = place.and_then(|place| parts.find(|part| part.path == place.path));
        head::allows(&self.source, code) || own.is_some_and(|own| head::allows(&own.text, code))
    }

    /// The comments, where it is SQL.
    pub(super) fn comments(&self) -> Option<Vec<&str>> {
        let comments = |part| Part::comments(part).into_iter();
        let all = self.parts.iter().flat_map(comments).collect();
        (!self.parts.is_empty()).then_some(all)
    }

    /// The file that runs on `dialect`: its own, or the one for all.
    fn part(&self, way: Way, dialect: Dialect) -> Option<&Part> {
        let find = |purpose| self.parts.iter().find(|part| part.purpose == purpose);
        project::purposes(way, dialect).into_iter().find_map(find)
    }
}

impl Part {
    fn at(&self, line: usize) -> Place {
        Place {
            line: Some(line),
            ..Place::file(&self.path)
        }
    }

    /// What it sends to `dialect`, or where none is named, to the engine that it is for.
    fn statements(&self, dialect: Option<Dialect>) -> Vec<split::Statement<'_>> {
        let dialect = dialect.unwrap_or_else(|| self.dialect());
        let all = split::statements(&self.text, dialect).unwrap_or_default();
        let all = all.into_iter();
        all.filter(|statement| !statement.is_for_client).collect()
    }

    fn comments(&self) -> Vec<&str> {
        split::comments(&self.text, self.dialect())
    }

    /// An engine that it is for.
    fn dialect(&self) -> Dialect {
        match self.purpose.engine {
            Some("mysql") => Dialect::MySql,
            Some("sqlite") => Dialect::Sqlite,
            _ => Dialect::Postgres,
        }
    }
}

/// Whether a line of SQL has the name, and not as a part of another one.
fn says(line: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line
            .get(at + name.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn a_name_is_no_part_of_another() {
        for (line, expected) in [
            ("ALTER TABLE cake ADD", true),
            ("ALTER TABLE `cake`", true),
            ("other.\"cake\"(id)", true),
            ("ALTER TABLE cakes", false),
            ("a_cake, cake$", false),
            ("cakes, cake", true),
            ("", false),
        ] {
            assert_eq!(says(line, "cake"), expected, "{line}");
        }
    }
}
