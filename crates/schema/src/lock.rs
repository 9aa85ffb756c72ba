//! The lock file: what the entities declared at the newest revision.
//!
//! TOML, tables sorted by name, columns in their order, one line each, so that a pull request shows what changed.
//! What stands in it is owned: only what the lock says and the entities no longer say is ever taken away.

pub mod conflict;
mod merge;

use std::collections::BTreeSet;

pub use merge::{Lock, Merged, merge};
use serde::{Deserialize, Serialize};
use toml_edit::{Array, DocumentMut, Item, Value, ser::ValueSerializer, value};

use crate::{Check, Column, Exclusion, ForeignKey, Index, ObjectName, PrimaryKey, Schema, Table};

/// The version of the format that is written, and the newest that is read.
const VERSION: i64 = 1;

const HEADER: &str = "\
# What the entities declared at the newest revision, written by seadrift together with it.
# Only what stands here and is no longer declared is ever dropped. Keep it in version control.
";

const ACCEPTED: &str = "
# Differences that were there when seadrift came, and are left alone. The next revision makes up for a line that is deleted here.
";

const MIGRATIONS: &str = "
# The migrations in their order, each with the checksum of its file.
";

/// Why a lock file cannot be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("{}", .0.to_string().trim_end())]
    Syntax(Box<toml::de::Error>),
    #[error("a merge left its marks in it, the first in line {0}")]
    Conflict(usize),
    #[error("it has version {0}, and this seadrift reads versions up to {VERSION}")]
    Version(i64),
    #[error("it has table `{0}` twice")]
    Twice(ObjectName),
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default)]
    accepted: Vec<String>,
    #[serde(default)]
    migrations: Vec<Migration>,
    #[serde(default, rename = "table")]
    tables: Vec<LockedTable>,
}

/// What a lock file says beside what the entities declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Differences that were there when seadrift came, and that are left alone: the lines that a change has for people.
    pub accepted: Vec<String>,
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
}

/// A migration, and what its file held when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The name of the revision.
    pub name: String,
    /// The checksum of its file.
    pub checksum: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedTable {
    name: ObjectName,
    #[serde(default)]
    comment: Option<String>,
    columns: Vec<Column>,
    #[serde(default)]
    primary_key: Option<PrimaryKey>,
    #[serde(default)]
    indexes: Vec<Index>,
    #[serde(default)]
    foreign_keys: Vec<ForeignKey>,
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    exclusions: Vec<Exclusion>,
    #[serde(default)]
    options: Option<String>,
}

/// `schema` as a lock file. Enum types are part of the columns that use them.
pub fn write(schema: &Schema) -> String {
    write_with(&Head::default(), schema)
}

/// `schema` as a lock file that says `head` as well.
pub fn write_with(head: &Head, schema: &Schema) -> String {
    let mut text = format!("{HEADER}\n{}", head_text(head));
    for table in schema.tables.values() {
        text += &table_text(table);
    }
    text
}

/// What `merged` is, as a lock file; where `ours` and `theirs` met, both stand in it, between the marks that git would make.
pub fn write_conflict(merged: &Merged, ours: &Lock, theirs: &Lock) -> String {
    let mut text = format!("{HEADER}\n");
    text += &match merged.are_migrations_in_conflict {
        true => marked(&head_text(&ours.0), &head_text(&theirs.0)),
        false => head_text(&merged.lock.0),
    };
    let names: BTreeSet<_> = merged.lock.1.tables.keys().chain(&merged.met).collect();
    for name in names {
        let of = |lock: &Lock| lock.1.tables.get(name).map(table_text).unwrap_or_default();
        text += &match merged.met.contains(name) {
            true => marked(&of(ours), &of(theirs)),
            false => of(&merged.lock),
        };
    }
    text
}

