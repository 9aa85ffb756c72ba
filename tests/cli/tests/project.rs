//! A project in a folder of its own, and what the fixture does in it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sea_orm::{ConnectionTrait, Statement};
use seadrift_introspect::{Database, Scope, introspect};
use seadrift_testkit::Scratch;
use tempfile::TempDir;

use super::run::Run;

/// The `Migrator` of a project without migrations.
pub const LIBRARY: &str = "\
pub use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}
";

/// The migrations that the fixture may have.
const MIGRATIONS: [(&str, &str); 3] = [
    (
        "m20260101_000000_create_user",
        include_str!("../src/bin/fixture/m20260101_000000_create_user.rs"),
    ),
    (
        "m20260102_000000_create_post",
        include_str!("../src/bin/fixture/m20260102_000000_create_post.rs"),
    ),
    (
        "m20260103_000000_stumble",
        include_str!("../src/bin/fixture/m20260103_000000_stumble.rs"),
    ),
];

/// A migration crate in a temporary folder.
pub struct Project {
    folder: TempDir,
    entities: String,
    migrations: usize,
    url: Option<String>,
    /// What the program finds in its environment beside.
    variables: Vec<(String, String)>,
    /// What stands in front of the program.
    wrapper: Vec<OsString>,
    program: PathBuf,
}

