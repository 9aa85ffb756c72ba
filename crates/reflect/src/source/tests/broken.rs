//! What cannot be read says where it is, and does not hide the rest.

use super::{Files, entity};

/// What is wrong with [`entity`] with `fields`.
fn errors(fields: &str) -> String {
    Files::new(&[("thing.rs", &entity(fields))]).errors()
}

#[test]
fn a_folder_without_entities() {
    let files = Files::new(&[("nothing.rs", "pub fn nothing() {}\n")]);
    assert_eq!(
        files.errors(),
        "there are no SeaORM entities here
 --> .
hint: an entity is a struct `Model` that derives `DeriveEntityModel`, or one that derives `DeriveEntity`"
    );
    let missing = super::super::read(&[files.path("missing")], &super::Options::default());
    assert_eq!(
        files.shown(missing.unwrap_err()),
        "this cannot be read: No such file or directory (os error 2)\n --> missing"
    );
}

#[test]
fn every_file_is_looked_at() {
    let files = Files::new(&[
        ("a.rs", "pub struct Model {\n    pub id: i32,,\n}\n"),
        ("b.rs", "fn f() {\n    let x = \"open;\n}\n"),
        ("c.rs", &entity("pub a: Unknown,")),
    ]);
    files.write("d.rs", b"// good\nlet x = \"\xffbad\";\n");
    assert_eq!(
        files.errors(),
        "this is no Rust: expected identifier
 --> a.rs:2:17
  |
2 |     pub id: i32,,
  |                 ^

this is no Rust: cannot parse string into token stream
 --> b.rs:2:13
  |
2 |     let x = \"open;
  |             ^

the column type of `Unknown` is not known (column `a` of `crate::c::Entity`)
 --> c.rs:8:12
  |
8 |     pub a: Unknown,
  |            ^^^^^^^
hint: add `#[sea_orm(column_type = \"…\")]` to the field, or \"Unknown\" = \"…\" to `[types]` in seadrift.toml

the file is not UTF-8
 --> d.rs:2:10
  |
2 | let x = \"\u{fffd}bad\";
  |          ^"
    );
}

#[test]
fn types_that_are_their_own() {
    let files = Files::new(&[(
        "thing.rs",
        &format!("{}\ntype A = B;\ntype B = A;\n", entity("pub a: A,")),
    )]);
    assert_eq!(
        files.errors(),
        "type `A` is defined by itself (column `a` of `crate::thing::Entity`)
  --> thing.rs:16:6
   |
16 | type A = B;
   |      ^"
    );
    for definitions in [
        "type A = A;",
        "type A = Option<A>;",
        "type A = Vec<B>; type B = Vec<A>;",
        "#[derive(DeriveValueType)] pub struct A(B); #[derive(DeriveValueType)] pub struct B(A);",
        "use self::A as B; use self::B as A;",
        "pub struct A; impl ValueType for A { fn column_type() -> ColumnType { A::column_type() } }",
        "const C: i32 = C; #[derive(DeriveValueType)] #[sea_orm(column_type = \"Binary(C)\")] pub struct A(i32);",
    ] {
        let text = format!("{}\n{definitions}\n", entity("pub a: A,"));
        let errors = Files::new(&[("thing.rs", &text)]).errors();
        assert_eq!(
            errors.matches(" --> ").count() + errors.matches("\n--> ").count(),
            1,
            "{errors}"
        );
    }
}

#[test]
fn constants_that_double_each_other() {
    let mut text = entity("#[sea_orm(default_expr = \"C0\")]\npub a: i32,");
    for at in 0..60 {
        text.push_str(&format!("const C{at}: i32 = C{} + C{};\n", at + 1, at + 1));
    }
    let errors = Files::new(&[("thing.rs", &text)]).errors();
    assert!(
        errors.starts_with("only the compiler can say what this is: `C0`"),
        "{errors}"
    );
}

