//! Sources as strings, and what is read of them.

mod broken;
mod modules;
mod random;
mod said;
mod versions;
mod warnings;

use std::{
    fs,
    path::{Path, PathBuf},
};

use seadrift_schema::{Dialect, Table};
use tempfile::TempDir;

use super::{Errors, Options, Source};

/// Files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            this.write(path, text.as_bytes());
        }
        this
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn read(&self) -> Result<Source, Errors> {
        self.read_folder("", &Options::default())
    }

    fn read_folder(&self, folder: &str, options: &Options) -> Result<Source, Errors> {
        let folder = if folder.is_empty() {
            self.0.path().to_owned()
        } else {
            self.path(folder)
        };
        super::read(&[folder], options)
    }

    /// `text` with short paths.
    fn shown(&self, text: impl ToString) -> String {
        let folder = self.0.path().to_string_lossy();
        let text = text.to_string().replace(&format!("{folder}/"), "");
        text.replace(&*folder, ".")
    }

    fn errors(&self) -> String {
        self.shown(self.read().unwrap_err())
    }
}

/// A compact entity `thing` with an `id`, and `fields`.
fn entity(fields: &str) -> String {
    format!(
        "use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = \"thing\")]
pub struct Model {{
    #[sea_orm(primary_key)]
    pub id: i32,
    {fields}
}}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {{}}

impl ActiveModelBehavior for ActiveModel {{}}
"
    )
}

/// The only table of `source`, on PostgreSQL.
fn table(source: &Source) -> Table {
    let schema = source.schema(Dialect::Postgres).unwrap();
    assert_eq!(schema.tables.len(), 1);
    schema.tables.into_values().next().unwrap()
}

/// `name: type` and what else is said, for each column but `id`.
fn lines(source: &Source) -> Vec<String> {
    let table = table(source);
    let columns = table.columns.iter().filter(|column| column.name != "id");
    let line = |column: &seadrift_schema::Column| {
        let mut text = format!("{}: {}", column.name, column.ty);
        if column.nullable {
            text.push_str(" null");
        }
        if column.auto_increment {
            text.push_str(" auto_increment");
        }
        if let Some(default) = &column.default {
            text.push_str(&format!(" default {default}"));
        }
        text
    };
    columns.map(line).collect()
}

/// The columns of [`entity`] with `fields`.
fn columns(fields: &str) -> Vec<String> {
    let files = Files::new(&[("thing.rs", &entity(fields))]);
    lines(&files.read().unwrap_or_else(|errors| panic!("{errors}")))
}

fn folder_of(source: &Source) -> &Path {
    source
        .entities()
        .next()
        .unwrap()
        .place
        .path
        .parent()
        .unwrap()
}
