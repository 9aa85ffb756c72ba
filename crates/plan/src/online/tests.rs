use seadrift_schema::{
    Change, Check, Column, Constraint, Dialect, ForeignKey, Index, IndexOrigin, ObjectName, Schema,
    Table,
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

/// A constraint takes the name of an index that goes, so that it goes in the same transaction.
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
    assert_eq!(stages.len(), 1);
    assert_eq!(stages[0].plan.up, plan.up);
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
