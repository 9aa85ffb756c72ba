//! What a line about a change says that it takes away, so that it is found again in a database: whatever the words for the rest were on
//! the backend of which it was written.

use seadrift_schema::{Change, Dialect};

use super::line;

/// The kinds of things that a line with `-` may speak of and that entities declare.
const KINDS: [&str; 7] = [
    "table",
    "column",
    "index",
    "key",
    "check",
    "exclusion",
    "enum",
];

/// What of a column becomes none where its entity no longer says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its type, of which a Rust type leaves several open.
    Type,
    /// Its default.
    Default,
    /// That the server numbers it.
    Numbering,
    /// Its collation.
    Collation,
    /// What an update sets it to (MySQL).
    OnUpdate,
    /// Its comment.
    Comment,
    /// That it is computed.
    Computation,
    /// The check that is part of its definition (MariaDB).
    Check,
}

/// What `line` is about, with its kind: as much of it as is the same on every backend. None where it makes or takes away nothing that
/// entities declare.
pub fn subject(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("- ")
        .or_else(|| line.strip_prefix("+ "))?;
    let (kind, said) = rest.split_once(' ')?;
    if !KINDS.contains(&kind) {
        return None;
    }
    let rest = rest.strip_suffix(" concurrently").unwrap_or(rest);
    let rest = without_backends(rest);
    let end = match kind {
        "table" | "enum" => rest.find(" (")?,
        "column" if said.contains(": ") => rest.find(": ")?,
        "column" => return None,
        // What a key does to the rows is not which key it is.
        "key" => {
            let target = rest.find(" -> ")?;
            target + rest.get(target..)?.find(')')? + 1
        }
        _ => rest.len(),
    };
    rest.get(..end)
}

/// `line` without the backends that it is about, where it is not about all.
fn without_backends(line: &str) -> &str {
    match line
        .strip_suffix(']')
        .and_then(|line| line.rsplit_once(" ["))
    {
        Some((before, names)) if names.chars().all(|c| c.is_alphabetic() || ", ".contains(c)) => {
            before
        }
        _ => line,
    }
}

/// The table that a `subject` is, or is of; an enum by its name.
pub fn table_of(subject: &str) -> &str {
    let (kind, rest) = subject.split_once(' ').unwrap_or_default();
    let rest = rest.trim_start();
    match kind {
        "column" => rest.rsplit_once('.').map_or(rest, |(table, _)| table),
        "table" | "enum" => rest,
        "exclusion" => rest.split(": ").next().unwrap_or(rest),
        _ => rest.split(" (").next().unwrap_or(rest),
    }
}

/// Whether `line`, of a revision that was written once, says that it takes away what `change` takes away.
pub fn takes_away(line: &str, change: &Change) -> bool {
    // Which backend's words they are makes no difference.
    let said = super::line(change, Dialect::Sqlite);
    line.starts_with('-') && said.starts_with('-') && subject(line) == subject(&said)
}

/// Whether `line` says that the table of `change`, which is that of a comment, has none any more.
pub fn takes_comment(line: &str, change: &Change) -> bool {
    let Change::AlterTableComment { to: None, .. } = change else {
        return false;
    };
    let said = self::line(change, Dialect::Sqlite);
    let about = said.split(": comment ").next().unwrap_or_default();
    let rest = line.strip_prefix(about);
    let rest = rest.and_then(|rest| rest.strip_prefix(": comment "));
    rest.is_some_and(|rest| without_backends(rest).ends_with(" -> none"))
}

/// What `line` says that the column of `change` loses, where it is about that column.
pub fn lost_parts(line: &str, change: &Change) -> Vec<Part> {
    let (Change::AlterColumn { table, to, .. } | Change::ReplaceColumn { table, to, .. }) = change
    else {
        return vec![];
    };
    let about = super::one_line(&format!("~ column {table}.{}: ", to.name));
    let Some(said) = line.strip_prefix(&about) else {
        return vec![];
    };
    let said = without_backends(said);
    // A text may have commas of its own: then more is found than is there, and the change at hand decides.
    let words: Vec<_> = said.split(", ").collect();
    let starts = |start: &str| words.iter().any(|word| word.starts_with(start));
    let ends_in_none = said.contains(" -> none");
    let mut parts = vec![];
    let mut add = |part, is_said| {
        if is_said {
            parts.push(part);
        }
    };
    add(Part::Type, is_type(words.first().copied().unwrap_or("")));
    add(Part::Default, starts("default ") && ends_in_none);
    add(Part::Numbering, starts("numbered -> not numbered"));
    add(Part::Collation, starts("collation ") && ends_in_none);
    add(Part::OnUpdate, starts("on update ") && ends_in_none);
    add(Part::Comment, starts("comment ") && ends_in_none);
    add(
        Part::Computation,
        said.starts_with("computed as ") && said.ends_with("-> not computed"),
    );
    add(Part::Check, starts("without "));
    parts
}

/// Whether what a line says first of a column is that its type changes.
fn is_type(words: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "null ",
        "not null ",
        "default ",
        "numbered ",
        "not numbered ",
        "serial ",
        "identity ",
        "collation ",
        "on update ",
        "comment ",
        "computed ",
        "without ",
    ];
    words.contains(" -> ") && !OTHERS.iter().any(|other| words.starts_with(other))
}

