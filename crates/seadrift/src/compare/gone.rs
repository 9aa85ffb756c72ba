//! What a revision takes away, when it is written anew: the lock does not say any more that it was declared once, and the head
//! of the file does. The database still has it, and is asked for all that could be taken away.

use sea_orm::DatabaseConnection;
use seadrift_diff as diff;
use seadrift_render::text::gone::{self, Part};
use seadrift_schema::{Change, Check, Column, Constraint, Dialect, ObjectName, Table};

use super::Sides;
use crate::Error;

impl Sides {
    /// Has the lock say of what is `gone` that it was declared once, so that it is taken away again. What the database does not have any
    /// more, or what is declared now, is passed over. An error where it could be one of several.
    pub(crate) async fn take_back(&mut self, db: &DatabaseConnection) -> Result<(), Error> {
        if self.gone.is_empty() || !self.has_lock {
            return Ok(());
        }
        self.refuse_unread()?;
        let possible = self.all_that_could_go(db).await?;
        for (line, is_said_times) in counted(&self.gone) {
            let is_it = |change: &&Change| gone::takes_away(line, change);
            let mut found: Vec<_> = possible.iter().filter(is_it).collect();
            found.dedup();
            if found.len() > is_said_times {
                return Err(Error::Rebase(format!(
                    "of what it takes away the database has several: `{line}`"
                )));
            }
        }
        let mut lock = match self.lock.take() {
            Some(lock) => lock,
            None => self.desired.clone(),
        };
        for change in &possible {
            let mut lines = self.gone.iter();
            let is_whole = lines.any(|line| gone::takes_away(line, change));
            match change {
                Change::DropTable(table) if is_whole => {
                    let known = lock.tables.entry(table.name.clone());
                    known.or_insert_with(|| table.clone());
                }
                Change::DropEnum(ty) if is_whole => {
                    lock.enums.insert(ty.name.clone(), ty.clone());
                }
                change => {
                    let known = table_of(change).and_then(|name| self.table(&lock, name));
                    let name = known.map(|known| known.name.clone());
                    let known = name.and_then(|name| lock.tables.get_mut(&name));
                    match (known, is_whole) {
                        (Some(known), true) => own(known, change),
                        (Some(known), false) => own_parts(known, change, &self.gone),
                        (None, _) => {}
                    }
                }
            }
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// What is in a schema that nothing names any more is not read (PostgreSQL).
    fn refuse_unread(&self) -> Result<(), Error> {
        let is_read = |schema: &str| {
            let mut others = self.schemas().into_iter();
            self.dialect() != Dialect::Postgres
                || schema == self.own_schema
                || others.any(|other| other == schema)
        };
        for line in self.gone.iter().filter(|line| line.starts_with('-')) {
            let table = gone::subject(line).map(gone::table_of).unwrap_or_default();
            if let Some((schema, _)) = table.split_once('.')
                && !schema.starts_with('"')
                && !is_read(schema)
            {
                return Err(Error::Rebase(format!(
                    "it takes away what is in schema `{schema}`, which no entity and no lock names any more"
                )));
            }
        }
        Ok(())
    }

    /// What would be taken away if all that the database has had been declared once.
    async fn all_that_could_go(&self, db: &DatabaseConnection) -> Result<Vec<Change>, Error> {
        let desired = self.settled(&self.actual, &self.desired, db).await?;
        let context = diff::Context {
            lock: &self.actual,
            ..self.context()
        };
        Ok(diff::diff(&self.actual, &desired, &context)?)
    }
}

/// Each of `lines` once, and how often it stands there.
fn counted(lines: &[String]) -> Vec<(&str, usize)> {
    let mut counted: Vec<(&str, usize)> = vec![];
    for line in lines {
        match counted.iter_mut().find(|(known, _)| known == line) {
            Some((_, times)) => *times += 1,
            None => counted.push((line, 1)),
        }
    }
    counted
}

/// The table that `change` takes something from.
fn table_of(change: &Change) -> Option<&ObjectName> {
    match change {
        Change::DropColumn { table, .. }
        | Change::DropIndex { table, .. }
        | Change::DropForeignKey { table, .. }
        | Change::DropConstraint { table, .. }
        | Change::AlterColumn { table, .. }
        | Change::ReplaceColumn { table, .. }
        | Change::AlterTableComment { table, .. } => Some(table),
        _ => None,
    }
}

/// Has `locked` say what `change` takes from the table.
fn own(locked: &mut Table, change: &Change) {
    match change {
        Change::DropColumn { column, .. } if locked.column(&column.name).is_none() => {
            locked.columns.push(column.clone());
        }
        Change::DropIndex { index, .. } if !locked.indexes.contains(index) => {
            locked.indexes.push(index.clone());
        }
        Change::DropForeignKey { key, .. } => {
            let mut known = locked.foreign_keys.iter_mut();
            let same = known.find(|known| {
                known.columns == key.columns
                    && known.referenced_columns == key.referenced_columns
                    && known.references.name == key.references.name
            });
            match same {
                // It stays, and does something else from then on.
                Some(known) => {
                    known.on_delete = known.on_delete.or(key.on_delete);
                    known.on_update = known.on_update.or(key.on_update);
                    known.clauses = known.clauses.take().or_else(|| key.clauses.clone());
                }
                None => locked.foreign_keys.push(key.clone()),
            }
        }
        Change::DropConstraint { constraint, .. } => match constraint {
            Constraint::Check(check) => locked.checks.push(check.clone()),
            Constraint::Exclusion(exclusion) => locked.exclusions.push(exclusion.clone()),
        },
        _ => {}
    }
}

/// Has `locked` say what the `lines` say that something loses which stays.
fn own_parts(locked: &mut Table, change: &Change, lines: &[String]) {
    match change {
        Change::AlterTableComment { from, .. }
            if lines.iter().any(|line| gone::takes_comment(line, change)) =>
        {
            locked.comment.clone_from(from);
        }
        Change::AlterColumn { from, to, .. } | Change::ReplaceColumn { from, to, .. } => {
            let mut columns = locked.columns.iter_mut();
            let Some(known) = columns.find(|known| known.name == to.name) else {
                return;
            };
            let parts: Vec<_> = lines
                .iter()
                .flat_map(|line| gone::lost_parts(line, change))
                .collect();
            for part in &parts {
                own_part(known, from, *part);
            }
            let check = from.extra.as_deref().and_then(check);
            locked
                .checks
                .extend(
                    check
                        .filter(|_| parts.contains(&Part::Check))
                        .map(|expression| Check {
                            name: Some(to.name.clone()),
                            of_column: true,
                            ..Check::new(expression)
                        }),
                );
        }
        _ => {}
    }
}

fn own_part(known: &mut Column, from: &Column, part: Part) {
    match part {
        Part::Type => known.ty.clone_from(&from.ty),
        Part::Default => known.default.clone_from(&from.default),
        Part::Numbering => known.auto_increment = from.auto_increment,
        Part::Collation => known.collation.clone_from(&from.collation),
        Part::OnUpdate => known.on_update.clone_from(&from.on_update),
        Part::Comment => known.comment.clone_from(&from.comment),
        Part::Computation => known.generated.clone_from(&from.generated),
        // That is the table's.
        Part::Check => {}
    }
}

/// What has to hold by the definition of a column.
fn check(extra: &str) -> Option<&str> {
    let (_, check) = extra.split_once("CHECK (")?;
    check.strip_suffix(')')
}
