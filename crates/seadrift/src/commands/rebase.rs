//! `rebase`: puts a branch that no database has yet on top of another.

mod again;
mod rewrite;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chrono::{TimeDelta, Utc};
use seadrift_render::migrator;
use seadrift_runner::{Graph, Node, Symbol};
use seadrift_schema::lock;

use self::again::Branch;
use super::{
    merge::say_what_meets,
    revision::{LockFile, known_migrations},
};
use crate::{
    Context, Error, Outcome, checksum, files, graph, output,
    project::{self, Place, Project, joined, shown},
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
    let moves = Moves::plan(context, &graph, &project, &head, &onto)?;
    let own = own(&graph, &head, &onto);
    let meets = say_what_meets(&graph, &[onto.clone(), head.clone()]);
    let is_generated = own.iter().all(|node| again::is_generated(&project, node));
    let branch = Branch {
        own: &own,
        onto: &onto,
        applied: &applied,
    };
    let obstacle = match meets && is_generated {
        true => again::obstacle(context, &project, &branch)?,
        false => None,
    };
    moves.write(context, &project)?;
    if let (true, None, [one]) = (meets && is_generated, &obstacle, &moves.moves[..]) {
        return again::write(context, &branch, &one.to).await;
    }
    if let Some(obstacle) = obstacle {
        output::progress(format!("not written anew: {obstacle}"));
    }
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

/// How many names are tried.
const MOST_NAMES: usize = 600;

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
    /// Where it is.
    place: Place,
    /// Its files as they are to be.
    files: Vec<(PathBuf, String)>,
}

impl Move {
    /// What the lock says of it.
    fn in_lock(&self) -> lock::Migration {
        let content = match &self.place {
            Place::Rust(_) => self.files.iter().map(|(_, text)| text.as_str()).collect(),
            Place::Sql(_) => joined(&self.files),
        };
        checksum::new(&self.to, &content)
    }

    /// Takes away what has another name now.
    fn take_away(&self) -> Result<(), Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Left { path, source }
        };
        match &self.place {
            Place::Rust(path) => fs::remove_file(path).map_err(failed(path)),
            Place::Sql(folder) => {
                for file in &folder.files {
                    let path = folder.path.join(file.file());
                    fs::remove_file(&path).map_err(failed(&path))?;
                }
                // What else somebody has put there stays.
                let _ = fs::remove_dir(&folder.path);
                Ok(())
            }
        }
    }
}

impl Moves {
    fn plan(
        context: &Context,
        graph: &Graph,
        project: &Project,
        head: &str,
        onto: &str,
    ) -> Result<Self, Error> {
        let (template, zone) = (&context.config.file_template, context.config.timezone);
        let own = own(graph, head, onto);
        let below = graph.needed_by([onto]);
        let newest = below.iter().map(|node| node.name.as_str()).max();
        let mut sources = vec![];
        for node in &own {
            let none = || Error::NoSource(vec![node.name.clone()]);
            let place = project.place(&node.name).ok_or_else(none)?;
            let texts = place.texts()?;
            sources.push((place, texts));
        }
        // Each comes after the one before it, by its name too, as far as its name says a time.
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut last = newest.unwrap_or_default().to_owned();
        let mut at = Utc::now();
        let mut number = template.next_number(context.migrations.names());
        for (node, (place, texts)) in own.iter().zip(&sources) {
            let mut name = node.name.clone();
            let head = place.head();
            let folder = match place {
                Place::Rust(path) => path.parent(),
                Place::Sql(folder) => folder.path.parent(),
            };
            let folder = folder.unwrap_or(&head);
            let mut texts = texts.iter();
            if let Some(slug) = template.slug(&node.name)
                && name <= last
                && !texts.any(|(_, text)| rewrite::names_itself(text, &node.name))
            {
                // Where the other's name says a time to come, it cannot be after it.
                for _ in 0..MOST_NAMES {
                    let named = template.name(zone.tell(at), number, slug);
                    name = named.ok_or(Error::Numbers)?;
                    at += TimeDelta::seconds(1);
                    number += 1;
                    if name > last && !project.has(folder, &name) {
                        break;
                    }
                    name.clone_from(&node.name);
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
        for (node, (place, texts)) in own.iter().zip(sources) {
            let new = |name: &String| names.get(name).unwrap_or(name).clone();
            let mut revises: Vec<String> = vec![];
            if node.revises.is_empty() || !node.revises.iter().all(is_own) {
                revises.push(onto.to_owned());
            }
            revises.extend(node.revises.iter().filter(|name| is_own(name)).map(new));
            let depends_on: Vec<_> = node.depends_on.iter().map(new).collect();
            let to = new(&node.name);
            let head = place.head();
            let files = texts.into_iter().map(|(path, text)| {
                let written = match path == head {
                    true => rewrite::head(&path, &text, &to, &revises, &depends_on),
                    false => rewrite::name(&text, &to),
                };
                (rewrite::path(&path, &node.name, &to), written)
            });
            moves.push(Move {
                files: files.collect(),
                from: node.name.clone(),
                to,
                place,
            });
        }
        Ok(Self { moves })
    }

    /// Writes the files, the list in `lib.rs` and the lock, all or none; then what has another name now is taken away.
    fn write(&self, context: &Context, project: &Project) -> Result<(), Error> {
        let mut all: Vec<_> = self
            .moves
            .iter()
            .flat_map(|one| one.files.clone())
            .collect();
        if let Some(path) = &project.migrator {
            let failed = |source| Error::Migrator {
                path: path.clone(),
                source,
            };
            let names_all = project.entries()?.unwrap_or_default();
            let is_listed = |one: &&Move| {
                names_all
                    .iter()
                    .any(|entry| entry.name() == Some(one.from.as_str()))
            };
            let mut library = project::read(path)?;
            for one in self.moves.iter().filter(is_listed) {
                library = migrator::remove(&library, &one.from).map_err(failed)?;
            }
            for one in self.moves.iter().filter(is_listed) {
                library = match &one.place {
                    Place::Rust(_) => migrator::add(&library, &one.to),
                    Place::Sql(folder) => {
                        let folder = rewrite::path(&folder.path, &one.from, &one.to);
                        let crate_folder = project.crate_folder();
                        let below = folder.strip_prefix(&crate_folder).unwrap_or(&folder);
                        migrator::add_sql(&library, &below.display().to_string())
                    }
                }
                .map_err(failed)?;
            }
            all.push((path.clone(), library));
        }
        if let Some(lock) = LockFile::merged(project)? {
            let mut migrations = known_migrations(project, context, &lock);
            migrations.retain(|known| self.moves.iter().all(|one| one.from != known.name));
            migrations.extend(self.moves.iter().map(Move::in_lock));
            let text = lock.text(migrations);
            all.extend(text.map(|text| (project.lock.clone(), text)));
        }
        files::write(&all)?;
        for one in &self.moves {
            if one.from != one.to {
                one.take_away()?;
                output::result(format!("{} is {} now", one.from, one.to));
            }
        }
        for (path, _) in &all {
            output::result(format!("wrote {}", shown(path)));
        }
        Ok(())
    }
}
