//! What can go wrong, in words, with what to do next.

use std::{borrow::Cow, io, path::PathBuf};

use seadrift_runner::{Aftermath, Direction, GraphError, ScratchError, SymbolError};
use seadrift_schema::{Dialect, ObjectName};

use crate::{database::Url, project::shown, statements::short};

/// Why a verb could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub(crate) enum Error {
    #[error("no database is named")]
    NoDatabaseUrl,
    #[error("the database URL is not a URL: {0}")]
    BadUrl(url::ParseError),
    #[error("the database URL has an `@`, but no user before it")]
    NoUser,
    #[error("the database URL has the scheme `{0}`, which seadrift does not know")]
    UnknownScheme(String),
    #[error("this program was built without {0}")]
    NotBuilt(&'static str),
    #[error("cannot connect to `{url}`: {message}")]
    Connect {
        url: String,
        message: String,
        hint: Option<&'static str>,
    },
    #[error("cannot use the config `{}`: {source}", shown(path))]
    Config {
        path: PathBuf,
        source: crate::config::Problem,
    },
    #[error("{side}: {source}")]
    Side { side: String, source: Box<Error> },
    #[error(transparent)]
    Sides(#[from] crate::sides::Problem),
    #[error("the list of entities is empty")]
    NoEntities,
    #[error("there are entities, but no migrations")]
    NoMigrations,
    #[error("there is a `Cargo.toml`, but neither migrations nor entities are found")]
    NothingToAdopt,
    #[error("`{}` is there already", shown(.0))]
    InTheWay(PathBuf),
    #[error("there is no lock file `{}`, which would say what was declared", shown(.0))]
    NoLock(PathBuf),
    #[error("the project uses sea-orm-migration 0.12, which a generated file does not build with")]
    OldSeaOrm,
    #[error(
        "the plan has to run outside a transaction, which sea-orm-migration 1.x does not let it on PostgreSQL"
    )]
    NeedsSeaOrm2,
    #[error("no entities are found")]
    NoEntityFolder,
    #[error("{0}")]
    Sources(Box<seadrift_reflect::source::Errors>),
    #[error("{0}")]
    Probe(Box<seadrift_reflect::probe::Error>),
    #[error("something may have been renamed, and nobody says so or not:{}", .0.iter().map(|line| format!("\n  {line}")).collect::<String>())]
    Renames(Vec<String>),
    #[error("the question was not answered")]
    NotAnswered,
    #[error("cannot ask on this terminal: {0}")]
    Terminal(String),
    #[error("the login may not see table `{0}`, if there is one")]
    Hidden(ObjectName),
    #[error("target database is not up to date")]
    NotUpToDate { pending: Vec<String> },
    #[error("the lock file `{}` knows migrations that are gone: `{}`", shown(lock), names.join("`, `"))]
    Gone { lock: PathBuf, names: Vec<String> },
    #[error("the message `{0}` has no letter and no digit that a file name could be made of")]
    Message(String),
    #[error("no migration crate is found: {}", tried(.0))]
    NoProject(Vec<PathBuf>),
    #[error("cannot add the migration to `{}`: {source}", shown(path))]
    Migrator {
        path: PathBuf,
        source: seadrift_render::migrator::Error,
    },
    #[error("cannot read the list of migrations in `{}`: {source}", shown(path))]
    Migrations {
        path: PathBuf,
        source: seadrift_render::migrator::Error,
    },
    #[error("everything was written, but the hook `{command}` {problem}")]
    Hook {
        command: String,
        path: PathBuf,
        problem: String,
    },
    #[error("there is no number left for a name of four digits")]
    Numbers,
    #[error(
        "everything was written, but not into `{}`, whose list cannot be edited safely",
        shown(path)
    )]
    ByHand { path: PathBuf, lines: Vec<String> },
    #[error("`{}` has no `Migrator` that could list a Rust file: its migrations are SQL", shown(.0))]
    NoMigrator(PathBuf),
    #[error("`{}` does not depend on seadrift, whose macro compiles SQL in", shown(.0))]
    SqlNeedsSeadrift(PathBuf),
    #[error(transparent)]
    SqlFiles(#[from] seadrift_sql_files::Error),
    #[error("cannot read `{}`: {source}", shown(path))]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write `{}`: {source}; {}", shown(path), if *restored { "nothing was changed" } else {
        "files written before it could not all be put back"
    })]
    Write {
        path: PathBuf,
        source: io::Error,
        restored: bool,
    },
    #[error("cannot read the lock file `{}`: {source}", shown(path))]
    Lock {
        path: PathBuf,
        source: seadrift_schema::lock::Error,
    },
    #[error("{}", crate::merging::disagreement(path, conflicts))]
    LockConflict {
        path: PathBuf,
        conflicts: Vec<String>,
    },
    #[error(transparent)]
    Proof(#[from] crate::proof::Failure),
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    #[error("the migrations cannot be replayed: {0}")]
    NoReplay(ScratchError),
    #[error("the scratch server is {scratch}, and the database is on {database}")]
    OtherEngine { scratch: String, database: String },
    #[error(
        "the project is for {}, and the database is on {database}",
        .backends.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join(", ")
    )]
    OtherBackend {
        database: String,
        backends: Vec<Dialect>,
    },
    #[error("the project's migrations do not run on {dialect}: {source}")]
    Replay {
        dialect: Dialect,
        source: Box<seadrift_runner::Error>,
    },
    #[error("nobody says what databases on {dialect} have: there is no lock yet, and {reason}")]
    UnknownBackend { dialect: Dialect, reason: String },
    #[error("this takes more than the command line of sea-orm-migration, and `{}` does not depend on seadrift", shown(.0))]
    NeedsSeadrift(PathBuf),
    #[error("cannot start cargo: {0}")]
    Cargo(io::Error),
    #[error("cannot start git: {0}")]
    Git(io::Error),
    #[error("`{0}` is neither a lock file nor a revision of git")]
    NoBase(String),
    #[error("the project is in no working tree of git")]
    NoRepository,
    #[error("git does not take its configuration: {0}")]
    GitConfig(String),
    #[error(transparent)]
    Reflect(Box<seadrift_reflect::Error>),
    #[error("{}", reading(.0))]
    Introspect(Box<seadrift_introspect::Error>),
    #[error(transparent)]
    Compare(Box<seadrift_diff::Error>),
    #[error(transparent)]
    Plan(Box<seadrift_plan::Error>),
    #[error(transparent)]
    Run(Box<seadrift_runner::Error>),
    #[error("{}", stopped(source, statements))]
    Stopped {
        source: Box<seadrift_runner::Error>,
        /// What the revision had sent, in order, if that is known.
        statements: Vec<String>,
        /// The engine that it was written for, where that is another than the one that it ran on.
        written_for: Option<&'static str>,
    },
    #[error("revision `{0}` is not a head")]
    NotHead(String),
    #[error("`{label}` {}", if *is_known { "is a label or a revision already" } else { "cannot be a label" })]
    BadLabel { label: String, is_known: bool },
    #[error("`{name}` {}", if *is_known { "is a revision already" } else { "cannot be the name of a revision" })]
    BadName { name: String, is_known: bool },
    #[error("there is nothing to merge: {}", match .0.as_slice() {
        [] => "there are no revisions yet".to_owned(),
        heads => format!("`{}` is all there is", heads.join("`, `")),
    })]
    NothingToMerge(Vec<String>),
    #[error("nobody says which editor to use")]
    NoEditor,
    #[error("the editor `{editor}` {problem}")]
    Editor { editor: String, problem: String },
    #[error("the sources of {} are not here", revisions(.0))]
    NoSource(Vec<String>),
    #[error(
        "everything was written, but `{}` cannot be taken away: {source}",
        shown(path)
    )]
    Left { path: PathBuf, source: io::Error },
    #[error("cannot rebase: {0}")]
    Rebase(String),
    #[error(transparent)]
    Graph(Box<seadrift_runner::GraphError>),
    #[error("the head of `{}` is not right: {problem}", shown(path))]
    Head {
        path: PathBuf,
        problem: crate::head::Problem,
    },
    #[error(transparent)]
    Held(#[from] seadrift_runner::LockError),
    #[error(transparent)]
    NoLimit(#[from] seadrift_runner::NoSuchLimit),
    #[error("nobody says for which engine the SQL is to be")]
    NoDialect,
    #[error("`{0}` does not say from where to where")]
    NoRange(String),
    #[error("revision `{}` cannot be written as SQL: {}", .0.revision, .0.gap)]
    NotWritten(seadrift_runner::Stop),
    #[error("it is not said that it is meant to {0}")]
    NotMeant(String),
}

impl Error {
    /// What is wrong: one message, or all that is wrong in sources.
    pub(crate) fn messages(&self) -> Vec<String> {
        match self {
            Error::Sources(errors) => errors.messages(),
            Error::Side { side, source } => {
                let messages = source.messages().into_iter();
                messages
                    .map(|message| format!("{side}: {message}"))
                    .collect()
            }
            error => vec![error.to_string()],
        }
    }

    /// The error as one of a side that is compared.
    pub(crate) fn of(self, side: &str) -> Self {
        let (side, source) = (side.to_owned(), Box::new(self));
        Error::Side { side, source }
    }

    /// What to do next, where that is more than the message says.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Error::NoDatabaseUrl => {
                "set `DATABASE_URL`, in the environment or in a `.env` file, or `database_url` in `seadrift.toml`, or \
                 pass `--database-url`"
            }
            Error::Config { source, .. } => return config_hint(source).map(Cow::from),
            Error::Probe(error) => return error.hint().map(Cow::from),
            Error::BadUrl(_) => {
                "a database URL looks like `postgres://user:password@host/database`; in user and password, write \
                 `@`, `/` and `:` as `%40`, `%2F` and `%3A`"
            }
            Error::UnknownScheme(_) => {
                let schemes = Url::SCHEMES.map(|scheme| format!("`{scheme}`"));
                return Some(format!("it may be {}", schemes.join(", ")).into());
            }
            Error::NotBuilt(_) => {
                "turn the feature on where the migration crate depends on seadrift"
            }
            Error::NoUser => {
                "in the password, write `@`, `/`, `:`, `?` and `#` as `%40`, `%2F`, `%3A`, `%3F` and `%23`"
            }
            Error::Reflect(error) => match **error {
                seadrift_reflect::Error::SameTable { .. } => {
                    "give one of them another `table_name`, or leave it out of the list of entities"
                }
                _ => return None,
            },
            Error::Connect { hint, .. } => (*hint)?,
            Error::Side { source, .. } => return source.hint(),
            Error::Sides(problem) => problem.hint()?,
            Error::NoEntities => {
                "list the entities where the migration crate calls seadrift: \
                 `seadrift::run(Migrator, seadrift::entities![user::Entity])`"
            }
            Error::NoLock(_) => {
                "nothing was compared; `init` writes it for a project that has migrations already, `revision --autogenerate` with the \
                 first migration"
            }
            Error::OldSeaOrm => {
                "nothing was written; `check` and `diff` work with it, and files can be written from sea-orm-migration 1.0 on"
            }
            Error::NeedsSeaOrm2 => {
                "nothing was written; leave `--online` away, or make a new enum value a default in a later revision than the one that adds \
                 it; sea-orm-migration 2.x needs neither"
            }
            Error::NoMigrations => {
                "nothing was written; make a migration crate with `sea-orm-cli migrate init`, name where it is with `--migrations DIR`, or have migrations without a crate by `format = \"sql\"` in `seadrift.toml`"
            }
            Error::NothingToAdopt => {
                "nothing was written; name them with `--migrations DIR` and `--entities DIR`, or make a new project in a folder of its \
                 own: `seadrift init DIR`"
            }
            Error::InTheWay(_) => {
                "nothing was written; name a folder that is not there, or an empty one"
            }
            Error::NoEntityFolder => {
                "nothing was done; run this in the project, name the folder with `--entities DIR` or with `entities` in \
                 `seadrift.toml`, or list the entities where the migration crate calls seadrift"
            }
            Error::Renames(_) => {
                "nothing was written; answer with `--rename` and such a line, with nothing behind the `=` where it is not \
                 renamed but dropped, or pass `--no-renames` where nothing was renamed"
            }
            Error::NotAnswered | Error::Terminal(_) => {
                "nothing was written; `--rename old=new` and `--no-renames` answer without a question"
            }
            Error::Hidden(_) => {
                "nothing was written; the login needs rights on the tables that the entities declare, to read at least"
            }
            Error::NotUpToDate { pending } => {
                return Some(
                    format!("run `upgrade` first; pending: {}", pending.join(", ")).into(),
                );
            }
            Error::Gone { .. } => {
                "nothing was written, as the lock would have what they did: to write them anew, take back the lock from before them from version control; if they are to stay, take back their files; if they are to go, and what they did is done, run `lock update`"
            }
            Error::Message(_) => "say in a few words what changes: `-m \"add user table\"`",
            Error::NoProject(_) => "run this in the project, or pass `--migrations DIR`",
            Error::Migrator { source, .. } | Error::Migrations { source, .. } => {
                return Some(migrator_hint(source).into());
            }
            Error::LockConflict { .. } => {
                "nothing was written; keep one side of each in the lock by hand, what the entities declare now, and leave the other marks to this command"
            }
            Error::Lock { source, .. } => return Some(lock_hint(source).into()),
            Error::NeedsSeadrift(_) => {
                "nothing was run; have the crate's `main` call `seadrift::run(Migrator, seadrift::entities![])`, or run its own command line"
            }
            Error::ByHand { lines, .. } => {
                let lines = lines.join("`, `");
                return Some(format!("add to it, as the last of the list: `{lines}`").into());
            }
            Error::Hook { path, .. } => {
                let path = shown(path);
                return Some(format!("`{path}` is there as it is; mend it or the hook, and run the command by hand").into());
            }
            Error::Numbers => "nothing was written; let `file_template` begin with `{date}`",
            Error::NoMigrator(_) => "nothing was written; leave `--format rust` out",
            Error::SqlNeedsSeadrift(_) => {
                "nothing was written; add `seadrift = { version = \"0.1\", default-features = false }` to its dependencies"
            }
            Error::SqlFiles(_) => {
                "nothing was done; `up.sql` applies the revision, `down.sql` reverses it, and each may be there for an engine alone, as in `up.postgres.sql`"
            }
            Error::Cargo(_) => {
                "the migration crate is built with cargo, which has to be on the `PATH`"
            }
            Error::Git(_) => "name a lock file instead, or put git on the `PATH`",
            Error::NoRepository => "`git init` makes one",
            Error::GitConfig(_) => {
                "the lines in `.gitattributes` are there; `git config` says more"
            }
            Error::NoBase(_) => {
                "name the lock file of the branch to compare with, or the branch; it may have to be fetched first"
            }
            Error::Compare(error) if matches!(**error, seadrift_diff::Error::Answer(_)) => {
                "nothing was written; `old` names what the database has and `new` what the entities declare: \
                 `users=user`, `user.name=full_name`, `mood.sad=unhappy`; a kind in front tells which is meant, as in \
                 `column:user.name=full_name`"
            }
            Error::Plan(error) if matches!(**error, seadrift_plan::Error::NoCast(_)) => {
                "nothing was written; put a column of the new type beside the first, fill it as you mean it in an empty \
                 revision (`revision -m …`), and drop the first one then"
            }
            Error::Plan(error) if matches!(**error, seadrift_plan::Error::NoStages(_)) => {
                "nothing was written; `--online` is for PostgreSQL; without it, the hazards tell what keeps others waiting"
            }
            Error::Plan(_) | Error::Compare(_) => {
                "nothing was written; steps that seadrift cannot write go into an empty revision by hand \
                 (`revision -m …`)"
            }
            Error::Run(error) => return run_hint(error),
            Error::Graph(error) => graph_hint(error),
            Error::Stopped {
                source,
                written_for,
                ..
            } => {
                let hint = run_hint(source)?;
                return Some(match written_for {
                    None => hint,
                    Some(engine) => format!(
                        "it was written for {engine} alone: name all engines that it is to run on with `backends` in \
                         `seadrift.toml`, and write it anew; {hint}"
                    )
                    .into(),
                });
            }
            Error::NotHead(_) => {
                "nothing was written; `heads` lists the heads, and `--splice` takes a revision that others revise already"
            }
            Error::BadLabel { .. } => {
                "nothing was written; a label is made of letters, digits, `_`, `.` and `/`, and is no word of its own, as `head`"
            }
            Error::BadName { .. } => {
                "nothing was written; the name is that of a module: small letters, digits and `_`, as in `m0001_add_user`"
            }
            Error::NothingToMerge(_) => "`merge` joins several heads; `heads` lists them",
            Error::NoEditor => "set `EDITOR` or `VISUAL`, as in `EDITOR=nano`",
            Error::Editor { .. } => "it is what `VISUAL` or else `EDITOR` says",
            Error::NoSource(_) => "run this in the project, or pass `--migrations DIR`",
            Error::Left { .. } => "take it away by hand; `lib.rs` names it no longer",
            Error::Rebase(_) => {
                "nothing was written; `history` shows the branches, and `merge` joins them as they are"
            }
            Error::Head { .. } => {
                "nothing was done; correct that line, or take the file back from version control"
            }
            Error::Held(error) => return held_hint(error).map(Cow::from),
            Error::NoLimit(_) => {
                "nothing was done; leave `--statement-timeout` out, or limit the time on the server"
            }
            Error::NoDialect => {
                "pass `--dialect postgres`, `mysql`, `mariadb` or `sqlite`, or a database URL"
            }
            Error::NoRange(_) => {
                "without a database, nobody knows where it stands: pass `FROM:TO`, such as `head:base`"
            }
            Error::NotWritten(stop) if stop.gap.is_about_data() => {
                "the script ends before it; run that revision with `upgrade` against the database itself, and the rest \
                 with `FROM:TO` from there"
            }
            Error::NotWritten(_) => "the script ends before it",
            Error::NotMeant(_) => "nothing was done; pass `--yes` if it is",
            Error::Proof(failure) if failure.is_of_a_view() => {
                "nothing was written; mend or drop what it names: SQLite makes no table anew while a view or trigger is not in order"
            }
            Error::Proof(_) => {
                "nothing was written; please report this with the entities, or pass `--no-verify` and mend the file"
            }
            Error::Scratch(ScratchError::Create(_)) => {
                "nothing was written; the server does not answer any more: try again, or pass `--no-verify`"
            }
            Error::Scratch(ScratchError::Remove { .. }) => {
                "nothing was written; it holds no data of yours and can be dropped by hand"
            }
            Error::NoReplay(ScratchError::Create(_)) => {
                "nothing was changed; name a server with `--scratch-url` where the login may make databases"
            }
            Error::NoReplay(ScratchError::Remove { .. }) => {
                "it holds no data of yours and can be dropped by hand"
            }
            Error::OtherEngine { .. } => {
                "nothing was written; a plan can only be tried out on a server of the same kind"
            }
            Error::OtherBackend { .. } => {
                "nothing was written; `backends` in `seadrift.toml` lists them"
            }
            Error::Replay { .. } => {
                "nothing was written; mend that migration, or take the backend out of `backends` in `seadrift.toml`"
            }
            Error::UnknownBackend { .. } => {
                "nothing was written; name a server of that kind with `--scratch-url`, or take the backend out of \
                 `backends` in `seadrift.toml`"
            }
            Error::Sources(_) | Error::Read { .. } | Error::Write { .. } | Error::Introspect(_) => {
                return None;
            }
        };
        Some(hint.into())
    }
}

