//! The backends that every migration of a project is for: a plan for each, and whether it was tried out.
//!
//! One of them is the database's own. Of another, nobody's database is at hand: what such databases have is what the
//! project's migrations make from nothing on a scratch database, or else what the lock says.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use seadrift_plan::{Hazard, Plan, Stage, in_turn, online};
use seadrift_render::Verification;
use seadrift_runner::{Scratch, Symbol};
use seadrift_schema::{Change, Dialect, Schema, lock};

use crate::{
    Context, Error,
    commands::revision::Ground,
    compare::{Both, Lock, Sides},
    count,
    database::{self, Url},
    graph, proof,
    renames::{self, Answers},
};

/// The plan for one backend.
pub(crate) struct Draft<'a> {
    /// In as many stages as every other has, each a revision.
    pub stages: Vec<Stage>,
    sides: Sides,
    home: Home<'a>,
}

/// Where a plan may be tried out.
enum Home<'a> {
    /// The database's own server, or another one that is named for it.
    Own {
        db: &'a DatabaseConnection,
        url: &'a Url,
        scratch: Option<&'a Url>,
    },
    /// A server that is named for another backend.
    Other { db: DatabaseConnection, url: Url },
    /// There is none, for this reason.
    Nowhere(String),
}

impl Draft<'_> {
    /// The server, or no more than the engine where none was asked.
    pub(crate) fn server(&self) -> String {
        match &self.home {
            Home::Nowhere(_) => self.sides.dialect().name().to_owned(),
            Home::Own { .. } | Home::Other { .. } => self.sides.server.to_string(),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.sides.dialect()
    }

    /// Tries the plan out.
    pub(crate) async fn prove(&self) -> Result<Verification, Error> {
        let (sides, stages) = (&self.sides, &self.stages);
        match &self.home {
            Home::Own { db, url, scratch } => proof::prove(db, url, *scratch, sides, stages).await,
            Home::Other { db, url } => proof::prove(db, url, None, sides, stages).await,
            Home::Nowhere(reason) => Ok(Verification::NotVerified(reason.clone())),
        }
    }
}

/// Servers that are named for scratch databases.
pub(crate) struct ScratchServers(Vec<Url>);

impl ScratchServers {
    /// Those of the command line, or else of the config.
    pub(crate) fn find(context: &Context, named: &[String]) -> Result<Self, Error> {
        let mut texts = named.to_vec();
        texts.retain(|text| !text.is_empty());
        if texts.is_empty() {
            texts = context.config.scratch_urls()?;
        }
        let urls = texts.iter().map(|text| Url::parse(text));
        Ok(Self(urls.collect::<Result<_, _>>()?))
    }

    /// The one for this dialect.
    pub(crate) fn of(&self, dialect: Dialect) -> Option<&Url> {
        self.0.iter().find(|url| url.is_of(dialect))
    }

    /// The one that is named first.
    pub(crate) fn first(&self) -> Option<&Url> {
        self.0.first()
    }

    /// The engine of all of them, if they are of one.
    pub(crate) fn only(&self) -> Option<Dialect> {
        let first = self.0.first()?;
        let is_same = |url: &Url| url.is_of(first.dialect());
        self.0.iter().all(is_same).then(|| first.dialect())
    }

    /// One that no backend of the project can use.
    fn stray(&self, dialects: &[Dialect]) -> Option<&Url> {
        let is_used = |url: &&Url| dialects.iter().any(|dialect| url.is_of(*dialect));
        self.0.iter().find(|url| !is_used(url))
    }
}

/// Makes a plan of changes to what a database of this dialect has.
pub(crate) type Planner = fn(Vec<Change>, &Schema, Dialect) -> Result<Plan, seadrift_plan::Error>;

/// What the plans for all backends have in common.
pub(crate) struct Drafting<'a> {
    pub context: &'a Context,
    pub servers: ScratchServers,
    /// What was declared at the newest revision, where a lock says it.
    pub locked: Option<&'a Schema>,
    /// The differences that the lock accepts.
    pub accepted: &'a [String],
    /// What makes a plan of changes.
    pub planner: Planner,
    /// Whether the plan keeps nobody waiting, in stages (PostgreSQL).
    pub online: bool,
    /// What is told about renames, and what was answered for the database in the end.
    pub answers: &'a Answers,
    pub answered: &'a [String],
    /// What the migration starts from, where it is written anew in place of others.
    pub again: Option<&'a Ground>,
}

