//! SQLite's tables made anew. (<https://sqlite.org/lang_altertable.html>, "Making Other Kinds Of Table Schema Changes")

use std::collections::BTreeSet;

use seadrift_schema::{Change, Column, Dialect, ObjectName, Rebuild, Table, sqlite};

use super::{Sql, fill, statements};
use crate::text;

const SQL: Sql = Sql(Dialect::Sqlite);

/// Statements that belong together.
pub(crate) struct Step {
    /// What they are for, in a line.
    pub(crate) comment: String,
    /// A statement that a person completes and takes out of its comment.
    pub(crate) place: Option<String>,
    pub(crate) statements: Vec<String>,
}

impl Step {
    fn new(comment: impl Into<String>, statements: Vec<String>) -> Self {
        Self {
            comment: comment.into(),
            place: None,
            statements,
        }
    }

    /// A place to fill `column`.
    fn fill(table: &ObjectName, column: &Column) -> Self {
        Self {
            comment: text::place(&column.name),
            place: Some(fill(table, column, SQL.0)),
            statements: vec![],
        }
    }
}

/// Whether one of `changes` makes a table anew, so that all of them have to be run as a whole.
pub(crate) fn is_batch(changes: &[Change]) -> bool {
    rebuilds(changes).next().is_some()
}

/// What is run before such changes, and after.
pub(crate) const BEFORE: [&str; 2] = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"];
pub(crate) const AFTER: [&str; 2] = ["COMMIT", "PRAGMA foreign_keys = ON"];

/// `changes` as they are run by hand: with what switches foreign keys off, and all of it or nothing.
pub(super) fn script(changes: &[Change]) -> Vec<String> {
    let mut script = BEFORE.map(str::to_owned).to_vec();
    script.extend(batch(changes).into_iter().flat_map(|step| step.statements));
    script.extend(AFTER.map(str::to_owned));
    script
}

/// What is run within the transaction.
pub(crate) fn batch(changes: &[Change]) -> Vec<Step> {
    let is_watched = rebuilds(changes).any(|rebuild| rebuild.is_watched);
    let mut steps = vec![];
    if is_watched {
        steps.push(Step::new(
            "SQLite looks at all views and triggers when a table is renamed: they have to be in order before",
            look_at_views(),
        ));
    }
    for change in changes {
        match change {
            Change::RebuildTable(rebuild) => steps.extend(self::steps(rebuild)),
            Change::FillColumn { table, column } => steps.push(Step::fill(table, column)),
            other => steps.push(Step::new(
                text::line(other, Dialect::Sqlite),
                statements(other, Dialect::Sqlite),
            )),
        }
    }
    if is_watched {
        steps.push(Step::new(
            "... and after, without what is gone",
            look_at_views(),
        ));
    }
    steps.extend(check(changes));
    steps
}

/// The steps that make one table anew.
pub(crate) fn steps(rebuild: &Rebuild) -> Vec<Step> {
    let Rebuild { from, to, .. } = rebuild;
    let name = &to.name.name;
    let temporary = format!("seadrift_new_{name}");
    let (old, new) = (SQL.0.quote(name), SQL.0.quote(&temporary));
    let mut steps = vec![
        Step::new(
            format!(
                "{}: what it has that is not written here would be lost, which stops the migration",
                to.name
            ),
            none_of(vec![unknown(rebuild)]),
        ),
        Step::new(
            format!("{}: a new table under another name,", to.name),
            vec![sqlite::with_name(definition(to), &temporary)],
        ),
        Step::new("which gets all rows", vec![copy(from, to, &new)]),
    ];
    let is_numbered = |table: &Table| sqlite::says(definition(table), "AUTOINCREMENT");
    if is_numbered(from) && is_numbered(to) {
        steps.push(Step::new(
            "and the number of the last row there ever was,",
            numbering(name, &temporary),
        ));
    }
    steps.push(Step::new(
        "takes the place of the old one, while views and triggers go on naming it,",
        vec![
            format!("DROP TABLE {old}"),
            "PRAGMA legacy_alter_table = ON".to_owned(),
            format!("ALTER TABLE {new} RENAME TO {old}"),
            "PRAGMA legacy_alter_table = OFF".to_owned(),
        ],
    ));
    let indexes: Vec<_> = SQL.indexes(to).collect();
    if !indexes.is_empty() {
        steps.push(Step::new("and gets its indexes", indexes));
    }
    if !rebuild.triggers.is_empty() {
        let definitions = rebuild
            .triggers
            .iter()
            .filter_map(|trigger| trigger.definition.clone());
        steps.push(Step::new("and its triggers", definitions.collect()));
    }
    steps
}

fn rebuilds(changes: &[Change]) -> impl Iterator<Item = &Rebuild> {
    changes.iter().filter_map(|change| match change {
        Change::RebuildTable(rebuild) => Some(&**rebuild),
        _ => None,
    })
}

fn definition(table: &Table) -> &str {
    table.definition.as_deref().unwrap_or_default()
}

