//! `rebase`: puts a branch that no database has yet on top of another.

mod rewrite;

use std::{collections::BTreeMap, fs};

use chrono::{DateTime, TimeDelta, Utc};
use seadrift_render::migrator;
use seadrift_runner::{Graph, Node, Symbol};

use super::{
    merge::say_what_meets,
    revision::{LockFile, known_migrations},
};
use crate::{
    Context, Error, Outcome, checksum, files, graph, output,
    project::{self, Project, shown},
};

/// Put the revisions of a branch that are not applied on top of the other head
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Head of the branch to move; where it is left out, the one of which the database has nothing
    #[arg(value_name = "REV")]
    head: Option<Symbol>,

    /// Head to put it on, where there are more than two
    #[arg(long, value_name = "REV")]
    onto: Option<Symbol>,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let graph = graph::of(Some(&project), context.migrations.names())?;
    let applied = super::applied_for(context, true).await?.unwrap_or_default();
    let (head, onto) = ends(&graph, arguments, &applied)?;
    let moves = Moves::plan(&graph, &project, &head, &onto, Utc::now())?;
    say_what_meets(&graph, &[onto.clone(), head]);
    moves.write(context, &project)?;
    output::progress(
        "their statements are as they were: look whether they still fit, run `upgrade`, and let `check` say what is left",
    );
    Ok(Outcome::Done)
}

/// The head of the branch to move, and the one to put it on.
fn ends(graph: &Graph, arguments: &Args, applied: &[String]) -> Result<(String, String), Error> {
    let heads: Vec<_> = graph.heads().iter().map(|head| head.name.clone()).collect();
    let one = |symbol: &Symbol| -> Result<String, Error> {
        let names = symbol.revisions(graph, Some(applied))?;
        match &names[..] {
            [name] if heads.contains(name) => Ok(name.clone()),
            [name] => Err(Error::NotHead(name.clone())),
            _ => Err(Error::Rebase(format!("`{symbol}` is not one revision"))),
        }
    };
    let head = arguments.head.as_ref().map(one).transpose()?;
    let onto = arguments.onto.as_ref().map(one).transpose()?;
    let is_free = |head: &str, onto: &str| {
        let own = own(graph, head, onto);
        own.iter().all(|node| !applied.contains(&node.name))
    };
    let mut pairs = vec![];
    for one in &heads {
        for other in heads.iter().filter(|other| *other != one) {
            let is_meant = head.as_ref().is_none_or(|head| head == one)
                && onto.as_ref().is_none_or(|onto| onto == other);
            if is_meant {
                pairs.push((one.clone(), other.clone()));
            }
        }
    }
    if pairs.is_empty() {
        return Err(Error::Rebase(
            "there is no other head to put it on".to_owned(),
        ));
    }
    let (free, taken): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(head, onto)| is_free(head, onto));
    match (&free[..], &taken[..]) {
        ([pair], _) => Ok(pair.clone()),
        ([], [(head, onto), ..]) => {
            let own = own(graph, head, onto);
            let there = own.iter().find(|node| applied.contains(&node.name));
            let name = there.map_or(head.as_str(), |node| node.name.as_str());
            Err(Error::Rebase(format!("the database has `{name}` already")))
        }
        _ => {
            let pairs: Vec<_> = free
                .iter()
                .map(|(head, onto)| format!("`rebase {head} --onto {onto}`"))
                .collect();
            Err(Error::Rebase(format!("it could be {}", pairs.join(" or "))))
        }
    }
}

/// What belongs to the branch of `head` and not to that of `onto`, in order.
fn own<'a>(graph: &'a Graph, head: &str, onto: &str) -> Vec<&'a Node> {
    graph
        .sides(&[head, onto])
        .into_iter()
        .next()
        .unwrap_or_default()
}

/// Revisions that get another name or another place.
struct Moves {
    moves: Vec<Move>,
}

