//! All migrations from nothing, on a scratch database: up they lead to what the lock declares, and down to nothing again.
//!
//! The project's database is not touched. After a `down` that is not right, the next one is looked at on a database that was made
//! anew, so that each finding is about one migration.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use seadrift_introspect::{Database, Scope, introspect};
use seadrift_runner::{Direction, Scratch, ScratchError, Symbol, caught, failed_place, said, way};
use seadrift_schema::Dialect;
use seadrift_sql_files::Way;

use super::changes::{self, LockLines};
use crate::{
    Context, Error,
    backends::ScratchServers,
    compare::{self, Sides},
    database::{self, Url},
    entities::Declared,
    finding::{Finding, Kind, Place, Report},
    graph, head, output,
    project::{self, Project},
    proof,
    statements::{Ears, short},
};

/// Runs all migrations on scratch databases, and adds what is found to `report`. Returns the engine that they ran on.
pub(crate) async fn replay(
    context: &Context,
    project: &Project,
    servers: &ScratchServers,
    report: &mut Report,
) -> Result<Dialect, Error> {
    let url = server(context, servers)?;
    let home = database::connect_to(&url, None).await?;
    let dialect = seadrift_introspect::server(&home).await?.dialect;
    let schemas = match project.lock.exists() {
        true => {
            let (schema, _) = project::read_whole_lock(&project.lock)?;
            let schemas = schema.tables.into_keys().filter_map(|table| table.schema);
            schemas.collect()
        }
        false => vec![],
    };
    let mut replay = Replay {
        context,
        project,
        home,
        url,
        schemas,
        scratch: None,
    };
    let outcome = replay.there_and_back(report).await;
    let removed = replay.remove().await;
    outcome?;
    removed?;
    Ok(dialect)
}

/// The server to make scratch databases on: the one that is named for it, or else the database's own.
fn server(context: &Context, servers: &ScratchServers) -> Result<Url, Error> {
    let url = match context.options.database_url.as_deref() {
        Some(text) => {
            let own = Url::parse(text)?;
            servers.of(own.dialect()).cloned().unwrap_or(own)
        }
        None => servers.first().cloned().ok_or(Error::NoDatabaseUrl)?,
    };
    match url.dialect() {
        // No file is made for it.
        Dialect::Sqlite => Url::parse("sqlite::memory:"),
        _ => Ok(url),
    }
}

/// Why a migration did not run.
struct Failure {
    /// In one line.
    reason: String,
    /// Where, if it is told.
    place: Option<Place>,
}

struct Replay<'a> {
    context: &'a Context,
    project: &'a Project,
    /// A connection to another database of the server that the scratch databases are on.
    home: DatabaseConnection,
    url: Url,
    /// PostgreSQL's schemas beside the connection's own.
    schemas: Vec<String>,
    scratch: Option<Scratch>,
}

