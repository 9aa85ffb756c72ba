//! A plan as the files of a migration that is SQL.

use seadrift_plan::Plan;
use seadrift_schema::{Change, Dialect};

use crate::{
    Head, changes, hazards,
    rust::one_line,
    sql::{self, rebuild},
    text,
};

/// What has a file run outside of a transaction.
const NO_TRANSACTION: &str = "-- seadrift: no-transaction";

/// The files of the migration for `plans`, which bring databases of different backends to the same entities, one each: their names
/// and texts. Where one text does for all, it has no engine in its name. With no plan, the migration is one that a person fills in.
pub fn sql_files(plans: &[&Plan], head: &Head<'_>) -> Vec<(String, String)> {
    let mut files = vec![];
    for (way, change) in [("up", up as fn(&Plan) -> &[Change]), ("down", down)] {
        let head = match way {
            "up" => up_head(plans, head),
            _ => down_head(head),
        };
        let bodies: Vec<_> = plans.iter().map(|plan| body(plan, change(plan))).collect();
        match &bodies[..] {
            [] => files.push((format!("{way}.sql"), head)),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => {
                files.push((format!("{way}.sql"), head + first));
            }
            bodies => files.extend(plans.iter().zip(bodies).map(|(plan, body)| {
                let engine = match plan.dialect {
                    Dialect::Postgres => "postgres",
                    Dialect::MySql | Dialect::MariaDb => "mysql",
                    Dialect::Sqlite => "sqlite",
                };
                (format!("{way}.{engine}.sql"), format!("{head}{body}"))
            })),
        }
    }
    files
}

fn up(plan: &Plan) -> &[Change] {
    &plan.up
}

fn down(plan: &Plan) -> &[Change] {
    &plan.down
}

/// The same lines as a Rust file has.
fn up_head(plans: &[&Plan], head: &Head<'_>) -> String {
    let revises = match head.revises {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    };
    let version = env!("CARGO_PKG_VERSION");
    let server = head
        .server
        .map_or(String::new(), |server| format!(", {server}"));
    let mut lines = vec![
        one_line(head.message),
        String::new(),
        format!("Revision: {}", head.revision),
        format!("Revises:  {revises}"),
    ];
    for (key, values) in [("Depends:  ", head.depends_on), ("Labels:   ", head.labels)] {
        if !values.is_empty() {
            lines.push(format!("{key}{}", values.join(", ")));
        }
    }
    lines.push(format!(
        "Created:  {}, seadrift {version}{server}",
        head.created
    ));
    let answers = head.answers.iter();
    lines.extend(answers.map(|answer| format!("Renamed:  {}", one_line(answer))));
    if !head.allowed.is_empty() {
        lines.push(format!("Allowed:  {}", head.allowed.join(", ")));
    }
    let hazards: Vec<_> = hazards(plans).iter().map(ToString::to_string).collect();
    for (title, told) in [("Changes", changes(plans)), ("Hazards", hazards)] {
        if !told.is_empty() {
            lines.extend([String::new(), title.to_owned()]);
            lines.extend(told.iter().map(|line| format!("    {}", one_line(line))));
        }
    }
    if !head.verifications.is_empty() {
        lines.push(String::new());
        lines.extend(head.verifications.iter().map(|line| one_line(line)));
    }
    comments(&lines)
}

fn down_head(head: &Head<'_>) -> String {
    let mut lines = vec![
        format!("the way back from: {}", one_line(head.message)),
        String::new(),
        format!("Revision: {}", head.revision),
    ];
    if !head.verifications.is_empty() {
        lines.push(String::new());
        lines.extend(head.verifications.iter().map(|line| one_line(line)));
    }
    comments(&lines)
}

fn comments(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("{}\n", format!("-- {line}").trim_end()))
        .collect()
}

/// The statements of `changes`, each change with what it does in front of it.
fn body(plan: &Plan, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let dialect = plan.dialect;
    let mut written = String::new();
    let is_batch = sql::is_batch(changes);
    if is_batch || plan.outside_transaction {
        written += &format!("--\n{NO_TRANSACTION}\n");
    }
    if is_batch {
        let [first, begin] = rebuild::BEFORE;
        written += &format!("\n{first};\n{begin};\n");
        for step in rebuild::batch(changes) {
            written += &format!("\n-- {}\n", one_line(&step.comment));
            written.extend(step.place.iter().map(|place| commented(place)));
            written.extend(step.statements.iter().map(|statement| ended(statement)));
        }
        let [commit, last] = rebuild::AFTER;
        return written + &format!("\n{commit};\n{last};\n");
    }
    for change in changes {
        written.push('\n');
        for line in text::lines(change, dialect) {
            written += &format!("-- {}\n", one_line(&line));
        }
        if let Change::FillColumn { table, column } = change {
            written += &format!("-- {}\n", one_line(&text::place(&column.name)));
            written += &commented(&sql::fill(table, column, dialect));
        }
        let statements = sql::statements(change, dialect);
        written.extend(statements.iter().map(|statement| ended(statement)));
    }
    written
}

/// `statement` as one that a person completes and takes out of its comment.
fn commented(statement: &str) -> String {
    format!("-- {};\n", one_line(statement))
}

/// `statement` with its end, which must not stand in a comment.
fn ended(statement: &str) -> String {
    let last = statement.lines().next_back().unwrap_or_default();
    match last.contains("--") || last.contains('#') {
        true => format!("{statement}\n;\n"),
        false => format!("{statement};\n"),
    }
}