fn config_hint(problem: &crate::config::Problem) -> Option<&'static str> {
    use crate::config::Problem;
    match problem {
        Problem::Syntax { .. } => None,
        Problem::SameBackend { .. } => Some("leave one of them out; nothing was done"),
        Problem::Variable { .. } => {
            Some("set it, in the environment or in a `.env` file; nothing was done")
        }
        Problem::Open { .. } => {
            Some("a variable is written `${NAME}`; a `$` of the URL itself is written `%24`")
        }
    }
}

fn held_hint(error: &seadrift_runner::LockError) -> Option<&'static str> {
    use seadrift_runner::LockError;
    match error {
        LockError::Busy(_) => {
            Some("nothing was done; try again later, or pass a longer `--lock-wait`")
        }
        LockError::Server(_) => Some("nothing was done"),
        LockError::File { .. } => Some(
            "nothing was done; the folder of the database has to be one that this user may write to",
        ),
        LockError::Lost(_) => None,
    }
}

fn lock_hint(error: &seadrift_schema::lock::Error) -> &'static str {
    use seadrift_schema::lock::Error as Lock;
    match error {
        Lock::Version(_) => {
            "nothing was written; use the version of seadrift that wrote the file, or a newer one"
        }
        Lock::Conflict(_) => {
            "nothing was written; `merge` and `rebase` take both sides as they bring the branches together, and `lock merge` does no more than that"
        }
        Lock::Twice(_) | Lock::Syntax(_) => {
            "nothing was written; take the file back from version control, or what was edited in it by hand"
        }
    }
}

