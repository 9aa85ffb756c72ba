//! `seadrift.toml`: what a project says once instead of on every command line. It may be left out, and so may every
//! key in it; the command line and the environment come first.

mod writing;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seadrift_diff::Strict;
use seadrift_render::revision::Template;
use seadrift_schema::{Dialect, Grant, Privilege};
use serde::{Deserialize, Deserializer};

use crate::{Error, cli::Options, entities::Reader, hazards::Rules, output, project};

pub(crate) use writing::{Format, Hook, Zone, header};

const FILE: &str = "seadrift.toml";

/// What a project says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The database, where neither command line nor environment name one. `${NAME}` stands for a variable of the
    /// environment.
    pub database_url: Option<String>,
    /// PostgreSQL schema to work in.
    pub schema: Option<String>,
    /// The migration crate, or the folder that holds its `lib.rs`; from the folder of this file.
    pub migrations: Option<PathBuf>,
    /// Where the entities are, where they are not linked in: folders or files; from the folder of this file.
    #[serde(deserialize_with = "one_or_more")]
    pub entities: Vec<PathBuf>,
    /// How entities are read that are not linked in.
    pub reader: Option<Reader>,
    /// Column types of Rust types that no source defines, as `column_type` has them.
    pub types: BTreeMap<String, String>,
    /// The conditions of `cfg` that hold, as in `feature="uuid"`. All do where none are said.
    pub cfg: Option<Vec<String>>,
    /// Servers to try plans out on, one of each kind. Variables stand in them as in `database_url`.
    scratch_url: OneOrMore,
    /// The engines that every migration is for; where none are said, it is for the database's own.
    pub backends: Vec<Dialect>,
    /// What counts as a difference.
    pub compare: Compare,
    /// What concerns PostgreSQL alone.
    pub postgres: Postgres,
    /// The hazards that no revision may have.
    pub hazards: Rules,
    /// What new revisions are written as.
    pub format: Option<Format>,
    /// What their names are made of.
    #[serde(deserialize_with = "writing::template")]
    pub file_template: Template,
    /// What the times in their names and heads are told in.
    pub timezone: Zone,
    /// What stands on top of their files, as a comment.
    pub header: String,
    /// What is run on each of their files.
    pub hooks: Vec<Hook>,
}

/// A text, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// A path, or a list of them.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    let paths = match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(path) => vec![path],
        OneOrMore::More(paths) => paths,
    };
    Ok(paths.into_iter().map(PathBuf::from).collect())
}

impl Default for OneOrMore {
    fn default() -> Self {
        OneOrMore::More(vec![])
    }
}

/// What concerns PostgreSQL alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Postgres {
    /// What each role may do with every new table.
    grants: BTreeMap<String, Vec<Privilege>>,
}

impl Postgres {
    /// The rights that roles get on every new table.
    pub(crate) fn grants(&self) -> Vec<Grant> {
        let grants = self
            .grants
            .iter()
            .filter(|(_, privileges)| !privileges.is_empty());
        grants
            .map(|(role, privileges)| Grant {
                role: role.clone(),
                privileges: privileges.clone(),
            })
            .collect()
    }
}

/// What counts as a difference.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Compare {
    /// What counts although it means the same, or nearly.
    pub strict: Strict,
}

