//! What differs between the versions of SeaORM.

use super::{Files, entity, lines, table};
use crate::source::{Options, SeaOrmVersion, Source};

const VERSIONS: [SeaOrmVersion; 3] = [SeaOrmVersion::V0_12, SeaOrmVersion::V1, SeaOrmVersion::V2];

fn read(text: &str, version: SeaOrmVersion) -> Source {
    let options = Options {
        version,
        ..Options::default()
    };
    let files = Files::new(&[("thing.rs", text)]);
    let source = files.read_folder("", &options);
    source.unwrap_or_else(|errors| panic!("{version}: {errors}"))
}

/// What [`lines`] gives for each version.
fn of_each(text: &str) -> [String; 3] {
    VERSIONS.map(|version| lines(&read(text, version)).join(", "))
}

#[test]
fn a_manifest_names_the_version() {
    use SeaOrmVersion::{V0_12, V1, V2};
    for (text, expected) in [
        (
            "[[package]]\nname = \"sea-orm\"\nversion = \"2.0.4\"\n",
            Some(V2),
        ),
        (
            "[[package]]\nname = \"sea-orm-cli\"\nversion = \"2.0.4\"\n\n[[package]]\nname = \"sea-orm\"\nversion = \"1.1.20\"\n",
            Some(V1),
        ),
        ("[dependencies]\nsea-orm = \"0.12\"\n", Some(V0_12)),
        (
            "[dependencies]\nsea-orm = { features = [\"macros\"], version = \"~1.1.2\" }\n",
            Some(V1),
        ),
        (
            "[dependencies.sea-orm]\nfeatures = [\"macros\"]\nversion = \">=2.0.0-rc\"\n",
            Some(V2),
        ),
        (
            "[workspace.dependencies.sea-orm]\nversion = \"1\"\n",
            Some(V1),
        ),
        ("[dependencies]\nsea-orm = { workspace = true }\n", None),
        (
            "[dependencies.sea-orm]\nworkspace = true\n[dependencies.x]\nversion = \"3\"\n",
            None,
        ),
        ("[dependencies]\nsea-orm-migration = \"2\"\n", None),
        ("", None),
        ("sea-orm = \"", None),
    ] {
        assert_eq!(SeaOrmVersion::of_manifest(text), expected, "{text}");
    }
}

#[test]
fn the_name_of_a_type_decides_since_2_whether_a_key_is_numbered() {
    let text = entity("").replace("pub id: i32", "pub no: CardUuid")
        + "#[derive(DeriveValueType)] pub struct CardUuid(pub i64);";
    assert_eq!(
        of_each(&text),
        [
            "no: big_integer auto_increment",
            "no: big_integer auto_increment",
            "no: big_integer"
        ]
    );
}

#[test]
fn spellings_decide_before_2() {
    let text = entity("pub a: Date, pub b: Vec<Date>,")
        + "#[derive(DeriveValueType)] pub struct Date(pub i64);";
    let spelled = "a: date, b: array big_integer";
    assert_eq!(
        of_each(&text),
        [spelled, spelled, "a: big_integer, b: array big_integer"]
    );
}

#[test]
fn what_older_versions_pass_over() {
    let text =
        entity("#[sea_orm(unique_key = \"k\", renamed_from = \"b\", extra = \"x\")]\npub a: i32,");
    for version in VERSIONS {
        let source = read(&text, version);
        let table = table(&source);
        let is_known = version == SeaOrmVersion::V2;
        assert_eq!(table.indexes.len(), usize::from(is_known));
        assert_eq!(table.columns[1].renamed_from.is_some(), is_known);
        assert_eq!(table.columns[1].extra.is_some(), is_known);
        let said: Vec<_> = source
            .warnings
            .iter()
            .map(|warning| warning.kind.to_string())
            .collect();
        assert_eq!(said.len(), if is_known { 0 } else { 3 }, "{said:?}");
        if let [first, ..] = said.as_slice() {
            assert_eq!(
                *first,
                format!(
                    "SeaORM {version} knows no attribute `unique_key`, and does as if it were not there"
                )
            );
        }
    }
    let styled = entity("pub first_name: i32,")
        .replace("\"thing\"", "\"thing\", rename_all = \"camelCase\"");
    assert_eq!(
        VERSIONS.map(|version| table(&read(&styled, version)).columns[1].name.clone()),
        ["first_name", "firstName", "firstName"]
    );
}

#[test]
fn lengths_as_they_were_before_1() {
    let text = entity(
        "#[sea_orm(column_type = \"String(Some(20))\")] pub a: String,
    #[sea_orm(column_type = \"Binary(BlobSize::Blob(None))\")] pub b: Vec<u8>,
    #[sea_orm(column_type = \"Binary(BlobSize::Blob(Some(16)))\")] pub c: Vec<u8>,
    #[sea_orm(column_type = \"VarBinary(8)\")] pub d: Vec<u8>,
    #[sea_orm(column_type = \"Binary(BlobSize::Tiny)\")] pub e: Vec<u8>,
    #[sea_orm(column_type = \"Binary(sea_orm::sea_query::BlobSize::Long)\")] pub f: Vec<u8>,
    #[sea_orm(column_type = \"Text\")] pub g: String,
    #[sea_orm(column_type = \"Custom(\\\"citext\\\".into())\")] pub h: String,
    #[sea_orm(column_type = \"Enum { name: \\\"mood\\\".into(), variants: vec![\\\"a\\\".into()] }\")] pub i: String,
    #[sea_orm(column_type = \"TimestampWithTimeZone\")] pub j: DateTimeWithTimeZone,",
    );
    assert_eq!(
        lines(&read(&text, SeaOrmVersion::V0_12)),
        [
            "a: string(20)",
            "b: blob",
            "c: binary(16)",
            "d: var_binary(8)",
            // MySQL has four sizes of a blob, and each will do.
            "e: blob",
            "f: blob",
            "g: text",
            "h: other citext",
            "i: enum mood('a')",
            "j: timestamp_with_time_zone"
        ]
    );
}
