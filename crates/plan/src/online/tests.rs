use seadrift_schema::{
    Change, Check, Column, Constraint, DefaultValue, Dialect, EnumType, ForeignKey, Index,
    IndexOrigin, ObjectName, PrimaryKey, Schema, Table, Type,
};

use super::{Work, online};
use crate::plan;

fn name() -> ObjectName {
    ObjectName::new("post")
}

fn schema(options: Option<&str>) -> Schema {
    let table = Table {
        columns: vec![Column::new("id", "integer".parse().unwrap())],
        options: options.map(str::to_owned),
        ..Table::new(name())
    };
    Schema {
        tables: [(name(), table)].into(),
        ..Schema::default()
    }
}

fn check(name: Option<&str>, clauses: Option<&str>) -> Change {
    let check = Check {
        name: name.map(str::to_owned),
        clauses: clauses.map(str::to_owned),
        ..Check::new("id > 0")
    };
    Change::AddConstraint {
        table: self::name(),
        constraint: Constraint::Check(check),
    }
}

fn key(clauses: Option<&str>) -> Change {
    let key = ForeignKey {
        name: Some("f".to_owned()),
        clauses: clauses.map(str::to_owned),
        ..ForeignKey::new(vec!["id".to_owned()], name(), vec!["id".to_owned()])
    };
    Change::AddForeignKey { table: name(), key }
}

fn validate(constraint: &str) -> Change {
    Change::ValidateConstraint {
        table: name(),
        name: constraint.to_owned(),
    }
}

/// The stages of a plan of one change, each with its changes.
fn stages(change: Change, options: Option<&str>) -> Vec<(Work, Vec<Change>)> {
    let schema = schema(options);
    let plan = plan(vec![change], &schema, Dialect::Postgres).unwrap();
    let stages = online(&plan, &schema).unwrap().into_iter();
    stages.map(|stage| (stage.work, stage.plan.up)).collect()
}

#[test]
fn constraints_come_in_two() {
    for (change, added, constraint) in [
        (
            check(Some("c"), None),
            check(Some("c"), Some("NOT VALID")),
            "c",
        ),
        (
            check(Some("c"), Some("NO INHERIT")),
            check(Some("c"), Some("NO INHERIT NOT VALID")),
            "c",
        ),
        (key(None), key(Some("NOT VALID")), "f"),
        (
            key(Some("DEFERRABLE")),
            key(Some("DEFERRABLE NOT VALID")),
            "f",
        ),
    ] {
        assert_eq!(
            stages(change, None),
            [
                (Work::Alter, vec![added]),
                (Work::Validate, vec![validate(constraint)])
            ]
        );
    }
}

#[test]
fn what_there_is_no_way_for_is_left() {
    for (change, options) in [
        (check(None, None), None),
        (check(Some("c"), Some("NOT VALID")), None),
        (key(Some("NOT VALID")), None),
        (key(None), Some("PARTITION BY RANGE (id)")),
        (
            Change::CreateIndex {
                table: name(),
                index: Index::new("i", vec!["id".to_owned()]),
            },
            Some("PARTITION BY RANGE (id)"),
        ),
    ] {
        let expected = [(Work::Alter, vec![change.clone()])];
        assert_eq!(stages(change, options), expected);
    }
}

/// A constraint takes the name of an index that goes, so that it goes before.
#[test]
fn a_name_that_a_constraint_takes_is_free_before() {
    let schema = schema(None);
    let index = Index::new("i", vec!["id".to_owned()]);
    let unique = Index {
        unique: true,
        origin: IndexOrigin::Constraint,
        ..index.clone()
    };
    let table = name;
    let drop = Change::DropIndex {
        table: table(),
        index,
    };
    let create = Change::CreateIndex {
        table: table(),
        index: unique,
    };
    let plan = plan(vec![drop, create], &schema, Dialect::Postgres).unwrap();
    let stages = online(&plan, &schema).unwrap();
    let works: Vec<_> = stages.iter().map(|stage| stage.work).collect();
    assert_eq!(works, [Work::Alter, Work::Index]);
    assert_eq!(stages[0].plan.up, plan.up[..1]);
    assert!(stages[1].plan.outside_transaction);
}