/// Both texts, with marks around the lines that differ.
fn marked(ours: &str, theirs: &str) -> String {
    let [ours, theirs] = [ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let start = ours.iter().zip(&theirs).take_while(same).count();
    let (ours_left, theirs_left) = (ours.split_at(start).1, theirs.split_at(start).1);
    let from_behind = ours_left.iter().rev().zip(theirs_left.iter().rev());
    let end = from_behind.take_while(same).count();
    let ours_only = ours_left.split_at(ours_left.len() - end);
    let theirs_only = theirs_left.split_at(theirs_left.len() - end).0;
    [
        &ours[..start],
        &["<<<<<<< ours\n"],
        ours_only.0,
        &["=======\n"],
        theirs_only,
        &[">>>>>>> theirs\n"],
        ours_only.1,
    ]
    .concat()
    .concat()
}

/// What stands in front of the tables.
fn head_text(head: &Head) -> String {
    let mut document = DocumentMut::new();
    document["version"] = value(VERSION);
    if !head.accepted.is_empty() {
        document["accepted"] = lines(&head.accepted);
        if let Some(mut key) = document.key_mut("accepted") {
            key.leaf_decor_mut().set_prefix(ACCEPTED);
        }
    }
    if !head.migrations.is_empty() {
        document["migrations"] = lines(&head.migrations);
        if let Some(mut key) = document.key_mut("migrations") {
            key.leaf_decor_mut().set_prefix(MIGRATIONS);
        }
    }
    document.to_string()
}

/// A table, with the empty line in front of it.
fn table_text(table: &Table) -> String {
    let mut item = toml_edit::Table::new();
    item["name"] = value(string(&table.name.to_string()));
    if let Some(comment) = &table.comment {
        item["comment"] = value(string(comment));
    }
    item["columns"] = lines(&table.columns);
    if let Some(key) = &table.primary_key {
        item["primary_key"] = Item::Value(inline(key));
    }
    if !table.indexes.is_empty() {
        item["indexes"] = lines(&table.indexes);
    }
    if !table.foreign_keys.is_empty() {
        item["foreign_keys"] = lines(&table.foreign_keys);
    }
    if !table.checks.is_empty() {
        item["checks"] = lines(&table.checks);
    }
    if !table.exclusions.is_empty() {
        item["exclusions"] = lines(&table.exclusions);
    }
    if let Some(options) = &table.options {
        item["options"] = value(options);
    }
    let mut tables = toml_edit::ArrayOfTables::new();
    tables.push(item);
    let mut document = DocumentMut::new();
    document["table"] = Item::ArrayOfTables(tables);
    format!("\n{}", document.to_string().trim_start())
}

/// `items` as an array with a line for each.
fn lines<T: Serialize>(items: &[T]) -> Item {
    let mut array = Array::new();
    for item in items {
        let mut line = inline(item);
        line.decor_mut().set_prefix("\n    ");
        array.push_formatted(line);
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
    value(array)
}

/// `item` as an inline table, in one line. Our own plain data always serializes.
fn inline<T: Serialize>(item: &T) -> Value {
    let value = item.serialize(ValueSerializer::new());
    let mut value = value.unwrap_or_else(|error| Value::from(error.to_string()));
    in_one_line(&mut value);
    value
}

/// A name as a lock file writes it.
pub fn quoted(name: &str) -> String {
    string(name).to_string()
}

/// `text` as a value that is no longer than a line.
fn string(text: &str) -> Value {
    let mut value = Value::from(text);
    in_one_line(&mut value);
    value
}

/// Writes line breaks out in all texts of `value`, of which TOML would make texts of several lines.
fn in_one_line(value: &mut Value) {
    match value {
        Value::String(text) if text.value().contains(['\n', '\r']) => {
            let mut written = String::new();
            for c in text.value().chars() {
                match c {
                    '\n' => written.push_str("\\n"),
                    '\r' => written.push_str("\\r"),
                    '"' | '\\' => written.extend(['\\', c]),
                    c if c.is_control() => written += &format!("\\u{:04X}", u32::from(c)),
                    c => written.push(c),
                }
            }
            if let Ok(plain) = format!("\"{written}\"").parse() {
                *value = plain;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(in_one_line),
        Value::InlineTable(items) => items.iter_mut().for_each(|(_, value)| in_one_line(value)),
        _ => {}
    }
}

/// The schema that a lock file holds.
pub fn read(source: &str) -> Result<Schema, Error> {
    let file = match read_in_parts(source) {
        Some(file) => file,
        None => read_whole(source)?,
    };
    let mut schema = Schema::default();
    for table in file.tables.into_iter().map(Table::from) {
        if schema.tables.contains_key(&table.name) {
            return Err(Error::Twice(table.name));
        }
        schema.tables.insert(table.name.clone(), table);
    }
    Ok(schema)
}

/// What a lock file says beside the schema that it holds.
pub fn read_head(source: &str) -> Result<Head, Error> {
    let first = source.split("\n[[table]]\n").next().unwrap_or_default();
    let file = match toml::from_str::<File>(first) {
        Ok(file) if file.version == VERSION => file,
        _ => read_whole(source)?,
    };
    Ok(Head {
        accepted: file.accepted,
        migrations: file.migrations,
    })
}

/// Whether the lock file holds `schema`. It takes the memory of one table to see that it does, which is the rule; `false`
/// may only mean that it cannot be seen this way, and [`read`] tells.
pub fn holds(source: &str, schema: &Schema) -> bool {
    let mut parts = source.split("\n[[table]]\n");
    let head = parts.next().map(toml::from_str::<File>);
    let is_plain =
        matches!(head, Some(Ok(head)) if head.version == VERSION && head.tables.is_empty());
    let Schema {
        tables,
        enums,
        schemas,
        extensions,
        domains,
        sequences,
        unmanaged,
    } = schema;
    let has_tables_only = enums.is_empty()
        && schemas.is_empty()
        && extensions.is_empty()
        && domains.is_empty()
        && sequences.is_empty()
        && unmanaged.is_empty();
    let mut tables = tables.values();
    is_plain
        && has_tables_only
        && parts.all(|part| {
            let locked = toml::from_str::<LockedTable>(part);
            locked.is_ok_and(|locked| tables.next() == Some(&Table::from(locked)))
        })
        && tables.next().is_none()
}

impl From<LockedTable> for Table {
    fn from(table: LockedTable) -> Self {
        let LockedTable {
            name,
            comment,
            columns,
            primary_key,
            indexes,
            foreign_keys,
            checks,
            exclusions,
            options,
        } = table;
        Self {
            name,
            columns,
            primary_key,
            indexes,
            foreign_keys,
            checks,
            exclusions,
            options,
            comment,
            definition: None,
        }
    }
}

/// The file, read table by table, which takes a fraction of the memory. `None` where that does not work, for whatever
/// reason: a text may have such a line too, and what is wrong is said best of the whole.
fn read_in_parts(source: &str) -> Option<File> {
    let mut parts = source.split("\n[[table]]\n");
    let mut file: File = toml::from_str(parts.next()?).ok()?;
    if file.version != VERSION || !file.tables.is_empty() {
        return None;
    }
    for part in parts {
        file.tables.push(toml::from_str(part).ok()?);
    }
    Some(file)
}

fn read_whole(source: &str) -> Result<File, Error> {
    let syntax = |error| match conflict::line(source) {
        Some(line) => Error::Conflict(line),
        None => Error::Syntax(Box::new(error)),
    };
    let Version { version } = toml::from_str(source).map_err(syntax)?;
    if !(1..=VERSION).contains(&version) {
        return Err(Error::Version(version));
    }
    toml::from_str(source).map_err(syntax)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DefaultValue, ReferentialAction, Type};

    fn example() -> Schema {
        let mut table = Table::new(ObjectName::within("app", "Odd \"table\""));
        let mut id = Column::new("id", Type::Integer);
        id.auto_increment = true;
        let mut name = Column::new("näme 'x'", Type::String(Some(20)));
        name.nullable = true;
        name.default = Some(DefaultValue::Text("it's \"q\" \\ \n".into()));
        name.comment = Some("said\nso".into());
        name.renamed_from = Some("title".into());
        name.extra = Some("COLLATE \"C\"".into());
        let mood = Column::new("mood", "enum mood('a', 'b')".parse().unwrap());
        table.columns = vec![id, name, mood];
        table.primary_key = Some(PrimaryKey {
            name: None,
            columns: vec!["id".into()],
        });
        let mut index = Index::new("idx", vec!["mood".into()]);
        index.unique = true;
        table.indexes.push(index);
        let mut key = ForeignKey::new(
            vec!["id".into()],
            ObjectName::new("user"),
            vec!["id".into()],
        );
        key.name = Some("fk".into());
        key.on_delete = Some(ReferentialAction::SetNull);
        table.foreign_keys.push(key);
        let mut schema = Schema::default();
        schema.tables.insert(table.name.clone(), table);
        schema
    }

    #[test]
    fn a_lock_reads_back_as_written() {
        for schema in [Schema::default(), example()] {
            let text = write(&schema);
            assert_eq!(read(&text).unwrap(), schema, "{text}");
            assert!(holds(&text, &schema), "{text}");
        }
    }

    #[test]
    fn a_head_reads_back_as_written() {
        let head = Head {
            accepted: vec![
                "+ column user.bio: varchar".into(),
                "\"\n[[table]]\n".into(),
            ],
            migrations: vec![Migration {
                name: "m20261120_110500_add_user_table".into(),
                checksum: "0123456789abcdef".into(),
            }],
        };
        for schema in [Schema::default(), example()] {
            for head in [&head, &Head::default()] {
                let text = write_with(head, &schema);
                assert_eq!(read(&text).unwrap(), schema, "{text}");
                assert_eq!(read_head(&text).unwrap(), *head, "{text}");
            }
            let mut plain = head.clone();
            plain.accepted.pop();
            assert!(holds(&write_with(&plain, &schema), &schema));
        }
        assert!(matches!(read_head("version = 2\n"), Err(Error::Version(2))));
        assert!(matches!(
            read_head("version = 1\n<<<<<<< ours\n"),
            Err(Error::Conflict(2))
        ));
    }

    #[test]
    fn only_what_differs_is_marked() {
        let text = marked("a\nb\nx\nc\n", "a\nb\nb\ny\nc\n");
        let wanted = "a\nb\n<<<<<<< ours\nx\n=======\nb\ny\n>>>>>>> theirs\nc\n";
        assert_eq!(text, wanted);
        let one_side = marked("a\n", "");
        assert_eq!(one_side, "<<<<<<< ours\na\n=======\n>>>>>>> theirs\n");
        assert_eq!(
            marked("a\na\n", "a\n"),
            "a\n<<<<<<< ours\na\n=======\n>>>>>>> theirs\n"
        );
    }

    #[test]
    fn a_lock_holds_no_other_schema() {
        let text = write(&example());
        assert!(!holds(&text, &Schema::default()));
        assert!(!holds(&write(&Schema::default()), &example()));
        assert!(!holds("<<<<<<< ours\n", &Schema::default()));
        assert!(!holds("version = 2\n", &Schema::default()));
        let mut other = example();
        for table in other.tables.values_mut() {
            table.columns.pop();
        }
        assert!(!holds(&text, &other));
        let mut more = example();
        let second = Table::new(ObjectName::new("zoo"));
        more.tables.insert(second.name.clone(), second);
        assert!(!holds(&text, &more));
        assert!(!holds(&write(&more), &example()));
    }

    #[test]
    fn a_text_may_look_like_the_start_of_a_table() {
        let mut schema = example();
        for table in schema.tables.values_mut() {
            table.comment = Some("one\n[[table]]\ntwo".into());
        }
        assert_eq!(read(&write(&schema)).unwrap(), schema);
    }

    #[test]
    fn a_lock_of_another_layout_is_read_too() {
        let table = |name| format!("[[table]]\nname = \"{name}\"\ncolumns = []\n");
        let plain = read(&format!("version = 1\n\n{}\n{}", table("a"), table("b"))).unwrap();
        assert_eq!(plain.tables.len(), 2);
        let carriage = format!("version = 1\n{}{}", table("a"), table("b")).replace('\n', "\r\n");
        assert_eq!(read(&carriage).unwrap(), plain);
        let inline =
            "version = 1\ntable = [{ name = 'a', columns = [] }, { name = 'b', columns = [] }]";
        assert_eq!(read(inline).unwrap(), plain);
    }

    #[test]
    fn a_column_is_one_line() {
        let mut schema = example();
        for table in schema.tables.values_mut() {
            table
                .columns
                .push(Column::new("two\nlines \"\"\"'", Type::Integer));
        }
        let text = write(&schema);
        let lines: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("    {"))
            .collect();
        assert_eq!(lines.len(), 6, "{text}");
        let closed = lines.iter().all(|line| line.ends_with(" },"));
        assert!(closed, "{text}");
        assert_eq!(read(&text).unwrap(), schema, "{text}");
        assert!(text.contains(&quoted("two\nlines \"\"\"'")), "{text}");
    }

    #[test]
    fn a_broken_lock_is_an_error_that_names_the_line() {
        let error =
            read("version = 1\n[[table]]\nname = \"a\"\ncolumns = [{ nam = 1 }]\n").unwrap_err();
        assert!(error.to_string().contains("line 4"), "{error}");
        assert!(matches!(
            read("version = 9\nnew = true\n"),
            Err(Error::Version(9))
        ));
        assert!(matches!(read("<<<<<<< ours\n"), Err(Error::Conflict(1))));
        let table = "[[table]]\nname = \"a\"\ncolumns = []\n";
        assert!(matches!(
            read(&format!("version = 1\n{table}{table}")),
            Err(Error::Twice(name)) if name == ObjectName::new("a")
        ));
    }
}
