//! `revision`: writes a new migration.

mod hooks;
mod known;
pub(crate) mod listing;
pub(crate) mod place;
mod replaced;

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use seadrift_plan::{Hazard, Plan, Stage, Work, plan, plan_in_steps};
use seadrift_reflect::source::SeaOrmVersion;
use seadrift_render::{Api, Head, Verification, migrator, revision};
use seadrift_schema::{Dialect, Schema, lock};

pub(crate) use self::replaced::{Ground, Replaced};
use self::{hooks::Hooks, listing::Listing, place::Place};
use crate::{
    Context, Error, Outcome,
    backends::{Draft, Drafting, ScratchServers},
    checksum,
    compare::{self, Sides},
    config::{self, Format, Zone},
    database::{self, Url},
    entities, files, graph,
    hazards::{self, Rules},
    merging, output,
    project::{self, Project},
    renames,
};

/// Write a new migration, empty or with what differs between the entities and the database
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// What the migration does, in a few words; the file is named after it
    #[arg(long, short, value_name = "TEXT")]
    message: String,

    /// Write the statements that bring the database to what the entities declare
    #[arg(long)]
    autogenerate: bool,

    /// What it is written as, instead of what `seadrift.toml` says: `rust` is a file, `sql` a folder with two
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,

    /// Print the file instead of writing it
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    proving: Proving,

    /// Add columns that take no NULL as nullable, and leave a place in the file to fill each before it takes none
    #[arg(long, requires = "autogenerate")]
    in_steps: bool,

    /// Keep nobody waiting for long: build indexes while others write, and validate constraints after they stand, in
    /// several files where that takes several transactions (PostgreSQL)
    #[arg(long, requires = "autogenerate")]
    online: bool,

    #[command(flatten)]
    renames: renames::Answers,

    #[command(flatten)]
    rules: Rules,

    #[command(flatten)]
    place: place::Wanted,

    /// What the time is told in, where it is not what the config says.
    #[arg(skip)]
    zone: Option<Zone>,
}

/// Where a plan is tried out, if at all.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Proving {
    /// Write the file without trying its plan out on a scratch database
    #[arg(long)]
    no_verify: bool,

    /// Server to try the plan out on, where the database's own may not be used for it; one for each other backend of
    /// the project
    #[arg(
        long,
        env = "SEADRIFT_SCRATCH_URL",
        hide_env_values = true,
        value_delimiter = ' ',
        value_name = "URL"
    )]
    scratch_url: Vec<String>,
}

