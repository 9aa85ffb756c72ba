//! Entities from their sources. Nothing is built: the files of SeaORM 0.12, 1.x and 2.x entities are parsed, and what
//! the macros would make of them is worked out.
//!
//! What only the compiler knows, such as the column type of a newtype of another crate, is an error that says how to
//! write it down.

mod active_enum;
mod attributes;
mod cfg;
mod declaration;
mod dense;
mod entity;
mod error;
mod evaluate;
mod expanded;
mod files;
mod items;
mod known_attributes;
mod known_types;
mod loading;
mod lookup;
mod model;
mod modules;
mod names;
mod newtypes;
mod packages;
mod project;
mod relation;
mod syntax;
mod types;
mod version;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use seadrift_schema::{Dialect, ObjectName, Schema};

use crate::{Error, Warning, declared};

pub use cfg::Cfg;
pub use error::{Errors, Kind, Place, Position, Problem};
pub use version::SeaOrmVersion;

use packages::CrateRoot;
use project::Project;

/// How sources are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which conditions of `cfg` hold.
    pub cfg: Cfg,
    /// Column types of types whose definition is not to be found, as `column_type` would have them:
    /// `"Money"` or `"money::Money"` to `"Decimal(Some((19, 4)))"`.
    pub types: BTreeMap<String, String>,
    /// Which SeaORM the entities are written for.
    pub version: SeaOrmVersion,
}

/// Entities, as their sources declare them.
#[derive(Debug, Clone)]
pub struct Source {
    /// What somebody may want to know.
    pub warnings: Vec<Problem>,
    entities: Vec<Found>,
}

#[derive(Debug, Clone)]
struct Found {
    place: Place,
    declared: declared::Entity,
}

/// An entity, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntitySource<'s> {
    /// Its path: `crate::user::Entity`.
    pub path: &'s str,
    /// The table that it declares.
    pub table: &'s ObjectName,
    /// Where it is declared.
    pub place: &'s Place,
}

/// An entity that is there, whatever it declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path: `crate::user::Entity`.
    pub path: String,
    /// Where it is declared.
    pub place: Place,
    /// The folder with the `Cargo.toml` of its package, if it belongs to one.
    pub package: Option<PathBuf>,
}

/// Reads the entities in `folders`, of which each may be a file as well.
pub fn read(folders: &[PathBuf], options: &Options) -> Result<Source, Errors> {
    on_large_stack(folders, options, read_here)
}

/// The entities in `folders`, sorted by path. Only what makes a file unreadable is wrong here: what an entity declares is not
/// looked at.
pub fn list(folders: &[PathBuf], options: &Options) -> Result<Vec<Listed>, Errors> {
    on_large_stack(folders, options, list_here)
}

