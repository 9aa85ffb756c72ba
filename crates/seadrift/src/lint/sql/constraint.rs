//! Constraints of tables that stand.

use seadrift_schema::{Change, Check, Constraint, Exclusion, ObjectName, PrimaryKey};
use sqlparser::ast::TableConstraint;

use super::Reader;

/// What marks a constraint that the rows are not held against.
const NOT_VALID: &str = "NOT VALID";

impl Reader {
    pub(super) fn add_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &TableConstraint,
        not_valid: bool,
    ) {
        let clauses = not_valid.then(|| NOT_VALID.to_owned());
        let mut made = self.table(table).clone();
        self.constrain(&mut made, constraint);
        let of = table.clone();
        let change = match constraint {
            TableConstraint::PrimaryKey(_) => {
                let key = made.primary_key.clone();
                return self.alter_primary_key(table, key);
            }
            TableConstraint::Unique(_) | TableConstraint::Index(_) => {
                let index = made.indexes.last().cloned();
                index.map(|index| Change::CreateIndex { table: of, index })
            }
            TableConstraint::ForeignKey(_) => made.foreign_keys.last_mut().map(|key| {
                key.clauses = clauses;
                let key = key.clone();
                Change::AddForeignKey { table: of, key }
            }),
            TableConstraint::Check(_) => made.checks.last_mut().map(|check| {
                check.clauses = clauses;
                Change::AddConstraint {
                    table: of,
                    constraint: Constraint::Check(check.clone()),
                }
            }),
            TableConstraint::Exclude(exclude) => {
                let exclusion = Exclusion {
                    name: exclude
                        .name
                        .as_ref()
                        .map(|name| self.ident(name))
                        .unwrap_or_default(),
                    definition: exclude.to_string(),
                    columns: vec![],
                };
                made.exclusions.push(exclusion.clone());
                Some(Change::AddConstraint {
                    table: of,
                    constraint: Constraint::Exclusion(exclusion),
                })
            }
            // They stand on an index that is there already.
            TableConstraint::PrimaryKeyUsingIndex(_)
            | TableConstraint::UniqueUsingIndex(_)
            | TableConstraint::FulltextOrSpatial(_) => None,
        };
        self.tables.insert(table.clone(), made);
        if let Some(change) = change {
            self.push(change);
        }
    }

    pub(super) fn alter_primary_key(&mut self, table: &ObjectName, to: Option<PrimaryKey>) {
        let known = self.table(table);
        let from = std::mem::replace(&mut known.primary_key, to.clone());
        let table = table.clone();
        self.push(Change::AlterPrimaryKey { table, from, to });
    }

    pub(super) fn drop_constraint(&mut self, table: &ObjectName, name: &str) {
        let known = self.table(table);
        let is_it = |of: &Option<String>| of.as_deref() == Some(name);
        let key = known.foreign_keys.iter().position(|key| is_it(&key.name));
        let index = known.indexes.iter().position(|index| index.name == name);
        let check = known.checks.iter().position(|check| is_it(&check.name));
        let primary = known.primary_key.as_ref();
        let usual = format!("{}_pkey", table.name);
        let is_primary = primary.is_some_and(|key| is_it(&key.name) || name == usual);
        let of = table.clone();
        let change = if let Some(at) = key {
            let key = known.foreign_keys.remove(at);
            Change::DropForeignKey { table: of, key }
        } else if let Some(at) = index {
            let index = known.indexes.remove(at);
            Change::DropIndex { table: of, index }
        } else if is_primary {
            return self.alter_primary_key(table, None);
        } else {
            let constraint = match check {
                Some(at) => Constraint::Check(known.checks.remove(at)),
                None => unknown_check(name.to_owned()),
            };
            Change::DropConstraint {
                table: of,
                constraint,
            }
        };
        self.push(change);
    }
}

/// A check of which nothing but its name is known.
fn unknown_check(name: String) -> Constraint {
    Constraint::Check(Check {
        name: Some(name.clone()),
        ..Check::new(name)
    })
}