impl Args {
    /// Those of an empty migration.
    pub(crate) fn empty(message: &str, zone: Option<Zone>) -> Self {
        Self {
            message: message.to_owned(),
            zone,
            ..Self::default()
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    known::all_are_there(&project, context)?;
    let api = api(context, &project)?;
    let created = Utc::now();
    let graph = graph::of(Some(&project), context.migrations.names())?;
    let place = arguments.place.place(&graph)?;
    let listing = Listing::of(&project, arguments.format.or(context.config.format))?;
    let mut writing = Writing {
        listing,
        zone: arguments.zone.unwrap_or(context.config.timezone),
        context,
        project,
        created,
        message: &arguments.message,
        dry_run: arguments.dry_run,
        rules: &arguments.rules,
        place,
        api,
        replaced: None,
        lock: None,
    };
    writing.names(&[])?;
    if !arguments.autogenerate {
        writing.lock = LockFile::of(&writing.project)?;
        return writing.write(None);
    }
    autogenerate(context, arguments, writing).await
}

/// Writes what differs between the database and the entities. What revisions took away that are written anew was declared once,
/// whatever the lock says by now.
async fn autogenerate(
    context: &Context,
    arguments: &Args,
    mut writing: Writing<'_>,
) -> Result<Outcome, Error> {
    let api = writing.api;
    let again = writing.replaced.as_ref().map(Replaced::ground);
    if context.entities()?.is_empty() {
        return Err(Error::NoEntities);
    }
    let url = Url::of(context)?;
    let declared = match again {
        None => compare::declared(context, &writing.project, url.dialect())?,
        Some(_) => compare::declared_and_merged(context, &writing.project, url.dialect())?,
    };
    let db = database::connect(context, &url).await?;
    let pending = seadrift_runner::status(&db, &context.migrations)
        .await?
        .known()?
        .pending();
    if !pending.is_empty() && again.is_none() {
        return Err(Error::NotUpToDate { pending });
    }
    let mut sides = Sides::read(context, &db, declared.end()).await?;
    output::warnings(&sides.warnings);
    if let Some(again) = &again {
        sides.gone.clone_from(&again.gone);
    }
    let locked = sides.locked().cloned();
    let (changes, answers) = renames::settle(&mut sides, Some(&db), &arguments.renames).await?;
    let accepted = sides.still_accepted();
    let head = sides.head().clone();
    let drafting = Drafting {
        context,
        accepted: &accepted,
        servers: ScratchServers::find(context, &arguments.proving.scratch_url)?,
        locked: locked.as_ref(),
        planner: match arguments.in_steps {
            true => plan_in_steps,
            false => plan,
        },
        online: arguments.online,
        answers: &arguments.renames,
        answered: &answers,
        again: again.as_ref(),
    };
    let server = sides.server.to_string();
    let drafts = drafting.drafts(&db, &url, sides, changes).await?;
    writing.lock = lock(context, &drafts, locked.clone(), head)?;
    if let Some(lock) = &mut writing.lock {
        lock.head.accepted.clone_from(&accepted);
    }
    let files = files_of(&drafts);
    let plans = || files.iter().flat_map(|file| &file.plans).copied();
    if plans().all(|plan| plan.up.is_empty()) && again.is_none() {
        return writing.say_that_nothing_differs();
    }
    let needs_v2 = |plan: &Plan| plan.outside_transaction && plan.dialect == Dialect::Postgres;
    let is_rust = writing.listing.format == Format::Rust;
    if is_rust && api == Api::V1 && plans().any(needs_v2) {
        return Err(Error::NeedsSeaOrm2);
    }
    let denied = hazards::denied(plans(), &arguments.rules, &context.config.hazards);
    if !denied.is_empty() {
        return Ok(say_that_it_is_denied(&denied));
    }
    let mut verifications = vec![];
    for draft in &drafts {
        let verification = match arguments.proving.no_verify {
            true => Verification::NotVerified("`--no-verify` was given".to_owned()),
            false => draft.prove().await?,
        };
        let name = draft.server();
        verifications.push(verification.line((drafts.len() > 1).then_some(&name)));
    }
    writing.write(Some(Planned {
        files: &files,
        answers: &answers,
        verifications: &verifications,
        server: &server,
    }))
}

/// Writes one revision for those that it replaces: with what differs now between the database and the entities. Where it cannot be
/// written, everything stays as it was.
pub(crate) async fn write_again(
    context: &Context,
    project: Project,
    again: Again,
) -> Result<Outcome, Error> {
    let api = api(context, &project)?;
    let arguments = Args {
        renames: again.renames,
        rules: again.rules,
        proving: again.proving,
        ..Args::default()
    };
    let writing = Writing {
        context,
        listing: Listing::at(&project, &again.place),
        project,
        created: Utc::now(),
        zone: context.config.timezone,
        message: &again.message,
        dry_run: false,
        rules: &arguments.rules,
        place: again.in_graph,
        api,
        replaced: Some(again.replaced),
        lock: None,
    };
    autogenerate(context, &arguments, writing).await
}

/// A revision that is written anew.
pub(crate) struct Again {
    /// Where its files go: where these are, and as what these are.
    pub place: project::Place,
    pub message: String,
    /// Its place in the graph, and its name.
    pub in_graph: Place,
    /// What was answered about renames.
    pub renames: renames::Answers,
    /// The hazards that pass, and those that do not.
    pub rules: Rules,
    pub proving: Proving,
    pub replaced: Replaced,
}

/// The sea-orm-migration that the file is to build with: this program's own where migrations are compiled in, else the project's.
pub(crate) fn api(context: &Context, project: &Project) -> Result<Api, Error> {
    if context.migrations.are_compiled() {
        return Ok(Api::V2);
    }
    match entities::sea_orm_version(&project.source) {
        Some(SeaOrmVersion::V0_12) => Err(Error::OldSeaOrm),
        Some(SeaOrmVersion::V1) => Ok(Api::V1),
        Some(SeaOrmVersion::V2) | None => Ok(Api::V2),
    }
}

/// What one of the new files does.
struct File<'a> {
    work: Work,
    /// On each backend.
    plans: Vec<&'a Plan>,
}

fn files_of<'a>(drafts: &'a [Draft<'_>]) -> Vec<File<'a>> {
    let stages = drafts.first().map_or(&[][..], |draft| &draft.stages);
    let file = |(at, stage): (usize, &Stage)| File {
        work: stage.work,
        plans: drafts
            .iter()
            .filter_map(|draft| Some(&draft.stages.get(at)?.plan))
            .collect(),
    };
    stages.iter().enumerate().map(file).collect()
}

/// The lock file to be. It is the same whichever of the project's databases is at hand.
fn lock(
    context: &Context,
    drafts: &[Draft<'_>],
    locked: Option<Schema>,
    head: lock::Head,
) -> Result<Option<LockFile>, Error> {
    let Some(dialect) = drafts.first().map(Draft::dialect) else {
        return Ok(None);
    };
    Ok(Some(LockFile {
        declared: context.entities()?.schema(dialect)?,
        before: locked.map(|locked| (locked, head.clone())),
        head,
    }))
}

/// A lock file to be.
pub(crate) struct LockFile {
    declared: Schema,
    head: lock::Head,
    /// What the file says that there is.
    before: Option<(Schema, lock::Head)>,
}

impl LockFile {
    /// The one that there is, for a revision that brings two branches together; of one that is half merged, both sides.
    pub(crate) fn merged(project: &Project) -> Result<Option<Self>, Error> {
        if !project.lock.exists() {
            return Ok(None);
        }
        let ((head, declared), was_half_merged) = merging::whole(project)?;
        let before = (!was_half_merged).then(|| (declared.clone(), head.clone()));
        Ok(Some(Self {
            declared,
            head,
            before,
        }))
    }

    /// The one that there is, for a revision that changes nothing in it but the list of migrations.
    pub(crate) fn of(project: &Project) -> Result<Option<Self>, Error> {
        if !project.lock.exists() {
            return Ok(None);
        }
        let (schema, head) = project::read_whole_lock(&project.lock)?;
        Ok(Some(Self {
            declared: schema.clone(),
            head: head.clone(),
            before: Some((schema, head)),
        }))
    }

    /// Its text with these migrations, where it differs from what there is.
    pub(crate) fn text(&self, migrations: Vec<lock::Migration>) -> Option<String> {
        let head = lock::Head {
            migrations,
            ..self.head.clone()
        };
        let before = self.before.as_ref();
        let is_there =
            before.is_some_and(|(schema, known)| *schema == self.declared && *known == head);
        (!is_there).then(|| lock::write_with(&head, &self.declared))
    }

    /// Its text after the files of the revisions `names` have changed since `written`, if they have.
    fn after(
        &self,
        project: &Project,
        names: &[String],
        written: &[(PathBuf, String)],
    ) -> Result<Option<String>, Error> {
        let is_same =
            |(path, text): &(PathBuf, String)| project::read(path).is_ok_and(|now| now == *text);
        if written.iter().all(is_same) {
            return Ok(None);
        }
        let (_, mut head) = project::read_whole_lock(&project.lock)?;
        for known in &mut head.migrations {
            if names.contains(&known.name) {
                *known = checksum::new(&known.name, &project.content(&known.name)?);
            }
        }
        Ok(Some(lock::write_with(&head, &self.declared)))
    }
}

/// How many seconds later a name may say that its revision was made, to come after the one before.
const MOST_WAITING: i64 = 60;

/// What autogenerated migrations do.
pub(crate) struct Planned<'a> {
    files: &'a [File<'a>],
    /// What was said of renames.
    answers: &'a [String],
    /// Whether the plans were tried out.
    verifications: &'a [String],
    /// The database's own server.
    server: &'a str,
}

/// Migrations about to be written.
pub(crate) struct Writing<'a> {
    pub context: &'a Context,
    pub project: Project,
    /// Where the files go.
    pub listing: Listing,
    pub created: DateTime<Utc>,
    /// What the time is told in.
    pub zone: Zone,
    pub message: &'a str,
    /// Whether the files are printed and not written.
    pub dry_run: bool,
    /// The hazards that pass.
    pub rules: &'a Rules,
    pub place: Place,
    pub api: Api,
    /// The revisions that are there and that it stands for, where it is written anew.
    pub replaced: Option<Replaced>,
    /// The lock file to be, if there is to be one.
    pub lock: Option<LockFile>,
}

