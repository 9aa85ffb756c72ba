//! Tables while they are read, found by the ids and column numbers that the catalog uses.

use std::collections::{BTreeMap, HashMap, HashSet};

use seadrift_schema::{Column, ObjectName, Table};

/// The tables that are read, by id.
#[derive(Default)]
pub(super) struct Drafts {
    tables: HashMap<i64, Draft>,
    ignored: HashSet<i64>,
}

impl Drafts {
    /// Adds an empty table.
    pub(super) fn add(&mut self, id: i64, name: ObjectName) -> &mut Table {
        let draft = Draft {
            table: Table::new(name),
            numbers: vec![],
        };
        &mut self.tables.entry(id).or_insert(draft).table
    }

    /// Passes the table with that id over, and what hangs on it.
    pub(super) fn ignore(&mut self, id: i64) {
        self.ignored.insert(id);
    }

    pub(super) fn is_ignored(&self, id: i64) -> bool {
        self.ignored.contains(&id)
    }

    pub(super) fn get(&self, id: i64) -> Option<&Draft> {
        self.tables.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: i64) -> Option<&mut Draft> {
        self.tables.get_mut(&id)
    }

    /// Puts the columns of each table, which were added in whatever order, in the order of their numbers.
    pub(super) fn put_columns_in_order(&mut self) {
        for draft in self.tables.values_mut() {
            if draft.numbers.is_sorted() {
                continue;
            }
            let columns = std::mem::take(&mut draft.table.columns);
            let mut both: Vec<_> = draft.numbers.drain(..).zip(columns).collect();
            both.sort_by_key(|(number, _)| *number);
            (draft.numbers, draft.table.columns) = both.into_iter().unzip();
        }
    }

    /// The tables by name.
    pub(super) fn finish(self) -> BTreeMap<ObjectName, Table> {
        self.tables
            .into_values()
            .map(|draft| (draft.table.name.clone(), draft.table))
            .collect()
    }
}

/// A table while it is read.
pub(super) struct Draft {
    pub(super) table: Table,
    /// The numbers of its columns, in the order in which these were added.
    numbers: Vec<i64>,
}

impl Draft {
    /// Adds the column of that number.
    pub(super) fn add(&mut self, number: i64, column: Column) {
        self.numbers.push(number);
        self.table.columns.push(column);
    }

    /// The column of that number.
    pub(super) fn column(&self, number: i64) -> Option<&Column> {
        let place = self.numbers.iter().position(|known| *known == number)?;
        self.table.columns.get(place)
    }

    /// The names of the columns whose numbers `numbers` lists.
    pub(super) fn columns(&self, numbers: &str) -> Vec<String> {
        numbers
            .split(' ')
            .filter_map(|number| self.column(number.parse().ok()?))
            .map(|column| column.name.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use seadrift_schema::Type;

    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_their_numbers() {
        let mut drafts = Drafts::default();
        drafts.add(1, ObjectName::new("t"));
        let draft = drafts.get_mut(1).unwrap();
        for (number, name) in [(4, "d"), (1, "a"), (2, "b")] {
            draft.add(number, Column::new(name, Type::Integer));
        }
        drafts.put_columns_in_order();
        let draft = drafts.get(1).unwrap();
        assert_eq!(draft.columns("1 2 4"), ["a", "b", "d"]);
        let columns = draft.table.columns.iter();
        assert!(columns.map(|column| &column.name).eq(["a", "b", "d"]));
    }
}