#[test]
fn two_entities_for_one_table() {
    let files = Files::new(&[("a.rs", &entity("")), ("b.rs", &entity("pub b: i32,"))]);
    assert_eq!(
        files.errors(),
        "table `thing` is declared by `crate::b::Entity`, and by `crate::a::Entity` in a.rs:5
 --> b.rs:5:12
  |
5 | pub struct Model {
  |            ^^^^^
hint: give one of them another `table_name`, or leave it out with a `cfg`"
    );
}

#[cfg(unix)]
#[test]
fn links_that_lead_back() {
    use std::os::unix::fs::symlink;

    let files = Files::new(&[("inner/thing.rs", &entity(""))]);
    symlink(files.path(""), files.path("inner/back")).unwrap();
    assert_eq!(
        files.errors(),
        "this symbolic link leads back to a folder that it is in\n --> inner/back"
    );
    let files = Files::new(&[("thing.rs", &entity(""))]);
    symlink(files.path("self"), files.path("self")).unwrap();
    let errors = files.errors();
    assert!(errors.starts_with("this cannot be read: "), "{errors}");
    assert!(errors.ends_with(" --> self"), "{errors}");
    // A link to elsewhere is a folder like any other, and one to nothing is nothing.
    let files = Files::new(&[("a/thing.rs", &entity(""))]);
    let other = Files::new(&[("thing.rs", &entity("").replace("\"thing\"", "\"other\""))]);
    symlink(other.path(""), files.path("b")).unwrap();
    symlink(files.path("gone"), files.path("nothing")).unwrap();
    assert_eq!(files.read().unwrap().entities().count(), 2);
}

#[test]
fn a_file_that_is_no_entity() {
    let files = Files::new(&[("thing.rs", &entity(""))]);
    files.write("large.rs", &vec![b' '; 10 << 20]);
    assert_eq!(
        files.errors(),
        "the file has 10485760 bytes, more than any entity\n --> large.rs\nhint: leave the file out of the folders of \
         entities"
    );
}

#[test]
fn what_only_the_compiler_knows() {
    assert_eq!(
        errors("#[sea_orm(default_expr = \"Utc::now().naive_utc()\")]\n    pub a: DateTime,"),
        "only the compiler can say what this is: `Utc::now().naive_utc()` (column `a` of `crate::thing::Entity`)
 --> thing.rs:8:30
  |
8 |     #[sea_orm(default_expr = \"Utc::now().naive_utc()\")]
  |                              ^^^^^^^^^^^^^^^^^^^^^^^^
hint: write it with literals and what sea-query offers, such as `Expr::cust(\"…\")`"
    );
    for (fields, expected) in [
        (
            "pub a: std::rc::Rc<i32>,",
            "the column type of `std::rc::Rc<i32>` is not known",
        ),
        (
            "pub a: other::Date,",
            "the column type of `other::Date` is not known",
        ),
        (
            "pub a: (i32, i32),",
            "the column type of `(i32, i32)` is not known",
        ),
        (
            "pub a: [u8; 16],",
            "the column type of `[u8; 16]` is not known",
        ),
        (
            "pub a: Vec<Strange>,",
            "the column type of `Strange` is not known",
        ),
        (
            "#[sea_orm(column_type = \"Strange\")]\npub a: i32,",
            "only the compiler can say what this is: `Strange`",
        ),
        (
            "#[sea_orm(column_type = \"((\")]\npub a: i32,",
            "only the compiler can say what this is: `((`",
        ),
        (
            "#[sea_orm(default_expr = \"Date::from_ymd_opt(2026, 2, 29).unwrap()\")]\npub a: Date,",
            "only the compiler can say what this is: `Date::from_ymd_opt(2026, 2, 29).unwrap()`",
        ),
        (
            "#[sea_orm(default_expr = \"other::Date::from_ymd_opt(2026, 1, 1)\")]\npub a: Date,",
            "only the compiler can say what this is: `other::Date::from_ymd_opt(2026, 1, 1)`",
        ),
        // How the keys are ordered depends on a feature of serde_json.
        (
            "#[sea_orm(default_expr = \"json!({\\\"b\\\": 1, \\\"a\\\": 2})\")]\npub a: Json,",
            "only the compiler can say what this is: `json!(",
        ),
        (
            "#[sea_orm(default_expr = \"json!({\\\"a\\\": NAME})\")]\npub a: Json,",
            "only the compiler can say what this is: `json!(",
        ),
        (
            "#[sea_orm(default_expr = \"Vec::<u8>::new()\")]\npub a: Vec<u8>,",
            "only the compiler can say what this is: `Vec::<u8>::new()`",
        ),
        (
            "#[sea_orm(column_type = 5)]\npub a: i32,",
            "`column_type` takes a string",
        ),
        (
            "#[sea_orm(default_value = NAME)]\npub a: i32,",
            "`default_value` takes a literal",
        ),
        (
            "#[sea_orm(auto_increment = 1)]\npub a: i32,",
            "`auto_increment` takes `true` or `false`",
        ),
        (
            "#[sea_orm(default_value = 1 2)]\npub a: i32,",
            "this is no Rust: ",
        ),
    ] {
        let errors = errors(fields);
        assert!(errors.starts_with(expected), "{fields}: {errors}");
        assert!(errors.contains("thing.rs:"), "{errors}");
    }
}

#[test]
fn relations_that_lead_nowhere() {
    let relation = |attributes: &str| {
        let text = entity("pub a: i32,").replace(
            "enum Relation {}",
            &format!("enum Relation {{\n    #[sea_orm({attributes})]\n    A,\n}}"),
        );
        Files::new(&[("thing.rs", &text)]).errors()
    };
    assert_eq!(
        relation("belongs_to = \"super::user::Entity\", from = \"Column::A\", to = \"super::user::Column::Id\""),
        "there is no entity `super::user::Entity` among the sources (`crate::thing::Entity`)
  --> thing.rs:13:28
   |
13 |     #[sea_orm(belongs_to = \"super::user::Entity\", from = \"Column::A\", to = \"super::user::Column::Id\")]
   |                            ^^^^^^^^^^^^^^^^^^^^^
hint: name the folder of that entity as well, or mark the relation `skip_fk`"
    );
    for (attributes, expected) in [
        (
            "belongs_to = \"Entity\", from = \"Column::B\", to = \"Column::Id\"",
            "entity `crate::thing::Entity` has no column `B`",
        ),
        (
            "belongs_to = \"Entity\", from = \"Column::A\"",
            "`belongs_to` takes `from` and `to`",
        ),
        (
            "belongs_to = \"Entity\", from = \"Column::A\", to = \"Column::Id\", on_delete = \"Vanish\"",
            "`on_delete` takes \"Cascade\"",
        ),
    ] {
        let errors = relation(attributes);
        assert!(errors.contains(expected), "{attributes}: {errors}");
    }
}

#[test]
fn parts_that_are_missing() {
    for (text, expected) in [
        (
            entity("").replace("#[sea_orm(table_name = \"thing\")]", ""),
            "entity `crate::thing::Entity` has no `table_name`",
        ),
        (
            entity("").replace("enum Relation", "enum Other"),
            "there is no `Relation` of `crate::thing::Entity` among the sources",
        ),
        (
            "#[derive(DeriveEntity)]\n#[sea_orm(table_name = \"a\")]\npub struct Entity;\n"
                .to_owned(),
            "there is no `Column` of `crate::thing::Entity` among the sources",
        ),
    ] {
        let errors = Files::new(&[("thing.rs", &text)]).errors();
        assert!(errors.contains(expected), "{errors}");
    }
}

#[test]
fn what_goes_deeper_than_any_entity() {
    const MANY: usize = 100_000;
    let texts = [
        format!("const A: i32 = {}1{};", "(".repeat(MANY), ")".repeat(MANY)),
        format!("const A: bool = {}true;", "!".repeat(MANY)),
        format!("type A = {}i32{};", "Vec<".repeat(MANY), ">".repeat(MANY)),
        format!("const A: i32 = 1{};", "+ 1".repeat(MANY)),
        format!("const A: i32 = {}1;", "a = ".repeat(MANY)),
        format!("const A: i32 = {}1;", "|a, b| ".repeat(MANY)),
        format!("{}{}", "mod a {".repeat(MANY), "}".repeat(MANY)),
        format!("fn f() {{ {} {{}} }}", "if a {} else ".repeat(MANY / 4)),
        format!("const A: &str = a{};", ".b()".repeat(MANY)),
        format!(
            "type A = {}i32{};",
            format!("({}", "Vec<".repeat(500)).repeat(100),
            format!("{})", ">".repeat(500)).repeat(100)
        ),
        entity(&format!(
            "#[sea_orm(column_type = \"{}Text{}\")]\npub a: i32,",
            "Array(".repeat(MANY),
            ")".repeat(MANY)
        )),
        // Just within the bounds.
        entity(&format!(
            "pub a: {}i32{},",
            "Vec<".repeat(990),
            ">".repeat(990)
        )),
        entity(&format!(
            "#[sea_orm(default_expr = \"{}1\")]\npub a: i32,",
            "-".repeat(19_000)
        )),
        entity(&format!(
            "#[sea_orm(default_expr = \"1{}\")]\npub a: i32,",
            "+ 1".repeat(9_000)
        )),
    ];
    for text in texts {
        let files = Files::new(&[("deep.rs", &text)]);
        match files.read() {
            Ok(source) => assert_eq!(source.entities().count(), 1),
            Err(errors) => assert!(errors.to_string().len() < 1_000_000),
        }
    }
}

#[test]
fn a_type_is_said_once() {
    let files = Files::new(&[
        (
            "a.rs",
            &entity("pub a: Strange,\n    pub b: Option<Strange>,\n    pub c: Other,"),
        ),
        (
            "b.rs",
            &entity("pub a: Strange,").replace("\"thing\"", "\"b\""),
        ),
    ]);
    let errors = files.read().unwrap_err();
    assert_eq!(errors.all.len(), 4);
    let text = files.shown(&errors);
    assert_eq!(text.matches("the column type of").count(), 2, "{text}");
    assert_eq!(
        text.matches("note: 2 more columns of this type\n").count(),
        1,
        "{text}"
    );
}

#[test]
fn what_leads_into_a_broken_file_is_not_said_again() {
    let text = entity("pub a: super::types::Name,\n    pub b: Globbed,\n    pub c: Strange,").replace(
        "enum Relation {}",
        "enum Relation {\n    #[sea_orm(belongs_to = \"super::user::Entity\", from = \"Column::A\", to = \"super::user::Column::Id\")]\n    A,\n}",
    );
    let files = Files::new(&[
        ("user.rs", "fn ("),
        ("types.rs", "fn ("),
        ("globs.rs", "fn ("),
        ("thing.rs", &format!("use super::globs::*;\n{text}")),
    ]);
    let errors = files.read().unwrap_err();
    let said: Vec<_> = errors
        .all
        .iter()
        .map(|error| error.kind.to_string())
        .collect();
    // What comes by the glob cannot be told from what does not.
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(
        said.iter()
            .all(|said| said.starts_with("this is no Rust: ")),
        "{said:#?}"
    );
}