/// Why a config cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The file is not what it should be. The text of the line stays unsaid, since it may hold a password.
    #[error("{}{message}", .line.map_or(String::new(), |line| format!("line {line}: ")))]
    Syntax {
        line: Option<usize>,
        message: String,
    },
    /// A variable stands in it that the environment does not have.
    #[error("`{key}` names the variable `{name}`, which is not set")]
    Variable { key: &'static str, name: String },
    /// `${` without its end.
    #[error("`{key}` has a `${{` without a `}}`")]
    Open { key: &'static str },
    /// Two words for one backend.
    #[error("`backends` lists {first} and {second}, which run the same migrations")]
    SameBackend { first: Dialect, second: Dialect },
}

impl Config {
    /// The servers to try plans out on, where they are others than the database's.
    pub(crate) fn scratch_urls(&self) -> Result<Vec<String>, Error> {
        let urls = match &self.scratch_url {
            OneOrMore::One(url) => std::slice::from_ref(url),
            OneOrMore::More(urls) => urls,
        };
        let filled = urls.iter().map(|url| filled_in("scratch_url", url));
        let filled: Result<_, _> = filled.collect();
        filled.map_err(|source| Error::Config {
            path: FILE.into(),
            source,
        })
    }

    /// Reads the file that the command line names, or the nearest one: in the working folder or above it, or above the
    /// crate that cargo runs. What `options` leave open is taken from it.
    pub(crate) fn find(options: &mut Options) -> Result<Self, Error> {
        // A variable that is set to nothing is as good as none.
        for option in [&mut options.database_url, &mut options.schema] {
            option.take_if(|value| value.is_empty());
        }
        let named = options.config.clone();
        let Some(path) = named.or_else(|| nearest().map(|folder| folder.join(FILE))) else {
            return Ok(Self::default());
        };
        let source = project::read(&path)?;
        let error = |source| Error::Config {
            path: path.clone(),
            source,
        };
        let mut config = Self::parse(&source).map_err(error)?;
        output::detail(format!("config: {}", project::shown(&path)));
        let folder = path.parent().unwrap_or(Path::new(""));
        for path in config.migrations.iter_mut().chain(&mut config.entities) {
            *path = folder.join(&path);
        }
        let Config {
            database_url,
            schema,
            migrations,
            format,
            ..
        } = &mut config;
        if let (None, Some(url)) = (&options.database_url, database_url) {
            options.database_url = Some(filled_in("database_url", url).map_err(error)?);
        }
        options.schema = options.schema.take().or_else(|| schema.take());
        options.migrations = options.migrations.take().or_else(|| migrations.take());
        options.format = format.unwrap_or_default();
        Ok(config)
    }

    fn parse(source: &str) -> Result<Self, Problem> {
        let config: Self = toml::from_str(source).map_err(|error| Problem::Syntax {
            line: error
                .span()
                .and_then(|span| source.get(..span.start))
                .map(|before| before.matches('\n').count() + 1),
            message: error.message().trim_end().replace('\n', ", "),
        })?;
        for (at, &first) in config.backends.iter().enumerate() {
            let mut later = config.backends.iter().skip(at + 1);
            if let Some(&second) = later.find(|later| first.shares_migrations_with(**later)) {
                return Err(Problem::SameBackend { first, second });
            }
        }
        Ok(config)
    }
}

/// The folder of the nearest config.
fn nearest() -> Option<PathBuf> {
    let working = env::current_dir().ok();
    let running = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let has_one = |folder: &&Path| fs::exists(folder.join(FILE)).unwrap_or(false);
    let above = |folder: &PathBuf| folder.ancestors().find(has_one).map(Path::to_owned);
    working.iter().chain(&running).find_map(above)
}

/// `url`, the value of `key`, with the environment's variables in place of `${NAME}`. What stands within a URL is
/// percent-encoded, so that a password may have any characters; a variable that is the whole value is a URL already.
fn filled_in(key: &'static str, url: &str) -> Result<String, Problem> {
    let value = |name: &str| {
        env::var(name).map_err(|_| Problem::Variable {
            key,
            name: name.to_owned(),
        })
    };
    let mut filled = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or(Problem::Open { key })?;
        if before.is_empty() && after.is_empty() && filled.is_empty() {
            return value(name);
        }
        filled += before;
        filled.extend(utf8_percent_encode(&value(name)?, NON_ALPHANUMERIC));
        rest = after;
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_so_that_a_url_stays_one() {
        let url = "postgres://me:${CARGO_PKG_NAME}@host/${CARGO_CRATE_NAME_IS_UNSET_HERE}";
        assert!(matches!(
            filled_in("database_url", url),
            Err(Problem::Variable { name, .. }) if name == "CARGO_CRATE_NAME_IS_UNSET_HERE"
        ));
        let url = |text| filled_in("database_url", text).unwrap();
        assert_eq!(
            url("postgres://me:${CARGO_PKG_NAME}@host/${CARGO_PKG_NAME}"),
            "postgres://me:seadrift@host/seadrift"
        );
        assert_eq!(
            url("sqlite://${CARGO_MANIFEST_DIR}"),
            format!(
                "sqlite://{}",
                env!("CARGO_MANIFEST_DIR")
                    .replace('/', "%2F")
                    .replace('-', "%2D")
                    .replace('_', "%5F")
                    .replace('.', "%2E")
            )
        );
        assert_eq!(url("${CARGO_MANIFEST_DIR}"), env!("CARGO_MANIFEST_DIR"));
        assert!(matches!(
            filled_in("database_url", "a${b"),
            Err(Problem::Open { .. })
        ));
    }

    #[test]
    fn what_is_wrong_is_named_without_the_line_it_stands_in() {
        let problem = |source| Config::parse(source).unwrap_err().to_string();
        let unknown = problem("schema = \"app\"\ndatabse_url = \"postgres://me:secret@host/db\"\n");
        assert!(
            unknown.starts_with("line 2: unknown field `databse_url`"),
            "{unknown}"
        );
        let torn = problem("database_url = \"postgres://me:secret@host/db\n");
        assert!(
            torn.starts_with("line 1: ") && !torn.contains("secret"),
            "{torn}"
        );
        let aspect = problem("[compare]\nstrict = [\"typos\"]\n");
        assert!(
            aspect.starts_with("line 2: unknown variant `typos`"),
            "{aspect}"
        );
    }
}
