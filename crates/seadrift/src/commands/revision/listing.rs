//! Where the files of new revisions go, and what of the project's has to name them.

use std::path::{Path, PathBuf};

use seadrift_render::migrator::{self, Entry};

use crate::{
    Error,
    config::Format,
    hand_over,
    project::{self, Place, Project},
};

/// Where new revisions go.
pub(crate) struct Listing {
    /// What they are written as.
    pub format: Format,
    /// The folder of their files.
    pub folder: PathBuf,
    /// The modules that lead there from the list.
    modules: Vec<String>,
    names_them: NamesThem,
}

/// What names a new revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamesThem {
    /// An entry of the list, which is to be written.
    Entry,
    /// Its folder, which is found.
    Folder,
}

/// The files that name new revisions, as they are to be, and what a person has to write into the list.
#[derive(Default)]
pub(crate) struct Listed {
    pub edits: Vec<(PathBuf, String)>,
    pub by_hand: Vec<String>,
}

impl Listing {
    /// Where revisions of this format go, or of the one that suits the project.
    pub(crate) fn of(project: &Project, format: Option<Format>) -> Result<Self, Error> {
        let entries = match &project.migrator {
            // A list that cannot be read can still be added to, or says better what is wrong.
            Some(_) => project.entries().ok().flatten(),
            None => None,
        };
        let usual = match project.migrator {
            Some(_) => Format::Rust,
            None => Format::Sql,
        };
        let listing = Self {
            format: format.unwrap_or(usual),
            folder: project.source.clone(),
            modules: vec![],
            names_them: NamesThem::Entry,
        };
        match (listing.format, &project.migrator) {
            (Format::Rust, None) => Err(Error::NoMigrator(project.source.clone())),
            (Format::Rust, Some(_)) => Ok(listing.rust(project, &entries.unwrap_or_default())),
            (Format::Sql, None) => Ok(Self {
                names_them: NamesThem::Folder,
                ..listing
            }),
            (Format::Sql, Some(_)) => listing.sql(project, &entries.unwrap_or_default()),
        }
    }

    /// Where the files of a revision are that is there.
    pub(crate) fn at(project: &Project, place: &Place) -> Self {
        let (format, folder) = match place {
            Place::Rust(path) => (Format::Rust, path.parent()),
            Place::Sql(folder) => (Format::Sql, folder.path.parent()),
        };
        Self {
            format,
            folder: folder.unwrap_or(&project.source).to_owned(),
            modules: vec![],
            names_them: NamesThem::Entry,
        }
    }

    /// Beside the last one of the list.
    fn rust(self, project: &Project, entries: &[Entry]) -> Self {
        let last = entries.iter().rev().find_map(|entry| match entry {
            Entry::Module(modules) => modules.split_last(),
            _ => None,
        });
        let Some((name, modules)) = last.filter(|(_, modules)| !modules.is_empty()) else {
            return self;
        };
        let path = project.module(&[modules, std::slice::from_ref(name)].concat());
        match (path, project.module(modules)) {
            (Some(_), Some(_)) => Self {
                folder: modules
                    .iter()
                    .fold(self.folder, |folder, name| folder.join(name)),
                modules: modules.to_vec(),
                ..self
            },
            _ => self,
        }
    }

    /// Where the last one is, or all are.
    fn sql(self, project: &Project, entries: &[Entry]) -> Result<Self, Error> {
        let manifest = hand_over::manifest(project)?;
        if !hand_over::calls_seadrift(&manifest) {
            return Err(Error::SqlNeedsSeadrift(manifest));
        }
        let crate_folder = project.crate_folder();
        let found = entries.iter().rev().find_map(|entry| match entry {
            Entry::SqlFolders(path) => Some((crate_folder.join(path), NamesThem::Folder)),
            Entry::Sql(path) => {
                let path = crate_folder.join(path.trim_end_matches('/'));
                Some((path.parent()?.to_owned(), NamesThem::Entry))
            }
            Entry::Module(_) => None,
        });
        let (folder, names_them) = found.unwrap_or((self.folder, NamesThem::Entry));
        Ok(Self {
            folder,
            names_them,
            ..self
        })
    }

    /// Whether the names of the revisions make their order.
    pub(crate) fn is_by_name(&self) -> bool {
        self.names_them == NamesThem::Folder
    }

    /// The place of a file of the revision `name`; `file` is its name where the revision is a folder.
    pub(crate) fn path(&self, name: &str, file: &str) -> PathBuf {
        match self.format {
            Format::Rust => self.folder.join(format!("{name}.rs")),
            Format::Sql => self.folder.join(name).join(file),
        }
    }

    /// What has to name the revisions `names`. Where the list is read and cannot be edited, a person has to.
    pub(crate) fn list(&self, project: &Project, names: &[String]) -> Result<Listed, Error> {
        let Some(path) = &project.migrator else {
            return Ok(Listed::default());
        };
        if self.names_them == NamesThem::Folder {
            return Ok(Listed::default());
        }
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Migrator { path, source }
        };
        let mut library = project::read(path)?;
        let mut listed = Listed::default();
        let module = project
            .module(&self.modules)
            .filter(|_| !self.modules.is_empty());
        let mut module = match module {
            Some(path) => Some((project::read(&path)?, path)),
            None => None,
        };
        for name in names {
            let added = match (self.format, &module) {
                (Format::Sql, _) => migrator::add_sql(&library, &self.folder_of(project, name)),
                (Format::Rust, None) => migrator::add(&library, name),
                (Format::Rust, Some(_)) => migrator::add_nested(&library, &self.modules, name),
            };
            match added {
                Ok(added) => library = added,
                Err(migrator::Error::NoMigrator) if project.entries().is_ok() => {
                    listed.by_hand.extend(self.lines(project, name));
                }
                Err(error) => return Err(failed(path)(error)),
            }
            if let Some((text, path)) = &mut module {
                *text = migrator::add_module(text, name).map_err(failed(path))?;
            }
        }
        if listed.by_hand.is_empty() {
            listed.edits.push((path.clone(), library));
        }
        listed.edits.extend(module.map(|(text, path)| (path, text)));
        Ok(listed)
    }

    /// The folder of `name` from that of the crate, as the macro takes it.
    fn folder_of(&self, project: &Project, name: &str) -> String {
        let folder = self.folder.join(name);
        let crate_folder = project.crate_folder();
        let below = folder.strip_prefix(&crate_folder).unwrap_or(&folder);
        below.display().to_string()
    }

    /// What a person writes for `name`.
    fn lines(&self, project: &Project, name: &str) -> Vec<String> {
        match self.format {
            Format::Sql => {
                let folder = self.folder_of(project, name);
                vec![format!("seadrift::sql_migration!({folder:?})")]
            }
            Format::Rust if self.modules.is_empty() => vec![
                format!("mod {name};"),
                format!("Box::new({name}::Migration)"),
            ],
            Format::Rust => {
                vec![format!(
                    "Box::new({}::{name}::Migration)",
                    self.modules.join("::")
                )]
            }
        }
    }
}
