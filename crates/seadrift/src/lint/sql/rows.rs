//! Statements that write rows.

use seadrift_plan::Hazard;
use seadrift_schema::{Dialect, ObjectName};
use sqlparser::ast::{
    AssignmentTarget, CopySource, Expr, FromTable, Insert, SelectItem, SetExpr, Statement,
    TableFactor, TableObject,
};

use super::Reader;

/// A table that was filled with all rows of another.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub to: ObjectName,
    pub from: ObjectName,
    /// Columns, and those of the other that they were filled with, as far as that is told: to, from.
    pub columns: Vec<(String, String)>,
}

impl Reader {
    pub(super) fn rows(&mut self, statement: &Statement) {
        match statement {
            Statement::Insert(insert) => {
                let TableObject::TableName(table) = &insert.table else {
                    return self.unread(&statement.to_string(), "what it writes to is not known");
                };
                let table = self.name(table);
                let body = insert.source.as_ref().map(|query| &*query.body);
                if let Some(SetExpr::Select(select)) = body {
                    let tables = select.from.iter().map(|from| &from.relation);
                    let tables: Vec<_> = tables.filter_map(|from| self.factor(from)).collect();
                    if let [from] = tables.as_slice()
                        && select.selection.is_none()
                        && self.now.made.contains(&table)
                    {
                        let filled = Filled {
                            columns: self.filled_columns(&table, insert, &select.projection),
                            to: table.clone(),
                            from: from.clone(),
                        };
                        self.now.copies.push(filled);
                    }
                }
                self.writes(table);
            }
            Statement::Update(update) => {
                let Some(table) = self.factor(&update.table.relation) else {
                    return self.unread(&statement.to_string(), "what it writes to is not known");
                };
                if self.renames_value(&table, update) {
                    return;
                }
                // What is added in the same revision has to be filled there.
                let fills = update.assignments.iter().all(|one| match &one.target {
                    AssignmentTarget::ColumnName(name) => {
                        let column = self.name(name).name;
                        self.now.added.contains(&(table.clone(), column))
                    }
                    AssignmentTarget::Tuple(_) => false,
                });
                if !fills {
                    self.writes(table);
                }
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let named: Vec<_> = match delete.tables.as_slice() {
                    [] => from
                        .iter()
                        .filter_map(|one| self.factor(&one.relation))
                        .collect(),
                    tables => tables.iter().map(|table| self.name(table)).collect(),
                };
                let which = match delete.selection {
                    Some(_) => "deleting rows of it",
                    None => "deleting all its rows",
                };
                for table in named {
                    self.deletes(&table, which);
                    self.writes(table);
                }
            }
            Statement::Truncate(truncate) => {
                for target in &truncate.table_names {
                    let table = self.name(&target.name);
                    self.deletes(&table, "deleting all its rows");
                    self.writes(table);
                }
            }
            Statement::Merge(merge) => match self.factor(&merge.table) {
                Some(table) => self.writes(table),
                None => self.unread(&statement.to_string(), "what it writes to is not known"),
            },
            Statement::Copy {
                source: CopySource::Table { table_name, .. },
                to: false,
                ..
            }
            | Statement::LoadData { table_name, .. } => {
                let table = self.name(table_name);
                self.writes(table);
            }
            _ => {}
        }
    }

    /// The columns that an insert fills with one of another table: to, from. None where it is not told which goes where.
    fn filled_columns(
        &self,
        table: &ObjectName,
        insert: &Insert,
        projection: &[SelectItem],
    ) -> Vec<(String, String)> {
        let known = self.tables.get(table);
        let columns: Vec<_> = match (insert.columns.as_slice(), known) {
            ([], Some(known)) => known
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            (named, _) => named.iter().map(|name| self.name(name).name).collect(),
        };
        let is_one = |item: &SelectItem| {
            matches!(
                item,
                SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. }
            )
        };
        if columns.len() != projection.len() || !projection.iter().all(is_one) {
            return vec![];
        }
        let from = projection.iter().map(|item| match item {
            SelectItem::UnnamedExpr(expression)
            | SelectItem::ExprWithAlias {
                expr: expression, ..
            } => match expression {
                Expr::Identifier(name) => Some(self.ident(name)),
                Expr::CompoundIdentifier(names) => names.last().map(|name| self.ident(name)),
                _ => None,
            },
            _ => None,
        });
        let pairs = columns.into_iter().zip(from);
        pairs.filter_map(|(to, from)| Some((to, from?))).collect()
    }

    fn factor(&self, factor: &TableFactor) -> Option<ObjectName> {
        match factor {
            TableFactor::Table { name, .. } => Some(self.name(name)),
            _ => None,
        }
    }

    /// Whether nobody has rows there: the revision has made it, or the server keeps it for itself.
    fn is_nobodys(&self, table: &ObjectName) -> bool {
        let is_internal = self.dialect == Dialect::Sqlite && table.name.starts_with("sqlite_");
        is_internal || self.now.made.contains(table)
    }

    pub(super) fn writes(&mut self, table: ObjectName) {
        self.now.values.forget(&table);
        if !self.is_nobodys(&table) {
            self.now.does.writes.insert(table);
        }
    }

    fn deletes(&mut self, table: &ObjectName, what: &str) {
        if self.is_nobodys(table) {
            return;
        }
        self.now.does.deleted_at.push(self.now.text);
        self.now.does.deletes.push(Hazard {
            code: "deletes-data",
            effect: format!("{table}: {what}, and `down` cannot bring them back"),
            advice: "make sure that nobody misses them, and keep a copy",
            rows: None,
        });
    }
}
