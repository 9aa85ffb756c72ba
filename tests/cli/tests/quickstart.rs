//! `examples/quickstart` from its first migration to its second and back, with the files that seadrift writes compiled
//! and run.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use expect_test::expect;
use sea_orm::{ConnectionTrait, Statement};
use seadrift_testkit::{Backend, Scratch, backends, scratch};
use tempfile::TempDir;

use crate::{
    message::is_formatted,
    project::state,
    run::{Run, same, without_times},
};

/// Held while a copy of the example is built and run: the copies share a target folder, and with it the name of the
/// program, also with those of another `cargo test` at the same time.
pub fn alone() -> fs::File {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("quickstart.alone");
    let file = fs::File::create(path).unwrap();
    file.lock().unwrap();
    file
}

#[tokio::test]
async fn there_and_back() {
    let _alone = alone();
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let quickstart = Quickstart::new(&scratch);
        first_migration(&quickstart, backend);
        insert_rows(&scratch).await;
        second_migration(&quickstart, backend);
        assert_eq!(rows(&scratch).await, 2);
        is_formatted(&quickstart.folder.path().join("migration/src/lib.rs"));

        quickstart.run(&["downgrade", "-1"]).is(&expect![[r#"
            reversed 1 revision, now at m[TIME]_create_blog_tables
            ! downgrading m[TIME]_add_bio
            [exit 0]
        "#]]);
        assert_eq!(rows(&scratch).await, 2);
        quickstart.run(&["downgrade", "base"]).is(&expect![[r#"
            reversed 1 revision, now at base
            ! downgrading m[TIME]_create_blog_tables
            [exit 0]
        "#]]);
        let (database, versions) = state(&scratch).await;
        let tables: Vec<_> = database
            .schema
            .tables
            .keys()
            .map(ToString::to_string)
            .collect();
        assert_eq!(tables, ["seaql_migrations"]);
        assert!(
            database.schema.enums.is_empty(),
            "{:?}",
            database.schema.enums
        );
        assert!(versions.is_empty(), "{versions:?}");
        quickstart.run(&["current"]).is(&expect![[r#"
            base (2 pending)
            [exit 0]
        "#]]);
    }
}

fn first_migration(quickstart: &Quickstart, backend: Backend) {
    quickstart.run(&["history"]).is(&expect![[r#"
        ! there are no revisions yet
        [exit 0]
    "#]]);
    quickstart.run(&["current"]).is(&expect![[r#"
        base (head)
        [exit 0]
    "#]]);
    let run = quickstart.run(&["revision", "--autogenerate", "-m", "create blog tables"]);
    let head = quickstart.head("create_blog_tables");
    if backend == Backend::Postgres {
        run.is(&expect![[r#"
            wrote migration/src/m[TIME]_create_blog_tables.rs
            updated migration/src/lib.rs
            updated migration/seadrift.lock
              + enum   post_status (draft, published)
              + table  tag (2 columns)
              + index  tag (name) unique
              + table  user (5 columns)
              + index  user (email) unique
              + table  post (7 columns)
              + index  post (author_id)
              + table  post_tag (2 columns)
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
        expect![[r#"
            //! create blog tables
            //!
            //! Revision: m[TIME]_create_blog_tables
            //! Revises:  nothing
            //! Created:  [NOW], [VERSIONS]
            //!
            //! Changes
            //!     + enum   post_status (draft, published)
            //!     + table  tag (2 columns)
            //!     + index  tag (name) unique
            //!     + table  user (5 columns)
            //!     + index  user (email) unique
            //!     + table  post (7 columns)
            //!     + index  post (author_id)
            //!     + table  post_tag (2 columns)
            //!
            //! Verified: up, then down, left no difference on a scratch database.
        "#]]
        .assert_eq(&head);
    } else {
        run.is(&expect![[r#"
            wrote migration/src/m[TIME]_create_blog_tables.rs
            updated migration/src/lib.rs
            updated migration/seadrift.lock
              + table  tag (2 columns)
              + index  tag (name) unique
              + table  user (5 columns)
              + index  user (email) unique
              + table  post (7 columns)
              + index  post (author_id)
              + table  post_tag (2 columns)
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
        same(
            &expect![[r#"
            //! create blog tables
            //!
            //! Revision: m[TIME]_create_blog_tables
            //! Revises:  nothing
            //! Created:  [NOW], [VERSIONS]
            //!
            //! Changes
            //!     + table  tag (2 columns)
            //!     + index  tag (name) unique
            //!     + table  user (5 columns)
            //!     + index  user (email) unique
            //!     + table  post (7 columns)
            //!     + index  post (author_id)
            //!     + table  post_tag (2 columns)
            //!
            //! Verified: up, then down, left no difference on a scratch database.
        "#]],
            &head,
        );
    }
    same(
        &expect![[r#"
        pub use sea_orm_migration::prelude::*;

        mod m[TIME]_create_blog_tables;

        pub struct Migrator;

        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![Box::new(m[TIME]_create_blog_tables::Migration)]
            }
        }
    "#]],
        &without_times(&quickstart.read("migration/src/lib.rs")),
    );
    // What the entities declare, whatever the database.
    same(
        &expect![[r##"
        # What the entities declared at the newest revision, written by seadrift together with it.
        # Only what stands here and is no longer declared is ever dropped. Keep it in version control.

        version = 1

        # The migrations in their order, each with the checksum of its file.
        migrations = [
            { name = "m[TIME]_create_blog_tables", checksum = "[CHECKSUM]" },
        ]

        [[table]]
        name = "post"
        columns = [
            { name = "id", type = "integer", auto_increment = true },
            { name = "author_id", type = "integer" },
            { name = "title", type = "string" },
            { name = "body", type = "text" },
            { name = "status", type = "enum post_status('draft', 'published')", default = "'draft'" },
            { name = "created_at", type = "timestamp_with_time_zone", default = "current_timestamp" },
            { name = "updated_at", type = "timestamp_with_time_zone", nullable = true },
        ]
        primary_key = { columns = ["id"] }
        indexes = [
            { name = "idx-post-author_id", columns = ["author_id"] },
        ]
        foreign_keys = [
            { name = "fk-post-author_id", columns = ["author_id"], references = "user", referenced_columns = ["id"], on_delete = "cascade" },
        ]

        [[table]]
        name = "post_tag"
        columns = [
            { name = "post_id", type = "integer" },
            { name = "tag_id", type = "integer" },
        ]
        primary_key = { name = "pk-post_tag", columns = ["post_id", "tag_id"] }
        foreign_keys = [
            { name = "fk-post_tag-post_id", columns = ["post_id"], references = "post", referenced_columns = ["id"], on_delete = "cascade" },
            { name = "fk-post_tag-tag_id", columns = ["tag_id"], references = "tag", referenced_columns = ["id"], on_delete = "cascade" },
        ]

        [[table]]
        name = "tag"
        columns = [
            { name = "id", type = "integer", auto_increment = true },
            { name = "name", type = "string" },
        ]
        primary_key = { columns = ["id"] }
        indexes = [
            { name = "idx-tag-name", columns = ["name"], unique = true },
        ]

        [[table]]
        name = "user"
        columns = [
            { name = "id", type = "integer", auto_increment = true },
            { name = "email", type = "string" },
            { name = "name", type = "string" },
            { name = "created_at", type = "timestamp_with_time_zone", default = "current_timestamp" },
            { name = "updated_at", type = "timestamp_with_time_zone", nullable = true },
        ]
        primary_key = { columns = ["id"] }
        indexes = [
            { name = "idx-user-email", columns = ["email"], unique = true },
        ]
    "##]],
        &without_checksum(&without_times(&quickstart.read("migration/seadrift.lock"))),
    );

    quickstart.run(&["current"]).is(&expect![[r#"
        base (1 pending)
        [exit 0]
    "#]]);
    quickstart.run(&["upgrade"]).is(&expect![[r#"
        applied 1 revision, now at m[TIME]_create_blog_tables
        ! upgrading m[TIME]_create_blog_tables
        [exit 0]
    "#]]);
    quickstart.run(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
    quickstart.run(&["current"]).is(&expect![[r#"
        m[TIME]_create_blog_tables (head)
        [exit 0]
    "#]]);
    let again = ["revision", "--autogenerate", "-m", "again"];
    quickstart.run(&again).is(&expect![[r#"
        no differences: the database is what the entities declare
        [exit 0]
    "#]]);
}

fn second_migration(quickstart: &Quickstart, backend: Backend) {
    let user = quickstart.read("entity/src/user.rs");
    let with_bio = user.replace(
        "    pub name: String,\n",
        "    pub name: String,\n    pub bio: Option<String>,\n",
    );
    assert_ne!(user, with_bio);
    quickstart.write("entity/src/user.rs", &with_bio);

    let check = quickstart.run(&["check"]);
    // The binary builds and runs the same program, from the root of the project.
    let handed_over = quickstart.hand_over(&["check"]);
    assert_eq!(handed_over.transcript(), check.transcript());
    let revision = quickstart.run(&["revision", "--autogenerate", "-m", "add bio"]);
    let head = quickstart.head("add_bio");
    if backend == Backend::MySql {
        check.is(&expect![[r#"
            drift: the entities declare what no migration brings
              + column user.bio: varchar(255)
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        revision.is(&expect![[r#"
            wrote migration/src/m[TIME]_add_bio.rs
            updated migration/src/lib.rs
            updated migration/seadrift.lock
              + column user.bio: varchar(255)
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
        expect![[r#"
            //! add bio
            //!
            //! Revision: m[TIME]_add_bio
            //! Revises:  m[TIME]_create_blog_tables
            //! Created:  [NOW], [VERSIONS]
            //!
            //! Changes
            //!     + column user.bio: varchar(255)
            //!
            //! Verified: up, then down, left no difference on a scratch database.
        "#]]
        .assert_eq(&head);
    } else {
        check.is(&expect![[r#"
            drift: the entities declare what no migration brings
              + column user.bio: varchar
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        revision.is(&expect![[r#"
            wrote migration/src/m[TIME]_add_bio.rs
            updated migration/src/lib.rs
            updated migration/seadrift.lock
              + column user.bio: varchar
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
        same(
            &expect![[r#"
            //! add bio
            //!
            //! Revision: m[TIME]_add_bio
            //! Revises:  m[TIME]_create_blog_tables
            //! Created:  [NOW], [VERSIONS]
            //!
            //! Changes
            //!     + column user.bio: varchar
            //!
            //! Verified: up, then down, left no difference on a scratch database.
        "#]],
            &head,
        );
    }
    quickstart.hand_over(&["upgrade"]).is(&expect![[r#"
        applied 1 revision, now at m[TIME]_add_bio
        ! upgrading m[TIME]_add_bio
        [exit 0]
    "#]]);
    quickstart.hand_over(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
    quickstart
        .hand_over(&["upgrade", "nonsense"])
        .is(&expect![[r#"
            ! error: `nonsense` names no revision
            ! hint: `history` lists all revisions; among them are `m[TIME]_create_blog_tables`, `m[TIME]_add_bio`
            [exit 2]
        "#]]);
    quickstart.run(&["history"]).is(&expect![[r#"
        m[TIME]_create_blog_tables -> m[TIME]_add_bio (head), add bio
        base -> m[TIME]_create_blog_tables, create blog tables
        [exit 0]
    "#]]);
    quickstart.run(&["current"]).is(&expect![[r#"
        m[TIME]_add_bio (head)
        [exit 0]
    "#]]);
}

/// Raw SQL, as any other program would write it.
async fn insert_rows(scratch: &Scratch) {
    let quote = quote(scratch.backend());
    scratch
        .execute(&format!(
            "INSERT INTO {quote}user{quote} (id, email, name) VALUES (1, 'a@example.org', 'A');
             INSERT INTO post (id, author_id, title, body) VALUES (1, 1, 'T', 'B');"
        ))
        .await;
}

/// How many rows `user` and `post` have.
async fn rows(scratch: &Scratch) -> i64 {
    let db = scratch.connect().await;
    let quote = quote(scratch.backend());
    let query =
        format!("SELECT (SELECT count(*) FROM {quote}user{quote}) + (SELECT count(*) FROM post)");
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), query))
        .await
        .unwrap()
        .unwrap();
    db.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

fn quote(backend: Backend) -> char {
    if backend == Backend::MySql { '`' } else { '"' }
}

/// A copy of the example, as a workspace of its own.
struct Quickstart {
    folder: TempDir,
    url: String,
}

impl Quickstart {
    fn new(scratch: &Scratch) -> Self {
        let workspace =
            fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        let quickstart = Self {
            folder: TempDir::new().unwrap(),
            url: scratch.url().to_owned(),
        };
        let all = TempDir::new().unwrap();
        pristine(&workspace, "examples/quickstart", all.path());
        copy(
            &all.path().join("examples/quickstart"),
            quickstart.folder.path(),
        );
        quickstart.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"entity\", \"migration\"]\nresolver = \"3\"\n",
        );
        fs::copy(
            workspace.join("Cargo.lock"),
            quickstart.folder.path().join("Cargo.lock"),
        )
        .unwrap();
        let manifest = quickstart.read("migration/Cargo.toml");
        let crates = workspace.join("crates");
        let absolute = manifest.replace("../../../crates", crates.to_str().unwrap());
        assert_ne!(manifest, absolute);
        quickstart.write("migration/Cargo.toml", &absolute);
        quickstart
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// What the generated file with this slug says of itself.
    fn head(&self, slug: &str) -> String {
        let sources = fs::read_dir(self.folder.path().join("migration/src")).unwrap();
        let path = sources
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_str().unwrap().ends_with(&format!("_{slug}.rs")))
            .expect("the file was written");
        let source = fs::read_to_string(path).unwrap();
        let lines = source.lines().take_while(|line| line.starts_with("//!"));
        let head: String = lines
            .map(|line| match line.split_once("Created:") {
                Some((start, _)) => format!("{start}Created:  [NOW], [VERSIONS]\n"),
                None => format!("{line}\n"),
            })
            .collect();
        without_times(&head)
    }

    /// Runs the migration crate with `arguments` through cargo.
    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "-p", "migration", "--"])
            .args(arguments);
        self.finish(command)
    }

    /// Runs the `seadrift` binary with `arguments`.
    fn hand_over(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hand-over"));
        command.args(arguments);
        self.finish(command)
    }

    fn finish(&self, mut command: Command) -> Run {
        let output = in_a_project_of_its_own(&mut command)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", &self.url)
            .output()
            .unwrap();
        Run::new(output)
            .replaced(self.folder.path(), "[PROJECT]")
            .without(&self.url)
    }
}

/// `command`, without what cargo tells the tests of themselves, which is not true of another project, and with a target
/// folder that is kept from run to run.
pub fn in_a_project_of_its_own(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_")
            && !["CARGO_HOME", "CARGO_BUILD_JOBS"].contains(&name.as_str())
        {
            command.env_remove(name);
        }
    }
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("quickstart");
    command
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_NET_OFFLINE", "true")
}

/// Puts `name`, a file or folder of the repository, below `folder` as it was committed: whoever has followed the README
/// has a migration and a changed entity in the quickstart. What has not come by git is taken as it is.
pub fn pristine(workspace: &Path, name: &str, folder: &Path) {
    let archive = Command::new("git")
        .arg("-C")
        .arg(workspace)
        .args(["archive", "--format=tar", "HEAD", name])
        .output();
    if let Ok(archive) = archive
        && archive.status.success()
    {
        let mut tar = Command::new("tar")
            .args(["-x", "-C"])
            .arg(folder)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        tar.stdin
            .take()
            .unwrap()
            .write_all(&archive.stdout)
            .unwrap();
        assert!(tar.wait().unwrap().success());
    } else {
        copy(&workspace.join(name), &folder.join(name));
    }
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        copy(&path, &to.join(path.file_name().unwrap()));
    }
}

/// The lock with the checksum of its one migration, which has the time in it, replaced.
fn without_checksum(lock: &str) -> String {
    let Some((before, rest)) = lock.split_once("checksum = \"") else {
        return lock.to_owned();
    };
    let (_, after) = rest.split_once('"').unwrap();
    format!("{before}checksum = \"[CHECKSUM]\"{after}")
}
