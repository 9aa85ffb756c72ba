//! Entities as files: how long it takes to read so many of them, and to check them without a database, with nothing compiled.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    slice,
    time::{Duration, Instant},
};

use seadrift_reflect::source;
use seadrift_schema::Dialect;

use crate::{Error, report};

/// The folder to read, in a process of its own.
#[derive(Debug, clap::Args)]
pub struct Sources {
    folder: PathBuf,
}

impl Sources {
    /// Reads the entities, and says how long that took by itself.
    pub fn run(&self) -> Result<ExitCode, Error> {
        let start = Instant::now();
        let schema = read(&self.folder)?
            .schema(Dialect::Postgres)
            .map_err(Box::new)?;
        let time = start.elapsed();
        println!("{} {}", schema.tables.len(), time.as_micros());
        Ok(ExitCode::SUCCESS)
    }
}

/// Measures `files` of entities so many times, and prints a line for each way to read them.
pub fn measure(files: usize, rounds: usize) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    write_project(folder.path(), files)?;
    let (mut read, mut checked) = (vec![], vec![]);
    for round in 0..=rounds {
        let (reading, checking) = (
            time_to_read(&folder.path().join("entity"), files)?,
            time_to_check(folder.path())?,
        );
        // The first round only makes everything warm.
        if round > 0 {
            read.push(reading);
            checked.push(checking);
        }
    }
    println!("\nentity files\n{}", report::times(files, &read));
    println!("\ncheck --offline\n{}", report::times(files, &checked));
    Ok(())
}

fn time_to_read(folder: &Path, files: usize) -> Result<Duration, Error> {
    let output = std::process::Command::new(std::env::current_exe()?)
        .arg("sources")
        .arg(folder)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = text.trim().split_once(' ').and_then(|(tables, time)| {
        let tables: usize = tables.parse().ok()?;
        (tables == files).then_some(Duration::from_micros(time.parse().ok()?))
    });
    read.ok_or_else(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        Error::Process("sources".to_owned(), format!("{text}{said}"))
    })
}

/// How long the whole process of the `seadrift` binary takes, which lies beside this one.
fn time_to_check(project: &Path) -> Result<Duration, Error> {
    let binary = std::env::current_exe()?.with_file_name("seadrift");
    let mut command = std::process::Command::new(binary);
    command.args(["check", "--offline"]).current_dir(project);
    // Which engine the lock is of is found out.
    command.env_remove("DATABASE_URL");
    let start = Instant::now();
    let output = command.output()?;
    let time = start.elapsed();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() && text.contains("no drift") {
        true => Ok(time),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(Error::Process(
                "check --offline".to_owned(),
                format!("{text}{said}"),
            ))
        }
    }
}

/// A project of so many files of entities in `entity`, without migrations, whose lock is of the engine that is thought of last.
fn write_project(folder: &Path, files: usize) -> Result<(), Error> {
    let (entity, migration) = (folder.join("entity"), folder.join("migration"));
    write(&entity, files)?;
    fs::create_dir_all(migration.join("src"))?;
    fs::write(migration.join("src/lib.rs"), MIGRATOR)?;
    let schema = read(&entity)?.schema(Dialect::Sqlite).map_err(Box::new)?;
    let lock = seadrift_schema::lock::write(&schema);
    fs::write(migration.join("seadrift.lock"), lock)?;
    Ok(())
}

fn read(folder: &PathBuf) -> Result<source::Source, Error> {
    let read = source::read(slice::from_ref(folder), &source::Options::default());
    read.map_err(|errors| Error::Sources(errors.to_string()))
}

const MIGRATOR: &str = "use sea_orm_migration::prelude::*;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}
";

/// An entity crate of so many files, as sea-orm-cli writes them: ten columns, two indexes, a unique column and a
/// foreign key each.
fn write(folder: &Path, files: usize) -> Result<(), Error> {
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)?;
    let mut root = File::create(folder.join("src/lib.rs"))?;
    for at in 0..files {
        writeln!(root, "pub mod table_{at:04};")?;
        let target = format!("{:04}", (at + 1) % files);
        let text = ENTITY
            .replace("{own}", &format!("{at:04}"))
            .replace("{target}", &target);
        fs::write(folder.join(format!("src/table_{at:04}.rs")), text)?;
    }
    Ok(())
}

const MANIFEST: &str = r#"[package]
name = "entity"
version = "0.1.0"
edition = "2024"

[dependencies]
sea-orm = "2.0"
"#;

const ENTITY: &str = r#"//! One of many.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "table_{own}")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(unique)]
    pub email: String,
    #[sea_orm(column_type = "String(StringLen::N(80))", indexed)]
    pub name: String,
    pub parent_id: i32,
    #[sea_orm(column_type = "Decimal(Some((16, 4)))", nullable)]
    pub price: Option<Decimal>,
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    #[sea_orm(default_value = true)]
    pub active: bool,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeWithTimeZone,
    pub data: Option<Json>,
    #[sea_orm(indexed)]
    pub key: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::table_{target}::Entity",
        from = "Column::ParentId",
        to = "super::table_{target}::Column::Id",
        on_update = "NoAction",
        on_delete = "Cascade"
    )]
    Parent,
}

impl Related<super::table_{target}::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Parent.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
"#;
