//! Keys, checks and exclusion constraints.

use std::collections::BTreeSet;

use seadrift_schema::{Check, Exclusion, ForeignKey, PrimaryKey};

use super::{Found, Reader, draft::Drafts, queries, wording::settled};
use crate::{Error, assemble, catalog::Connection};

impl<C: Connection> Reader<'_, C> {
    /// Adds the constraints to their tables, but for unique ones, which are indexes.
    pub(super) async fn constraints(
        &self,
        drafts: &mut Drafts,
        found: &mut Found,
    ) -> Result<(), Error> {
        let mut rows = self.rows("the constraints", queries::CONSTRAINTS).await?;
        while let Some(mut row) = rows.next().await? {
            let Some(draft) = drafts.get_mut(row.number()?) else {
                continue;
            };
            let first = row.flag()?;
            let letter = row.text()?;
            let name = row.text()?;
            let numbers = row.optional_text()?.unwrap_or_default();
            let definition = row.optional_text()?.map(settled);
            let clauses = row.optional_text()?.filter(|clauses| !clauses.is_empty());
            let columns = draft.columns(&numbers);
            let table = &mut draft.table;
            match letter.as_str() {
                "p" => {
                    if clauses.is_some() {
                        found.note_within("primary key options", &name, &table.name);
                    }
                    let name = Some(name);
                    table.primary_key = Some(PrimaryKey { name, columns });
                }
                "c" => {
                    let sql = definition.ok_or_else(|| self.changed(&table.name))?;
                    table.checks.push(Check {
                        name: Some(name),
                        expression: assemble::without_parentheses(&sql).to_owned(),
                        clauses,
                        columns,
                        of_column: false,
                    });
                }
                "x" => {
                    let definition = definition.ok_or_else(|| self.changed(&table.name))?;
                    let columns = columns.into_iter().collect::<BTreeSet<_>>();
                    table.exclusions.push(Exclusion {
                        name,
                        definition,
                        columns: columns.into_iter().collect(),
                    });
                }
                // Its columns alone do not say what such a key demands.
                _ if clauses
                    .as_deref()
                    .is_some_and(|sql| sql.starts_with("PERIOD")) =>
                {
                    found.note_within("temporal foreign key", &name, &table.name);
                }
                _ => {
                    let references = row.optional_text()?.zip(row.optional_text()?);
                    let (on_delete, on_update) = (row.text()?, row.text()?);
                    let referenced = row.optional_text()?;
                    if let (true, Some((schema, target))) = (first, references) {
                        let on_delete = assemble::action(words(&on_delete), &table.name, &name)?;
                        let on_update = assemble::action(words(&on_update), &table.name, &name)?;
                        table.foreign_keys.push(ForeignKey {
                            name: Some(name),
                            columns,
                            references: self.name(schema, target),
                            referenced_columns: vec![],
                            on_delete: Some(on_delete),
                            on_update: Some(on_update),
                            clauses,
                        });
                    }
                    if let Some(key) = table.foreign_keys.last_mut() {
                        key.referenced_columns.extend(referenced);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The action that `pg_constraint` keeps as the letter `code`, in words.
fn words(code: &str) -> &str {
    match code {
        "a" => "NO ACTION",
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        other => other,
    }
}
