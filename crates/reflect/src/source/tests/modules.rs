//! Names that lead elsewhere.

use super::{Files, entity, lines};
use crate::source::{Options, read};

/// The columns of the entity in the files, of which `entities` is the folder.
fn columns(files: &[(&str, &str)]) -> Vec<String> {
    let files = Files::new(files);
    let source = files.read_folder("src/entities", &Options::default());
    lines(&source.unwrap_or_else(|errors| panic!("{errors}")))
}

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"app\"\n");

#[test]
fn types_of_the_crate_around_the_folder() {
    let fields = "pub a: crate::money::Money,
    pub b: crate::Short,
    pub c: crate::deep::down::Here,
    pub d: crate::inline::There,
    pub e: app::Short,
    pub f: Globbed,
    pub g: super::Beside,
    pub h: crate::moved::Away,";
    let entity = format!("use crate::globs::*;\n{}", entity(fields));
    assert_eq!(
        columns(&[
            MANIFEST,
            (
                "src/main.rs",
                "mod deep;\nmod entities;\nmod globs;\nmod money;\npub type Short = i16;\nmod inline { pub type There = u8; }\n#[path = \"x/y.rs\"]\nmod moved;"
            ),
            (
                "src/money.rs",
                "#[derive(DeriveValueType)]\npub struct Money(pub Decimal);"
            ),
            ("src/deep/mod.rs", "pub mod down;"),
            ("src/deep/down.rs", "pub use super::super::Short as Here;"),
            (
                "src/globs.rs",
                "pub use self::more::*;\nmod more { pub type Globbed = bool; }"
            ),
            ("src/x/y.rs", "pub type Away = f32;"),
            (
                "src/entities/mod.rs",
                "pub mod thing;\npub type Beside = char;"
            ),
            ("src/entities/thing.rs", &entity),
        ]),
        [
            "a: decimal",
            "b: small_integer",
            "c: small_integer",
            "d: tiny_unsigned",
            "e: small_integer",
            "f: boolean",
            "g: char",
            "h: float",
        ]
    );
}

#[test]
fn a_broken_file_elsewhere_is_nobodys_business() {
    let files = Files::new(&[
        MANIFEST,
        ("src/lib.rs", "pub mod entities; pub mod broken;"),
        ("src/broken.rs", "fn ("),
        ("src/entities/mod.rs", "pub mod thing;"),
        ("src/entities/thing.rs", &entity("pub a: crate::broken::T,")),
    ]);
    let errors = files
        .read_folder("src/entities", &Options::default())
        .unwrap_err();
    let text = files.shown(&errors);
    assert_eq!(errors.all.len(), 1);
    assert!(
        text.starts_with("the column type of `crate::broken::T` is not known"),
        "{text}"
    );
}

#[test]
fn modules_whose_globs_lead_to_each_other() {
    let mut files = vec![("mod.rs".to_owned(), "pub mod thing;\n".to_owned())];
    for at in 0..12 {
        let mut text = "pub use super::*;\n".to_owned();
        for other in 0..12 {
            text.push_str(&format!("pub use super::m{other}::*;\n"));
            if at == 0 {
                files[0]
                    .1
                    .push_str(&format!("pub mod m{other};\npub use self::m{other}::*;\n"));
            }
        }
        files.push((format!("m{at}.rs"), text));
    }
    files[12].1.push_str("pub type Far = i64;\n");
    files.push((
        "thing.rs".into(),
        format!("use super::m0::*;\n{}", entity("pub a: Far,")),
    ));
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let files = Files::new(&files);
    assert_eq!(lines(&files.read().unwrap()), ["a: big_integer"]);
}

#[test]
fn crates_know_each_other_by_name() {
    let files = Files::new(&[
        ("types/Cargo.toml", "[package]\nname = \"my-types\"\n"),
        ("types/src/lib.rs", "pub mod ids;\npub mod user;\nuse sea_orm::entity::prelude::*;"),
        ("types/src/ids.rs", "#[derive(DeriveValueType)]\npub struct Id(pub Uuid);"),
        ("types/src/user.rs", &entity("").replace("\"thing\"", "\"user\"")),
        ("entity/Cargo.toml", "[package]\nname = \"entity\"\n"),
        ("entity/src/lib.rs", "pub mod thing;"),
        (
            "entity/src/thing.rs",
            &entity("pub a: my_types::ids::Id,\n    pub b: i32,").replace(
                "enum Relation {}",
                "enum Relation { #[sea_orm(belongs_to = \"my_types::user::Entity\", from = \"Column::B\", to = \
                 \"my_types::user::Column::Id\")] B }",
            ),
        ),
    ]);
    let folders = [files.path("types/src"), files.path("entity/src")];
    let source = read(&folders, &Options::default()).unwrap_or_else(|errors| panic!("{errors}"));
    let schema = source.schema(seadrift_schema::Dialect::Sqlite).unwrap();
    let thing = schema
        .tables
        .values()
        .find(|table| table.name.name == "thing")
        .unwrap();
    assert_eq!(thing.columns[1].ty.to_string(), "uuid");
    assert_eq!(thing.foreign_keys[0].references.name, "user");
}