impl Drafting<'_> {
    /// The backends that the migration is for, `own` among them. An error where the config does not have it, or where a
    /// scratch server is of none of them.
    fn dialects(&self, own: &Sides) -> Result<Vec<Dialect>, Error> {
        let mut dialects = self.context.config.backends.clone();
        if dialects.is_empty() {
            dialects.push(own.dialect());
        }
        let mut same = dialects.iter_mut();
        match same.find(|dialect| dialect.shares_migrations_with(own.dialect())) {
            Some(dialect) => *dialect = own.dialect(),
            None => {
                return Err(Error::OtherBackend {
                    database: own.server.to_string(),
                    backends: dialects,
                });
            }
        }
        match self.servers.stray(&dialects) {
            Some(url) => Err(Error::OtherEngine {
                scratch: url.dialect().name().to_owned(),
                database: own.server.to_string(),
            }),
            None => Ok(dialects),
        }
    }

    /// The drafts for all backends of the project, in the order in which it lists them. `own` is the database's, for which
    /// there are `changes`.
    pub(crate) async fn drafts<'d>(
        &'d self,
        db: &'d DatabaseConnection,
        url: &'d Url,
        own: Sides,
        changes: Vec<Change>,
    ) -> Result<Vec<Draft<'d>>, Error> {
        let dialects = self.dialects(&own)?;
        let dialect = own.dialect();
        let mut stages = self.stages(changes, &own, &dialects)?;
        let hazards = |stages: &[Stage]| -> Vec<Hazard> {
            let hazards = stages.iter().flat_map(|stage| &stage.plan.hazards);
            hazards.cloned().collect()
        };
        let uncounted = hazards(&stages);
        count::rows(db, stages.iter_mut().map(|stage| &mut stage.plan)).await;
        let counted: Vec<_> = uncounted.into_iter().zip(hazards(&stages)).collect();
        let scratch = self.servers.of(dialect);
        let mut draft = Some(Draft {
            stages,
            sides: own,
            home: Home::Own { db, url, scratch },
        });
        let mut drafts = vec![];
        for other in &dialects {
            let its = draft.take_if(|_| *other == dialect);
            drafts.push(match its {
                Some(own) => own,
                None => self.other(*other, &dialects).await?,
            });
        }
        // The rows at hand are those of the one database.
        let stages = drafts.iter_mut().flat_map(|draft| &mut draft.stages);
        for hazard in stages.flat_map(|stage| &mut stage.plan.hazards) {
            if let Some((_, counted)) = counted.iter().find(|(uncounted, _)| uncounted == hazard) {
                hazard.clone_from(counted);
            }
        }
        even_out(&mut drafts);
        Ok(drafts)
    }

    /// The stages of the plan for `changes`. Only PostgreSQL knows more than one, so that the others do all in the first.
    fn stages(
        &self,
        changes: Vec<Change>,
        sides: &Sides,
        dialects: &[Dialect],
    ) -> Result<Vec<Stage>, Error> {
        let plan = (self.planner)(changes, sides.database(), sides.dialect())?;
        let is_for = sides.dialect() == Dialect::Postgres || !dialects.contains(&Dialect::Postgres);
        Ok(match self.online && is_for {
            true => online(&plan, sides.database())?,
            false => in_turn(plan),
        })
    }

    /// The draft for another backend.
    async fn other(&self, dialect: Dialect, dialects: &[Dialect]) -> Result<Draft<'_>, Error> {
        let in_memory = match dialect {
            Dialect::Sqlite => Some(Url::parse("sqlite::memory:")?),
            Dialect::Postgres | Dialect::MySql | Dialect::MariaDb => None,
        };
        let Some(url) = in_memory.as_ref().or_else(|| self.servers.of(dialect)) else {
            let reason = "no server is named for it with `--scratch-url`".to_owned();
            return self.by_lock(dialect, dialects, reason).await;
        };
        let reached = async {
            let home = database::connect_to(url, None).await?;
            let scratch = Scratch::create(&home, url.parsed()).await?;
            Ok::<_, Error>((home, scratch))
        };
        match reached.await {
            Ok((home, scratch)) => {
                let planned = self.replayed(dialect, dialects, &scratch.db).await;
                scratch.remove(&home).await?;
                let (sides, stages) = planned?;
                let url = url.clone();
                let home = Home::Other { db: home, url };
                Ok(Draft {
                    stages,
                    sides,
                    home,
                })
            }
            Err(error) => {
                let reason = url.redact(&error.to_string());
                self.by_lock(dialect, dialects, reason).await
            }
        }
    }

    /// The plan for databases that have what the project's migrations make of an empty one, `db`.
    async fn replayed(
        &self,
        dialect: Dialect,
        dialects: &[Dialect],
        db: &DatabaseConnection,
    ) -> Result<(Sides, Vec<Stage>), Error> {
        let schema = self.context.options.schema.as_deref();
        if let (Some(schema), Dialect::Postgres) = (schema, dialect) {
            let schema = dialect.quote(schema);
            let make = format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}");
            let made = db.execute_unprepared(&make).await;
            made.map_err(|source| {
                seadrift_introspect::Error::of(db.get_database_backend(), source)
            })?;
        }
        let graph = graph::read(self.context)?;
        let migrations = &self.context.migrations;
        let heads = match self.again {
            None => vec![Symbol::heads()],
            // What it replaces has not run anywhere.
            Some(again) => again
                .heads
                .iter()
                .filter_map(|head| head.parse().ok())
                .collect(),
        };
        for head in &heads {
            let replayed = seadrift_runner::upgrade(db, migrations, &graph, head, |_| {}).await;
            replayed.map_err(|source| Error::Replay {
                dialect,
                source: Box::new(source),
            })?;
        }
        let declared = async {
            let desired = self.context.entities()?.schema(dialect)?;
            let head = self.head();
            let lock = match self.locked {
                None => Lock::Unknown,
                Some(locked) if *locked == desired => Lock::Same,
                Some(locked) => Lock::Other(locked.clone()),
            };
            Ok(Both {
                lock,
                head,
                desired,
                // They are those of the database's own backend.
                warnings: vec![],
            })
        };
        let mut sides = Sides::read(self.context, db, declared).await?;
        if let Some(again) = self.again {
            sides.gone.clone_from(&again.gone);
        }
        let changes = self.changes(&mut sides, Some(db)).await?;
        let stages = self.stages(changes, &sides, dialects)?;
        Ok((sides, stages))
    }

    /// The draft for databases that have what the lock says, for want of a server to ask.
    async fn by_lock(
        &self,
        dialect: Dialect,
        dialects: &[Dialect],
        reason: String,
    ) -> Result<Draft<'_>, Error> {
        // The lock says already what comes of those that are replaced.
        if self.again.is_some() {
            return Err(Error::Rebase(format!(
                "nobody says what databases on {dialect} have: {reason}"
            )));
        }
        if self.locked.is_none() && !self.context.migrations.names().is_empty() {
            return Err(Error::UnknownBackend { dialect, reason });
        }
        let mut sides = Sides::from_lock(self.context, dialect, self.locked.cloned(), self.head())?;
        let changes = self.changes(&mut sides, None).await?;
        let stages = self.stages(changes, &sides, dialects)?;
        Ok(Draft {
            stages,
            sides,
            home: Home::Nowhere(reason),
        })
    }

    /// What the lock accepts.
    fn head(&self) -> lock::Head {
        lock::Head {
            accepted: self.accepted.to_vec(),
            migrations: vec![],
        }
    }

    /// The changes that such a database needs, with the answers that were given for the database.
    async fn changes(
        &self,
        sides: &mut Sides,
        db: Option<&DatabaseConnection>,
    ) -> Result<Vec<Change>, Error> {
        let answers = self.answers.again(self.answered, sides);
        let (changes, _) = renames::settle(sides, db, &answers).await?;
        Ok(changes)
    }
}

/// Gives all drafts as many stages: each is a file, which has to be right on every backend.
fn even_out(drafts: &mut [Draft<'_>]) {
    let longest = drafts.iter().max_by_key(|draft| draft.stages.len());
    let works: Vec<_> = longest.map_or(vec![], |draft| {
        draft.stages.iter().map(|stage| stage.work).collect()
    });
    for draft in drafts {
        let dialect = draft.sides.dialect();
        for (stage, work) in draft.stages.iter_mut().zip(&works) {
            stage.work = *work;
        }
        let missing = works.iter().skip(draft.stages.len());
        let idle: Vec<_> = missing.map(|work| Stage::idle(*work, dialect)).collect();
        draft.stages.extend(idle);
    }
}