fn key_of(columns: &[&str]) -> PrimaryKey {
    PrimaryKey {
        name: Some("post_pkey".to_owned()),
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// A primary key is made of an index that is built before, unless what the old one is made of goes before that.
#[test]
fn a_primary_key_is_made_of_an_index() {
    let schema = schema(None);
    let (from, to) = (Some(key_of(&["id"])), Some(key_of(&["id", "kind"])));
    let rekey = Change::AlterPrimaryKey {
        table: name(),
        from: from.clone(),
        to: to.clone(),
    };
    let key = ForeignKey {
        name: Some("f".to_owned()),
        ..ForeignKey::new(
            vec!["a".to_owned(), "b".to_owned()],
            name(),
            key_of(&["id", "kind"]).columns,
        )
    };
    let point = Change::AddForeignKey { table: name(), key };
    let alone = plan(vec![rekey.clone(), point], &schema, Dialect::Postgres).unwrap();
    let stages = online(&alone, &schema).unwrap();
    let works: Vec<_> = stages.iter().map(|stage| stage.work).collect();
    assert_eq!(works, [Work::Index, Work::Alter, Work::Validate]);
    assert_eq!(
        stages[0].plan.up,
        [Change::AlterPrimaryKeyConcurrently {
            table: name(),
            from,
            to,
            index: "post_pkey_new".to_owned(),
        }]
    );
    let codes = stages[0].plan.hazards.iter().map(|hazard| hazard.code);
    let codes: Vec<_> = codes.collect();
    assert!(
        codes.contains(&"builds-index") && !codes.contains(&"locks-table"),
        "{codes:?}"
    );

    let mut column = Column::new("id", "integer".parse().unwrap());
    let gone = Change::DropColumn {
        table: name(),
        column: column.clone(),
        references: None,
    };
    let from = column.clone();
    column.nullable = true;
    let taking_null = Change::AlterColumn {
        table: name(),
        from,
        to: column,
    };
    for change in [gone, taking_null] {
        let both = plan(vec![rekey.clone(), change], &schema, Dialect::Postgres).unwrap();
        let stages = online(&both, &schema).unwrap();
        assert_eq!(stages.len(), 1);
        assert_eq!(stages[0].plan.up, both.up);
    }
}

/// A value that is added and used at once is committed in a stage of its own, and so are the names that it needs.
#[test]
fn a_value_is_committed_before_it_is_used() {
    let schema = schema(None);
    let mood = |values: &[&str]| EnumType {
        name: ObjectName::new("mood"),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    let alter = |from: &[&str], to: &[&str]| Change::AlterEnum {
        from: mood(from),
        to: mood(to),
        columns: vec![],
    };
    let rename = Change::RenameEnum {
        from: ObjectName::new("moods"),
        to: ObjectName::new("mood"),
    };
    let add = |default: DefaultValue| {
        let mut column = Column::new("mood", Type::from(mood(&["sad", "low"])));
        column.default = Some(default);
        Change::AddColumn {
            table: name(),
            column,
            references: None,
        }
    };
    let text = |value: &str| DefaultValue::Text(value.to_owned());
    let works = |changes: Vec<Change>| -> Vec<(Work, usize, bool)> {
        let plan = plan(changes, &schema, Dialect::Postgres).unwrap();
        let stages = crate::in_turn(plan).into_iter();
        stages
            .map(|stage| {
                (
                    stage.work,
                    stage.plan.up.len(),
                    stage.plan.outside_transaction,
                )
            })
            .collect()
    };
    let grown = alter(&["sad"], &["sad", "low"]);
    let apart = [(Work::Enum, 2, false), (Work::Alter, 1, false)];
    for default in [text("low"), DefaultValue::Expression("f('low')".to_owned())] {
        assert_eq!(
            works(vec![rename.clone(), grown.clone(), add(default)]),
            apart
        );
    }
    // What is there before, or comes with a type that is made anew, can be used at once.
    for (changes, count) in [
        (vec![grown, add(text("sad"))], 2),
        (
            vec![alter(&["sad", "gone"], &["sad", "low"]), add(text("low"))],
            2,
        ),
    ] {
        assert_eq!(works(changes), [(Work::Alter, count, false)]);
    }
}

/// What has been validated stays so, and goes with what undoes its addition.
#[test]
fn the_way_back_of_a_validation_is_nothing() {
    let schema = schema(None);
    let plan = plan(vec![key(None)], &schema, Dialect::Postgres).unwrap();
    let stages = online(&plan, &schema).unwrap();
    assert_eq!(stages[1].plan.down, []);
    assert!(matches!(
        stages[0].plan.down[..],
        [Change::DropForeignKey { .. }]
    ));
}
