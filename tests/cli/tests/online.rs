//! `--online`: several files in a row, that keep nobody waiting for long.

use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, scratch};

use super::{project::Project, without_times};

const ONLINE: [&str; 5] = [
    "revision",
    "--autogenerate",
    "--online",
    "-m",
    "guard the blog",
];

/// A project whose database lacks an index, a foreign key and a NOT NULL, and has two posts.
async fn unguarded() -> Option<(Project, Scratch)> {
    let scratch = scratch(Backend::Postgres).await?;
    let project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    scratch
        .execute(
            "ALTER TABLE post DROP CONSTRAINT \"fk-post-author_id\";
            ALTER TABLE post ALTER COLUMN title DROP NOT NULL;
            ALTER TABLE \"user\" DROP CONSTRAINT user_email_key;
            INSERT INTO \"user\" (id, email, name) VALUES (1, 'a', 'a');
            INSERT INTO post (author_id, title) VALUES (1, 'x'), (1, NULL);",
        )
        .await;
    Some((project, scratch))
}

#[tokio::test]
async fn files_in_a_row() {
    let Some((project, _scratch)) = unguarded().await else {
        return;
    };
    project.run(&ONLINE).is(&expect![[r#"
        wrote src/m[TIME]_guard_the_blog_1_alter.rs
        wrote src/m[TIME]_guard_the_blog_2_index.rs
        wrote src/m[TIME]_guard_the_blog_3_validate.rs
        updated src/lib.rs
        updated seadrift.lock
          + check  post ("title" IS NOT NULL) not valid
          + key    post (author_id) -> user (id) on delete cascade not valid
          + index  user (email) unique concurrently
          ! requires-unique  user: the unique index on (email) cannot be made if rows repeat a value (here: no row)
            look for rows that repeat a value first
          ! builds-index  user: building the index `idx-user-email` reads the table twice, and waits for every transaction that is under way
            run it when the server has time, and see that no transaction stays open
          ~ table  post: post_title_set validated
          ~ table  post: fk-post-author_id validated
          ~ column post.title: null -> not null
          - check  post ("title" IS NOT NULL) not valid
          ! forbids-null  post: `title` holds no NULL any more, which fails if it holds one now (here: 1 row)
            fill the rows that hold NULL in a revision before this one, or at a place that `--in-steps` leaves for it
          ! validates-rows  post: a row whose (author_id) points to no row of user stops the migration (here: no row)
            look for such rows first
        Verified: up, then down, left no difference on a scratch database.
        ! next: review the files, then run `upgrade`
        [exit 0]
    "#]]);
    let files = project.files();
    let names: Vec<_> = files
        .keys()
        .filter_map(|path| path.file_stem()?.to_str())
        .filter(|name| name.contains("guard_the_blog"))
        .collect();
    let heads: Vec<_> = names
        .iter()
        .map(|name| {
            let source = project.read(&format!("src/{name}.rs"));
            let head = source.lines().take_while(|line| line.starts_with("//!"));
            let head = head.filter(|line| !line.starts_with("//! Created"));
            head.collect::<Vec<_>>().join("\n")
        })
        .collect();
    let heads = without_times(&heads.join("\n\n"));
    expect![[r#"
        //! guard the blog (1 of 3: alter)
        //!
        //! Revision: m[TIME]_guard_the_blog_1_alter
        //! Revises:  m20260102_000000_create_post
        //!
        //! Changes
        //!     + check  post ("title" IS NOT NULL) not valid
        //!     + key    post (author_id) -> user (id) on delete cascade not valid
        //!
        //! Verified: up, then down, left no difference on a scratch database.

        //! guard the blog (2 of 3: index)
        //!
        //! Revision: m[TIME]_guard_the_blog_2_index
        //! Revises:  m[TIME]_guard_the_blog_1_alter
        //!
        //! Changes
        //!     + index  user (email) unique concurrently
        //!
        //! Hazards
        //!     requires-unique  user: the unique index on (email) cannot be made if rows repeat a value (here: no row)
        //!     builds-index  user: building the index `idx-user-email` reads the table twice, and waits for every transaction that is under way
        //!
        //! Verified: up, then down, left no difference on a scratch database.

        //! guard the blog (3 of 3: validate)
        //!
        //! Revision: m[TIME]_guard_the_blog_3_validate
        //! Revises:  m[TIME]_guard_the_blog_2_index
        //!
        //! Changes
        //!     ~ table  post: post_title_set validated
        //!     ~ table  post: fk-post-author_id validated
        //!     ~ column post.title: null -> not null
        //!     - check  post ("title" IS NOT NULL) not valid
        //!
        //! Hazards
        //!     forbids-null  post: `title` holds no NULL any more, which fails if it holds one now (here: 1 row)
        //!     validates-rows  post: a row whose (author_id) points to no row of user stops the migration (here: no row)
        //!
        //! Verified: up, then down, left no difference on a scratch database."#]].assert_eq(&heads);
    let library = project.read("src/lib.rs");
    let places: Vec<_> = names
        .iter()
        .map(|name| {
            library
                .find(&format!("Box::new({name}::Migration)"))
                .unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "{library}");
    assert!(project.path("seadrift.lock").exists());
}

#[tokio::test]
async fn printed_in_a_row() {
    let Some((project, _scratch)) = unguarded().await else {
        return;
    };
    let before = project.files();
    let run = project.run(&[&ONLINE[..], &["--dry-run", "--in-steps"]].concat());
    let firsts: Vec<_> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("//! guard") || line.starts_with("//! Revises"))
        .collect();
    expect![[r#"
        //! guard the blog (1 of 4: alter)
        //! Revises:  m20260102_000000_create_post
        //! guard the blog (2 of 4: index)
        //! Revises:  m[TIME]_guard_the_blog_1_alter
        //! guard the blog (3 of 4: fill)
        //! Revises:  m[TIME]_guard_the_blog_2_index
        //! guard the blog (4 of 4: validate)
        //! Revises:  m[TIME]_guard_the_blog_3_fill"#]]
    .assert_eq(&without_times(&firsts.join("\n")));
    assert_eq!(project.files(), before);
}

/// The lock that an index or a constraint takes is no hazard any more, but a row that repeats a value is.
#[tokio::test]
async fn hazards() {
    let Some((project, _scratch)) = unguarded().await else {
        return;
    };
    let before = project.files();
    let deny = |code| {
        let with = [&ONLINE[..], &["--dry-run", "--deny", code]].concat();
        project.run(&with).code
    };
    assert_eq!(deny("locks-table"), Some(0));
    assert_eq!(deny("requires-unique"), Some(1));
    assert_eq!(deny("forbids-null"), Some(1));
    let locked = [
        "revision",
        "--autogenerate",
        "-m",
        "x",
        "--deny",
        "locks-table",
    ];
    assert_eq!(project.run(&locked).code, Some(1));
    assert_eq!(project.files(), before);
}

#[tokio::test]
async fn elsewhere() {
    for (backend, expected) in [
        (
            Backend::Sqlite,
            expect![[r#"
            ! error: SQLite lets one write at a time, so nothing changes a table while others do
            ! hint: nothing was written; `--online` is for PostgreSQL; without it, the hazards tell what keeps others waiting
            [exit 2]
        "#]],
        ),
        (
            Backend::MySql,
            expect![[r#"
            ! error: MySQL and MariaDB change a table while others write wherever they can, by themselves
            ! hint: nothing was written; `--online` is for PostgreSQL; without it, the hazards tell what keeps others waiting
            [exit 2]
        "#]],
        ),
    ] {
        let Some(scratch) = scratch(backend).await else {
            continue;
        };
        let project = Project::new("blog", 0).on(&scratch);
        project.refuses(&ONLINE).is(&expected);
    }
    let project = Project::new("blog", 0);
    project
        .refuses(&["revision", "-m", "x", "--online"])
        .is(&expect![[r#"
            ! error: the following required arguments were not provided:
            !   --autogenerate
            !
            ! Usage: fixture revision --message <TEXT> --autogenerate --online
            !
            ! For more information, try '--help'.
            [exit 2]
        "#]]);
}
