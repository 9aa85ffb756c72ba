//! The revisions among each other: branches that nobody joined, and what was left out on the way.

use seadrift_runner::Status;

use crate::{
    Context, Error,
    finding::{Finding, Kind, Report},
    graph,
    project::Project,
};

/// Adds the finding that the revisions part, if they do. Where a file is gone, has another name or is not
/// listed, what comes after what is not known, and that has been found already.
pub(super) fn check(
    context: &Context,
    project: &Project,
    report: &mut Report,
) -> Result<(), Error> {
    let has = |kinds: &[Kind]| report.findings.iter().any(|one| kinds.contains(&one.kind));
    let is_gone = has(&[
        Kind::MigrationWithoutFile,
        Kind::MigrationDeleted,
        Kind::MigrationRenamed,
    ]);
    let is_explained = is_gone || has(&[Kind::MigrationNotListed]);
    let graph = match graph::of(Some(project), context.migrations.names()) {
        Err(Error::Graph(_) | Error::Head { .. }) if is_explained => return Ok(()),
        graph => graph?,
    };
    let names: Vec<_> = graph
        .heads()
        .iter()
        .map(|head| head.name.as_str())
        .collect();
    if names.len() > 1 && !is_gone {
        let what = format!("several heads: {}", names.join(", "));
        report.findings.push(Finding::new(Kind::SeveralHeads, what));
    }
    Ok(())
}

/// The revisions that the database has not, though it has one that follows on them, each with the first such one. None where
/// the graph cannot be read, which [`check`] says.
pub(super) fn skipped(
    context: &Context,
    project: &Project,
    status: &Status,
) -> Vec<(String, String)> {
    if status.pending().is_empty() {
        return vec![];
    }
    let Ok(graph) = graph::of(Some(project), context.migrations.names()) else {
        return vec![];
    };
    let applied = status.applied();
    let follows = |one: &String, name: &String| {
        let below = graph.needed_by([one.as_str()]);
        below.iter().any(|node| node.name == *name)
    };
    let skipped = status.pending().into_iter().filter_map(|name| {
        let later = applied.iter().find(|one| follows(one, &name))?;
        Some((name, later.clone()))
    });
    skipped.collect()
}
