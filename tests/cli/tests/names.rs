//! Names with everything in them that a name can have.

use expect_test::expect;
use seadrift_schema::lock;
use seadrift_testkit::{backends, scratch};

use super::message::is_formatted;
use super::project::{Project, state};

#[tokio::test]
async fn nasty_names() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::new("nasty", 0).on(&scratch);
        let before = state(&scratch).await;
        project.run(&["check"]).is(&expect![[r#"
            drift: the entities declare what the database is not
              + table  "Order ""by"" `x`; --" (4 columns)
              + index  "Order ""by"" `x`; --" (e mail) unique
              + index  "Order ""by"" `x`; --" (näme `of` "it's")
              + table  "größe's" (2 columns)
            ! hint: write a migration with `revision --autogenerate`
            [exit 1]
        "#]]);
        let dry = project.run(&[
            "revision",
            "--autogenerate",
            "-m",
            "a \"*/\" `name`",
            "--dry-run",
        ]);
        assert_eq!(dry.code, Some(0), "{}", dry.transcript());
        assert_eq!(project.files().len(), 1);
        project
            .run(&["revision", "--autogenerate", "-m", "a \"*/\" `name`"])
            .is(&expect![[r#"
                wrote src/m[TIME]_a_name.rs
                updated src/lib.rs
                updated seadrift.lock
                  + table  "Order ""by"" `x`; --" (4 columns)
                  + index  "Order ""by"" `x`; --" (e mail) unique
                  + index  "Order ""by"" `x`; --" (näme `of` "it's")
                  + table  "größe's" (2 columns)
                Verified: up, then down, left no difference on a scratch database.
                ! next: review the file, then run `upgrade`
                [exit 0]
            "#]]);
        is_formatted(&project.path("src/lib.rs"));
        assert_eq!(state(&scratch).await, before);

        // What was declared reads back from the lock as it was declared, whatever is in it.
        let text = project.read("seadrift.lock");
        let parsed = lock::read(&text).unwrap();
        let head = lock::read_head(&text).unwrap();
        assert_eq!(lock::write_with(&head, &parsed), text);
        assert_eq!(head.migrations[0].name, project.generated());
        let source = project.read(&format!("src/{}.rs", project.generated()));
        assert!(
            source.contains("//! Verified: up, then down, left no difference"),
            "{source}"
        );
    }
}