#[cfg(test)]
mod tests {
    use seadrift_schema::{
        Check, Column, Constraint, DefaultValue, EnumType, ForeignKey, Index, ObjectName,
        ReferentialAction, Table, Type,
    };

    use super::*;

    fn table() -> ObjectName {
        ObjectName::new("user")
    }

    fn column(name: &str) -> Column {
        Column::new(name, Type::Text)
    }

    /// Each that takes something away.
    fn changes() -> Vec<Change> {
        let index = Index::new("i", vec!["email".to_owned(), "name".to_owned()]);
        let mut key = ForeignKey::new(
            vec!["a".to_owned()],
            ObjectName::new("post"),
            vec!["id".to_owned()],
        );
        key.on_delete = Some(ReferentialAction::Cascade);
        let table = table();
        vec![
            Change::DropTable(Table::new(table.clone())),
            Change::DropColumn {
                table: table.clone(),
                column: column("bio"),
                references: None,
            },
            Change::DropColumn {
                table: table.clone(),
                column: column("bio_2"),
                references: None,
            },
            Change::DropIndex {
                table: table.clone(),
                index: Index {
                    unique: true,
                    ..index.clone()
                },
            },
            Change::DropIndex {
                table: table.clone(),
                index,
            },
            Change::DropForeignKey {
                table: table.clone(),
                key,
            },
            Change::DropConstraint {
                table: table.clone(),
                constraint: Constraint::Check(Check::new("a > 1")),
            },
            Change::DropEnum(EnumType {
                name: ObjectName::new("mood"),
                values: vec!["ok".to_owned()],
            }),
        ]
    }

    #[test]
    fn a_line_is_found_again_on_every_backend() {
        let changes = changes();
        for (at, change) in changes.iter().enumerate() {
            for dialect in [Dialect::Postgres, Dialect::MariaDb, Dialect::Sqlite] {
                let said = line(change, dialect);
                let found = changes.iter().map(|other| takes_away(&said, other));
                let expected = (0..changes.len()).map(|other| other == at);
                assert!(found.eq(expected), "{said}");
                let marked = format!("{said} [PostgreSQL, SQLite]");
                assert!(takes_away(&marked, change), "{marked}");
                assert!(!takes_away(&said.replacen('-', "+", 1), change));
            }
        }
    }

    #[test]
    fn a_key_is_the_same_whatever_it_does() {
        let lines = [
            "- key    post (a, b) -> user (c, d) on delete cascade",
            "+ key    post (a, b) -> user (c, d) not valid",
            "- key    post (a, b) -> user (c, d)",
        ];
        for line in lines {
            assert_eq!(subject(line), Some("key    post (a, b) -> user (c, d)"));
        }
        for line in [
            "- rights user: select of x",
            "- column user",
            "~ table x",
            "-",
        ] {
            assert_eq!(subject(line), None, "{line}");
        }
    }

    #[test]
    fn a_subject_is_of_a_table() {
        for (line, table) in [
            ("- table  app.user (3 columns)", "app.user"),
            ("+ column app.user.bio: text", "app.user"),
            ("- index  user (a, b) unique", "user"),
            ("- key    post (a) -> user (b)", "post"),
            ("- check  user (a > 1)", "user"),
        ] {
            assert_eq!(subject(line).map(table_of), Some(table));
        }
    }

    #[test]
    fn parts_of_a_column_are_found_again() {
        let alter = |to: Column, from: Column| Change::AlterColumn {
            table: table(),
            from,
            to,
        };
        let with = |change: fn(&mut Column)| {
            let mut column = column("bio");
            change(&mut column);
            alter(self::column("bio"), column)
        };
        for (change, part) in [
            (
                with(|column| column.default = Some(DefaultValue::Text("a, b".to_owned()))),
                Part::Default,
            ),
            (
                with(|column| column.comment = Some("a, b".to_owned())),
                Part::Comment,
            ),
            (
                with(|column| column.collation = Some("C".to_owned())),
                Part::Collation,
            ),
            (with(|column| column.auto_increment = true), Part::Numbering),
            (with(|column| column.ty = Type::Integer), Part::Type),
        ] {
            let said = line(&change, Dialect::Postgres);
            assert!(lost_parts(&said, &change).contains(&part), "{said}");
            let other = said.replace("user.bio", "user.bio_2");
            assert_eq!(lost_parts(&other, &change), [], "{other}");
        }
        let kept = with(|column| column.nullable = !column.nullable);
        assert_eq!(lost_parts(&line(&kept, Dialect::Postgres), &kept), []);
        let comment = Change::AlterTableComment {
            table: table(),
            from: Some("theirs".to_owned()),
            to: None,
        };
        assert!(takes_comment(
            "~ table  user: comment \"x\" -> none",
            &comment
        ));
        assert!(!takes_comment(
            "~ table  users: comment \"x\" -> none",
            &comment
        ));
        assert!(!takes_comment(
            "~ table  user: comment none -> \"x\"",
            &comment
        ));
    }
}
