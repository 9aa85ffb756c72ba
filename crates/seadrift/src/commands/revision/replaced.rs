//! Revisions that another one stands for from now on.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::listing::Listed;
use crate::{Error, output};

/// The revisions, and what becomes of what names them.
pub(crate) struct Replaced {
    pub names: Vec<String>,
    /// Their files.
    pub files: Vec<PathBuf>,
    /// The file with the list as it is to be, where it names them.
    pub list: Option<(PathBuf, String)>,
    pub ground: Ground,
}

/// What the one that replaces them starts from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ground {
    /// What they take away, as their heads tell it.
    pub gone: Vec<String>,
    /// The heads that there are without them, which is what a database of another backend has.
    pub heads: Vec<String>,
}

impl Replaced {
    pub(super) fn ground(&self) -> Ground {
        self.ground.clone()
    }

    pub(super) fn listed(&self) -> Listed {
        Listed {
            edits: self.list.iter().cloned().collect(),
            by_hand: vec![],
        }
    }

    /// Takes away the files that are not `written` again, now that the revisions are called `names`.
    pub(super) fn take_away(
        &self,
        names: &[String],
        written: &[(PathBuf, String)],
    ) -> Result<(), Error> {
        for name in self.names.iter().filter(|name| !names.contains(name)) {
            output::result(format!("{name} is {} now", names.join(", ")));
        }
        for path in &self.files {
            if written.iter().any(|(known, _)| known == path) {
                continue;
            }
            fs::remove_file(path).map_err(|source| Error::Left {
                path: path.clone(),
                source,
            })?;
            // The folder of one that is SQL. What else somebody has put there stays, as does a folder of sources.
            if path.extension().is_some_and(|kind| kind == "sql") {
                let _ = fs::remove_dir(path.parent().unwrap_or(Path::new("")));
            }
        }
        Ok(())
    }
}