impl Writing<'_> {
    /// The names of the new revisions, of which each does the work of a stage. Where another one has a name, made in the
    /// same second, the next second is taken.
    fn names(&self, files: &[File<'_>]) -> Result<Vec<String>, Error> {
        let is_taken = |name: &String| self.project.has(&self.listing.folder, name);
        if let Some(name) = &self.place.name {
            let names = match files {
                [] | [_] => vec![name.clone()],
                files => (1..)
                    .zip(files)
                    .map(|(number, file)| format!("{name}_{number}_{}", file.work))
                    .collect(),
            };
            return match names
                .iter()
                .find(|name| self.replaced.is_none() && is_taken(name))
            {
                Some(name) => Err(Error::BadName {
                    name: name.clone(),
                    is_known: true,
                }),
                None => Ok(names),
            };
        }
        let template = &self.context.config.file_template;
        let known = self.context.migrations.names();
        let slug = |end: &str| {
            let slug = revision::slug_of(self.message, end);
            slug.ok_or_else(|| Error::Message(self.message.to_owned()))
        };
        let slugs: Vec<_> = match files {
            [] | [_] => vec![slug("")?],
            files => (1..)
                .zip(files)
                .map(|(number, file)| slug(&format!("_{number}_{}", file.work)))
                .collect::<Result<_, _>>()?,
        };
        // In a folder, the names alone make the order.
        let last = known.last().filter(|_| self.listing.is_by_name());
        // What is written, and what this program knows.
        let listed = self.project.listed_names();
        let first = template.next_number(known.iter().chain(&listed));
        for later in 0.. {
            let at = self.zone.tell(self.created + TimeDelta::seconds(later));
            let numbers = first + usize::try_from(later).unwrap_or_default()..;
            let names = numbers.zip(&slugs);
            let names = names.map(|(number, slug)| {
                let name = template.name(at, number, slug);
                name.ok_or(Error::Numbers)
            });
            let names = names.collect::<Result<Vec<_>, _>>()?;
            if let (Format::Rust, Some(name)) = (self.listing.format, names.first())
                && !migrator::is_module(name)
            {
                return Err(Error::BadName {
                    name: name.to_owned(),
                    is_known: false,
                });
            }
            let is_before =
                |name: &String| later < MOST_WAITING && last.is_some_and(|last| name < last);
            if !names.iter().any(|name| is_taken(name) || is_before(name)) {
                return Ok(names);
            }
        }
        Err(Error::Numbers)
    }

    /// Writes the migrations, their entries in `lib.rs`, and the lock, all of them or none; or prints them.
    pub(crate) fn write(self, planned: Option<Planned<'_>>) -> Result<Outcome, Error> {
        let files = planned.as_ref().map_or(&[][..], |planned| planned.files);
        let names = self.names(files)?;
        let mut all = vec![];
        let mut new = vec![];
        for (at, name) in names.iter().enumerate() {
            let before = match at.checked_sub(1) {
                Some(before) => std::slice::from_ref(&names[before]),
                None => &self.place.revises,
            };
            let sources = self.sources(name, before, at, planned.as_ref());
            let content = match self.listing.format {
                Format::Rust => sources.iter().map(|(_, text)| text.as_str()).collect(),
                Format::Sql => project::joined(&sources),
            };
            new.push(checksum::new(name, &content));
            all.extend(sources);
        }
        let listed = match &self.replaced {
            Some(replaced) => replaced.listed(),
            None => self.listing.list(&self.project, &names)?,
        };
        if self.dry_run {
            output::result(self.printed(&all));
            return Ok(Outcome::Done);
        }
        let count = all.len();
        all.extend(listed.edits);
        if let Some(lock) = &self.lock {
            let mut migrations = known_migrations(&self.project, self.context, lock);
            let replaced = self.replaced.iter().flat_map(|replaced| &replaced.names);
            let gone: Vec<_> = names.iter().chain(replaced).collect();
            migrations.retain(|known| !gone.contains(&&known.name));
            migrations.extend(new);
            all.extend(
                lock.text(migrations)
                    .map(|text| (self.project.lock.clone(), text)),
            );
        }
        files::write(&all)?;
        if let Some(replaced) = &self.replaced {
            replaced.take_away(&names, &all)?;
        }
        let hooks = Hooks {
            context: self.context,
            format: self.listing.format,
        };
        let hooked = hooks.run(&all[..count]);
        // What they made of the files is what the lock has to know.
        let changed = match &self.lock {
            // What was replaced is elsewhere now.
            Some(lock) if self.replaced.is_some() => {
                lock.after(&Project::find(&self.context.options)?, &names, &all)?
            }
            Some(lock) => lock.after(&self.project, &names, &all)?,
            None => None,
        };
        if let Some(text) = changed {
            files::write(&[(self.project.lock.clone(), text)])?;
        }

        for (at, (path, _)) in all.iter().enumerate() {
            let done = if at < count { "wrote" } else { "updated" };
            output::result(format!("{done} {}", project::shown(path)));
        }
        if let Some(planned) = planned {
            say_what_is_planned(&planned);
        }
        hooked?;
        if let (Some(path), false) = (self.project.migrator, listed.by_hand.is_empty()) {
            let lines = listed.by_hand;
            return Err(Error::ByHand { path, lines });
        }
        output::progress(match count {
            1 => "next: review the file, then run `upgrade`",
            _ => "next: review the files, then run `upgrade`",
        });
        Ok(Outcome::Done)
    }

    /// The files as they are printed: of several in a folder, each with its name.
    fn printed(&self, files: &[(PathBuf, String)]) -> String {
        let texts = files.iter().map(|(path, text)| match self.listing.format {
            Format::Rust => text.trim_end().to_owned(),
            Format::Sql => format!("-- {}\n{}", project::shown(path), text.trim_end()),
        });
        texts.collect::<Vec<_>>().join("\n\n")
    }

    /// The files of the migration `name`, which comes after the one `before` and is the file `at` of what is planned.
    fn sources(
        &self,
        name: &str,
        before: &[String],
        at: usize,
        planned: Option<&Planned<'_>>,
    ) -> Vec<(PathBuf, String)> {
        let files = planned.map_or(&[][..], |planned| planned.files);
        let message = match (files.get(at), files.len()) {
            (Some(file), count @ 2..) => {
                let number = at + 1;
                let work = file.work;
                format!("{} ({number} of {count}: {work})", self.message)
            }
            _ => self.message.to_owned(),
        };
        let plans = files.get(at).map_or(&[][..], |file| &file.plans);
        let allowed = hazards::let_pass(
            plans.iter().copied(),
            self.rules,
            &self.context.config.hazards,
        );
        let created = self.zone.written(self.created);
        let head = Head {
            message: &message,
            revision: name,
            revises: before,
            depends_on: if at == 0 { &self.place.depends_on } else { &[] },
            labels: if at == 0 { &self.place.labels } else { &[] },
            created: &created,
            server: planned.map(|planned| planned.server),
            answers: planned.map_or(&[], |planned| planned.answers),
            allowed: &allowed,
            verifications: planned.map_or(&[], |planned| planned.verifications),
            api: self.api,
        };
        let format = self.listing.format;
        let top = config::header(&self.context.config.header, format);
        match format {
            Format::Rust => {
                let source = top + &seadrift_render::migration(plans, &head);
                vec![(self.listing.path(name, ""), source)]
            }
            Format::Sql => {
                let files = seadrift_render::sql_files(plans, &head).into_iter();
                let placed = files
                    .map(|(file, text)| (self.listing.path(name, &file), format!("{top}{text}")));
                placed.collect()
            }
        }
    }

    fn say_that_nothing_differs(self) -> Result<Outcome, Error> {
        let text = self.lock.as_ref().and_then(|lock| {
            let migrations = known_migrations(&self.project, self.context, lock);
            lock.text(migrations)
        });
        match text {
            Some(lock) if !self.dry_run => {
                files::write(&[(self.project.lock.clone(), lock)])?;
                let lock = project::shown(&self.project.lock);
                output::result(format!(
                    "no differences: the database is what the entities declare (wrote {lock})"
                ));
            }
            _ => output::result("no differences: the database is what the entities declare"),
        }
        Ok(Outcome::Done)
    }
}

/// What the lock says of the migrations that there are.
pub(crate) fn known_migrations(
    project: &Project,
    context: &Context,
    lock: &LockFile,
) -> Vec<lock::Migration> {
    checksum::migrations(project, context.migrations.names(), &lock.head.migrations)
}

/// Says why nothing is written.
fn say_that_it_is_denied(denied: &[&Hazard]) -> Outcome {
    output::result("not written: the plan has hazards that are denied");
    for hazard in denied {
        output::hazard(hazard.code, &hazard.effect, hazard.advice);
    }
    let mut codes: Vec<_> = denied
        .iter()
        .map(|hazard| format!("`--allow {}`", hazard.code))
        .collect();
    codes.dedup();
    output::progress(format!("to write it nevertheless: {}", codes.join(" ")));
    Outcome::Denied
}

/// Prints what stands in the head of the file too: the changes, the hazards, the proof.
fn say_what_is_planned(planned: &Planned<'_>) {
    for file in planned.files {
        for line in seadrift_render::changes(&file.plans) {
            output::change(&line);
        }
        for hazard in seadrift_render::hazards(&file.plans) {
            output::hazard(hazard.code, &hazard.effect, hazard.advice);
        }
    }
    for verification in planned.verifications {
        output::result(verification);
    }
}