/// A revision that does.
struct Move {
    from: String,
    to: String,
    source: String,
}

impl Moves {
    fn plan(
        graph: &Graph,
        project: &Project,
        head: &str,
        onto: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let own = own(graph, head, onto);
        let below = graph.needed_by([onto]);
        let newest = below.iter().map(|node| node.name.as_str()).max();
        let mut sources = vec![];
        for node in &own {
            let path = project.file(&node.name);
            if !path.is_file() {
                return Err(Error::NoSource(vec![node.name.clone()]));
            }
            sources.push(project::read(&path)?);
        }
        // Each comes after the one before it, by its name too, as far as its name says a time.
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut last = newest.unwrap_or_default().to_owned();
        let mut at = now;
        for (node, source) in own.iter().zip(&sources) {
            let mut name = node.name.clone();
            if let Some(slug) = rewrite::slug(&node.name)
                && name <= last
                && !rewrite::names_itself(source, &node.name)
            {
                loop {
                    name = format!("m{}_{slug}", at.format("%Y%m%d_%H%M%S"));
                    at += TimeDelta::seconds(1);
                    if name > last && !project.file(&name).exists() {
                        break;
                    }
                }
            }
            last = last.max(name.clone());
            names.insert(node.name.clone(), name);
        }
        let is_own = |name: &String| names.contains_key(name);
        let is_renamed = |name: &String| names.get(name).is_some_and(|new| new != name);
        let mut others = graph.nodes().filter(|node| !is_own(&node.name));
        if let Some(other) = others.find(|node| node.depends_on.iter().any(is_renamed)) {
            return Err(Error::Rebase(format!("`{}` depends on it", other.name)));
        }
        let mut moves = vec![];
        for (node, source) in own.iter().zip(&sources) {
            let new = |name: &String| names.get(name).unwrap_or(name).clone();
            let mut revises: Vec<String> = vec![];
            if node.revises.is_empty() || !node.revises.iter().all(is_own) {
                revises.push(onto.to_owned());
            }
            revises.extend(node.revises.iter().filter(|name| is_own(name)).map(new));
            let depends_on: Vec<_> = node.depends_on.iter().map(new).collect();
            let to = new(&node.name);
            moves.push(Move {
                source: rewrite::head(source, &to, &revises, &depends_on),
                from: node.name.clone(),
                to,
            });
        }
        Ok(Self { moves })
    }

    /// Writes the files, the list in `lib.rs` and the lock, all or none; then what has another name now is taken away.
    fn write(&self, context: &Context, project: &Project) -> Result<(), Error> {
        let path = &project.migrator;
        let failed = |source| Error::Migrator {
            path: path.clone(),
            source,
        };
        let mut library = project::read(path)?;
        for one in &self.moves {
            library = migrator::remove(&library, &one.from).map_err(failed)?;
        }
        let mut all = vec![];
        for one in &self.moves {
            library = migrator::add(&library, &one.to).map_err(failed)?;
            all.push((project.file(&one.to), one.source.clone()));
        }
        all.push((path.clone(), library));
        if let Some(lock) = LockFile::merged(project)? {
            let mut migrations = known_migrations(project, context, &lock);
            migrations.retain(|known| self.moves.iter().all(|one| one.from != known.name));
            let moved = self.moves.iter();
            migrations.extend(moved.map(|one| checksum::new(&one.to, &one.source)));
            let text = lock.text(migrations);
            all.extend(text.map(|text| (project.lock.clone(), text)));
        }
        files::write(&all)?;
        for one in &self.moves {
            if one.from != one.to {
                let old = project.file(&one.from);
                fs::remove_file(&old).map_err(|source| Error::Left { path: old, source })?;
                output::result(format!("{} is {} now", one.from, one.to));
            }
        }
        for (path, _) in &all {
            output::result(format!("wrote {}", shown(path)));
        }
        Ok(())
    }
}