/// All rows, and the row ids where they can be seen.
fn copy(from: &Table, to: &Table, new: &str) -> String {
    let stays = |name: &str| from.column(name).is_some();
    let filled = to
        .columns
        .iter()
        .filter(|column| column.generated.is_none());
    let both = filled.clone().filter(|column| stays(&column.name));
    let mut into: Vec<_> = both.map(|column| SQL.0.quote(&column.name)).collect();
    let mut values = into.clone();
    let row_id = ["rowid", "_rowid_", "oid"].into_iter().find(|name| {
        let is_it = |table: &Table| {
            let mut columns = table.columns.iter();
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        };
        !is_it(from) && !is_it(to)
    });
    if let Some(row_id) = row_id
        && !from.is_without_row_id()
        && !to.is_without_row_id()
    {
        let named = to.columns.iter().find(|column| column.auto_increment);
        match named {
            None => {
                into.insert(0, row_id.to_owned());
                values.insert(0, row_id.to_owned());
            }
            Some(column) if !stays(&column.name) => {
                into.insert(0, SQL.0.quote(&column.name));
                values.insert(0, row_id.to_owned());
            }
            Some(_) => {}
        }
    }
    // What the table says of a conflict (`ON CONFLICT REPLACE`) must take no row away.
    let or_abort = match sqlite::says(definition(to), "CONFLICT") {
        true => " OR ABORT",
        false => "",
    };
    let old = SQL.table(&from.name);
    if into.is_empty() {
        let first = filled.map(|column| SQL.0.quote(&column.name)).next();
        return format!(
            "INSERT{or_abort} INTO {new} ({})\nSELECT NULL\nFROM {old}",
            first.unwrap_or_default()
        );
    }
    format!(
        "INSERT{or_abort} INTO {new} ({})\nSELECT {}\nFROM {old}",
        into.join(", "),
        values.join(", ")
    )
}

/// What keeps numbers from being given out again that rows had which are gone.
fn numbering(name: &str, temporary: &str) -> Vec<String> {
    let (name, temporary) = (SQL.0.literal(name), SQL.0.literal(temporary));
    vec![
        format!("DELETE FROM sqlite_sequence\nWHERE name = {temporary}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq)\nSELECT {temporary}, seq\nFROM sqlite_sequence\nWHERE name = {name}"
        ),
    ]
}

/// Has SQLite look at all views and triggers, which fails at the first that is not in order and names it.
fn look_at_views() -> Vec<String> {
    vec![
        "CREATE TABLE \"seadrift_look\" (\"nothing\")".to_owned(),
        "ALTER TABLE \"seadrift_look\" RENAME TO \"seadrift_looked\"".to_owned(),
        "DROP TABLE \"seadrift_looked\"".to_owned(),
    ]
}

/// Fails where a row points to no row, in a table that was made anew or points to one.
fn check(changes: &[Change]) -> Option<Step> {
    // By the names that they have in the end.
    let mut tables: BTreeSet<&ObjectName> = BTreeSet::new();
    for change in changes {
        match change {
            Change::RebuildTable(rebuild) => {
                tables.extend(&rebuild.children);
                if !rebuild.to.foreign_keys.is_empty() {
                    tables.insert(&rebuild.to.name);
                }
            }
            Change::RenameTable { from, to } if tables.remove(from) => {
                tables.insert(to);
            }
            Change::DropTable(table) => {
                tables.remove(&table.name);
            }
            _ => {}
        }
    }
    if tables.is_empty() {
        return None;
    }
    let orphans = tables.into_iter().map(|table| {
        let name = SQL.0.literal(&table.name);
        (
            format!("a row of {table} points to no row"),
            format!("SELECT count(*) FROM pragma_foreign_key_check({name})"),
        )
    });
    Some(Step::new(
        "Foreign keys were off: a row that points to no row now stops the migration",
        none_of(orphans.collect()),
    ))
}

/// The columns, indexes and triggers that a table has beside those that are known of it.
fn unknown(rebuild: &Rebuild) -> (String, String) {
    let Rebuild { from, triggers, .. } = rebuild;
    let literals = |names: Vec<&str>| -> String {
        let literals: Vec<_> = names.iter().map(|name| SQL.0.literal(name)).collect();
        literals.join(", ")
    };
    let columns = from.columns.iter().map(|column| column.name.as_str());
    let indexes = from.indexes.iter().map(|index| index.name.as_str());
    let triggers = triggers.iter().map(|trigger| trigger.name.name.as_str());
    let name = SQL.0.literal(&from.name.name);
    (
        format!("{} has what would be lost", from.name),
        format!(
            "SELECT count(*) FROM (\n        \
             SELECT name FROM pragma_table_xinfo({name}) WHERE name NOT IN ({})\n        \
             UNION ALL SELECT name FROM sqlite_schema\n        \
             WHERE tbl_name = {name} COLLATE NOCASE AND type <> 'table' AND sql IS NOT NULL AND name NOT IN ({})\n    )",
            literals(columns.collect()),
            literals(indexes.chain(triggers).collect())
        ),
    )
}

/// Fails, with the message in the error, where a query counts any.
fn none_of(counted: Vec<(String, String)>) -> Vec<String> {
    let (mut columns, mut counts) = (vec![], vec![]);
    for (place, (message, count)) in counted.into_iter().enumerate() {
        let message = SQL.0.quote(&message);
        columns.push(format!(
            "\n    \"n{place}\" CONSTRAINT {message} CHECK (\"n{place}\" = 0)"
        ));
        counts.push(format!("\n    ({count})"));
    }
    vec![
        format!(
            "CREATE TEMP TABLE \"seadrift_check\" ({}\n)",
            columns.join(",")
        ),
        format!("INSERT INTO \"seadrift_check\"\nSELECT{}", counts.join(",")),
        "DROP TABLE temp.\"seadrift_check\"".to_owned(),
    ]
}
