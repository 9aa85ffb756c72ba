//! Entities through the compiler, where no program of the project has them linked in: a tiny crate is built that depends
//! on the crate of the entities by path, lists those that [`source`] found, and prints what
//! [`runtime`](crate::runtime) reads of them.
//!
//! It is built once per change of the sources. The answer is kept beside it, under a hash of all files that it was built
//! from, so that asking again needs no cargo.

mod cache;
mod cargo;
mod error;
mod krate;
mod metadata;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use seadrift_schema::{Dialect, Schema};

use crate::{
    Warning,
    runtime::Answer,
    source::{self, Cfg, Listed, SeaOrmVersion},
};

pub use error::Error;

use krate::Entity;
use metadata::Project;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The folders of the entities, or files.
    pub folders: &'r [PathBuf],
    /// How the sources are read. Of conditions that are said, the features are those that the entities are built with.
    pub options: &'r source::Options,
    /// Where cargo puts what it builds for the project; [`target_folder`] says where that is by itself.
    pub target: &'r Path,
}

/// Entities, as the compiler knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    answer: Answer,
}

impl Probed {
    /// Whether there are no entities.
    pub fn is_empty(&self) -> bool {
        self.answer.is_empty()
    }

    /// The schemas that entities name.
    pub fn schemas(&self) -> BTreeSet<String> {
        self.answer.schemas()
    }

    /// What the entities declare. `dialect` decides only where SeaORM itself means something else on each.
    pub fn schema(&self, dialect: Dialect) -> Result<Schema, crate::Error> {
        self.read(dialect).map(|(schema, _)| schema)
    }

    /// What the entities declare, and what of it cannot be done.
    pub fn read(&self, dialect: Dialect) -> Result<(Schema, Vec<Warning>), crate::Error> {
        self.answer.read(dialect)
    }
}

/// What the entities declare: as it was when nothing has changed since, else built anew.
pub fn read(request: &Request<'_>) -> Result<Probed, Error> {
    match cached(request) {
        Some(probed) => Ok(probed),
        None => build(request),
    }
}

/// What the compiler says where [`source`] could not, for reasons that are `errors`.
///
/// Fails with `errors` where they are not all [for the compiler](source::Errors::are_for_the_compiler), and with them and
/// the reason where the compiler cannot be asked.
pub fn after(errors: source::Errors, request: &Request<'_>) -> Result<Probed, Error> {
    if !errors.are_for_the_compiler() {
        return Err(Error::Sources(errors));
    }
    let version = request.options.version;
    let answer = if version < SeaOrmVersion::V2 {
        Err(Error::Version {
            package: None,
            version: version.to_string(),
        })
    } else {
        read(request)
    };
    answer.map_err(|why| Error::Unanswered {
        sources: errors,
        why: Box::new(why),
    })
}

/// What the entities declare, if that was asked before and nothing has changed since.
pub fn cached(request: &Request<'_>) -> Option<Probed> {
    let answer = cache::recall(&krate::folder(request))?;
    Some(Probed { answer })
}

/// The folder that cargo builds into for the package of `path`, unless it is told another: `target` beside the
/// `Cargo.toml` of its workspace. `None` where there is no package.
pub fn target_folder(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    let manifests = path
        .ancestors()
        .map(|folder| (folder, folder.join("Cargo.toml")));
    let mut found = None;
    for (folder, manifest) in manifests {
        let Ok(text) = fs::read_to_string(manifest) else {
            continue;
        };
        let is_workspace = text
            .parse::<toml::Table>()
            .is_ok_and(|manifest| manifest.contains_key("workspace"));
        if is_workspace {
            return Some(folder.join("target"));
        }
        found.get_or_insert_with(|| folder.join("target"));
    }
    found
}

fn build(request: &Request<'_>) -> Result<Probed, Error> {
    let listed = source::list(request.folders, request.options).map_err(Error::Sources)?;
    let mut packages = BTreeSet::new();
    for entity in &listed {
        match &entity.package {
            Some(package) => packages.insert(canonical(package)?),
            None => return Err(Error::NoPackage(entity.place.path.to_path_buf())),
        };
    }
    let mut entities = Vec::new();
    let mut projects = Vec::new();
    for package in &packages {
        let compiler = cargo::compiler(package)?;
        let project = Project::of(package, &compiler, &request.options.cfg)?;
        entities.extend(entities_of(request, &project, compiler.cfg)?);
        projects.push(project);
    }
    let folder = krate::folder(request);
    krate::write(&folder, &projects, &entities)?;
    let cargo = cargo::Cargo::new(&folder, request.target, &projects)?;
    // What changes while it is built is not what the answer is about.
    let key = cache::Key::new(cargo.folders()?, &projects);
    let program = cargo.build(&entities)?;
    let answer = cargo.run(&program)?;
    cache::keep(&folder, &key, &answer)?;
    Ok(Probed { answer })
}

/// The entities of a package under the conditions that it is built with.
fn entities_of(
    request: &Request<'_>,
    project: &Project,
    mut conditions: BTreeSet<String>,
) -> Result<Vec<Entity>, Error> {
    let features = project.features.iter();
    conditions.extend(features.map(|feature| format!("feature=\"{feature}\"")));
    if let Cfg::Only(said) = &request.options.cfg {
        conditions.extend(said.iter().cloned());
    }
    let options = source::Options {
        cfg: Cfg::Only(conditions),
        types: BTreeMap::new(),
        version: request.options.version,
    };
    let listed = source::list(request.folders, &options).map_err(Error::Sources)?;
    let own = listed.into_iter().filter(|entity: &Listed| {
        let package = entity.package.as_deref();
        package.and_then(|package| canonical(package).ok()) == Some(project.folder.clone())
    });
    Ok(own
        .map(|listed| Entity::new(listed, &project.name))
        .collect())
}

fn canonical(folder: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(folder).map_err(|source| Error::Read {
        path: folder.to_owned(),
        source,
    })
}
