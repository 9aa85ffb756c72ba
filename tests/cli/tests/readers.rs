//! Which reader says what the entities declare, and what it says where it cannot.

use std::fs;

use expect_test::expect;

use super::project::Project;

const MACRO: &str = "
macro_rules! newtype {
    ($name:ident) => {
        #[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
        pub struct $name(pub i64);
    };
}
newtype!(Amount);

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = \"bill\")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub amount: Amount,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
";

#[tokio::test]
async fn what_only_the_compiler_knows() {
    let project = Project::new("blog", 0);
    fs::create_dir_all(project.path("entity/src")).unwrap();
    project.write("entity/src/bill.rs", MACRO);
    project.write("seadrift.lock", "version = 1\n");
    let offline = ["check", "--offline", "--entities", "entity/src", "--reader"];
    let run = |reader| project.in_place(&[&offline[..], &[reader]].concat());
    run("source").is(&expect![[r#"
        ! error: the column type of `Amount` is not known (column `amount` of `crate::bill::Entity`)
        !   --> entity/src/bill.rs:17:17
        !    |
        ! 17 |     pub amount: Amount,
        !    |                 ^^^^^^
        ! hint: add `#[sea_orm(column_type = "…")]` to the field, or "Amount" = "…" to `[types]` in seadrift.toml
        [exit 2]
    "#]]);
    // There is no package that something could be built upon.
    run("auto").is(&expect![[r#"
        ! asking the compiler what the entities declare, which takes a build
        ! error: the column type of `Amount` is not known (column `amount` of `crate::bill::Entity`)
        !   --> entity/src/bill.rs:17:17
        !    |
        ! 17 |     pub amount: Amount,
        !    |                 ^^^^^^
        ! hint: add `#[sea_orm(column_type = "…")]` to the field, or "Amount" = "…" to `[types]` in seadrift.toml
        !
        ! the compiler, which may know more, was not asked: `entity/src/bill.rs` belongs to no package that could be built
        [exit 2]
    "#]]);
    run("probe").is(&expect![[r#"
        ! asking the compiler what the entities declare, which takes a build
        ! error: `entity/src/bill.rs` belongs to no package that could be built
        ! hint: add `#[sea_orm(column_type = "…")]` to the fields in question, or their types to `[types]` in seadrift.toml
        [exit 2]
    "#]]);
    project.write("entity/Cargo.toml", "[package]\nname = \"entity\"\n");
    project.write("entity/src/lib.rs", "pub mod bill;\n");
    // There is no compiler.
    run("probe").is(&expect![[r#"
        ! asking the compiler what the entities declare, which takes a build
        ! error: `rustc` cannot be run: No such file or directory (os error 2)
        ! hint: install Rust, or choose `--reader source`, which needs none of it
        [exit 2]
    "#]]);
    let old = "[package]\nname = \"entity\"\n[dependencies]\nsea-orm = \"1\"\n";
    project.write("entity/Cargo.toml", old);
    run("auto").is(&expect![[r#"
        ! error: the column type of `Amount` is not known (column `amount` of `entity::bill::Entity`)
        !   --> entity/src/bill.rs:17:17
        !    |
        ! 17 |     pub amount: Amount,
        !    |                 ^^^^^^
        ! hint: add `#[sea_orm(column_type = "…")]` to the field, or "Amount" = "…" to `[types]` in seadrift.toml
        !
        ! the compiler, which may know more, was not asked: the entities are for SeaORM 1.x, and entities can be built upon for SeaORM 2.0 only
        [exit 2]
    "#]]);
    project.write("seadrift.toml", "[types]\nAmount = \"BigInteger\"\n");
    run("auto").is(&expect![[r#"
        drift: the entities declare what no migration brings
          + table  bill (2 columns)
        ! hint: write a migration with `revision --autogenerate`
        [exit 1]
    "#]]);
}
