//! Tables, indexes and the like that are dropped or get another name.

use std::collections::BTreeSet;

use seadrift_schema::{Change, Dialect, Index, Object, ObjectName, Rebuild, Table};
use sqlparser::ast::{self, ObjectType, Statement};

use super::{NOT_KNOWN, Reader, between::between, rows::Filled};

impl Reader {
    pub(super) fn drop_objects(
        &mut self,
        kind: ObjectType,
        names: &[ast::ObjectName],
        table: Option<&ast::ObjectName>,
        statement: &Statement,
    ) {
        self.now.does.changes_schema = true;
        for name in names {
            let name = self.name(name);
            match kind {
                ObjectType::Table => self.drop_table(&name),
                ObjectType::Index => {
                    let table = table.map(|table| self.name(table));
                    self.drop_index(table, &name.name);
                }
                // What numbers a column goes with what numbers it.
                ObjectType::Sequence if self.is_owned(&name) => {}
                ObjectType::Type => self.drop_type(&name),
                ObjectType::Sequence => {
                    let options = String::new();
                    self.push(Change::DropObject(Object::Sequence { name, options }));
                }
                ObjectType::View | ObjectType::MaterializedView => {}
                _ => self.unread(&statement.to_string(), NOT_KNOWN),
            }
        }
    }

    /// Whether a sequence has the name of one that numbers the rows of a table.
    fn is_owned(&self, name: &ObjectName) -> bool {
        let tables = self.tables.values();
        tables
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
            .any(|(table, column)| format!("{}_{}_seq", table.name.name, column.name) == name.name)
    }

    pub(super) fn drop_table(&mut self, name: &ObjectName) {
        let gone = self.tables.remove(name);
        self.now.values.forget(name);
        if self.now.made.remove(name) {
            return;
        }
        let gone = gone.unwrap_or_else(|| Table::new(name.clone()));
        let mut copies = self.now.copies.iter().rev();
        let copy = copies.find(|copy| copy.from == *name).cloned();
        let made = copy.and_then(|copy| Some((self.tables.get(&copy.to)?.clone(), copy)));
        match made {
            // Its rows are in another one, which takes its place.
            Some((made, copy)) => self.make_anew(gone, made, &copy),
            None => self.push(Change::DropTable(gone)),
        }
    }

    /// A table that was dropped once its rows were copied into one that has been made for it.
    fn make_anew(&mut self, from: Table, made: Table, filled: &Filled) {
        let copy = made.name.clone();
        // It may have been put aside under another name before.
        let changes = &mut self.now.does.changes;
        let aside = changes.iter().position(
            |change| matches!(change, Change::RenameTable { to, .. } if *to == from.name),
        );
        let name = match aside.map(|at| changes.remove(at)) {
            Some(Change::RenameTable { from, .. }) => from,
            _ => from.name.clone(),
        };
        let from = Table {
            name: name.clone(),
            ..from
        };
        let to = Table {
            name: name.clone(),
            ..made
        };
        self.now.moved.push((copy, name));
        let changes = between(&from, &to, filled);
        match self.dialect {
            Dialect::Sqlite => self.push(Change::RebuildTable(Box::new(Rebuild {
                from,
                to,
                changes,
                triggers: vec![],
                children: BTreeSet::new(),
                is_watched: false,
            }))),
            _ => changes.into_iter().for_each(|change| self.add(change)),
        }
    }

    pub(super) fn rename_table(&mut self, from: &ObjectName, to: ObjectName) {
        self.now.does.changes_schema = true;
        self.now.values.forget(from);
        if let Some(mut table) = self.tables.remove(from) {
            table.name = to.clone();
            self.tables.insert(to.clone(), table);
        }
        for key in self
            .tables
            .values_mut()
            .flat_map(|table| &mut table.foreign_keys)
        {
            if key.references == *from {
                key.references = to.clone();
            }
        }
        if self.now.made.remove(from) {
            self.now.made.insert(to);
            return;
        }
        let from = from.clone();
        self.add(Change::RenameTable { from, to });
    }

    pub(super) fn drop_index(&mut self, table: Option<ObjectName>, name: &str) {
        self.now.does.changes_schema = true;
        let has_it = |known: &Table| known.indexes.iter().any(|index| index.name == name);
        let table = table.or_else(|| {
            let known = self.tables.values().find(|known| has_it(known));
            known.map(|known| known.name.clone())
        });
        // MySQL makes an index for a foreign key, of its name.
        if self.dialect.is_mysql() && self.now.does.changes.iter().any(|change| {
            matches!(change, Change::DropForeignKey { key, .. } if key.name.as_deref() == Some(name))
        }) {
            return;
        }
        // Whatever table it is of, it is gone.
        let table = table.unwrap_or_else(|| ObjectName::new(name));
        let known = self.tables.get_mut(&table);
        let at = known.as_ref().and_then(|known| {
            let mut indexes = known.indexes.iter();
            indexes.position(|index| index.name == name)
        });
        let index = match (known, at) {
            (Some(known), Some(at)) => known.indexes.remove(at),
            _ => Index::new(name, vec![]),
        };
        self.push(Change::DropIndex { table, index });
    }
}
