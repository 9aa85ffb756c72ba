//! Pending revisions ↔ the hazards that the project denies.

use crate::{
    Context,
    finding::{Finding, Kind, Place},
    head,
    project::{self, Project},
};

/// A finding for each hazard of the `pending` revisions that the config denies and nobody let pass.
pub(super) fn denied(context: &Context, project: &Project, pending: &[String]) -> Vec<Finding> {
    let mut findings = vec![];
    for revision in pending {
        let path = project.file(revision);
        // A program that is deployed has no sources.
        let Ok(source) = project::read(&path) else {
            continue;
        };
        let denied = head::denied(&source, &context.config.hazards);
        let mut codes: Vec<_> = denied.iter().map(|told| told.code).collect();
        codes.dedup();
        let remedy = format!(
            "where that is meant, say so in the head of `{}`: `{} Allowed: {}`",
            project::shown(&path),
            if path.extension().is_some_and(|kind| kind == "sql") {
                "--"
            } else {
                "//!"
            },
            codes.join(", ")
        );
        findings.extend(denied.iter().map(|told| {
            let what = format!("denied in {revision}: {}  {}", told.code, told.effect);
            let line = source.lines().position(|line| line.contains(&told.effect));
            let mut finding = Finding::new(Kind::DeniedHazard, what);
            finding.remedy.clone_from(&remedy);
            finding.of(revision).at(Some(Place {
                path: path.clone(),
                line: line.map(|line| line + 1),
            }))
        }));
    }
    findings
}
