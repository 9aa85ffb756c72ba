//! Lists of a `Migrator` that people have written in ways of their own, and migrations in modules of modules.

use expect_test::expect;

use super::project::{LIBRARY, Project};

/// A project with these files, whose list is this.
fn with(list: &str, files: &[(&str, &str)]) -> Project {
    let project = Project::new("blog", 0);
    project.write("src/lib.rs", LIBRARY.replace("        vec![]\n", list));
    for (file, text) in files {
        let path = project.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        project.write(file, text);
    }
    project
}

const ONE: &str = "//! one\n\nuse sea_orm_migration::prelude::*;\n";

#[test]
fn a_list_that_is_pushed_to() {
    let list = "        let mut all: Vec<Box<dyn MigrationTrait>> = Vec::new();\n        all.push(Box::new(m1_one::Migration));\n        all\n";
    let project = with(list, &[("src/m1_one.rs", ONE)]);
    project
        .in_place(&["revision", "-m", "two", "--rev-id", "m2_two"])
        .is(&expect![[r#"
            wrote src/m2_two.rs
            updated src/lib.rs
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
    expect![[r#"
        pub use sea_orm_migration::prelude::*;

        mod m2_two;

        pub struct Migrator;

        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                let mut all: Vec<Box<dyn MigrationTrait>> = Vec::new();
                all.push(Box::new(m1_one::Migration));
                all.push(Box::new(m2_two::Migration));
                all
            }
        }
    "#]]
    .assert_eq(&project.read("src/lib.rs"));
    project.in_place(&["history"]).is(&expect![[r#"
        m1_one -> m2_two (head), two
        base -> m1_one, one
        [exit 0]
    "#]]);
}

#[test]
fn migrations_in_a_module_of_their_own() {
    let list = "        vec![Box::new(all::m1_one::Migration)]\n";
    let files = [
        ("src/all/mod.rs", "pub mod m1_one;\n"),
        ("src/all/m1_one.rs", ONE),
    ];
    let project = with(list, &files);
    project
        .in_place(&["revision", "-m", "two", "--rev-id", "m2_two"])
        .is(&expect![[r#"
            wrote src/all/m2_two.rs
            updated src/lib.rs
            updated src/all/mod.rs
            ! next: review the file, then run `upgrade`
            [exit 0]
        "#]]);
    assert_eq!(
        project.read("src/all/mod.rs"),
        "pub mod m1_one;\npub mod m2_two;\n"
    );
    assert!(
        project
            .read("src/lib.rs")
            .contains("            Box::new(all::m2_two::Migration),\n")
    );
    project.in_place(&["history"]).is(&expect![[r#"
        m1_one -> m2_two (head), two
        base -> m1_one, one
        [exit 0]
    "#]]);
    let shown = project.in_place(&["show", "m2_two"]).stdout;
    assert!(shown.contains("File:     src/all/m2_two.rs\n"), "{shown}");
}

#[test]
fn a_list_that_others_make() {
    let list = "        users::migrations().into_iter().chain(posts::all()).collect()\n";
    let files = [
        (
            "src/users/mod.rs",
            "mod m1_one;\n\npub fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n    vec![Box::new(m1_one::Migration)]\n}\n",
        ),
        ("src/users/m1_one.rs", ONE),
        (
            "src/posts.rs",
            "mod m2_two;\n\npub fn all() -> Vec<Box<dyn MigrationTrait>> {\n    let mut all = vec![];\n    all.push(Box::new(m2_two::Migration) as _);\n    all\n}\n",
        ),
        ("src/posts/m2_two.rs", "//! two\n"),
    ];
    let files = files.map(|(file, text)| (file, text.replace(" as _", "")));
    let files: Vec<_> = files
        .iter()
        .map(|(file, text)| (*file, text.as_str()))
        .collect();
    let project = with(list, &files);
    project.in_place(&["history"]).is(&expect![[r#"
        m1_one -> m2_two (head), two
        base -> m1_one, one
        [exit 0]
    "#]]);
    let library = project.read("src/lib.rs");
    project
        .in_place(&["revision", "-m", "three", "--rev-id", "m3_three"])
        .is(&expect![[r#"
            wrote src/posts/m3_three.rs
            updated src/posts.rs
            ! error: everything was written, but not into `src/lib.rs`, whose list cannot be edited safely
            ! hint: add to it, as the last of the list: `Box::new(posts::m3_three::Migration)`
            [exit 2]
        "#]]);
    assert_eq!(project.read("src/lib.rs"), library);
}

#[test]
fn a_list_that_only_a_build_knows() {
    for (list, expected) in [
        (
            "        let mut all = vec![];\n        if cfg!(unix) {\n            all.push(Box::new(m1_one::Migration));\n        }\n        all\n",
            expect![[r#"
                ! error: cannot read the list of migrations in `src/lib.rs`: only a build can say which migration this entry is: `if cfg!(unix) { all.push(Box::new(m1_one::Migration)); }`
                ! hint: nothing was done; write it as `Box::new(m[TIME]_add_user_table::Migration)`, or run this verb from the migration crate: `cargo run -p migration -- …`
                [exit 2]
            "#]],
        ),
        (
            "        inventory::iter().collect()\n",
            expect![[r#"
            ! error: cannot read the list of migrations in `src/lib.rs`: it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`
            ! hint: nothing was written; the list should look like `fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![…] }`
            [exit 2]
        "#]],
        ),
    ] {
        let project = with(list, &[("src/m1_one.rs", ONE)]);
        project.in_place(&["history"]).is(&expected);
    }
}
