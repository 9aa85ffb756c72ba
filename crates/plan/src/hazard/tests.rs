use std::{collections::BTreeSet, fs, path::Path};

use seadrift_schema::{
    Change, Check, Column, Constraint, DefaultValue, Dialect, EnumType, Index, IndexOrigin,
    ObjectName, PrimaryKey, Schema, Table,
};

use crate::{Plan, plan};

const DIALECTS: [Dialect; 4] = [
    Dialect::Postgres,
    Dialect::MySql,
    Dialect::MariaDb,
    Dialect::Sqlite,
];

/// The column `name`, not null, of the type that `ty` names.
fn column(name: &str, ty: &str) -> Column {
    Column::new(name, ty.parse().unwrap())
}

fn nullable(column: Column) -> Column {
    Column {
        nullable: true,
        ..column
    }
}

fn unique(column: &str) -> Index {
    Index {
        name: format!("idx-user-{column}"),
        columns: vec![column.to_owned()],
        unique: true,
        origin: IndexOrigin::Index,
        definition: None,
    }
}

fn table() -> Table {
    Table {
        columns: vec![column("id", "integer"), column("email", "string")],
        primary_key: Some(PrimaryKey {
            name: None,
            columns: vec!["id".to_owned()],
        }),
        indexes: vec![unique("email")],
        ..Table::new(ObjectName::new("user"))
    }
}

fn add(column: Column) -> Change {
    Change::AddColumn {
        table: ObjectName::new("user"),
        column,
        references: None,
    }
}

fn drop(column: Column) -> Change {
    Change::DropColumn {
        table: ObjectName::new("user"),
        column,
        references: None,
    }
}

fn alter(from: Column, to: Column) -> Change {
    Change::AlterColumn {
        table: ObjectName::new("user"),
        from,
        to,
    }
}

fn index(column: &str) -> Change {
    Change::CreateIndex {
        table: ObjectName::new("user"),
        index: unique(column),
    }
}

fn values(values: &[&str]) -> EnumType {
    EnumType {
        name: ObjectName::new("state"),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    }
}

/// A change that has each code.
fn examples() -> Vec<(&'static str, Change)> {
    vec![
        ("deletes-data", Change::DropTable(table())),
        ("deletes-data", drop(nullable(column("email", "string")))),
        ("adds-required-column", add(column("email", "string"))),
        (
            "forbids-null",
            alter(
                nullable(column("email", "string(20)")),
                column("email", "string(20)"),
            ),
        ),
        (
            "changes-type",
            alter(column("age", "integer"), column("age", "double")),
        ),
        ("requires-unique", index("email")),
        (
            "removes-enum-value",
            Change::AlterEnum {
                from: values(&["draft", "done"]),
                to: values(&["done"]),
                columns: vec![(
                    ObjectName::new("user"),
                    column("state", "enum state('done')"),
                )],
            },
        ),
        (
            "validates-rows",
            Change::AddConstraint {
                table: ObjectName::new("user"),
                constraint: Constraint::Check(Check {
                    name: None,
                    expression: "id > 0".to_owned(),
                    clauses: None,
                }),
            },
        ),
        (
            "rebuilds-table",
            alter(
                column("email", "string"),
                nullable(column("email", "string")),
            ),
        ),
    ]
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.hazards.iter().map(|hazard| hazard.code).collect()
}

/// The hazards of `change` alone.
fn codes_of(change: Change, dialect: Dialect) -> Option<Vec<&'static str>> {
    let mut user = table();
    let definition = "CREATE TABLE user (id integer PRIMARY KEY, email varchar, age, it)";
    user.definition = Some(definition.to_owned());
    let mut schema = Schema::default();
    schema.tables.insert(user.name.clone(), user);
    plan(vec![change], &schema, dialect)
        .ok()
        .map(|plan| codes(&plan))
}

#[test]
fn each_hazard_is_raised_for_its_change() {
    for dialect in DIALECTS {
        for (code, change) in examples() {
            let mut codes = codes_of(change.clone(), dialect).unwrap();
            let mut expected = vec![code];
            if code == "rebuilds-table" {
                expected.retain(|_| dialect == Dialect::Sqlite);
            } else {
                codes.retain(|code| *code != "rebuilds-table");
            }
            assert_eq!(codes, expected, "{change:?} on {dialect}");
        }
    }
}

#[test]
fn what_is_made_in_the_same_plan_has_no_hazard() {
    for dialect in DIALECTS {
        assert_eq!(
            codes_of(Change::CreateTable(table()), dialect),
            Some(vec![])
        );
    }
}

#[test]
fn what_loses_nothing_and_asks_nothing_has_no_hazard() {
    let mut with_default = column("email", "string");
    with_default.default = Some(DefaultValue::Text(String::new()));
    let mut numbered = column("number", "big_integer");
    numbered.auto_increment = true;
    let mut plain = unique("email");
    plain.unique = false;
    let plain = Change::CreateIndex {
        table: ObjectName::new("user"),
        index: plain,
    };
    let harmless = [
        add(nullable(column("email", "string"))),
        add(with_default.clone()),
        add(numbered),
        alter(
            column("email", "string"),
            nullable(column("email", "string")),
        ),
        plain,
    ];
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::MariaDb] {
        for change in &harmless {
            let codes = codes_of(change.clone(), dialect);
            assert_eq!(codes, Some(vec![]), "{change:?} on {dialect}");
        }
    }
}

#[test]
fn an_entitys_other_word_for_a_type_changes_no_type() {
    let cases = [
        (Dialect::Postgres, "big_integer", "unsigned"),
        (Dialect::Postgres, "date_time", "timestamp"),
        (Dialect::Postgres, "enum mood('a')", "enum mood('a', 'b')"),
        (
            Dialect::Postgres,
            "array enum mood('a')",
            "array enum mood('a', 'b')",
        ),
        (Dialect::MariaDb, "string(255)", "string"),
        (Dialect::MariaDb, "binary(16)", "uuid"),
        (Dialect::MySql, "enum \"\"('a')", "enum mood('a')"),
    ];
    for (dialect, from, to) in cases {
        let mut commented = column("it", to);
        commented.comment = Some("said".to_owned());
        let codes = codes_of(alter(column("it", from), commented), dialect);
        assert_eq!(codes, Some(vec![]), "{from} -> {to} on {dialect}");
    }
    let narrower = alter(
        column("it", "enum \"\"('a', 'b')"),
        column("it", "enum m('a')"),
    );
    assert_eq!(
        codes_of(narrower, Dialect::MySql),
        Some(vec!["changes-type"])
    );
}

#[test]
fn every_code_has_its_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hazards");
    // A packaged crate comes without the pages.
    if !folder.is_dir() {
        return;
    }
    let pages: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    let codes: BTreeSet<String> = super::CODES
        .iter()
        .map(|code| format!("{code}.md"))
        .collect();
    let tried: BTreeSet<String> = examples()
        .iter()
        .map(|(code, _)| format!("{code}.md"))
        .collect();
    assert_eq!(codes, tried);
    assert_eq!(codes, pages);
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    for page in pages {
        assert!(index.contains(&format!("]({page})")), "{page}");
        let text = fs::read_to_string(folder.join(&page)).unwrap();
        let code = page.trim_end_matches(".md");
        assert!(text.starts_with(&format!("# `{code}`\n")), "{page}");
    }
}
