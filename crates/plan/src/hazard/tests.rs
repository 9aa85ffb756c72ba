use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use seadrift_schema::{
    Change, Check, Column, Constraint, DefaultValue, Dialect, EnumType, ForeignKey, Generated,
    Grant, Index, IndexOrigin, ObjectName, PrimaryKey, Privilege, ReferentialAction, Schema, Table,
    Type,
};

use super::{Count, Rows};
use crate::{Plan, plan};

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
        ..Index::new("", vec![])
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

fn constraint(expression: &str, clauses: Option<&str>) -> Constraint {
    let mut check = Check::new(expression);
    check.name = Some("positive".to_owned());
    check.clauses = clauses.map(str::to_owned);
    Constraint::Check(check)
}

fn key(clauses: Option<&str>) -> Change {
    let mut key = ForeignKey::new(
        vec!["team_id".to_owned()],
        ObjectName::new("team"),
        vec!["id".to_owned()],
    );
    key.clauses = clauses.map(str::to_owned);
    Change::AddForeignKey {
        table: ObjectName::new("user"),
        key,
    }
}

fn primary_key(column: &str) -> Option<PrimaryKey> {
    Some(PrimaryKey {
        name: None,
        columns: vec![column.to_owned()],
    })
}

fn rights(role: &str) -> Change {
    Change::Grant {
        table: ObjectName::new("user"),
        grant: Grant {
            role: role.to_owned(),
            privileges: vec![Privilege::Select],
        },
    }
}

