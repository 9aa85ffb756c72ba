//! What the macros take without a word.

use super::{Files, entity};

/// What is said of `text` beside what it declares.
fn warnings(text: &str) -> Vec<String> {
    let files = Files::new(&[("thing.rs", text)]);
    let source = files.read().unwrap_or_else(|errors| panic!("{errors}"));
    source
        .warnings
        .iter()
        .map(|warning| files.shown(warning))
        .collect()
}

#[test]
fn an_attribute_that_nobody_knows() {
    assert_eq!(
        warnings(&entity("#[sea_orm(uniqe, index)]\n    pub a: i32,")),
        [
            "SeaORM knows no attribute `uniqe` here, and does as if it were not there
 --> thing.rs:8:15
  |
8 |     #[sea_orm(uniqe, index)]
  |               ^^^^^
hint: did you mean `unique`?",
            "SeaORM knows no attribute `index` here, and does as if it were not there
 --> thing.rs:8:22
  |
8 |     #[sea_orm(uniqe, index)]
  |                      ^^^^^
hint: did you mean `indexed`?",
        ]
    );
    for (said, meant) in [
        ("primarykey", "primary_key"),
        ("defualt_value = 1", "default_value"),
        ("colum_type = \"Text\"", "column_type"),
        ("nullabel", "nullable"),
    ] {
        let warnings = warnings(&entity(&format!("#[sea_orm({said})]\npub a: i32,")));
        assert_eq!(warnings.len(), 1, "{said}");
        assert!(
            warnings[0].ends_with(&format!("hint: did you mean `{meant}`?")),
            "{warnings:?}"
        );
    }
    let strange = &warnings(&entity("#[sea_orm(zzz)]\npub a: i32,"))[0];
    assert!(!strange.contains("hint"), "{strange}");
    let of_table = warnings(&entity("").replace(
        "table_name = \"thing\"",
        "table_name = \"thing\", schema = \"x\"",
    ));
    assert!(
        of_table[0].ends_with("hint: did you mean `schema_name`?"),
        "{of_table:?}"
    );
}

#[test]
fn a_column_of_two_keys() {
    let warnings = warnings(&entity(
        "#[sea_orm(unique_key = \"a\", unique_key = \"b\")]\npub a: i32,",
    ));
    assert!(
        warnings[0].starts_with("a column has one `unique_key` at most, so that only `b` counts"),
        "{warnings:?}"
    );
}

#[test]
fn an_entity_that_a_macro_makes() {
    let text = format!(
        "{}\nmacro_rules! more {{ () => {{\n    #[derive(DeriveEntityModel)]\n    pub struct Model {{}}\n}}; }}\n",
        entity("")
    );
    let warnings = warnings(&text);
    assert_eq!(
        warnings,
        ["an entity that a macro makes is not read
  --> thing.rs:17:14
   |
17 |     #[derive(DeriveEntityModel)]
   |              ^^^^^^^^^^^^^^^^^
hint: write it out, or declare it with `seadrift::entities!`"]
    );
}

#[test]
fn the_fixtures_have_every_attribute_that_a_schema_knows() {
    use crate::source::known_attributes::*;

    /// They say nothing of the schema, or (`table_iden`) do not compile in 2.0.4.
    const OTHERS: [&str; 13] = [
        "active_model_ex",
        "arrow_",
        "display_value",
        "exhaustive",
        "from_alias",
        "from_query_result",
        "iden",
        "model_ex_attrs",
        "set",
        "skip",
        "table_iden",
        "to_str",
        "try_getable_array",
    ];
    fn read(folder: &std::path::Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut text = String::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/entities/src");
    read(std::path::Path::new(folder), &mut text);
    let words: std::collections::BTreeSet<_> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .collect();
    let known = [
        OF_MODEL,
        OF_FIELD,
        OF_RELATION_FIELD,
        OF_RELATION,
        OF_COLUMN,
        OF_ENUM,
        OF_VARIANT,
        OF_VALUE,
        OF_ENTITY,
    ];
    let missing: Vec<_> = known
        .iter()
        .flat_map(|known| known.iter())
        .map(|(key, _)| *key)
        .filter(|key| !words.contains(key))
        .filter(|key| {
            !OTHERS
                .iter()
                .any(|other| key == other || (other.ends_with('_') && key.starts_with(other)))
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}
