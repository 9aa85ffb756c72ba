//! The `seadrift` binary, which reads entities and migrations from their sources: without a build, without cargo.

use std::fs;

use expect_test::expect;
use seadrift_testkit::{backends, scratch};

use super::{
    project::{Project, state},
    run::Run,
};

#[tokio::test]
async fn from_sources() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&scratch);
        project.write_entities(&["user", "post"]);
        project.in_place(&["current"]).is(&expect![[r#"
            base (2 pending)
            [exit 0]
        "#]]);
        project.in_place(&["check"]).is(&expect![[r#"
            pending: m20260101_000000_create_user, m20260102_000000_create_post
            not compared: there is no lock file, and revisions are pending
            [exit 0]
        "#]]);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        project.in_place(&["check", "-v"]).is(&expect![[r#"
            not compared: the files of the migrations, as the lock does not know them (`lock update`)
            not compared: the lock, as there is none: what the entities declare no more is not known
            no drift
            ! migrations: in src/lib.rs
            ! entities: 2 in entity/src, for SeaORM 2.x
            [exit 0]
        "#]]);
        project.in_place(&["history"]).is(&expect![[r#"
            m20260101_000000_create_user -> m20260102_000000_create_post (head), create post
            base -> m20260101_000000_create_user, create user
            [exit 0]
        "#]]);

        project.write_entities(&["user_with_bio", "post"]);
        let plain = |run: Run| run.replaced("varchar(255)", "varchar");
        plain(project.in_place(&["check"])).is(&expect![[r#"
            drift: the entities declare what the database is not
              + column user.bio: varchar
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        project.declare("bio");
        let linked = project.run(&["revision", "--autogenerate", "-m", "add bio", "--dry-run"]);
        let read = project.in_place(&["revision", "--autogenerate", "-m", "add bio", "--dry-run"]);
        assert_eq!(undated(&read.stdout), undated(&linked.stdout));
        plain(project.in_place(&["revision", "--autogenerate", "-m", "add bio"])).is(&expect![[
            r#"
                wrote src/m[TIME]_add_bio.rs
                updated src/lib.rs
                updated seadrift.lock
                  + column user.bio: varchar
                Verified: up, then down, left no difference on a scratch database.
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#
        ]]);
        project.in_place(&["check"]).is(&expect![[r#"
            pending: m[TIME]_add_bio
            no drift
            [exit 0]
        "#]]);
    }
}

/// `source` without the line that says when it was made.
fn undated(source: &str) -> String {
    let lines = source
        .lines()
        .filter(|line| !line.starts_with("//! Created:"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Whatever is in the way is said with its place, all at once, and nothing is done.
#[tokio::test]
async fn what_cannot_be_read() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 2).on(&scratch);
        let before = state(&scratch).await;
        let check = |project: &Project| {
            let files = project.files();
            let run = project.in_place(&["check"]);
            assert_eq!(project.files(), files);
            run
        };
        check(&project).is(&expect![[r#"
            ! error: no entities are found
            ! hint: nothing was done; run this in the project, name the folder with `--entities DIR` or with `entities` in `seadrift.toml`, or list the entities where the migration crate calls seadrift
            [exit 2]
        "#]]);

        project.write_entities(&["user", "post"]);
        project.write("entity/src/user.rs", "pub struct Model {");
        let post = project.read("entity/src/post.rs");
        project.write("entity/src/post.rs", post.replace("String", "Title"));
        check(&project).is(&expect![[r#"
            ! error: the column type of `Title` is not known (column `title` of `entity::post::Entity`)
            !   --> entity/src/post.rs:10:16
            !    |
            ! 10 |     pub title: Title,
            !    |                ^^^^^
            ! hint: add `#[sea_orm(column_type = "…")]` to the field, or "Title" = "…" to `[types]` in seadrift.toml
            ! error: this is no Rust: cannot parse string into token stream
            !  --> entity/src/user.rs:1:18
            !   |
            ! 1 | pub struct Model {
            !   |                  ^
            [exit 2]
        "#]]);

        project.write("seadrift.toml", "[types]\nTitle = \"Text\"\n");
        project.write_entities(&["user", "post"]);
        project.write("entity/src/post.rs", post.replace("String", "Title"));
        check(&project).is(&expect![[r#"
            pending: m20260101_000000_create_user, m20260102_000000_create_post
            not compared: there is no lock file, and revisions are pending
            [exit 0]
        "#]]);

        project.write(
            "entity/src/post.rs",
            post.replace("primary_key", "primary_key, uniqe"),
        );
        check(&project).is(&expect![[r#"
            pending: m20260101_000000_create_user, m20260102_000000_create_post
            not compared: there is no lock file, and revisions are pending
            ! warning: SeaORM knows no attribute `uniqe` here, and does as if it were not there
            !  --> entity/src/post.rs:7:28
            !   |
            ! 7 |     #[sea_orm(primary_key, uniqe)]
            !   |                            ^^^^^
            ! hint: did you mean `unique`?
            [exit 0]
        "#]]);
        fs::remove_file(project.path("seadrift.toml")).unwrap();

        let library = project.read("src/lib.rs");
        let odd = library.replace(
            "Box::new(m20260102_000000_create_post::Migration)",
            "make(2)",
        );
        project.write("src/lib.rs", odd);
        check(&project).is(&expect![[r#"
            ! error: cannot read the list of migrations in `src/lib.rs`: only a build can say which migration this entry is: `make(2)`
            ! hint: nothing was done; write it as `Box::new(m[TIME]_add_user_table::Migration)`, or run this verb from the migration crate: `cargo run -p migration -- …`
            [exit 2]
        "#]]);
        project.write("src/lib.rs", "fn main() {}");
        project
            .in_place(&["check", "--migrations", "."])
            .is(&expect![[r#"
                ! error: cannot read the list of migrations in `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
                ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
                [exit 2]
            "#]]);
        assert_eq!(state(&scratch).await, before);
    }
}