#[test]
fn files_that_include_themselves() {
    let files = Files::new(&[
        (
            "mod.rs",
            "#[path = \"mod.rs\"]\nmod again;\n#[path = \"a.rs\"]\npub mod b;",
        ),
        (
            "a.rs",
            &format!(
                "#[path = \"mod.rs\"]\nmod up;\n{}",
                entity("pub a: super::b::Name,\n") + "pub type Name = i32;"
            ),
        ),
    ]);
    assert_eq!(lines(&files.read().unwrap()), ["a: integer"]);
}

#[test]
fn impls_are_those_of_the_type() {
    let files = Files::new(&[
        ("mod.rs", "pub mod a;\npub mod b;\npub mod thing;"),
        (
            "a.rs",
            "pub struct Name(String);\nimpl ValueType for super::b::Name { fn column_type() -> ColumnType { ColumnType::Text } }",
        ),
        (
            "b.rs",
            "pub struct Name(String);\nimpl ValueType for super::a::Name { fn column_type() -> ColumnType { ColumnType::Json } }",
        ),
        (
            "thing.rs",
            &entity("pub a: super::a::Name,\n    pub b: super::b::Name,"),
        ),
    ]);
    assert_eq!(lines(&files.read().unwrap()), ["a: json", "b: text"]);
}

#[test]
fn parts_of_an_entity_are_its_own() {
    let files = Files::new(&[
        (
            "a.rs",
            "impl EntityName for Entity { fn table_name(&self) -> &'static str { \"a\" } }",
        ),
        (
            "thing.rs",
            &entity("").replace("#[sea_orm(table_name = \"thing\")]", ""),
        ),
    ]);
    assert!(
        files
            .errors()
            .starts_with("entity `crate::thing::Entity` has no `table_name`")
    );
}

#[test]
fn crates_that_a_package_has_by_path() {
    let files = Files::new(&[
        (
            "Cargo.toml",
            "[workspace]\n[workspace.dependencies]\nmy-types = { path = \"types\" }\n",
        ),
        ("types/Cargo.toml", "[package]\nname = \"my-types\"\n"),
        ("types/src/lib.rs", "mod id;\npub use id::Id;"),
        (
            "types/src/id.rs",
            "#[derive(DeriveValueType)]\npub struct Id(pub Uuid);",
        ),
        (
            "other/Cargo.toml",
            "[package]\nname = \"other\"\n[lib]\npath = \"code/all.rs\"\n",
        ),
        (
            "other/code/all.rs",
            "pub mod name { pub type Name = char; }",
        ),
        (
            "entity/Cargo.toml",
            "[package]\nname = \"entity\"\n[dependencies]\nmy-types.workspace = true\nother = { path = \"../other\" }\nsea-orm = \"2\"\n",
        ),
        ("entity/src/lib.rs", "pub mod thing;"),
        (
            "entity/src/thing.rs",
            &format!(
                "use my_types::Id;\n{}",
                entity("pub a: Id,\n    pub b: other::name::Name,")
            ),
        ),
    ]);
    let source = files.read_folder("entity/src", &Options::default());
    assert_eq!(lines(&source.unwrap()), ["a: uuid", "b: char"]);
}

#[test]
fn a_folder_of_several_crates() {
    let files = Files::new(&[
        ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
        ("a/src/lib.rs", "pub mod thing;\npub type Name = i64;"),
        ("a/src/thing.rs", &entity("pub a: crate::Name,")),
        ("b/Cargo.toml", "[package]\nname = \"b\"\n"),
        ("b/src/lib.rs", "pub mod thing;\npub type Name = i16;"),
        (
            "b/src/thing.rs",
            &entity("pub b: crate::Name,").replace("\"thing\"", "\"other\""),
        ),
    ]);
    let source = files.read().unwrap_or_else(|errors| panic!("{errors}"));
    let schema = source.schema(seadrift_schema::Dialect::Sqlite).unwrap();
    let types: Vec<_> = schema
        .tables
        .values()
        .map(|table| table.columns[1].ty.to_string())
        .collect();
    assert_eq!(types, ["small_integer", "big_integer"]);
    let paths: Vec<_> = source.entities().map(|entity| entity.path).collect();
    assert_eq!(paths, ["a::thing::Entity", "b::thing::Entity"]);
}