/// Changes, each with the codes that it has on PostgreSQL, and on MySQL and MariaDB.
fn examples() -> Vec<(Change, &'static [&'static str], &'static [&'static str])> {
    let check = |expression, clauses| Change::AddConstraint {
        table: ObjectName::new("user"),
        constraint: constraint(expression, clauses),
    };
    let rekey = |to| Change::AlterPrimaryKey {
        table: ObjectName::new("user"),
        from: primary_key("id"),
        to,
    };
    let enumeration = |to: &[&str]| Change::AlterEnum {
        from: values(&["draft", "done"]),
        to: values(to),
        columns: vec![(
            ObjectName::new("user"),
            column("state", "enum state('done')"),
        )],
    };
    let with_default = |ty, default: &str| {
        let mut column = column("token", ty);
        column.default = Some(default.parse().unwrap());
        column
    };
    let with_type = |from, to| alter(nullable(column("it", from)), nullable(column("it", to)));
    let mut computed = nullable(column("sum", "integer"));
    computed.generated = Some(Box::new(Generated {
        expression: "id + 1".to_owned(),
        stored: true,
    }));
    let mut numbered = column("number", "big_integer");
    numbered.auto_increment = true;
    vec![
        (
            Change::DropTable(table()),
            &["deletes-data"],
            &["deletes-data"],
        ),
        (
            drop(nullable(column("email", "string"))),
            &["deletes-data"],
            &["deletes-data"],
        ),
        (
            add(column("email", "string")),
            &["adds-required-column"],
            &["adds-required-column"],
        ),
        (
            alter(
                nullable(column("email", "string(20)")),
                column("email", "string(20)"),
            ),
            &["forbids-null", "locks-table"],
            &["forbids-null"],
        ),
        (
            with_type("integer", "big_integer"),
            &["rewrites-table", "forgets-statistics", "changes-type"],
            &["rewrites-table"],
        ),
        (
            with_type("string(20)", "string(60)"),
            &["forgets-statistics"],
            &[],
        ),
        (
            with_type("string(40)", "string(20)"),
            &["narrows-type", "rewrites-table", "forgets-statistics"],
            &["narrows-type", "rewrites-table"],
        ),
        (
            with_type("text", "integer"),
            &[
                "narrows-type",
                "rewrites-table",
                "forgets-statistics",
                "changes-type",
            ],
            &["narrows-type", "rewrites-table", "changes-type"],
        ),
        (
            alter(nullable(column("it", "text")), column("it", "integer")),
            &[
                "narrows-type",
                "forbids-null",
                "rewrites-table",
                "forgets-statistics",
                "changes-type",
            ],
            &[
                "narrows-type",
                "forbids-null",
                "rewrites-table",
                "changes-type",
            ],
        ),
        (
            index("email"),
            &["requires-unique", "locks-table"],
            &["requires-unique"],
        ),
        (
            check("id > 0", None),
            &["validates-rows", "locks-table"],
            &["validates-rows", "rewrites-table"],
        ),
        (
            key(None),
            &["validates-rows", "locks-table"],
            &["validates-rows", "rewrites-table"],
        ),
        (add(computed), &["rewrites-table"], &["rewrites-table"]),
        (add(numbered), &["rewrites-table"], &["rewrites-table"]),
        (
            add(with_default("uuid", "gen_random_uuid()")),
            &["rewrites-table"],
            &["rewrites-table"],
        ),
        (
            rekey(primary_key("email")),
            &["requires-unique", "locks-table", "changes-primary-key"],
            &["requires-unique", "changes-primary-key"],
        ),
        (
            rekey(None),
            &["changes-primary-key"],
            &["rewrites-table", "changes-primary-key"],
        ),
        (
            Change::DropIndex {
                table: ObjectName::new("user"),
                index: unique("email"),
            },
            &["drops-constraint", "drops-index"],
            &["drops-constraint", "drops-index"],
        ),
        (
            key(None).reverse().unwrap(),
            &["drops-constraint"],
            &["drops-constraint"],
        ),
        (
            check("id > 0", None).reverse().unwrap(),
            &["drops-constraint"],
            &["drops-constraint"],
        ),
        (
            alter(with_default("string", "'x'"), column("token", "string")),
            &["drops-default"],
            &["drops-default"],
        ),
        (
            Change::RenameColumn {
                table: ObjectName::new("user"),
                from: "email".to_owned(),
                to: "mail".to_owned(),
            },
            &["renames-column"],
            &["renames-column"],
        ),
        (
            Change::RenameTable {
                from: ObjectName::new("users"),
                to: ObjectName::new("user"),
            },
            &["renames-table"],
            &["renames-table"],
        ),
        (
            Change::RenameEnumValue {
                ty: ObjectName::new("state"),
                from: "draft".to_owned(),
                to: "open".to_owned(),
                columns: vec![(
                    ObjectName::new("user"),
                    column("state", "enum state('draft')"),
                )],
            },
            &["renames-enum"],
            &["rewrites-table", "renames-enum"],
        ),
        (rights("public"), &["changes-rights"], &["changes-rights"]),
        (rights("app"), &["changes-rights"], &["changes-rights"]),
        (
            rights("app").reverse().unwrap(),
            &["changes-rights"],
            &["changes-rights"],
        ),
        // What PostgreSQL has beside its tables, MySQL has not.
        (
            enumeration(&["done"]),
            &["removes-enum-value", "rewrites-table", "forgets-statistics"],
            &["removes-enum-value"],
        ),
        (
            enumeration(&["done", "draft"]),
            &["rewrites-table", "forgets-statistics"],
            &[],
        ),
        (enumeration(&["new", "draft", "done"]), &[], &[]),
    ]
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.hazards.iter().map(|hazard| hazard.code).collect()
}

/// The hazards of `change` alone; `None` where SQLite refuses it.
fn codes_of(change: Change, dialect: Dialect) -> Option<Vec<&'static str>> {
    plan(vec![change], &Schema::default(), dialect)
        .ok()
        .map(|plan| codes(&plan))
}

#[test]
fn each_hazard_is_raised_for_its_change() {
    for (change, on_postgres, on_mysql) in examples() {
        for (dialect, codes) in [
            (Dialect::Postgres, on_postgres),
            (Dialect::MySql, on_mysql),
            (Dialect::MariaDb, on_mysql),
        ] {
            let found = codes_of(change.clone(), dialect);
            assert_eq!(found.as_deref(), Some(codes), "{change:?} on {dialect}");
        }
    }
}