impl Project {
    /// A project with the fixture's entities of this name, and so many of its migrations.
    pub fn new(entities: &str, migrations: usize) -> Self {
        let folder = TempDir::new().unwrap();
        // Another user may have to get in.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let project = Self {
            folder,
            entities: entities.to_owned(),
            migrations,
            url: None,
            variables: vec![],
            wrapper: vec![],
            program: env!("CARGO_BIN_EXE_fixture").into(),
        };
        fs::create_dir(project.path("src")).unwrap();
        let mut library = LIBRARY.to_owned();
        for (name, source) in &MIGRATIONS[..migrations] {
            project.write(&format!("src/{name}.rs"), source);
            library = seadrift_render::migrator::add(&library, name).unwrap();
        }
        project.write("src/lib.rs", &library);
        project
    }

    /// A project without a crate, whose migrations are SQL, each with these files.
    pub fn sql(migrations: &[(&str, &[(&str, &str)])]) -> Self {
        let project = Self::new("blog", 0);
        fs::remove_dir_all(project.path("src")).unwrap();
        fs::create_dir(project.path("migrations")).unwrap();
        project.write("seadrift.toml", "format = \"sql\"\n");
        for (name, files) in migrations {
            project.write_sql(&format!("migrations/{name}"), files);
        }
        project
    }

    /// Puts the files of a migration that is SQL there.
    pub fn write_sql(&self, folder: &str, files: &[(&str, &str)]) {
        fs::create_dir_all(self.path(folder)).unwrap();
        for (file, text) in files {
            self.write(&format!("{folder}/{file}"), text);
        }
    }

    /// The same on this database.
    pub fn on(mut self, scratch: &Scratch) -> Self {
        self.url = Some(scratch.url().to_owned());
        self
    }

    /// The same with this in `DATABASE_URL`.
    pub fn with_url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// From now on with these entities.
    pub fn declare(&mut self, entities: &str) {
        self.entities = entities.to_owned();
    }

    /// From now on with so many migrations in the program, whatever files there are.
    pub fn know(&mut self, migrations: usize) {
        self.migrations = migrations;
    }

    /// From now on with this in the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// A project whose `Migrator` lists these revisions, each with the lines of its head. Each makes a table of its name.
    pub fn of(revisions: &[(&str, &str)]) -> Self {
        let mut project = Self::new("blog", 0);
        project.lists(revisions);
        project
    }

    /// From now on with these revisions.
    pub fn lists(&mut self, revisions: &[(&str, &str)]) {
        let mut library = LIBRARY.to_owned();
        for (name, head) in revisions {
            let lines = head.lines();
            let lines: String = lines
                .map(|line| format!("{}\n", format!("//! {line}").trim_end()))
                .collect();
            let source = lines + "\nuse sea_orm_migration::prelude::*;\n";
            self.write(&format!("src/{name}.rs"), source);
            library = seadrift_render::migrator::add(&library, name).unwrap();
        }
        self.write("src/lib.rs", &library);
        let names: Vec<_> = revisions.iter().map(|(name, _)| *name).collect();
        self.set("SEADRIFT_FIXTURE_REVISIONS", &names.join(" "));
    }

    /// From now on with these revisions of any SQL after the others: name, head, `up` and `down` of each.
    pub fn writes(&mut self, revisions: &[(&str, &str, &str, &str)]) {
        let mut library = self.read("src/lib.rs");
        let mut all = vec![];
        for (name, head, up, down) in revisions {
            let lines = head
                .lines()
                .map(|line| format!("{}\n", format!("//! {line}").trim_end()));
            let source = lines.collect::<String>() + "\nuse sea_orm_migration::prelude::*;\n";
            self.write(&format!("src/{name}.rs"), source);
            if !library.contains(name) {
                library = seadrift_render::migrator::add(&library, name).unwrap();
            }
            all.extend([*name, *up, *down]);
        }
        self.write("src/lib.rs", &library);
        self.set("SEADRIFT_FIXTURE_WRITTEN", &all.join("\x1f"));
    }

    /// From now on started by `wrapper`, which takes the program and its arguments as its last ones.
    pub fn wrap(&mut self, wrapper: &[&str]) {
        self.wrapper = wrapper.iter().map(OsString::from).collect();
    }

    /// From now on from a copy of the program that every user can reach.
    pub fn copy_program(&mut self, folder: &Path) {
        let copy = folder.join("fixture");
        fs::copy(&self.program, &copy).unwrap();
        self.program = copy;
    }

    /// `name` in the project's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file there.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Puts the sources of these entities of the fixture there, as the crate `entity`.
    pub fn write_entities(&self, names: &[&str]) {
        let source = self.path("entity/src");
        // Those of before.
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(source).unwrap();
        self.write("entity/Cargo.toml", "[package]\nname = \"entity\"\n");
        let mut library = String::new();
        for name in names {
            let module = name.split("_with").next().unwrap();
            library += &format!("pub mod {module};\n");
            self.write(&format!("entity/src/{module}.rs"), entity(name));
        }
        self.write("entity/src/lib.rs", library);
    }

    /// The text of a file there.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Everything that lies there, with its content.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        files
    }

    /// The one migration file that the fixture does not come with.
    pub fn generated(&self) -> String {
        let mut names = self.files().into_keys().filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            let is_known = name == "lib" || MIGRATIONS.iter().any(|(known, _)| *known == name);
            (!is_known && path.extension()? == "rs").then_some(name)
        });
        let name = names.next().expect("a file was generated");
        assert_eq!(names.next(), None, "one file was generated");
        name
    }

    /// The command that runs the fixture with `arguments`, not told of anything that the tests are told.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.wrapper.clone();
        words.push(self.program.clone().into());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SEADRIFT_FIXTURE", &self.entities)
            .env("SEADRIFT_FIXTURE_MIGRATIONS", self.migrations.to_string());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Runs the fixture with `arguments`.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.finish(&mut self.command(arguments))
    }

    /// Runs the `seadrift` binary, which reads the sources, with `arguments`. There is no cargo to be found.
    pub fn in_place(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hand-over"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        self.finish(&mut command)
    }

    /// Runs `command`, one of this project's.
    pub fn finish(&self, command: &mut Command) -> Run {
        let run = Run::new(command.output().unwrap()).replaced(self.folder.path(), "[PROJECT]");
        match &self.url {
            Some(url) => run.without(url),
            None => run,
        }
    }

    /// Runs the fixture with `arguments`, which it has to refuse without touching a file.
    pub fn refuses(&self, arguments: &[&str]) -> Run {
        let before = self.files();
        let run = self.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.transcript());
        assert!(
            self.files() == before,
            "{arguments:?} changed files: {}",
            run.transcript()
        );
        run
    }
}

/// The source of an entity of the fixture, as a file of its own has it.
fn entity(name: &str) -> String {
    let all = include_str!("../src/bin/fixture/entities.rs");
    let (_, rest) = all.split_once(&format!("\nmod {name} {{\n")).unwrap();
    let (module, _) = rest.split_once("\n}\n").unwrap();
    let lines = module.lines();
    let lines = lines.map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// All that is in the database: its tables, and the revisions that it knows.
pub async fn state(scratch: &Scratch) -> (Database, Vec<String>) {
    let db = scratch.connect().await;
    let database = introspect(&db, &Scope::default()).await.unwrap();
    let mut versions = vec![];
    if database
        .schema
        .tables
        .keys()
        .any(|table| table.name == "seaql_migrations")
    {
        let query = "SELECT version FROM seaql_migrations ORDER BY version";
        let query = Statement::from_string(db.get_database_backend(), query);
        for row in db.query_all_raw(query).await.unwrap() {
            versions.push(row.try_get_by_index(0).unwrap());
        }
    }
    db.close().await.unwrap();
    (database, versions)
}
