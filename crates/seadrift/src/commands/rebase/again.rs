//! Whether a revision that goes on top of another branch is written anew there, since that branch has changed what it stands
//! on.

use seadrift_runner::Node;

use crate::{
    Context, Error, Outcome, checksum,
    commands::revision::{self, Again, gone, place::Place as InGraph},
    head,
    project::{self, Project},
    renames::Answers,
};

/// The branch, and what is known of it before it is moved.
pub(super) struct Branch<'a> {
    pub own: &'a [&'a Node],
    pub onto: &'a str,
    pub applied: &'a [String],
}

/// Why the branch cannot be written anew, if so. What nobody generated is none of it.
pub(super) fn obstacle(
    context: &Context,
    project: &Project,
    branch: &Branch<'_>,
) -> Result<Option<String>, Error> {
    let [node] = branch.own else {
        return Ok(Some("the branch has several revisions".to_owned()));
    };
    let name = &node.name;
    let content = project.content(name)?;
    let is_known = |lock: &seadrift_schema::lock::Migration| {
        lock.name == *name && lock.checksum == checksum::of(&content)
    };
    if !project.lock.exists() {
        return Ok(Some("there is no lock".to_owned()));
    }
    let (_, head) = project::read_whole_lock(&project.lock)?;
    if !head.migrations.iter().any(is_known) {
        return Ok(Some(format!("`{name}` was edited by hand")));
    }
    if let Some(change) = node.changes.iter().find(|change| !gone::is_known(change)) {
        return Ok(Some(format!(
            "the lock does not say any more what it takes away: `{change}`"
        )));
    }
    let others = context.migrations.names().iter();
    let mut missing = others.filter(|other| *other != name && !branch.applied.contains(other));
    if let Some(other) = missing.next() {
        return Ok(Some(format!("the database does not have `{other}` yet")));
    }
    match context.entities()?.is_empty() {
        true => Ok(Some("no entities are found".to_owned())),
        false => Ok(None),
    }
}

/// Whether the file of `node` was generated.
pub(super) fn is_generated(project: &Project, node: &Node) -> bool {
    let lines = project::read(&project.file(&node.name)).unwrap_or_default();
    let is_proof = |line: &str| {
        let said = line.trim_start_matches(['/', '!', '-', ' ']);
        said.starts_with("Verified") || said.starts_with("Not verified")
    };
    !node.changes.is_empty() && lines.lines().any(is_proof)
}

/// Writes the one revision of the branch anew, which is called `name` by now.
pub(super) async fn write(
    context: &Context,
    branch: &Branch<'_>,
    name: &str,
) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let (Some(place), [node]) = (project.place(name), branch.own) else {
        return Err(Error::NoSource(vec![name.to_owned()]));
    };
    let path = place.head();
    let source = project::read(&path)?;
    let gone = node.changes.iter().filter(|change| change.starts_with('-'));
    let again = Again {
        message: node.message.clone().unwrap_or_else(|| name.to_owned()),
        in_graph: InGraph {
            revises: vec![branch.onto.to_owned()],
            depends_on: node.depends_on.clone(),
            labels: node.labels.clone(),
            name: Some(name.to_owned()),
        },
        renames: Answers::of_file(path),
        allowed: head::allowed(&source),
        gone: gone.cloned().collect(),
        place,
    };
    revision::write_again(context, project, again).await
}
