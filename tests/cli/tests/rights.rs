//! Logins that may do less.

use expect_test::expect;
use seadrift_testkit::{Backend, Rights, backends, scratch};

use super::project::{Project, state};

#[tokio::test]
async fn upgrade_without_rights() {
    for backend in backends() {
        for rights in [Rights::None, Rights::Read] {
            let scratch = scratch(backend).await.unwrap();
            let project = Project::new("blog", 2).with_url(&scratch.role(rights).await);
            let before = state(&scratch).await;
            let run = project.refuses(&["upgrade"]);
            assert_eq!(state(&scratch).await, before);
            match (backend, rights) {
                (Backend::Sqlite, _) => run.is(&expect![[r#"
                    ! error: nothing was run: the version table `seaql_migrations` cannot be made: attempt to write a readonly database
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]]),
                (Backend::Postgres, Rights::None) => run.is(&expect![[r#"
                    ! error: nothing was run: the version table `seaql_migrations` cannot be made: permission denied for schema public
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]]),
                (Backend::Postgres, _) => run.is(&expect![[r#"
                    ! error: nothing was run: the version table `seaql_migrations` cannot be made: permission denied for schema public
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]]),
                (Backend::MySql, Rights::None) => run.is(&expect![[r#"
                    ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'%' to database '[DATABASE]'
                    ! hint: the user may not use this database, or there is none of this name
                    [exit 2]
                "#]]),
                (Backend::MySql, _) => run.is(&expect![[r#"
                    ! error: nothing was run: the version table `seaql_migrations` cannot be made: CREATE command denied to user '[LOGIN]'@'[HOST]' for table `[DATABASE]`.`seaql_migrations`
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]]),
            };
        }
    }
}

#[tokio::test]
async fn reading_is_enough_to_compare() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&scratch);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        project = project.with_url(&scratch.role(Rights::Read).await);
        let before = state(&scratch).await;
        project.run(&["current"]).is(&expect![[r#"
            m20260102_000000_create_post (head)
            [exit 0]
        "#]]);
        project.run(&["check"]).is(&expect![[r#"
            no drift
            [exit 0]
        "#]]);
        project.declare("bio");
        let check = project.run(&["check"]);
        // As the server has it.
        check.replaced("varchar(255)", "varchar").is(&expect![[r#"
            drift: the entities declare what the database is not
              + column user.bio: varchar
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        let run = project.run(&["revision", "--autogenerate", "-m", "add bio"]);
        match backend {
            Backend::Sqlite => run.is(&expect![[r#"
                wrote src/m[TIME]_add_bio.rs
                updated src/lib.rs
                updated seadrift.lock
                  + column user.bio: varchar
                Verified: up, then down, left no difference on a scratch database.
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#]]),
            Backend::Postgres => run.is(&expect![[r#"
                wrote src/m[TIME]_add_bio.rs
                updated src/lib.rs
                updated seadrift.lock
                  + column user.bio: varchar
                Not verified: no scratch database could be made: permission denied to create database; nor a schema: permission denied for database [DATABASE].
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#]]),
            Backend::MySql => run.is(&expect![[r#"
                wrote src/m[TIME]_add_bio.rs
                updated src/lib.rs
                updated seadrift.lock
                  + column user.bio: varchar(255)
                Not verified: no scratch database could be made: Access denied for user '[LOGIN]'@'%' to database 'seadrift_scratch_[TIME]'.
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#]]),
        };
        let source = project.read(&format!("src/{}.rs", project.generated()));
        let is_verified = source.contains("//! Verified: up, then down");
        assert_eq!(is_verified, backend == Backend::Sqlite, "{source}");
        assert_eq!(state(&scratch).await, before);
    }
}

/// Who may read no table cannot know where the database stands, and is told so.
#[tokio::test]
async fn not_even_reading() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 2).on(&scratch);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        project = project.with_url(&scratch.role(Rights::None).await);
        let before = state(&scratch).await;
        for (arguments, postgres, mysql) in [
            (
                &["check"][..],
                expect![[r#"
                    ! error: the version table cannot be read: permission denied for table seaql_migrations
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]],
                expect![[r#"
                ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'%' to database '[DATABASE]'
                ! hint: the user may not use this database, or there is none of this name
                [exit 2]
            "#]],
            ),
            (
                &["revision", "--autogenerate", "-m", "x"],
                expect![[r#"
                    ! error: the version table cannot be read: permission denied for table seaql_migrations
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]],
                expect![[r#"
                ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'%' to database '[DATABASE]'
                ! hint: the user may not use this database, or there is none of this name
                [exit 2]
            "#]],
            ),
            (
                &["upgrade"],
                expect![[r#"
                    ! error: the version table cannot be read: permission denied for table seaql_migrations
                    ! hint: the login needs rights to make, read and write that table; of SQLite, the file and its folder have to be writable
                    [exit 2]
                "#]],
                expect![[r#"
                ! error: cannot connect to `mysql://[LOGIN]:***@[SERVER]/[DATABASE]`: Access denied for user '[LOGIN]'@'%' to database '[DATABASE]'
                ! hint: the user may not use this database, or there is none of this name
                [exit 2]
            "#]],
            ),
        ] {
            project.run(arguments).is(match backend {
                Backend::Postgres => &postgres,
                _ => &mysql,
            });
        }
        assert_eq!(state(&scratch).await, before);
    }
}

/// PostgreSQL shows all tables to everybody, and MySQL those alone that one has rights on.
#[tokio::test]
async fn rights_on_one_table_alone() {
    for backend in backends() {
        if backend == Backend::Sqlite {
            continue;
        }
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("blog", 2).on(&scratch);
        assert_eq!(project.run(&["upgrade"]).code, Some(0));
        scratch
            .execute("CREATE TABLE note (id INT PRIMARY KEY)")
            .await;
        let login = scratch.role(Rights::ReadOf("seaql_migrations")).await;
        let project = project.with_url(&login);
        let before = state(&scratch).await;
        match backend {
            Backend::Postgres => {
                project.run(&["check"]).is(&expect![[r#"
                    no drift
                    [exit 0]
                "#]]);
            }
            _ => {
                let expected = expect![[r#"
                    ! error: the login may not see table `post`, if there is one
                    ! hint: nothing was written; the login needs rights on the tables that the entities declare, to read at least
                    [exit 2]
                "#]];
                project.refuses(&["check"]).is(&expected);
                project
                    .refuses(&["revision", "--autogenerate", "-m", "x"])
                    .is(&expected);
            }
        }
        assert_eq!(state(&scratch).await, before);
    }
}