fn migrator_hint(error: &seadrift_render::migrator::Error) -> &'static str {
    use seadrift_render::migrator::Error as Migrator;
    match error {
        Migrator::Syntax { .. } => "nothing was written; the crate has to build first",
        Migrator::Conflict(_) => "nothing was written; resolve the conflict first",
        Migrator::NoMigrator => {
            "nothing was written; the list should look like \
             `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`"
        }
        Migrator::Entry(_) => {
            "nothing was done; write it as `Box::new(m20261120_110500_add_user_table::Migration)`, or run this verb from the migration crate: `cargo run -p migration -- …`"
        }
        Migrator::Table => {
            "nothing was done; write the name as a string there, or run this verb from the migration crate: `cargo run -p migration -- …`"
        }
        Migrator::Unknown(_) => {
            "nothing was written; move the revision by hand, in its head and in that list"
        }
        Migrator::Known(_) => {
            "nothing was written; remove the line, or the file if it is left over"
        }
        Migrator::NoPlace => {
            "nothing was written; move the comments away from the last `mod` line and from the end of the list"
        }
    }
}

fn run_hint(error: &seadrift_runner::Error) -> Option<Cow<'static, str>> {
    use seadrift_runner::Error as Run;
    let hint = match error {
        Run::Unknown(_) => {
            "the database belongs to another project or to a newer version of this one, or files were deleted"
        }
        Run::Symbol(error) => return symbol_hint(error),
        Run::NotCompiled(_) => "nothing was run; build the migration crate anew",
        Run::Status(source)
        | Run::Install { source, .. }
        | Run::Table { source, .. }
        | Run::Stamp(source)
            if is_refused(source) =>
        {
            "the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable"
        }
        Run::Table { .. } => {
            "it should be sea-orm-migration's own: `version`, a text and the primary key, and `applied_at`, a big integer"
        }
        Run::Step {
            revision,
            direction,
            done,
            aftermath,
            ..
        } => return Some(next_hint(revision, *direction, done, *aftermath).into()),
        _ => return None,
    };
    Some(hint.into())
}

