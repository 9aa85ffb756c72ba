//! Why the compiler cannot say what entities declare.

use std::{io, path::PathBuf};

use crate::source::{self, Place};

/// Why the compiler cannot say what entities declare. Nothing of the project was changed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("{0}")]
    Sources(source::Errors),
    #[error("{sources}\n\nthe compiler, which may know more, was not asked: {why}")]
    Unanswered {
        sources: source::Errors,
        #[source]
        why: Box<Error>,
    },
    #[error("`{}` belongs to no package that could be built", .0.display())]
    NoPackage(PathBuf),
    #[error("package `{package}` has no library, so that nothing can be built upon its entities")]
    NoLibrary { package: String },
    #[error(
        "{} SeaORM {version}, and entities can be built upon for SeaORM 2.0 only", match package {
            Some(package) => format!("package `{package}` has"),
            None => "the entities are for".to_owned(),
        }
    )]
    Version {
        package: Option<String>,
        version: String,
    },
    #[error("package `{package}` does not depend on SeaORM")]
    NoSeaOrm { package: String },
    #[error("cargo has no package `{}`", .0.display())]
    NoSuchPackage(PathBuf),
    #[error("`{program}` cannot be run: {source}")]
    NoProgram { program: String, source: io::Error },
    #[error("cargo cannot say what the project depends on\n{0}")]
    Metadata(String),
    #[error(
        "entity `{entity}` is private to its crate, so that nothing can be built upon it\n{place}"
    )]
    Private { entity: String, place: Place },
    #[error("what asks the entities cannot be built\n{0}")]
    Build(String),
    #[error("the entities were built, and do not say what they declare\n{0}")]
    Run(String),
    #[error("what the entities say cannot be read: {0}")]
    Answer(#[from] serde_json::Error),
    #[error("`{}` cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        const SAY_IT: &str = "add `#[sea_orm(column_type = \"…\")]` to the fields in question, or their types to `[types]` in seadrift.toml";
        Some(match self {
            // The sources have said already what to write down.
            Self::Unanswered { why, .. } => match &**why {
                Self::NoPackage(_) | Self::Version { .. } => return None,
                why => why.hint()?,
            },
            Self::NoPackage(_) => SAY_IT,
            Self::NoLibrary { .. } => {
                "move the entities into a library (`src/lib.rs` of this package, or a package of their own), or add \
                 `#[sea_orm(column_type = \"…\")]` to the fields in question or their types to `[types]` in seadrift.toml"
            }
            Self::Version { .. } => SAY_IT,
            Self::NoSeaOrm { .. } | Self::NoSuchPackage(_) => return None,
            Self::NoProgram { .. } => {
                "install Rust, or choose `--reader source`, which needs none of it"
            }
            Self::Metadata(_) => "`cargo check` says the same, or brings `Cargo.lock` up to date",
            Self::Private { .. } => {
                "make the entity and the modules that it is in `pub`, or choose `--reader source`"
            }
            Self::Build(_) => "`cargo check` in the package of the entities may say the same",
            Self::Sources(_)
            | Self::Run(_)
            | Self::Answer(_)
            | Self::Read { .. }
            | Self::Write { .. } => {
                return None;
            }
        })
    }
}