#[test]
fn a_file_that_nobody_declares() {
    let other = entity("").replace("\"thing\"", "\"other\"");
    let read = |files: &[(&str, &str)]| {
        let files = Files::new(files);
        let source = files.read().unwrap_or_else(|errors| panic!("{errors}"));
        let warnings: Vec<_> = source
            .warnings
            .iter()
            .map(|warning| files.shown(warning))
            .collect();
        (source.entities().count(), warnings)
    };
    let said = |path: &str| {
        format!(
            "no `mod` declares this file, so that it is not compiled, and not read\n --> {path}"
        )
    };
    let thing = ("thing.rs", &*entity(""));
    assert_eq!(
        read(&[
            ("mod.rs", "pub mod thing;"),
            thing,
            ("other.rs", &other),
            ("more/other.rs", "")
        ]),
        (1, vec![said("more/other.rs"), said("other.rs")])
    );
    // Whoever declares it.
    for root in [
        "pub mod thing; #[cfg(unix)] mod other;",
        "pub mod thing; #[path = \"other.rs\"] mod another;",
        "pub mod thing; modules!(other);",
    ] {
        assert_eq!(
            read(&[("mod.rs", root), thing, ("other.rs", &other)]),
            (2, vec![]),
            "{root}"
        );
    }
    assert_eq!(read(&[thing, ("other.rs", &other)]), (2, vec![]));
    let manifest = ("Cargo.toml", "[package]\nname = \"a\"");
    let (thing, other) = (("src/thing.rs", thing.1), ("src/other.rs", other.as_str()));
    assert_eq!(
        read(&[
            manifest,
            ("src/lib.rs", "mod thing;"),
            ("src/main.rs", "mod other;"),
            thing,
            other
        ]),
        (2, vec![])
    );
    assert_eq!(
        read(&[
            manifest,
            ("src/lib.rs", "mod thing;"),
            ("src/main.rs", "fn main() {}"),
            thing,
            other
        ]),
        (1, vec![said("src/other.rs")])
    );
}

#[test]
fn errors_come_with_their_warnings() {
    let files = Files::new(&[("mod.rs", ""), ("thing.rs", &entity(""))]);
    let errors = files.read().unwrap_err();
    assert!(
        errors
            .to_string()
            .starts_with("there are no SeaORM entities here")
    );
    assert!(
        errors.warnings[0]
            .to_string()
            .starts_with("no `mod` declares this file")
    );
}

#[test]
fn items_of_every_kind_stand_beside_an_entity() {
    let others = "
#![allow(dead_code)]
extern crate std as other;
extern \"C\" { fn c(); }
extern \"C\" fn d() -> [u8; 2] { [0; { 2 }] }
pub(crate) const fn e<const N: usize>() -> usize { N }
pub const WIDTH: u32 = { 20 };
static mut FIRST: Pair = Pair { one: 1, other: 2 };
pub unsafe trait Marked { fn f(&self) {} }
unsafe impl Marked for Pair {}
struct Pair { one: i32, other: i32 }
struct Few<const N: usize>([u8; N]);
impl Few<{ 1 + 1 }> { fn g() {} }
impl<const N: usize> Marks<Few<{ N }>> for Pair { }
union Both { a: u8, b: i8 }
macro_rules! twice { ($a:expr) => { $a + $a }; }
macro_rules! once ( ($a:expr) => { $a } );
std::thread_local! { static X: u8 = 1; }
twice!(1);
pub async unsafe fn h() {}
impl<T: Fn(u8) -> u8> From<T> for Pair { fn from(_: T) -> Self { todo!() } }
impl sea_orm::sea_query::ValueType for Other<Vec<u8>> {
    fn column_type() -> ColumnType { ColumnType::Char(Some(WIDTH)) }
}
pub struct Other<T>(T);
";
    let fields =
        "pub a: Other<Vec<u8>>, #[sea_orm(column_type = \"Char(Some(WIDTH))\")] pub b: String,";
    // With and without what makes the parser look at the whole file at once.
    for more in [
        "",
        "impl Few<{ 3 }> {} impl Few<{ 4 }> {}",
        "fn i() -> Few<{ 2 }> { todo!() }",
    ] {
        let (inner, rest) = others.trim_start().split_once('\n').unwrap();
        let text = format!("{inner}\n{}{rest}{more}", entity(fields));
        let files = Files::new(&[("thing.rs", &text)]);
        let read = files.read().unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(lines(&read), ["a: char(20)", "b: char(20)"], "{more}");
    }
}