/// Whether the database says that the login may not do it.
fn is_refused(error: &sea_orm::DbErr) -> bool {
    let said = error.to_string().to_lowercase();
    ["denied", "readonly", "read-only"]
        .iter()
        .any(|sign| said.contains(sign))
}

/// What to do after a revision failed.
fn next_hint(
    revision: &str,
    direction: Direction,
    done: &[String],
    aftermath: Aftermath,
) -> String {
    let verb = match direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    };
    let again = match (aftermath, direction) {
        (Aftermath::Kept, Direction::Up) => format!(
            "undo by hand what stays and run `{verb}` again, or do the rest by hand and run `stamp {revision}`"
        ),
        (Aftermath::Kept, Direction::Down) => {
            format!("redo by hand what is gone, and run `{verb}` again")
        }
        _ => format!("mend it and run `{verb}` again, which goes on from there"),
    };
    match done.is_empty() {
        true => again,
        false => format!("these ran before it and stay: {}; {again}", done.join(", ")),
    }
}

fn symbol_hint(error: &SymbolError) -> Option<Cow<'static, str>> {
    let listed = |what: &str, names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        Some(format!("{what}{}", names.join(", ")).into())
    };
    let hint = match error {
        SymbolError::NoSuchRevision { candidates, .. } if candidates.is_empty() => {
            "there are no revisions yet"
        }
        SymbolError::NoSuchRevision { candidates, .. } => {
            return listed("`history` lists all revisions; among them are ", candidates);
        }
        SymbolError::NoSuchBranch { candidates, .. } if candidates.is_empty() => {
            "in front of an `@` stands a label or a revision; no revision has a label"
        }
        SymbolError::NoSuchBranch { candidates, .. } => {
            return listed(
                "in front of an `@` stands a revision or a label, of which there are ",
                candidates,
            );
        }
        SymbolError::Heads { .. } => {
            "`heads` means all of them, and `NAME@head` the one that follows on a revision or label; `merge` joins them, \
             and `rebase` puts one on top of the other"
        }
        SymbolError::SeveralWays { symbol, .. } => {
            let sign = symbol.rfind(['+', '-']).and_then(|at| symbol.get(at..=at));
            return Some(
                format!(
                    "name the revision to go to, or say which branch is meant: `NAME@{}1`, with a revision or a label",
                    sign.unwrap_or("+")
                )
                .into(),
            );
        }
        SymbolError::BadTarget {
            direction: Direction::Up,
            ..
        } => "`upgrade` takes `head`, `heads`, `+N`, or a revision",
        SymbolError::BadTarget {
            direction: Direction::Down,
            ..
        } => "`downgrade` takes `base`, `-N`, or a revision, which itself stays applied",
        SymbolError::NoWay { .. } => {
            "a range goes from an older revision to one that follows on it"
        }
        SymbolError::Ambiguous { .. }
        | SymbolError::OtherBranch { .. }
        | SymbolError::TooFar { .. }
        | SymbolError::WrongWay { .. }
        | SymbolError::NoDatabase(_)
        | SymbolError::Range(_)
        | SymbolError::NoRange(_) => return None,
    };
    Some(hint.into())
}

