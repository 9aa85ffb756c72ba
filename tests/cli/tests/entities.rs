//! Entities that there is nothing to write from, and what SQLite makes a table anew for.

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};

use super::project::{Project, state};

#[tokio::test]
async fn no_entities() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("empty", 0).on(&scratch);
        let before = state(&scratch).await;
        let expected = expect![[r#"
            ! error: the list of entities is empty
            ! hint: list the entities where the migration crate calls seadrift: `seadrift::run(Migrator, seadrift::entities![user::Entity])`
            [exit 2]
        "#]];
        project.refuses(&["check"]).is(&expected);
        project
            .refuses(&["revision", "--autogenerate", "-m", "x"])
            .is(&expected);
        assert_eq!(state(&scratch).await, before);
    }
}

#[tokio::test]
async fn two_entities_with_one_table() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("twice", 0).on(&scratch);
        let before = state(&scratch).await;
        let expected = expect![[r#"
            ! error: entities `fixture::entities::user::Entity` and `fixture::entities::user_with_bio::Entity` both declare table `user`
            ! hint: give one of them another `table_name`, or leave it out of the list of entities
            [exit 2]
        "#]];
        project.refuses(&["check"]).is(&expected);
        project
            .refuses(&["revision", "--autogenerate", "-m", "x"])
            .is(&expected);
        assert_eq!(state(&scratch).await, before);
    }
}

#[tokio::test]
async fn a_rebuild_on_sqlite() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let mut project = Project::new("blog", 2).on(&scratch);
    assert_eq!(project.run(&["upgrade"]).code, Some(0));
    project.run(&["check"]).is(&expect![[r#"
        no drift
        [exit 0]
    "#]]);
    project
        .run(&["revision", "--autogenerate", "-m", "adopt"])
        .is(&expect![[r#"
            no differences: the database is what the entities declare (wrote seadrift.lock)
            [exit 0]
        "#]]);
    project.declare("optional-name");
    project.run(&["check"]).is(&expect![[r#"
        drift: the entities declare what no migration brings
          ~ column user.name: not null -> null
        ! hint: write a migration with `revision --autogenerate`
        [exit 1]
    "#]]);
    let before = state(&scratch).await;
    project
        .run(&["revision", "--autogenerate", "-m", "x"])
        .is(&expect![[r#"
            wrote src/m[TIME]_x.rs
            updated src/lib.rs
            updated seadrift.lock
              ~ table  user: made anew with its rows
              ~ column user.name: not null -> null
              ! rebuilds-table  user: the table is made anew and its rows copied, while nothing else can write to the database
                with many rows, run it when nobody writes, with room for a second copy of the table
            Verified: up, then down, left no difference on a scratch database.
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
    assert_eq!(state(&scratch).await, before);
}

#[tokio::test]
async fn a_relation_that_is_no_foreign_key() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = Project::new("by-name", 0).on(&scratch);
    project.run(&["check"]).is(&expect![[r#"
        drift: the entities declare what the database is not
          + table  post (2 columns)
          + table  user (3 columns)
          + index  user (email) unique
        ! warning: the relation of `post` over (author) points to `user` (name), which nothing makes unique, so that it is no foreign key
        ! hint: mark what it points to `unique`, or the relation `skip_fk`
        ! hint: write a migration with `revision --autogenerate`
        [exit 1]
    "#]]);
    let run = project.run(&["revision", "--autogenerate", "-m", "x", "--dry-run"]);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
    assert!(run.stderr.starts_with("warning: "), "{}", run.stderr);
    assert!(!run.stdout.contains("foreign_key"), "{}", run.stdout);
}
