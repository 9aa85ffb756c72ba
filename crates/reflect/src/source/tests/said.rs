//! What the macros make of attributes that no compiled entity has, or not in every version.

use seadrift_schema::Dialect;

use super::{Files, columns, entity, lines, table};
use crate::source::{Cfg, Options};

#[test]
fn a_map_of_types_says_what_the_sources_do_not() {
    let fields = "pub a: Money,\n    pub b: Option<prices::Money>,\n    pub c: Vec<Money>,";
    let files = Files::new(&[("thing.rs", &entity(fields))]);
    let mut options = Options::default();
    let mut add = |name: &str, ty: &str| {
        options.types.insert(name.to_owned(), ty.to_owned());
        files.read_folder("", &options)
    };
    let source = add("Money", "Decimal(Some((19, 4)))").unwrap();
    assert_eq!(
        lines(&source),
        [
            "a: decimal(19, 4)",
            "b: decimal(19, 4) null",
            "c: array decimal(19, 4)"
        ]
    );
    let source = add("prices::Money", "BigInteger").unwrap();
    assert_eq!(lines(&source)[1], "b: big_integer null");
    let errors = files.shown(add("Money", "Dollars").unwrap_err());
    assert!(
        errors
            .starts_with("`[types]` has no column type for `Money`: `Dollars`\n --> thing.rs:8:12"),
        "{errors}"
    );
}

#[test]
fn conditions_hold_unless_they_are_said_not_to() {
    let fields = "#[cfg(feature = \"a\")]\n    pub a: i32,
    #[cfg(not(feature = \"a\"))]\n    pub a: i64,
    #[cfg(all(unix, any(test, feature = \"b\")))]\n    pub b: i32,
    #[cfg_attr(feature = \"c\", sea_orm(column_type = \"Text\"))]\n    pub c: String,";
    let files = Files::new(&[("thing.rs", &entity(fields))]);
    let read = |conditions: &[&str]| {
        let cfg = Cfg::Only(conditions.iter().map(ToString::to_string).collect());
        let options = Options {
            cfg,
            ..Options::default()
        };
        lines(&files.read_folder("", &options).unwrap())
    };
    assert_eq!(
        lines(&files.read().unwrap()),
        ["a: integer", "b: integer", "c: text"]
    );
    assert_eq!(read(&[]), ["a: big_integer", "c: string"]);
    assert_eq!(
        read(&["unix", "test", "feature=\"c\""]),
        ["a: big_integer", "b: integer", "c: text"]
    );
    assert_eq!(
        read(&["unix", "feature=\"b\"", "feature=\"a\""]),
        ["a: integer", "b: integer", "c: string"]
    );
}

#[test]
fn a_table_may_be_a_variant() {
    let text = entity("pub a: i32,").replace("\"thing\"", "\"thing\", table_iden");
    let files = Files::new(&[("thing.rs", &text)]);
    assert_eq!(lines(&files.read().unwrap()), ["a: integer"]);
}

#[test]
fn the_last_of_several_counts() {
    assert_eq!(
        columns(
            "#[sea_orm(column_type = \"Text\", default_value = 1)]
    #[sea_orm(column_type = \"Json\", default_value = \"b\", column_name = \"x\")]
    pub a: String,"
        ),
        ["x: json default 'b'"]
    );
}

#[test]
fn where_entities_are() {
    let files = Files::new(&[
        ("Cargo.toml", "[package]\nname = \"my-entity\"\n"),
        ("src/lib.rs", "pub mod user;\n"),
        (
            "src/user.rs",
            &entity("").replace("\"thing\"", "\"user\", schema_name = \"app\""),
        ),
    ]);
    let source = files.read_folder("src", &Options::default()).unwrap();
    let found: Vec<_> = source
        .entities()
        .map(|entity| {
            (
                entity.path,
                entity.table.to_string(),
                entity.place.to_string(),
            )
        })
        .collect();
    let [(path, table, place)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        (*path, table.as_str()),
        ("my_entity::user::Entity", "app.user")
    );
    assert!(
        files.shown(place).contains(" --> src/user.rs:5:12\n"),
        "{place}"
    );
    assert_eq!(source.schemas().into_iter().collect::<Vec<_>>(), ["app"]);
    assert!(super::folder_of(&source).ends_with("src"));
}

#[test]
fn relations_that_are_no_keys_are_said_not_to_be() {
    let text = entity("pub a: i32,").replace(
        "enum Relation {}",
        "enum Relation {\n    #[sea_orm(belongs_to = \"Entity\", from = \"Column::Id\", to = \"Column::A\")]\n    A,\n}",
    );
    let files = Files::new(&[("thing.rs", &text)]);
    let source = files.read().unwrap();
    let (schema, warnings) = source.read(Dialect::Sqlite).unwrap();
    assert_eq!(schema.tables.values().next().unwrap().foreign_keys, []);
    assert_eq!(warnings.len(), 1);
    assert_eq!(table(&source).foreign_keys, []);
}