#[test]
fn what_is_made_in_the_same_plan_has_no_hazard() {
    for dialect in Dialect::ALL {
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
    let mut timed = column("at", "timestamp_with_time_zone");
    timed.default = Some(DefaultValue::CurrentTimestamp);
    let mut cut = column("code", "string(9)");
    cut.default = Some(DefaultValue::Expression("'x'::varchar(9)".to_owned()));
    let harmless = [
        add(nullable(column("email", "string"))),
        add(with_default.clone()),
        add(timed),
        add(cut),
        alter(
            column("email", "string"),
            nullable(column("email", "string")),
        ),
        alter(with_default.clone(), nullable(column("email", "string"))),
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
}

#[test]
fn mysqls_enums_are_part_of_a_type() {
    let with = |values: &str| column("it", &format!("enum \"\"({values})"));
    let cases: [(&str, &[&str]); 5] = [
        ("'a', 'b', 'c'", &[]),
        ("'A', 'b'", &[]),
        ("'b', 'a'", &["rewrites-table"]),
        ("'a', 'c', 'b'", &["rewrites-table"]),
        ("'a'", &["removes-enum-value", "rewrites-table"]),
    ];
    for (to, codes) in cases {
        let change = alter(with("'a', 'b'"), with(to));
        let found = codes_of(change, Dialect::MySql);
        assert_eq!(found.as_deref(), Some(codes), "{to}");
    }
}

#[test]
fn times_that_gain_or_lose_a_zone_are_shifted() {
    for (dialect, from, to) in [
        (Dialect::Postgres, "date_time", "timestamp_with_time_zone"),
        (Dialect::Postgres, "timestamp_with_time_zone", "date_time"),
        (Dialect::MariaDb, "date_time", "timestamp"),
        (Dialect::MySql, "other timestamp(3)", "other datetime(3)"),
    ] {
        let codes = codes_of(alter(column("at", from), column("at", to)), dialect).unwrap();
        assert!(
            codes.contains(&"shifts-time"),
            "{from} -> {to} on {dialect}: {codes:?}"
        );
    }
}

/// What a constraint does not look at, and what takes the place of what goes.
#[test]
fn what_the_rest_of_a_plan_makes_harmless() {
    let drop_index = |columns: &[&str]| {
        let mut old = unique("email");
        old.columns = columns.iter().map(|&name| name.to_owned()).collect();
        Change::DropIndex {
            table: ObjectName::new("user"),
            index: old,
        }
    };
    let mut other_action = key(None);
    if let Change::AddForeignKey { key, .. } = &mut other_action {
        key.on_delete = Some(ReferentialAction::Cascade);
    }
    let cases: [(Vec<Change>, &[&str]); 6] = [
        (vec![key(Some("NOT VALID"))], &[]),
        (
            vec![key(None).reverse().unwrap(), other_action],
            &["locks-table", "changes-key-action"],
        ),
        (
            vec![drop_index(&["email"]), index("email")],
            &["locks-table"],
        ),
        (
            vec![add(nullable(column("email", "string"))), index("email")],
            &["locks-table"],
        ),
        (
            vec![
                drop_index(&["email"]),
                drop(nullable(column("email", "string"))),
            ],
            &["deletes-data"],
        ),
        (
            vec![
                key(None).reverse().unwrap(),
                drop(nullable(column("team_id", "integer"))),
            ],
            &["deletes-data"],
        ),
    ];
    for (changes, expected) in cases {
        let plan = plan(changes.clone(), &Schema::default(), Dialect::Postgres).unwrap();
        assert_eq!(codes(&plan), expected, "{changes:?}");
    }
}

#[test]
fn rows_are_counted_by_the_names_that_they_have_before() {
    let rename = Change::RenameColumn {
        table: ObjectName::new("user"),
        from: "email".to_owned(),
        to: "mail".to_owned(),
    };
    let rename_table = Change::RenameTable {
        from: ObjectName::new("users"),
        to: ObjectName::new("user"),
    };
    let forbid = alter(nullable(column("mail", "string")), column("mail", "string"));
    let mut plan = plan(
        vec![rename_table, rename, forbid],
        &Schema::default(),
        Dialect::Postgres,
    )
    .unwrap();
    let hazard = plan
        .hazards
        .iter_mut()
        .find(|it| it.code == "forbids-null")
        .unwrap();
    let rows = Rows::WithNull {
        table: ObjectName::new("users"),
        column: "email".to_owned(),
    };
    assert_eq!(hazard.rows, Some(rows));
    hazard.counted(Count::Exactly(1));
    assert!(
        hazard.effect.ends_with("if it holds one now (here: 1 row)"),
        "{hazard}"
    );
}

/// MySQL's `SET` in the server's own words, and a collation, which no entity says.
#[test]
fn sets_and_collations() {
    let set = |list: &str| {
        let ty = Type::Other(format!("set({list})"));
        nullable(Column::new("it", ty))
    };
    let nine = "'a','b','c','d','e','f','g','h','i'";
    for (from, to, expected) in [
        (
            "'a','b'",
            "'a'",
            &["removes-enum-value", "rewrites-table"][..],
        ),
        ("'a','b'", "'b','a'", &["rewrites-table"]),
        ("'a','b'", "'a','b','c'", &[]),
        ("'a','b'", nine, &["rewrites-table"]),
    ] {
        for dialect in [Dialect::MySql, Dialect::MariaDb] {
            let codes = codes_of(alter(set(from), set(to)), dialect).unwrap();
            assert_eq!(codes, expected, "{from} -> {to} on {dialect}");
        }
    }
    let mut sorted = column("email", "string");
    sorted.collation = Some("\"C\"".to_owned());
    let codes = codes_of(alter(column("email", "string"), sorted), Dialect::Postgres);
    assert_eq!(codes, Some(vec!["locks-table"]));
}

/// A check that goes and comes back because a column that it names is renamed (MySQL) has been kept all the time.
#[test]
fn a_check_in_new_names_is_no_new_one() {
    let name = ObjectName::new("user");
    let mut check = Check::new("`email` <> ''");
    check.name = Some("said".to_owned());
    check.columns = vec!["email".to_owned()];
    let mut known = table();
    known.checks.push(check);
    let schema = Schema {
        tables: [(name.clone(), known)].into(),
        ..Schema::default()
    };
    let rename = Change::RenameColumn {
        table: name,
        from: "email".to_owned(),
        to: "mail".to_owned(),
    };
    for dialect in [Dialect::MySql, Dialect::MariaDb] {
        let plan = plan(vec![rename.clone()], &schema, dialect).unwrap();
        assert_eq!(codes(&plan), ["renames-column", "rewrites-table"]);
        assert!(matches!(plan.up[0], Change::DropConstraint { .. }));
        assert!(matches!(
            &plan.up[2],
            Change::AddConstraint { constraint: Constraint::Check(check), .. }
                if check.expression == "`mail` <> ''" && check.columns == ["mail"]
        ));
    }
    let plan = plan(vec![rename], &schema, Dialect::Postgres).unwrap();
    assert_eq!(plan.up.len(), 1);
}

/// A code is the name of a file here, of a page, and stands in the head of a case's file.
#[test]
fn every_code_has_its_file_its_page_and_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = root.join("../../docs/hazards");
    // A packaged crate comes without the pages.
    if !pages.is_dir() {
        return;
    }
    let names = |folder: &Path, besides: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let stems = names.filter(|name| name != besides);
        stems
            .map(|name| name.split('.').next().unwrap().replace('_', "-"))
            .collect()
    };
    let codes: BTreeSet<String> = super::CODES.iter().map(|&code| code.to_owned()).collect();
    assert_eq!(codes, names(&root.join("src/hazard"), "tests.rs"));
    assert_eq!(codes, names(&pages, "README.md"));
    let heads = heads(&root.join("../../fixtures/cases"));
    let index = fs::read_to_string(pages.join("README.md")).unwrap();
    for code in codes {
        assert!(
            index.contains(&format!("]({code}.md)")),
            "{code} is not in the list"
        );
        assert!(
            heads.contains(&format!("//!     {code}  ")),
            "{code} is in no case"
        );
        let page = fs::read_to_string(pages.join(format!("{code}.md"))).unwrap();
        assert!(page.starts_with(&format!("# `{code}`\n")), "{code}");
        let sections: Vec<_> = page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(
            sections,
            [
                "## What happens",
                "## When it does not matter",
                "## The safer way",
                "## As a migration"
            ],
            "{code}"
        );
        let (_, migration) = page.split_once("## As a migration").unwrap();
        assert!(
            migration.contains("    async fn up("),
            "{code} shows no migration"
        );
    }
}

/// The heads of all files that the cases expect.
fn heads(cases: &Path) -> String {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let folders = entries(cases).into_iter().flat_map(|area| entries(&area));
    let files = folders.flat_map(|case| entries(&case.join("expected")));
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    sources
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}
