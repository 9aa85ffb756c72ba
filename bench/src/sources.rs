//! Entities as files: how long it takes to read so many of them, with nothing compiled.

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
        let read = source::read(slice::from_ref(&self.folder), &source::Options::default());
        let read = read.map_err(|errors| Error::Sources(errors.to_string()))?;
        let schema = read.schema(Dialect::Postgres).map_err(Box::new)?;
        let time = start.elapsed();
        println!("{} {}", schema.tables.len(), time.as_micros());
        Ok(ExitCode::SUCCESS)
    }
}

/// Measures `files` of entities so many times, and prints a line.
pub fn measure(files: usize, rounds: usize) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    write(folder.path(), files)?;
    let mut times = (0..=rounds)
        .map(|_| time(folder.path(), files))
        .collect::<Result<Vec<_>, _>>()?;
    // The first round only makes everything warm.
    times.remove(0);
    println!("\nentity files\n{}", report::times(files, &times));
    Ok(())
}

fn time(folder: &Path, files: usize) -> Result<Duration, Error> {
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

/// An entity crate of so many files, as sea-orm-cli writes them: ten columns, two indexes, a unique column and a
/// foreign key each.
pub fn write(folder: &Path, files: usize) -> Result<(), Error> {
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
