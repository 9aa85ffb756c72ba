//! Revisions looked at by themselves: what they risk, and the habits that are good for those who run them.
//!
//! Of a revision that is compiled in, the SQL is known, whoever wrote it: it runs without a database. Of others, no more is known
//! than their files say.

mod captured;
mod choice;
mod file;
mod habits;
mod sql;

use seadrift_plan::Hazard;
use seadrift_schema::{Dialect, ObjectName};
use seadrift_sql_files::Way;

use crate::{
    Context, Error, checksum,
    finding::{Finding, Kind, Level, Place, Report, Subject},
    hazards::{Rules, said},
    head,
    project::{self, Project},
};

pub(crate) use choice::{Wanted, choose, dialects};
use file::File;

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
            let why = match context.migrations.can_run() && !context.migrations.are_compiled() {
                true => "as nobody says for which engine it is",
                false => "which only a build tells",
            };
            let line = format!("{revision}: its SQL, {why}");
            report.not_compared.push(line);
        }
        let mut findings = hazards(&file, &all);
        findings.extend(habits::of(revision, &file, &all));
        findings.retain(|one| !is_allowed(one, &file, rules, &context.config.hazards));
        report.findings.extend(findings.into_iter().map(|mut one| {
            one.what = format!("{revision}: {}", one.what);
            one.of(revision)
        }));
        for one in &all {
            let lines = match file.has(Way::Up, one.dialect) {
                true => one.not_known.clone(),
                false => vec![format!("it is not written for {}", one.dialect)],
            };
            for line in lines {
                let line = format!("{revision}: {line}");
                if !report.not_compared.contains(&line) {
                    report.not_compared.push(line);
                }
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
fn is_allowed(found: &Finding, file: &File, rules: &Rules, config: &Rules) -> bool {
    let code = found.kind.code();
    file.allows_at(code, found.place.as_ref()) || said(code, rules, config) == Some(false)
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
            let is_of_this =
                |finding: &Finding| finding.what == found.effect || is_same_rename(finding, &found);
            // What the file of one engine lets pass may be something on another.
            let is_allowed = file.allows(found.code, one.dialect);
            if is_allowed || seen.contains(&key) || findings.iter().any(is_of_this) {
                continue;
            }
            let name = table
                .parse::<ObjectName>()
                .map_or(table.clone(), |name| name.name);
            let statement = one.does.text_of(&found, one.dialect);
            let place = statement.and_then(|number| file.statement(number, one.dialect));
            let place = place.or_else(|| file.line_of(&name, Some(one.dialect)));
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

/// Whether a value of an enum that `found` says to be renamed is one that `finding` says it of: an enum that is part of its column's type
/// has its name in the entities alone.
fn is_same_rename(finding: &Finding, found: &Hazard) -> bool {
    const CODE: &str = "renames-enum";
    let names = |effect: &str| {
        let quoted = effect.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect::<Vec<_>>()
    };
    found.code == CODE
        && finding.kind == Kind::Hazard(CODE)
        && names(&finding.what) == names(&found.effect)
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
    let page = format!("docs/hazards/{code}.md of seadrift tells what to do");
    finding.remedy = format!(
        "{}; where it is meant, say so in the head of the file: `Allowed: {code}`",
        advice.unwrap_or(&page)
    );
    finding.at(place)
}
