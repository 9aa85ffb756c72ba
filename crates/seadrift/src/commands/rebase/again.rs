//! A branch that is written anew on top of another, as one revision, since that other has changed what it stands on.

use seadrift_render::text::gone;
use seadrift_runner::{Graph, Node};
use seadrift_schema::lock::Head;

use super::{
    answers,
    list::{self, Entry},
};
use crate::{
    Context, Error, Outcome, checksum,
    commands::revision::{self, Again, Ground, Proving, Replaced, place::Place as InGraph},
    hazards::Rules,
    head, merging,
    project::{self, Place, Project},
    renames::{self, Answers},
};

/// The branch, and what is known of it.
pub(super) struct Branch<'a> {
    pub graph: &'a Graph,
    pub head: &'a str,
    /// Its revisions, in order.
    pub own: &'a [&'a Node],
    pub onto: &'a str,
    pub applied: &'a [String],
}

/// How it is to be written.
pub(super) struct Wanted<'a> {
    pub name: &'a str,
    pub message: String,
    pub rules: &'a Rules,
    pub proving: &'a Proving,
}

impl Branch<'_> {
    fn has(&self, name: &str) -> bool {
        self.own.iter().any(|node| node.name == name)
    }
}

/// Why the branch cannot be written anew, if so.
pub(super) fn obstacle(
    context: &Context,
    project: &Project,
    branch: &Branch<'_>,
) -> Result<Option<String>, Error> {
    if !project.lock.exists() {
        return Ok(Some("there is no lock".to_owned()));
    }
    let (merged, _) = merging::taken(project)?;
    let (lock, _) = &merged.lock;
    for node in branch.own {
        if let Some(obstacle) = of_one(project, lock, node)? {
            return Ok(Some(obstacle));
        }
    }
    let is_line = |node: &&&Node| {
        let mut others = branch.own.iter();
        node.name != branch.head && !others.any(|other| other.revises.contains(&node.name))
    };
    if let Some(other) = branch.own.iter().find(is_line) {
        return Ok(Some(format!("`{}` is of another line", other.name)));
    }
    let mut others = branch.graph.nodes().filter(|node| !branch.has(&node.name));
    let needs_it = |node: &&Node| {
        let mut needed = node.depends_on.iter().chain(&node.revises);
        needed.any(|name| branch.has(name))
    };
    if let Some(other) = others.find(needs_it) {
        return Ok(Some(format!("`{}` comes after a part of it", other.name)));
    }
    let others = context.migrations.names().iter();
    let mut missing = others.filter(|other| !branch.has(other) && !branch.applied.contains(other));
    if let Some(other) = missing.next() {
        return Ok(Some(format!("the database does not have `{other}` yet")));
    }
    if let Err(obstacle) = answers::united(&told(project, branch)?) {
        return Ok(Some(obstacle));
    }
    match context.entities()?.is_empty() {
        true => Ok(Some("no entities are found".to_owned())),
        false => Ok(None),
    }
}

/// Why one of its revisions cannot.
fn of_one(project: &Project, lock: &Head, node: &Node) -> Result<Option<String>, Error> {
    let name = &node.name;
    if !is_generated(project, node) {
        return Ok(Some(format!("`{name}` was not generated")));
    }
    let checksum = checksum::of(&project.content(name)?);
    let mut known = lock.migrations.iter();
    if !known.any(|known| known.name == *name && known.checksum == checksum) {
        return Ok(Some(format!("`{name}` was edited by hand")));
    }
    let is_unknown = |change: &&String| change.starts_with('-') && gone::subject(change).is_none();
    if let Some(change) = node.changes.iter().find(is_unknown) {
        return Ok(Some(format!(
            "the lock does not say any more what `{name}` takes away: `{change}`"
        )));
    }
    let ways = [
        (" concurrently", "--online"),
        (" validated", "--online"),
        (" not valid", "--online"),
        (": to be filled", "--in-steps"),
    ];
    let way = ways
        .iter()
        .find(|(end, _)| node.changes.iter().any(|change| change.ends_with(end)));
    Ok(way.map(|(_, option)| format!("`{name}` was written with `{option}`")))
}

/// Whether the file of `node` was generated.
pub(super) fn is_generated(project: &Project, node: &Node) -> bool {
    project::read(&project.file(&node.name)).is_ok_and(|source| head::is_generated(&source))
}

/// What the heads of its files tell of renames and of what is taken away.
fn told<'a>(project: &Project, branch: &Branch<'a>) -> Result<Vec<answers::Told<'a>>, Error> {
    let told = branch.own.iter().map(|node| {
        let source = project::read(&project.file(&node.name))?;
        Ok(answers::Told {
            name: &node.name,
            answers: renames::answered(&source),
            changes: &node.changes,
        })
    });
    told.collect()
}

/// Writes the branch anew as one revision, in the place and as what its newest is. Nothing changes where it cannot be.
pub(super) async fn write(
    context: &Context,
    project: Project,
    branch: &Branch<'_>,
    wanted: Wanted<'_>,
) -> Result<Outcome, Error> {
    let told = told(&project, branch)?;
    let united = answers::united(&told).map_err(Error::Rebase)?;
    let mut places = vec![];
    let mut allow = wanted.rules.allow.clone();
    for node in branch.own {
        let none = || Error::NoSource(vec![node.name.clone()]);
        let place = project.place(&node.name).ok_or_else(none)?;
        allow.extend(head::allowed(&project::read(&place.head())?));
        places.push(place);
    }
    let (Some(newest), Some(newest_place)) = (branch.own.last(), places.last()) else {
        return Err(Error::Rebase("it has no revisions".to_owned()));
    };
    let entries = branch.own.iter().zip(&places).map(|(node, place)| Entry {
        from: &node.name,
        to: (node.name == newest.name).then_some(wanted.name),
        place,
    });
    let entries: Vec<_> = entries.collect();
    let list = list::listed(&project, &entries)?;
    let others = branch.graph.heads().into_iter();
    let others = others
        .map(|head| &head.name)
        .filter(|name| *name != branch.head);
    let mut heads: Vec<_> = others.cloned().collect();
    if !heads.iter().any(|name| name == branch.onto) {
        heads.push(branch.onto.to_owned());
    }
    let labels = united_of(branch.own.iter().flat_map(|node| &node.labels));
    let mut depends_on = united_of(branch.own.iter().flat_map(|node| &node.depends_on));
    depends_on.retain(|name| !branch.has(name) && !labels.contains(name));
    let again = Again {
        message: wanted.message,
        in_graph: InGraph {
            revises: vec![branch.onto.to_owned()],
            depends_on,
            labels,
            name: Some(wanted.name.to_owned()),
        },
        renames: Answers::all(united.answers),
        rules: Rules {
            deny: wanted.rules.deny.clone(),
            allow,
        },
        proving: wanted.proving.clone(),
        replaced: Replaced {
            names: branch.own.iter().map(|node| node.name.clone()).collect(),
            files: places.iter().flat_map(Place::paths).collect(),
            list,
            ground: Ground {
                gone: united.gone,
                heads,
            },
        },
        place: newest_place.clone(),
    };
    revision::write_again(context, project, again).await
}

/// Each of `names` once, in order.
fn united_of<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut united: Vec<String> = vec![];
    for name in names {
        if !united.contains(name) {
            united.push(name.clone());
        }
    }
    united
}