fn graph_hint(error: &GraphError) -> &'static str {
    match error {
        GraphError::Twice { .. } => {
            "nothing was done; give one of them another name, in its head too"
        }
        GraphError::NoParent { .. } => {
            "nothing was done; take the file that is missing back from version control, or correct the head"
        }
        GraphError::Circle(_) => {
            "nothing was done; correct what the heads of their files say behind `Revises:` and `Depends:`"
        }
        GraphError::LabelTwice { .. } | GraphError::BadLabel { .. } => {
            "nothing was done; correct `Labels:` in the head of the file"
        }
    }
}

impl From<GraphError> for Error {
    fn from(error: GraphError) -> Self {
        Error::Graph(Box::new(error))
    }
}

impl From<SymbolError> for Error {
    fn from(error: SymbolError) -> Self {
        seadrift_runner::Error::from(error).into()
    }
}

impl From<seadrift_reflect::Error> for Error {
    fn from(error: seadrift_reflect::Error) -> Self {
        Error::Reflect(Box::new(error))
    }
}

impl From<Box<seadrift_reflect::Error>> for Error {
    fn from(error: Box<seadrift_reflect::Error>) -> Self {
        Error::Reflect(error)
    }
}

impl From<seadrift_introspect::Error> for Error {
    fn from(error: seadrift_introspect::Error) -> Self {
        Error::Introspect(Box::new(error))
    }
}