impl Replay<'_> {
    async fn there_and_back(&mut self, report: &mut Report) -> Result<(), Error> {
        let graph = graph::read(self.context)?;
        let steps = way::up(&graph, &[], &Symbol::heads()).map_err(seadrift_runner::Error::from)?;
        let (mut befores, failure) = self.climb(&steps).await?;
        match (failure, steps.get(befores.len())) {
            (Some(Failure { reason, place }), Some(revision)) => {
                let what = format!("{revision} does not run: {reason}");
                let finding = self.finding(Kind::MigrationFails, revision, what, place);
                report.findings.push(finding);
                let line = "what the migrations make with the lock, as not all of them run";
                report.not_compared.push(line.to_owned());
                // What the failing one left is in the way of the others.
                befores = self
                    .climb(steps.get(..befores.len()).unwrap_or_default())
                    .await?
                    .0;
            }
            _ => self.compare_with_lock(report).await?,
        }
        let ran = befores.len();
        let mut is_dirty = false;
        for (at, revision) in steps.iter().enumerate().take(ran).rev() {
            if is_dirty {
                let (again, failure) = self.climb(steps.get(..=at).unwrap_or_default()).await?;
                if let Some(Failure { reason, place }) = failure {
                    let what = format!("{revision} does not run a second time: {reason}");
                    let finding = self.finding(Kind::MigrationFails, revision, what, place);
                    report.findings.push(finding);
                    break;
                }
                befores = again;
            }
            let found = self.down(revision, befores.get(at)).await?;
            is_dirty = found.is_some();
            let is_accepted =
                |kind| kind != Kind::MigrationFails && self.may_have_no_down(revision);
            match found {
                Some(found) if is_accepted(found.kind) => {
                    let line = format!("{revision}: its way down, of which there is none");
                    report.not_compared.push(line);
                }
                found => report.findings.extend(found),
            }
        }
        output::progress(match ran {
            1 => "replayed 1 revision on a scratch database".to_owned(),
            ran => format!("replayed {ran} revisions on a scratch database"),
        });
        Ok(())
    }

    /// Whether the head of the revision says that it is meant to have no way down.
    fn may_have_no_down(&self, revision: &str) -> bool {
        let source = project::read(&self.project.file(revision)).unwrap_or_default();
        head::allows(&source, Kind::NoDown.code())
    }

    /// A finding about a revision, at `place` or else at its file.
    fn finding(&self, kind: Kind, revision: &str, what: String, place: Option<Place>) -> Finding {
        let path = self.project.file(revision);
        let file = || path.is_file().then(|| Place::file(&path));
        let place = place.or_else(file);
        Finding::new(kind, what).of(revision).at(place)
    }

    /// The file that reverses a revision, where it is another than that which applies it.
    fn down_file(&self, revision: &str) -> Option<Place> {
        let place = self.project.place(revision)?;
        let path = place.runs(Way::Down, self.url.dialect())?;
        Some(Place::file(&path))
    }

    /// The line of one of the files of a revision, of which `failed` tells.
    fn place_of(&self, revision: &str, failed: &DbErr) -> Option<Place> {
        let (file, line) = failed_place(failed)?;
        let place = self.project.place(revision)?;
        let name = Path::new(file).file_name()?;
        Some(Place {
            path: place.folder()?.path.join(name),
            line: Some(line),
        })
    }

    /// Runs `steps` on a new scratch database, up to the first that fails. Returns what it had before each of those that ran.
    async fn climb(&mut self, steps: &[String]) -> Result<(Vec<Database>, Option<Failure>), Error> {
        self.begin().await?;
        let mut befores = vec![];
        for revision in steps {
            let before = self.look().await?;
            if let Some(failure) = self.step(revision, Direction::Up).await? {
                return Ok((befores, Some(failure)));
            }
            befores.push(before);
        }
        Ok((befores, None))
    }

    /// What is wrong with the `down` of a revision before which the database was like `before`.
    async fn down(
        &self,
        revision: &str,
        before: Option<&Database>,
    ) -> Result<Option<Finding>, Error> {
        if let Some(Failure { reason, place }) = self.step(revision, Direction::Down).await? {
            let what = format!("{revision} does not run on the way down: {reason}");
            let place = place.or_else(|| self.down_file(revision));
            return Ok(Some(self.finding(Kind::DownFails, revision, what, place)));
        }
        let Some(before) = before else {
            return Ok(None);
        };
        let after = self.look().await?;
        let differing = proof::differing(
            &before.schema,
            &after.schema,
            after.server.dialect,
            &before.own_schema,
        )?;
        Ok((!differing.is_empty()).then(|| {
            let what = format!(
                "{revision} does not lead back: {} is not as before",
                differing.join(", ")
            );
            self.finding(Kind::DownDiffers, revision, what, self.down_file(revision))
        }))
    }

    /// Compares what all migrations made with what the lock declares.
    async fn compare_with_lock(&self, report: &mut Report) -> Result<(), Error> {
        let db = self.db()?;
        if !self.project.lock.exists() {
            return self.compare_with_entities(db, report).await;
        }
        let declared = compare::locked(self.project);
        let sides = Sides::read_without_entities(self.context, db, declared.end()).await?;
        let changes = sides.drift(db).await?;
        let lock = LockLines::of(&self.project.lock);
        let in_lock = |table: &_, object: Option<&str>| lock.place(table, object);
        let kind = Kind::ReplayDiffers;
        let found = changes::findings(kind, changes, sides.dialect(), &in_lock);
        report.findings.extend(found);
        Ok(())
    }

    /// Compares what all migrations made with what the entities declare, where no lock says what they did.
    async fn compare_with_entities(
        &self,
        db: &DatabaseConnection,
        report: &mut Report,
    ) -> Result<(), Error> {
        let has_entities = |declared: std::sync::Arc<Declared>| !declared.is_empty();
        if !self.context.entities().is_ok_and(has_entities) {
            let line = "what the migrations make, as there is neither a lock file nor an entity";
            report.not_compared.push(line.to_owned());
            return Ok(());
        }
        let declared = compare::declared(self.context, self.project, self.url.dialect())?;
        let sides = Sides::read(self.context, db, declared.end()).await?;
        let changes = sides.since_database(db).await?;
        let entities = changes::Entities::of(self.context)?;
        let place = |table: &_, _: Option<&str>| entities.place(table);
        let mut found = changes::findings(Kind::ReplayDiffers, changes, sides.dialect(), &place);
        // What the database that was made by them does not have has been said of it.
        let is_said = |one: &Finding| {
            let mut said = report.findings.iter();
            said.any(|said| said.kind == Kind::EntityNotInDatabase && said.what == one.what)
        };
        found.retain(|one| !is_said(one));
        report.findings.extend(found);
        Ok(())
    }

    fn db(&self) -> Result<&DatabaseConnection, Error> {
        let scratch = self.scratch.as_ref().map(|scratch| &scratch.db);
        let gone = || DbErr::Custom("it is gone".to_owned());
        scratch.ok_or_else(|| Error::NoReplay(ScratchError::Create(Box::new(gone()))))
    }

    /// Makes a new scratch database, in place of the one that there may be.
    async fn begin(&mut self) -> Result<(), Error> {
        self.remove().await?;
        let scratch = Scratch::create(&self.home, self.url.parsed()).await;
        let db = &self.scratch.insert(scratch.map_err(Error::NoReplay)?).db;
        let schema = self.context.options.schema.as_deref();
        if let (Some(schema), Dialect::Postgres) = (schema, self.url.dialect()) {
            let schema = Dialect::Postgres.quote(schema);
            let make = format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}");
            let made = db.execute_unprepared(&make).await;
            made.map_err(|source| {
                seadrift_introspect::Error::of(db.get_database_backend(), source)
            })?;
        }
        Ok(())
    }

    async fn remove(&mut self) -> Result<(), Error> {
        match self.scratch.take() {
            Some(scratch) => scratch.remove(&self.home).await.map_err(Error::NoReplay),
            None => Ok(()),
        }
    }

    /// What the scratch database has, without the version table.
    async fn look(&self) -> Result<Database, Error> {
        let scope = Scope {
            schemas: &self.schemas,
            ignored_tables: &[self.context.migrations.table().to_owned()],
            tables: None,
        };
        Ok(introspect(self.db()?, &scope).await?)
    }

    /// Runs one revision; a failure of its own is no error.
    async fn step(&self, revision: &str, direction: Direction) -> Result<Option<Failure>, Error> {
        let db = self.db()?;
        let (migrations, steps) = (&self.context.migrations, vec![revision.to_owned()]);
        let ears = Ears::open();
        let run = seadrift_runner::run(db, migrations, steps, direction, |_| {});
        let mut place = None;
        let reason = match ears.to(caught(run)).await {
            Ok(Ok(_)) => return Ok(None),
            Ok(Err(seadrift_runner::Error::Step { source, .. })) => {
                // A server that is gone has not said no.
                if let Err(gone) = self.home.ping().await {
                    return Err(Error::NoReplay(ScratchError::Create(Box::new(gone))));
                }
                place = self.place_of(revision, &source);
                // SQLite has a thread of its own, which answers before it tells of the statement.
                let _ = db.ping().await;
                let is_statement = matches!(*source, DbErr::Exec(_) | DbErr::Query(_));
                let statement = ears.last().filter(|_| is_statement);
                match statement {
                    Some(statement) => format!("{}; at: {}", said(&source), short(&statement)),
                    None => said(&source),
                }
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(panic) => format!("it panics: {panic}"),
        };
        // What is told of a file of SQL is indented.
        let lines = reason.lines().map(str::trim);
        let reason = lines.collect::<Vec<_>>().join(" ");
        Ok(Some(Failure { reason, place }))
    }
}
