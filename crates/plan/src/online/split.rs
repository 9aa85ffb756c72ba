//! How a change is done without keeping anybody waiting, where there is a way.

use std::collections::BTreeSet;

use seadrift_schema::{Change, Check, Column, Constraint, Dialect, ForeignKey, ObjectName, Schema};

use crate::{hazard::looks_at_rows, whole::Whole};

/// PostgreSQL's longest name, in bytes.
const LONGEST_NAME: usize = 63;

/// What becomes of a change.
pub(super) enum Split {
    /// It is done as it is.
    Not,
    /// An index made or dropped while others write.
    Index(Change),
    /// A place to fill a column, in a revision of its own: its transaction holds all rows that it writes.
    Fill,
    /// A constraint that is added without a look at the rows, and then validated.
    Constraint {
        add: Vec<Change>,
        validate: Change,
        /// What the constraint was needed for.
        settle: Vec<Change>,
    },
}

/// Splits the changes of a plan.
pub(super) struct Splitter<'a> {
    pub(super) whole: &'a Whole<'a>,
    actual: &'a Schema,
    /// The constraints that were made up.
    names: BTreeSet<(ObjectName, String)>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(whole: &'a Whole<'a>, actual: &'a Schema) -> Self {
        Self {
            whole,
            actual,
            names: BTreeSet::new(),
        }
    }

    pub(super) fn split(&mut self, change: &Change) -> Split {
        match change {
            Change::AlterPrimaryKey {
                table,
                from,
                to: Some(to),
            } if self.stands(table) && !self.loses_key(table, from.as_ref()) => {
                Split::Index(Change::AlterPrimaryKeyConcurrently {
                    table: table.clone(),
                    from: from.clone(),
                    to: Some(to.clone()),
                    index: self.name(table, "pkey", "_new"),
                })
            }
            Change::CreateIndex { table, index } if self.is_built_concurrently(table, index) => {
                let (table, index) = (table.clone(), index.clone());
                Split::Index(Change::CreateIndexConcurrently { table, index })
            }
            Change::DropIndex { table, index }
                if self.is_concurrent(table, index) && !self.goes_along(table, index) =>
            {
                let (table, index) = (table.clone(), index.clone());
                Split::Index(Change::DropIndexConcurrently { table, index })
            }
            Change::AddForeignKey { table, key } if self.stands(table) => {
                self.foreign_key(table, key)
            }
            Change::AddConstraint {
                table,
                constraint: Constraint::Check(check),
            } if self.stands(table) => check_of(table, check),
            Change::AlterColumn { table, from, to } if self.forbids_null(table, from, to) => {
                self.not_null(table, from, to)
            }
            Change::FillColumn { table, column } => {
                let is_its = |change: &Change| match change {
                    Change::AlterColumn {
                        table: of,
                        from,
                        to,
                    } => of == table && to == column && self.forbids_null(table, from, to),
                    _ => false,
                };
                match self.whole.changes.iter().any(is_its) {
                    true => Split::Fill,
                    false => Split::Not,
                }
            }
            _ => Split::Not,
        }
    }

    /// Whether the table has been there before, and is a plain one: a partitioned one has no index that is built while
    /// others write, and no foreign key that is not valid.
    pub(super) fn stands(&self, table: &ObjectName) -> bool {
        let is_new =
            |change: &Change| matches!(change, Change::CreateTable(made) if made.name == *table);
        let known = self.actual.tables.get(&self.whole.former_table(table));
        let known = known.filter(|_| !self.whole.changes.iter().any(is_new));
        known.is_some_and(|known| {
            let options = known.options.as_deref().unwrap_or_default();
            !options.contains("PARTITION BY")
        })
    }

    fn foreign_key(&self, table: &ObjectName, key: &ForeignKey) -> Split {
        let (true, Some(name)) = (looks_at_rows(key.clauses.as_deref()), &key.name) else {
            return Split::Not;
        };
        let key = ForeignKey {
            clauses: Some(not_valid(key.clauses.as_deref())),
            ..key.clone()
        };
        Split::Constraint {
            add: vec![Change::AddForeignKey {
                table: table.clone(),
                key,
            }],
            validate: validate(table, name),
            settle: vec![],
        }
    }

    /// Whether the column comes to take no NULL, and nothing of the first stage needs that.
    fn forbids_null(&self, table: &ObjectName, from: &Column, to: &Column) -> bool {
        let is_in_key = |change: &Change| match change {
            Change::AlterPrimaryKey {
                table: of,
                to: Some(key),
                ..
            } => of == table && key.columns.contains(&to.name),
            _ => false,
        };
        from.nullable
            && !to.nullable
            && !to.auto_increment
            && self.stands(table)
            && !self.whole.changes.iter().any(is_in_key)
    }

    /// Once a check says that there is no NULL, the server does not look for one.
    fn not_null(&mut self, table: &ObjectName, from: &Column, to: &Column) -> Split {
        let mut between = to.clone();
        between.nullable = true;
        let name = self.name(table, &to.name, "_set");
        let constraint = Constraint::Check(Check {
            name: Some(name.clone()),
            clauses: Some(not_valid(None)),
            columns: vec![to.name.clone()],
            ..Check::new(format!("{} IS NOT NULL", Dialect::Postgres.quote(&to.name)))
        });
        let alter = |from: &Column, to: &Column| Change::AlterColumn {
            table: table.clone(),
            from: from.clone(),
            to: to.clone(),
        };
        let mut add = vec![];
        if *from != between {
            add.push(alter(from, &between));
        }
        add.push(Change::AddConstraint {
            table: table.clone(),
            constraint: constraint.clone(),
        });
        Split::Constraint {
            add,
            validate: validate(table, &name),
            settle: vec![
                alter(&between, to),
                Change::DropConstraint {
                    table: table.clone(),
                    constraint,
                },
            ],
        }
    }

    /// A name that no constraint or index of the table has, for what is made up. From version 18 on, the server gives
    /// `…_not_null` away itself.
    fn name(&mut self, table: &ObjectName, of: &str, kind: &str) -> String {
        let known = self.actual.tables.get(&self.whole.former_table(table));
        let is_taken = |name: &String| {
            known.is_some_and(|known| {
                let checks = known.checks.iter().filter_map(|check| check.name.as_ref());
                let keys = known
                    .foreign_keys
                    .iter()
                    .filter_map(|key| key.name.as_ref());
                let indexes = known.indexes.iter().map(|index| &index.name);
                let exclusions = known.exclusions.iter().map(|exclusion| &exclusion.name);
                let primary = known.primary_key.iter().filter_map(|key| key.name.as_ref());
                let names = checks.chain(keys).chain(indexes).chain(exclusions);
                let mut names = names.chain(primary);
                names.any(|taken| taken == name)
            })
        };
        let stem = format!("{}_{of}", table.name);
        let mut end = kind.to_owned();
        let mut number = 1;
        loop {
            let mut length = stem.len().min(LONGEST_NAME - end.len());
            while !stem.is_char_boundary(length) {
                length -= 1;
            }
            let name = stem.get(..length).unwrap_or_default().to_owned() + &end;
            if !is_taken(&name) && self.names.insert((table.clone(), name.clone())) {
                return name;
            }
            number += 1;
            end = format!("{kind}{number}");
        }
    }
}

/// A check that is added first and validated later.
fn check_of(table: &ObjectName, check: &Check) -> Split {
    let (true, Some(name)) = (looks_at_rows(check.clauses.as_deref()), &check.name) else {
        return Split::Not;
    };
    let check = Check {
        clauses: Some(not_valid(check.clauses.as_deref())),
        ..check.clone()
    };
    Split::Constraint {
        add: vec![Change::AddConstraint {
            table: table.clone(),
            constraint: Constraint::Check(check),
        }],
        validate: validate(table, name),
        settle: vec![],
    }
}

fn validate(table: &ObjectName, name: &str) -> Change {
    Change::ValidateConstraint {
        table: table.clone(),
        name: name.to_owned(),
    }
}

/// The clauses of a constraint that leaves the rows alone that are there.
fn not_valid(clauses: Option<&str>) -> String {
    match clauses {
        Some(clauses) => format!("{clauses} NOT VALID"),
        None => "NOT VALID".to_owned(),
    }
}
