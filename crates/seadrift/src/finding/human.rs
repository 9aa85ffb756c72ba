//! Findings for people: what they have in common once, then a line for each.

use super::{Finding, Kind, Level, Place, Report, Subject, with_slashes};
use crate::output;

/// Prints `report`.
pub(super) fn print(report: &Report, verbose: bool) {
    for group in report
        .findings
        .chunk_by(|one, other| key(one) == key(other))
    {
        let is_told_elsewhere = |one: &Finding| one.kind.is_lint() && one.level == Level::Note;
        if verbose || !group.iter().any(is_told_elsewhere) {
            print_group(group);
        }
    }
    if verbose {
        for line in &report.unmanaged {
            output::result(format!("not managed: {line}"));
        }
    }
    if verbose {
        for line in &report.not_compared {
            output::result(format!("not compared: {line}"));
        }
    } else if report.is_void {
        // The last one is what nothing could be compared for.
        if let Some(line) = report.not_compared.last() {
            output::result(format!("not compared: {line}"));
        }
    }
    if let Subject::Revisions(count) = report.subject {
        for line in report.not_compared.iter().filter(|_| !verbose) {
            output::result(format!("not looked at: {line}"));
        }
        if report.findings.is_empty() {
            let s = if count == 1 { "" } else { "s" };
            output::result(format!("no findings in {count} revision{s}"));
        }
        return;
    }
    let is_drift = |one: &Finding| one.level == Level::Error && one.kind != Kind::DeniedHazard;
    if !report.findings.iter().any(is_drift) && !report.is_void {
        output::result("no drift");
    }
}

fn key(finding: &Finding) -> (Kind, Level) {
    (finding.kind, finding.level)
}

/// Prints findings of one kind.
fn print_group(group: &[Finding]) {
    let Some(first) = group.first() else { return };
    match first.kind {
        Kind::PendingRevision => {
            let names: Vec<_> = group
                .iter()
                .filter_map(|one| one.revision.as_deref())
                .collect();
            output::result(format!("pending: {}", names.join(", ")));
            if first.level == Level::Error {
                output::hint(&first.remedy);
            }
            return;
        }
        Kind::DeniedHazard | Kind::SeveralHeads => {
            for one in group {
                output::result(&one.what);
            }
        }
        kind => {
            let word = match first.level {
                Level::Error if kind.is_lint() => kind.code(),
                Level::Error => "drift",
                level => level.as_str(),
            };
            output::result(format!("{word}: {}", kind.title()));
            for one in group {
                match kind.is_about_changes() {
                    true => {
                        output::change(&one.what);
                        one.parts.iter().for_each(|part| output::change(part));
                    }
                    false => output::result(format!("  {}{}", one.what, place(one.place.as_ref()))),
                }
            }
        }
    }
    let all: Vec<_> = group.iter().map(|one| one.remedy.as_str()).collect();
    for remedy in remedies(&all) {
        output::hint(remedy);
    }
}

/// Each remedy once, in order; one that another says and goes on from is said with it.
fn remedies<'a>(all: &[&'a str]) -> Vec<&'a str> {
    let goes_on = |one: &str| {
        all.iter().any(|other| {
            other
                .strip_prefix(one)
                .is_some_and(|rest| rest.starts_with(';'))
        })
    };
    let mut each: Vec<&str> = vec![];
    for one in all {
        if !each.contains(one) && !goes_on(one) {
            each.push(one);
        }
    }
    each
}

fn place(place: Option<&Place>) -> String {
    match place {
        Some(Place {
            path,
            line: Some(line),
        }) => format!(" ({}:{line})", with_slashes(path)),
        Some(Place { path, line: None }) => format!(" ({})", with_slashes(path)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::remedies;

    #[test]
    fn a_remedy_is_said_once() {
        let all = [
            "write",
            "write; with `--rename a=b`",
            "write",
            "look",
            "write; with `--rename c=d`",
        ];
        let said = [
            "write; with `--rename a=b`",
            "look",
            "write; with `--rename c=d`",
        ];
        assert_eq!(remedies(&all), said);
        assert_eq!(remedies(&["write", "writes it"]), ["write", "writes it"]);
    }
}