impl From<seadrift_diff::Error> for Error {
    fn from(error: seadrift_diff::Error) -> Self {
        Error::Compare(Box::new(error))
    }
}

impl From<seadrift_plan::Error> for Error {
    fn from(error: seadrift_plan::Error) -> Self {
        Error::Plan(Box::new(error))
    }
}

impl From<seadrift_runner::Error> for Error {
    fn from(error: seadrift_runner::Error) -> Self {
        Error::Run(Box::new(error))
    }
}

/// The error with what the server said.
fn reading(error: &seadrift_introspect::Error) -> String {
    match error {
        seadrift_introspect::Error::Read { source, .. } => {
            format!("{error}: {}", seadrift_runner::said(source))
        }
        _ => error.to_string(),
    }
}

/// Which statement a revision stopped at, and which of those before it stay.
fn stopped(error: &seadrift_runner::Error, statements: &[String]) -> String {
    let seadrift_runner::Error::Step {
        revision,
        direction,
        aftermath,
        source,
        ..
    } = error
    else {
        return error.to_string();
    };
    let reason = seadrift_runner::said(source);
    let mut text = format!("revision `{revision}` failed on the way {direction}: {reason}");
    let is_statement = matches!(**source, sea_orm::DbErr::Exec(_) | sea_orm::DbErr::Query(_));
    let named = seadrift_runner::failed_statement(source);
    let is_named = |statement: &String| {
        named.is_some_and(|named| seadrift_runner::on_one_line(statement) == named)
    };
    let ran = match statements.split_last() {
        // It is named already, and what came after it ended it.
        _ if named.is_some() => {
            let end = statements.iter().rposition(is_named);
            statements
                .get(..end.unwrap_or(statements.len()))
                .unwrap_or_default()
        }
        Some((failed, ran)) if is_statement => {
            text += &format!("\n  at: {}", short(failed));
            ran
        }
        _ => statements,
    };
    // What only asks leaves nothing.
    let is = |statement: &str, words: &[&str]| {
        let first = statement.split_whitespace().next().unwrap_or_default();
        words.iter().any(|word| first.eq_ignore_ascii_case(word))
    };
    let begins = |statement: &&String| is(statement, &["begin"]);
    let ran: Vec<_> = ran
        .iter()
        .filter(|statement| !is(statement, &["select", "begin", "commit", "rollback"]))
        .collect();
    // On MySQL, a transaction ends with the first statement that is not about rows.
    let about_rows = ["insert", "update", "delete", "replace"];
    let is_undone = statements.iter().any(|one| begins(&one))
        && ran.iter().all(|statement| is(statement, &about_rows));
    match aftermath {
        Aftermath::Kept if is_undone => text += &format!("\n  {}", Aftermath::RolledBack),
        Aftermath::Kept if !statements.is_empty() && ran.is_empty() => {
            text += "\n  nothing of it had run before";
        }
        Aftermath::Kept if !ran.is_empty() => {
            text +=
                "\n  this engine commits every statement by itself; these ran before it and stay:";
            for statement in ran {
                text += &format!("\n    {}", short(statement));
            }
        }
        aftermath => text += &format!("\n  {aftermath}"),
    }
    text
}

fn revisions(names: &[String]) -> String {
    match names {
        [name] => format!("revision `{name}`"),
        names => format!("revisions `{}`", names.join("`, `")),
    }
}

fn tried(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path| format!("`{}`", shown(path)))
        .collect();
    format!("there is no `src/lib.rs` in {}", paths.join(" or "))
}