/// syn goes as deep as its input does, and nothing of what it makes may go to another thread.
fn on_large_stack<T: Send + 'static>(
    folders: &[PathBuf],
    options: &Options,
    read: fn(&Project<'_>, &[PathBuf]) -> Result<T, Errors>,
) -> Result<T, Errors> {
    let (sender, receiver) = mpsc::channel();
    let (own_folders, options) = (folders.to_vec(), options.clone());
    let thread = thread::Builder::new()
        .stack_size(syntax::STACK)
        .spawn(move || {
            let project = Project::new(&options);
            // Nobody has to wait until all of the project is put away. Who no longer waits has no use for it.
            let _ = sender.send(read(&project, &own_folders));
        });
    let answer = match thread {
        Ok(_) => receiver.recv().map_err(|_| "the reader gave up".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    answer.unwrap_or_else(|reason| {
        let path = folders.first().map_or(Path::new(""), PathBuf::as_path);
        Err(Errors {
            all: vec![Problem {
                place: Place {
                    path: path.into(),
                    position: None,
                },
                kind: Kind::Unreadable(reason),
            }],
            warnings: Vec::new(),
        })
    })
}

impl Source {
    /// The entities, sorted by path.
    pub fn entities(&self) -> impl Iterator<Item = EntitySource<'_>> {
        self.entities.iter().map(|found| EntitySource {
            path: &found.declared.path,
            table: &found.declared.table,
            place: &found.place,
        })
    }

    /// The schemas that entities name.
    pub fn schemas(&self) -> BTreeSet<String> {
        let tables = self.entities.iter().map(|found| &found.declared.table);
        tables.filter_map(|table| table.schema.clone()).collect()
    }

    /// What the entities declare. `dialect` decides only where SeaORM itself means something else on each.
    pub fn schema(&self, dialect: Dialect) -> Result<Schema, Error> {
        self.read(dialect).map(|(schema, _)| schema)
    }

    /// What the entities declare, and what of it cannot be done.
    pub fn read(&self, dialect: Dialect) -> Result<(Schema, Vec<Warning>), Error> {
        declared::schema(self.entities.iter().map(|found| &found.declared), dialect)
    }
}

fn read_here(project: &Project<'_>, folders: &[PathBuf]) -> Result<Source, Errors> {
    project.load(folders);
    let mut entities = project.read_own_entities();
    entities.sort_by(|one, other| one.declared.path.cmp(&other.declared.path));
    project.report_shared_tables(&entities);
    project.report_empty(folders);
    let (errors, warnings) = project.take_problems();
    if errors.is_empty() {
        Ok(Source { warnings, entities })
    } else {
        Err(Errors {
            all: errors,
            warnings,
        })
    }
}

fn list_here(project: &Project<'_>, folders: &[PathBuf]) -> Result<Vec<Listed>, Errors> {
    project.load(folders);
    let mut entities = project.list_own_entities();
    entities.sort_by(|one, other| one.path.cmp(&other.path));
    project.report_empty(folders);
    let (errors, warnings) = project.take_problems();
    if errors.is_empty() {
        Ok(entities)
    } else {
        Err(Errors {
            all: errors,
            warnings,
        })
    }
}

impl Project<'_> {
    /// Reads the files of `folders`, those of modules before those inside of them.
    fn load(&self, folders: &[PathBuf]) {
        let mut files = Vec::new();
        for folder in folders {
            let mut report = |path: &Path, kind| self.report_path(path, kind);
            let found = files::list(folder, &mut report);
            let mut crates: HashMap<PathBuf, CrateRoot> = HashMap::new();
            for path in found {
                let beside = path.parent().unwrap_or(Path::new("")).to_owned();
                let root = crates.entry(beside).or_insert_with_key(|beside| {
                    let root = packages::crate_of(beside);
                    if root.package.is_some() {
                        root
                    } else {
                        packages::crate_of(folder)
                    }
                });
                files.push((root.clone(), path));
            }
        }
        files.sort_by_key(|(_, path)| {
            let is_inner = !path.ends_with("mod.rs") && !path.ends_with("lib.rs");
            (
                path.components().count() - usize::from(!is_inner),
                is_inner,
                path.clone(),
            )
        });
        files.dedup();
        let mut folders: HashMap<PathBuf, PathBuf> = HashMap::new();
        let mut undeclared = Vec::new();
        for (root, path) in files {
            let module = self.module_of_file(&root, &path);
            let beside = path.parent().unwrap_or(Path::new("")).to_owned();
            let real = folders
                .entry(beside)
                .or_insert_with_key(|beside| {
                    std::fs::canonicalize(beside).unwrap_or_else(|_| beside.clone())
                })
                .join(path.file_name().unwrap_or_default());
            let is_second_root = self.is_filled(module) && root.file.as_ref() != Some(&path);
            if is_second_root && self.is_root(module) {
                self.note_other_root(module, &path);
            }
            if self.is_off(module) || self.is_filled(module) || self.is_elsewhere(&real, module) {
                continue;
            }
            if self.is_undeclared(module) {
                undeclared.push((real, path));
                continue;
            }
            self.loaded.borrow_mut().insert(real, module);
            self.modules.borrow_mut()[module].is_own = true;
            match self.parse(&path) {
                Some((file, syntax)) => self.fill(module, &path, file, syntax),
                None => self.modules.borrow_mut()[module].is_broken = true,
            }
        }
        // A `#[path]` may still have come.
        undeclared.retain(|(real, _)| !self.loaded.borrow().contains_key(real));
        for (_, path) in undeclared {
            self.warn_path(&path, Kind::Undeclared);
        }
    }

    fn is_root(&self, module: modules::ModuleId) -> bool {
        self.modules.borrow()[module].parent.is_none()
    }

    /// Whether a `#[path]` has made the file another module.
    fn is_elsewhere(&self, real: &Path, module: modules::ModuleId) -> bool {
        let loaded = self.loaded.borrow();
        loaded.get(real).is_some_and(|known| *known != module)
    }

    fn read_own_entities(&self) -> Vec<Found> {
        let mut entities = Vec::new();
        // Others may come to be known meanwhile, but none of them is our own.
        let known = self.entities.borrow().len();
        for id in 0..known {
            let entity = self.entity(id);
            if !self.modules.borrow()[entity.module].is_own {
                continue;
            }
            if let Some(declared) = self.read_entity(id) {
                let place = self.place(entity.module, entity.span);
                entities.push(Found { place, declared });
            }
        }
        entities
    }

    fn list_own_entities(&self) -> Vec<Listed> {
        let known = self.entities.borrow().len();
        let entities = (0..known).map(|id| (id, self.entity(id)));
        let own = entities.filter(|(_, entity)| self.modules.borrow()[entity.module].is_own);
        own.map(|(id, entity)| Listed {
            path: self.entity_path(id),
            place: self.place(entity.module, entity.span),
            package: self.modules.borrow()[self.root_of(entity.module)]
                .package
                .clone(),
        })
        .collect()
    }

    /// A folder may be without entities because its files are broken, which was said.
    fn report_empty(&self, folders: &[PathBuf]) {
        let entities = self.entities.borrow();
        let modules = self.modules.borrow();
        let own = entities
            .iter()
            .filter(|entity| modules[entity.module].is_own);
        let places: Vec<_> = own
            .map(|entity| self.place(entity.module, entity.span).path)
            .collect();
        for folder in folders {
            let is_inside = |path: &Path| path.starts_with(folder);
            if !places.iter().any(|path| is_inside(path)) && !self.has_error_in(folder) {
                self.report_path(folder, Kind::NoEntities);
            }
        }
    }

    fn report_shared_tables(&self, entities: &[Found]) {
        let mut declared_by: BTreeMap<&ObjectName, &Found> = BTreeMap::new();
        for found in entities {
            let table = &found.declared.table;
            match declared_by.get(table) {
                None => {
                    declared_by.insert(table, found);
                }
                Some(first) => self.report_problem(Problem {
                    place: found.place.clone(),
                    kind: Kind::SameTable {
                        table: table.to_string(),
                        entity: found.declared.path.clone(),
                        first: first.declared.path.clone(),
                        file: first.place.path.to_path_buf(),
                        line: first.place.position.as_ref().map_or(1, |at| at.line),
                    },
                }),
            }
        }
    }
}
