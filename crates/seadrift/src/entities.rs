//! What declares the entities: they are linked in, or their sources say it.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use clap::ValueEnum;
use seadrift_reflect::{
    Entities, Warning,
    probe::{self, Probed, Request},
    source::{self, Cfg, SeaOrmVersion, Source},
};
use seadrift_schema::{Dialect, Schema};
use serde::Deserialize;

use crate::{Context, Error, layout, output, project::shown};

/// How entities are read that are not linked in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reader {
    // The words would make the help of every verb long.
    #[default]
    Auto,
    Source,
    Probe,
}

/// The entities that this program was built with, and those that were read.
pub(crate) struct Known {
    linked: Option<Arc<Declared>>,
    read: OnceLock<Arc<Declared>>,
}

/// Entities, however they are known.
pub(crate) enum Declared {
    Linked(Entities),
    Source(Source),
    Probed(Probed),
}

impl Known {
    /// Those that were handed in.
    pub(crate) fn linked(entities: Entities) -> Self {
        Self {
            linked: Some(Arc::new(Declared::Linked(entities))),
            read: OnceLock::new(),
        }
    }

    /// None yet: the sources say them.
    pub(crate) fn in_sources() -> Self {
        Self {
            linked: None,
            read: OnceLock::new(),
        }
    }
}

impl Context {
    /// The entities: the sources that the command line names, else those that are linked in, else the sources of the config or of
    /// the usual places. Their warnings are said when they are read.
    pub(crate) fn entities(&self) -> Result<Arc<Declared>, Error> {
        let is_asked_for = !self.options.entities.is_empty() || self.options.reader.is_some();
        if let (Some(linked), false) = (&self.known.linked, is_asked_for) {
            let is_said = !self.config.entities.is_empty() || layout::entities().is_some();
            if !linked.is_empty() || !is_said {
                return Ok(linked.clone());
            }
        }
        if let Some(read) = self.known.read.get() {
            return Ok(read.clone());
        }
        let folders = self.entity_folders()?;
        let read = Arc::new(read(&folders, self)?);
        Ok(self.known.read.get_or_init(|| read).clone())
    }

    fn entity_folders(&self) -> Result<Vec<PathBuf>, Error> {
        if !self.options.entities.is_empty() {
            return Ok(self.options.entities.clone());
        }
        if !self.config.entities.is_empty() {
            return Ok(self.config.entities.clone());
        }
        match layout::entities() {
            Some(folder) => Ok(vec![folder]),
            None => Err(Error::NoEntityFolder),
        }
    }
}

/// The entities in `folders`. Their warnings are said.
pub(crate) fn read(folders: &[PathBuf], context: &Context) -> Result<Declared, Error> {
    let version = folders.first().and_then(|folder| sea_orm_version(folder));
    let options = source::Options {
        cfg: match &context.config.cfg {
            Some(conditions) => Cfg::Only(conditions.iter().cloned().collect()),
            None => Cfg::Everything,
        },
        types: context.config.types.clone(),
        version: version.unwrap_or_default(),
    };
    let said = context.options.reader.or(context.config.reader);
    let reader = said.unwrap_or_default();
    let target = target_folder(folders);
    let request = Request {
        folders,
        options: &options,
        target: &target,
    };
    if let Reader::Probe = reader {
        say_that_it_is_built(&request);
        return answer(probe::read(&request));
    }
    let source = match source::read(folders, &options) {
        Ok(source) => source,
        Err(errors) => {
            output::problems(&errors.warnings);
            if let Reader::Source = reader {
                return Err(Error::Sources(Box::new(errors)));
            }
            if errors.are_for_the_compiler() && options.version >= SeaOrmVersion::V2 {
                say_that_it_is_built(&request);
            }
            return answer(probe::after(errors, &request));
        }
    };
    output::problems(&source.warnings);
    let folders: Vec<_> = folders.iter().map(|folder| shown(folder)).collect();
    let version = options.version;
    output::detail(format!(
        "entities: {} in {}, for SeaORM {version}",
        source.entities().count(),
        folders.join(", ")
    ));
    Ok(Declared::Source(source))
}

/// Where cargo builds what belongs to the project of `folders`.
fn target_folder(folders: &[PathBuf]) -> PathBuf {
    let said = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let found = || probe::target_folder(folders.first()?);
    said.or_else(found).unwrap_or_else(|| "target".into())
}

fn say_that_it_is_built(request: &Request<'_>) {
    if probe::cached(request).is_none() {
        output::progress("asking the compiler what the entities declare, which takes a build");
    }
}

fn answer(probed: Result<Probed, probe::Error>) -> Result<Declared, Error> {
    match probed {
        Ok(probed) => {
            output::detail("entities: as the compiler knows them");
            Ok(Declared::Probed(probed))
        }
        Err(probe::Error::Sources(errors)) => Err(Error::Sources(Box::new(errors))),
        Err(error) => Err(Error::Probe(Box::new(error))),
    }
}

/// Which SeaORM the project around `folder` uses: the nearest `Cargo.lock` above it says it, else the nearest `Cargo.toml` that asks
/// for one.
pub(crate) fn sea_orm_version(folder: &Path) -> Option<SeaOrmVersion> {
    let folder = fs::canonicalize(folder).ok()?;
    let said_by = |name: &str| {
        let manifests = folder.ancestors().map(|above| above.join(name));
        let mut texts = manifests.filter_map(|path| fs::read_to_string(path).ok());
        texts.find_map(|text| SeaOrmVersion::of_manifest(&text))
    };
    said_by("Cargo.lock").or_else(|| said_by("Cargo.toml"))
}

impl Declared {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Declared::Linked(entities) => entities.is_empty(),
            Declared::Source(source) => source.entities().next().is_none(),
            Declared::Probed(probed) => probed.is_empty(),
        }
    }

    /// The schemas that entities name.
    pub(crate) fn schemas(&self) -> BTreeSet<String> {
        match self {
            Declared::Linked(entities) => entities.schemas(),
            Declared::Source(source) => source.schemas(),
            Declared::Probed(probed) => probed.schemas(),
        }
    }

    /// What the entities declare.
    pub(crate) fn schema(&self, dialect: Dialect) -> Result<Schema, Box<seadrift_reflect::Error>> {
        self.read(dialect).map(|(schema, _)| schema)
    }

    /// What the entities declare, and what of it cannot be done.
    pub(crate) fn read(
        &self,
        dialect: Dialect,
    ) -> Result<(Schema, Vec<Warning>), Box<seadrift_reflect::Error>> {
        Ok(match self {
            Declared::Linked(entities) => entities.read(dialect)?,
            Declared::Source(source) => source.read(dialect)?,
            Declared::Probed(probed) => probed.read(dialect)?,
        })
    }
}
