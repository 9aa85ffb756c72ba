//! A schema as a text to read and to compare line by line: the lock's form, and what no lock has beside it.

use std::fmt::Write as _;

use seadrift_schema::{Schema, canonical, lock};

/// All of `schema` that is compared, a line for each thing.
pub fn text(schema: &Schema) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    for name in &schema.schemas {
        line(format!("schema {name}"));
    }
    for name in &schema.extensions {
        line(format!("extension {name}"));
    }
    let is_used = |name: &seadrift_schema::ObjectName| {
        let mut columns = schema.tables.values().flat_map(|table| &table.columns);
        columns.any(|column| canonical::enum_of(&column.ty).is_some_and(|ty| ty.name == *name))
    };
    // A column says the values of its own.
    for ty in schema.enums.values().filter(|ty| !is_used(&ty.name)) {
        line(format!("enum {ty}"));
    }
    for (name, definition) in &schema.domains {
        line(format!("domain {name} {definition}"));
    }
    for (name, options) in &schema.sequences {
        line(format!("sequence {name} {options}").trim_end().to_owned());
    }
    // Without the lines that say what a lock is.
    let locked = lock::write(schema);
    let tables = locked.find("[[table]]").and_then(|at| locked.get(at..));
    text + tables.unwrap_or_default()
}

/// Lists the columns of `schema` that `other` has too in the order that they have there.
pub fn in_order_of(schema: &mut Schema, other: &Schema) {
    for table in schema.tables.values_mut() {
        let Some(other) = other.tables.get(&table.name) else {
            continue;
        };
        let place = |name: &String| {
            let mut columns = other.columns.iter();
            columns.position(|column| column.name == *name)
        };
        table
            .columns
            .sort_by_key(|column| place(&column.name).unwrap_or(usize::MAX));
    }
}

#[cfg(test)]
mod tests {
    use seadrift_schema::{Column, EnumType, ObjectName, Table, Type};

    use super::*;

    fn table(names: &[&str]) -> Schema {
        let mut table = Table::new(ObjectName::new("user"));
        let columns = names.iter().map(|name| Column::new(*name, Type::Text));
        table.columns = columns.collect();
        let mut schema = Schema::default();
        schema.tables.insert(table.name.clone(), table);
        schema
    }

    #[test]
    fn what_no_lock_has_is_said_too() {
        let mut schema = table(&["id"]);
        schema.schemas.insert("app".into());
        schema.extensions.insert("citext".into());
        let mood = EnumType {
            name: ObjectName::new("mood"),
            values: vec!["sad".into()],
        };
        schema.enums.insert(mood.name.clone(), mood);
        let (name, definition) = (ObjectName::new("email"), "text NOT NULL".to_owned());
        schema.domains.insert(name, definition);
        schema
            .sequences
            .insert(ObjectName::new("ticket"), String::new());
        assert_eq!(
            text(&schema),
            "schema app\nextension citext\nenum mood('sad')\ndomain email text NOT NULL\nsequence ticket\n\
             [[table]]\nname = \"user\"\ncolumns = [\n    { name = \"id\", type = \"text\" },\n]\n"
        );
        assert_eq!(text(&Schema::default()), "");
    }

    #[test]
    fn columns_stand_as_in_the_other_and_new_ones_last() {
        let mut schema = table(&["new", "b", "a"]);
        in_order_of(&mut schema, &table(&["a", "gone", "b"]));
        assert_eq!(schema, table(&["a", "b", "new"]));
    }
}
