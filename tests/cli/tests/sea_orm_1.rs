//! A project on SeaORM 1.x: what is written builds with its sea-orm-migration, and runs there and back.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use seadrift_testkit::{Backend, Scratch, scratch};
use tempfile::TempDir;

use super::{quickstart::in_a_project_of_its_own, run::Run};

/// A copy of the project in `fixtures/sea-orm-1`.
struct Project {
    folder: TempDir,
    url: String,
}

impl Project {
    fn on(scratch: &Scratch) -> Self {
        let folder = TempDir::new().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sea-orm-1");
        copy(&fixture, folder.path());
        let url = scratch.url().to_owned();
        Self { folder, url }
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Runs the `seadrift` binary.
    fn seadrift(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hand-over"));
        command.args(arguments);
        self.finish(command)
    }

    /// Builds the project's migration crate, and has it go all the way up or a step down.
    fn migrate(&self, way: &str) {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--locked", "-p", "migration", "--", way]);
        let run = self.finish(command);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
    }

    fn finish(&self, mut command: Command) -> Run {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sea-orm-1");
        in_a_project_of_its_own(&mut command)
            .current_dir(self.folder.path())
            // Nothing else has fetched these crates.
            .env_remove("CARGO_NET_OFFLINE")
            .env("CARGO_TARGET_DIR", target)
            .env("DATABASE_URL", &self.url);
        Run::new(command.output().unwrap())
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => {
                fs::create_dir_all(&to).unwrap();
                copy(&entry.path(), &to);
            }
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

async fn count(db: &DatabaseConnection, table: &str) -> i32 {
    let sql = format!("SELECT count(*) FROM {table}");
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn there_and_back() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::on(&scratch);
    let write = |message: &str| {
        let run = project.seadrift(&["revision", "--autogenerate", "-m", message]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        run
    };
    let is_in_step = || {
        let run = project.seadrift(&["check"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert!(run.stdout.ends_with("no drift\n"), "{}", run.transcript());
    };
    write("create library");
    project.migrate("up");
    is_in_step();
    let db = scratch.connect().await;
    for row in [
        "INSERT INTO author (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
        "INSERT INTO book (author_id, title) VALUES (1, 'One'), (2, 'Two')",
    ] {
        db.execute_unprepared(row).await.unwrap();
    }

    // SQLite makes the table anew, which others point to.
    project.change("entity/src/author.rs", "Option<String>", "String");
    project.change(
        "entity/src/book.rs",
        "pub title: String",
        "pub title: String,\n    #[sea_orm(default_value = 1)]\n    pub edition: i32",
    );
    let written = write("require names");
    assert!(
        written.stdout.contains("rebuilds-table"),
        "{}",
        written.transcript()
    );
    project.migrate("up");
    is_in_step();
    assert_eq!(
        (count(&db, "author").await, count(&db, "book").await),
        (2, 2)
    );
    project.migrate("down");
    assert_eq!(
        (count(&db, "author").await, count(&db, "book").await),
        (2, 2)
    );
    project.migrate("up");
    is_in_step();
    db.close().await.unwrap();
}
