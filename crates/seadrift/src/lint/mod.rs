//! Revisions looked at by themselves: what they risk, and the habits that are good for those who run them.
//!
//! Of a revision that is compiled in, the SQL is known, whoever wrote it: it runs without a database. Of others, no more is known
//! than their files say.

mod captured;
mod choice;
mod habits;
mod sql;

use seadrift_schema::{Dialect, ObjectName};

use crate::{
    Context, Error, checksum,
    finding::{Finding, Kind, Level, Place, Report, Subject},
    hazards::{Rules, said},
    head,
    project::{self, Project},
};

pub(crate) use choice::{Wanted, choose, dialects};

/// The file of a revision. One that has none, as in a deployed program, says nothing.
struct File {
    place: Option<Place>,
    /// What stands in it; of a folder of SQL, in the file that has the head.
    source: String,
    /// What the lock has the checksum of.
    content: String,
}

impl File {
    fn of(project: &Project, revision: &str) -> Self {
        let path = project.file(revision);
        match project::read(&path) {
            Ok(source) => Self {
                place: Some(Place::file(&path)),
                content: project.content(revision).unwrap_or_default(),
                source,
            },
            Err(_) => Self {
                place: None,
                source: String::new(),
                content: String::new(),
            },
        }
    }

    /// The line that `is_it` is true for, or else the file.
    fn line(&self, is_it: impl Fn(&str) -> bool) -> Option<Place> {
        let line = self.source.lines().position(is_it).map(|line| line + 1);
        self.place.clone().map(|place| Place { line, ..place })
    }

    /// The first line of code that speaks of a table.
    fn line_of(&self, table: &str) -> Option<Place> {
        let quoted = format!("\"{table}\"");
        let is_code = |line: &str| !line.trim_start().starts_with("//");
        let says_it = |line: &str| is_code(line) && line.contains(&quoted);
        match self.source.lines().any(says_it) {
            true => self.line(says_it),
            false => self.line(|line| is_code(line) && line.contains(table)),
        }
    }
}

/// What is found in `revisions`, on each of `dialects`, and is not allowed. Without a dialect, nothing but their files is looked at.
pub(crate) async fn report(
    context: &Context,
    project: &Project,
    revisions: &[String],
    dialects: &[Dialect],
    rules: &Rules,
) -> Result<Report, Error> {
    let mut report = Report {
        subject: Subject::Revisions(revisions.len()),
        ..Report::default()
    };
    let mut captured = captured::all(context, revisions, dialects).await?;
    let known = match project.lock.exists() {
        true => project::read_whole_lock(&project.lock)?.1.migrations,
        false => vec![],
    };
    for revision in revisions {
        let file = File::of(project, revision);
        let all = captured.remove(revision).unwrap_or_default();
        let is_as_written = known
            .iter()
            .any(|one| one.name == *revision && one.checksum == checksum::of(&file.content));
        if all.is_empty() && !(is_as_written && head::is_generated(&file.source)) {
            let line = format!("{revision}: its SQL, which only a build tells");
            report.not_compared.push(line);
        }
        let mut findings = hazards(&file, &all);
        findings.extend(habits::of(revision, &file, &all));
        findings.retain(|one| !is_allowed(one.kind, &file.source, rules, &context.config.hazards));
        report.findings.extend(findings.into_iter().map(|mut one| {
            one.what = format!("{revision}: {}", one.what);
            one.of(revision)
        }));
        for one in all.iter().flat_map(|one| &one.not_known) {
            let line = format!("{revision}: {one}");
            if !report.not_compared.contains(&line) {
                report.not_compared.push(line);
            }
        }
    }
    report.sort();
    Ok(report)
}

/// The hazards of all revisions, for somebody who wants to know of them.
pub(crate) async fn all_hazards(
    context: &Context,
    project: &Project,
    dialect: Dialect,
) -> Result<Report, Error> {
    let revisions = choose(context, project, Wanted::All).await?;
    let mut all = report(context, project, &revisions, &[dialect], &Rules::default()).await?;
    let is_hazard = |one: &Finding| matches!(one.kind, Kind::Hazard(_));
    all.findings.retain(is_hazard);
    for finding in &mut all.findings {
        finding.level = Level::Note;
    }
    Ok(all)
}

/// Whether the head of the file lets it pass, or else the command line or the config.
fn is_allowed(kind: Kind, source: &str, rules: &Rules, config: &Rules) -> bool {
    head::allows(source, kind.code()) || said(kind.code(), rules, config) == Some(false)
}

/// The hazards that the head tells, and those of the SQL that the head does not tell.
fn hazards(file: &File, captured: &[captured::Captured]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = vec![];
    let mut seen: Vec<(&str, String)> = vec![];
    // What a hazard happens to stands in front.
    let subject = |effect: &str| {
        let subject = effect.split_once(": ").map(|(subject, _)| subject);
        subject.unwrap_or_default().to_owned()
    };
    for told in head::told(&file.source) {
        let table = subject(&told.effect);
        let place = file.line(|line| line.contains(&told.effect));
        findings.push(hazard(told.code, told.effect, &table, None, place));
        seen.push((told.code, table));
    }
    for one in captured {
        for found in one.does.hazards(one.dialect) {
            let table = subject(&found.effect);
            // Another engine may say it in other words.
            let key = (found.code, table.clone());
            let is_of_this = |finding: &Finding| finding.what == found.effect;
            if seen.contains(&key) || findings.iter().any(is_of_this) {
                continue;
            }
            let name = table
                .parse::<ObjectName>()
                .map_or(table.clone(), |name| name.name);
            let place = file.line_of(&name);
            let advice = Some(found.advice);
            findings.push(hazard(found.code, found.effect, &table, advice, place));
        }
        // What another engine risks beside is looked at once all of this one is there.
        let of_this = findings.iter().filter_map(|finding| match finding.kind {
            Kind::Hazard(code) => Some((code, finding.table.clone().unwrap_or_default())),
            _ => None,
        });
        seen.extend(of_this.collect::<Vec<_>>());
    }
    findings
}

fn hazard(
    code: &'static str,
    effect: String,
    table: &str,
    advice: Option<&str>,
    place: Option<Place>,
) -> Finding {
    let mut finding = Finding::new(Kind::Hazard(code), effect);
    finding.table = Some(table.to_owned()).filter(|table| !table.is_empty());
    let page = format!("docs/hazards/{code}.md tells what to do");
    finding.remedy = format!(
        "{}; where it is meant, say so in the head of the file: `Allowed: {code}`",
        advice.unwrap_or(&page)
    );
    finding.at(place)
}
