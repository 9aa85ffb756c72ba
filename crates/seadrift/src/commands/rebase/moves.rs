//! Revisions that go to another place as they are, but for their heads and names.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use seadrift_runner::{Graph, Node};
use seadrift_schema::lock;

use super::{
    list::{self, Entry},
    names::Names,
    own, rewrite,
};
use crate::{
    Context, Error, checksum,
    commands::revision::{LockFile, known_migrations},
    files, output,
    project::{Place, Project, joined, shown},
};

/// Revisions that get another name or another place.
pub(super) struct Moves {
    pub moves: Vec<Move>,
}

/// A revision that does.
pub(super) struct Move {
    from: String,
    pub to: String,
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
    pub(super) fn plan(
        context: &Context,
        graph: &Graph,
        project: &Project,
        head: &str,
        onto: &str,
    ) -> Result<Self, Error> {
        let template = &context.config.file_template;
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
        let mut new_names = Names::new(context, project);
        for (node, (place, texts)) in own.iter().zip(&sources) {
            let mut name = node.name.clone();
            let mut texts = texts.iter();
            if let Some(slug) = template.slug(&node.name)
                && name <= last
                && !texts.any(|(_, text)| rewrite::names_itself(text, &node.name))
            {
                let new = new_names.after(&last, slug, Some(place))?;
                // Where the other's name says a time to come, it cannot be after it.
                if new > last {
                    name = new;
                }
            }
            last = last.max(name.clone());
            names.insert(node.name.clone(), name);
        }
        let is_own = |name: &String| names.contains_key(name);
        let is_renamed = |name: &String| names.get(name).is_some_and(|new| new != name);
        let mut others = graph.nodes().filter(|node| !is_own(&node.name));
        let needs = |node: &Node| node.depends_on.iter().chain(&node.revises).any(is_renamed);
        if let Some(other) = others.find(|node| needs(node)) {
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
    pub(super) fn write(&self, context: &Context, project: &Project) -> Result<(), Error> {
        let mut all: Vec<_> = self
            .moves
            .iter()
            .flat_map(|one| one.files.clone())
            .collect();
        let entries = self.moves.iter().map(|one| Entry {
            from: &one.from,
            to: Some(&one.to),
            place: &one.place,
        });
        all.extend(list::listed(project, &entries.collect::<Vec<_>>())?);
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
