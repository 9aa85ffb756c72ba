//! What is good for those who run a revision, read it later, or have to take it back.

use std::collections::{BTreeMap, BTreeSet};

use seadrift_schema::Dialect;
use seadrift_sql_files::Way;

use super::{captured::Captured, file::File};
use crate::{
    finding::{Finding, Kind},
    head::Identity,
};

/// What of it a revision does not keep to.
pub(super) fn of(revision: &str, file: &File, captured: &[Captured]) -> Vec<Finding> {
    let mut findings = vec![];
    findings.extend(mixes(file, captured));
    findings.extend(no_down(file, captured));
    findings.extend(empty_message(revision, file));
    findings.extend(no_backup(file, captured));
    findings.extend(long_names(file, captured));
    findings
}

/// Rows of tables that were there before are written in the revision that changes tables.
fn mixes(file: &File, captured: &[Captured]) -> Option<Finding> {
    let mixed = captured
        .iter()
        .find(|one| one.does.changes_schema && !one.does.writes.is_empty())?;
    let tables: Vec<_> = mixed.does.writes.iter().map(ToString::to_string).collect();
    let what = format!("it changes tables, and rows of {}", tables.join(", "));
    let mut finding = Finding::new(Kind::MixesDataAndSchema, what);
    finding.table = tables.first().cloned();
    let place = tables
        .first()
        .and_then(|table| file.line_of(table, Some(mixed.dialect)));
    Some(finding.at(place.or_else(|| file.place.clone())))
}

fn no_down(file: &File, captured: &[Captured]) -> Option<Finding> {
    let runs = captured.iter().filter(|one| file.has(Way::Up, one.dialect));
    let (dialect, what) = runs
        .filter_map(|one| Some((one.dialect, one.no_down.clone()?)))
        .next()?;
    let what = match file.has(Way::Down, dialect) {
        true => what,
        false => "it has no `down.sql`".to_owned(),
    };
    let place = file.down(dialect);
    Some(Finding::new(Kind::NoDown, what).at(place))
}

/// Neither the head nor the name of the file says what it is for. Without a file, nobody knows.
fn empty_message(revision: &str, file: &File) -> Option<Finding> {
    file.place.as_ref()?;
    let head = Identity::read(&file.source).unwrap_or_default();
    let is_said = head.message.is_some();
    // sea-orm-cli puts what it is for into the name alone.
    let name = revision.strip_prefix('m').unwrap_or(revision);
    let is_named = name.contains(|c: char| c.is_alphabetic());
    let has_head = head.revision.is_some() || head.revises.is_some();
    let what = "neither its head nor its name says what it is for";
    let what = match (is_said, is_named) {
        (true, _) => return None,
        (false, true) if !has_head => return None,
        (false, true) => "the first line of its head is empty",
        (false, false) => what,
    };
    let place = file.line(|_| true);
    Some(Finding::new(Kind::EmptyMessage, what).at(place))
}

/// A table is dropped, and no comment of the file speaks of a backup.
fn no_backup(file: &File, captured: &[Captured]) -> Vec<Finding> {
    let told = Identity::read(&file.source).unwrap_or_default().changes;
    let told = told.iter().filter_map(|line| {
        let table = line.strip_prefix("- table")?.trim();
        Some(table.split(" (").next().unwrap_or(table).to_owned())
    });
    let mut tables: BTreeSet<_> = told.collect();
    let mut drops: BTreeMap<String, (Dialect, Option<usize>)> = BTreeMap::new();
    for one in captured {
        for (table, at) in one.does.drops() {
            drops.entry(table.to_string()).or_insert((one.dialect, at));
        }
    }
    tables.extend(drops.keys().cloned());
    let is_said = match file.comments() {
        Some(comments) => comments.into_iter().any(is_about_backup),
        None => speaks_of_backup(&file.source),
    };
    if tables.is_empty() || is_said {
        return vec![];
    }
    let finding = |table: String| {
        let what = format!("{table}: the table is dropped, and nothing is said about a backup");
        let mut finding = Finding::new(Kind::NoBackup, what);
        let place = drops.get(&table).copied().and_then(|(dialect, at)| {
            let statement = at.and_then(|at| file.statement(at, dialect));
            statement.or_else(|| file.line_of(&table, Some(dialect)))
        });
        let place = place.or_else(|| file.line_of(&table, None));
        finding.table = Some(table);
        finding.at(place)
    };
    tables.into_iter().map(finding).collect()
}

/// Whether a comment has a word for it.
fn speaks_of_backup(source: &str) -> bool {
    let mut is_within = false;
    source.lines().any(|line| {
        let comment = match (is_within, line.find("//"), line.find("/*")) {
            (true, ..) => line,
            (false, Some(at), None) => line.get(at..).unwrap_or_default(),
            (false, Some(at), Some(other)) => line.get(at.min(other)..).unwrap_or_default(),
            (false, None, Some(at)) => line.get(at..).unwrap_or_default(),
            (false, None, None) => "",
        };
        let opens = comment.rfind("/*");
        is_within = match (opens, comment.rfind("*/")) {
            (Some(open), Some(close)) => open > close,
            (Some(_), None) => !comment.starts_with("//"),
            (None, Some(_)) => false,
            (None, None) => is_within,
        };
        is_about_backup(comment)
    })
}

fn is_about_backup(comment: &str) -> bool {
    const WORDS: [&str; 6] = [
        "backup",
        "back-up",
        "back up",
        "backed up",
        "dumped",
        "a dump",
    ];
    let comment = comment.to_lowercase();
    WORDS.iter().any(|word| comment.contains(word))
}

fn long_names(file: &File, captured: &[Captured]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = vec![];
    for one in captured {
        for name in &one.does.long_names {
            let what = format!("`{name}` is longer than {} keeps", one.dialect);
            if findings
                .iter()
                .any(|known| known.object.as_ref() == Some(name))
            {
                continue;
            }
            let mut finding = Finding::new(Kind::LongName, what);
            finding.object = Some(name.clone());
            findings.push(finding.at(file.line_of(name, Some(one.dialect))));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::speaks_of_backup;

    #[test]
    fn only_comments_speak_of_backups() {
        for (source, speaks) in [
            ("//! drop it; there is a Backup of 2026-11-20", true),
            ("let a = 1; // backed up", true),
            ("/* of old:\n   a dump lies on s3 */", true),
            ("/* of old */ let backup = 1;\nlet backup = 2;", true),
            ("/* of old */\nlet backup = 1;", false),
            ("//! `down` cannot bring them back", false),
            ("", false),
        ] {
            assert_eq!(speaks_of_backup(source), speaks, "{source}");
        }
    }
}
