//! Findings as a summary for a pull request, with a diagram of the tables that change.

use std::{collections::BTreeSet, fmt::Write as _};

use seadrift_render::text;
use seadrift_schema::{Change, Column, ForeignKey, ObjectName, Table, canonical};

use super::{Brought, Finding, Level, Report, Subject, with_slashes};

/// The text of `report`.
pub(super) fn text(report: &Report) -> String {
    let mut page = String::new();
    let errors = report
        .findings
        .iter()
        .filter(|one| one.level == Level::Error);
    let verdict = match errors.count() {
        0 if matches!(report.subject, Subject::Revisions(_)) => "no findings".to_owned(),
        0 => "entities, migrations and database are in step".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    page += &format!("### seadrift: {verdict}\n");
    if let Some(brought) = &report.brought {
        page += &self::brought(brought);
    }
    if !report.findings.is_empty() {
        page += "\n| level | what | where | what to do |\n| --- | --- | --- | --- |\n";
        for finding in &report.findings {
            page += &row(finding);
        }
    }
    for (title, lines) in [
        ("not compared", &report.not_compared),
        ("not managed", &report.unmanaged),
    ] {
        if !lines.is_empty() {
            let count = lines.len();
            page += &format!("\n<details><summary>{title} ({count})</summary>\n\n");
            for line in lines {
                page += &format!("- {}\n", cell(line));
            }
            page += "\n</details>\n";
        }
    }
    page.trim_end().to_owned()
}

fn row(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(|place| {
        let path = with_slashes(&place.path);
        match place.line {
            Some(line) => format!("{path}:{line}"),
            None => path,
        }
    });
    let code = finding.kind.code();
    format!(
        "| {} | **{code}** {} | {} | {} |\n",
        finding.level.as_str(),
        cell(&finding.message()),
        cell(&place.unwrap_or_default()),
        cell(&finding.remedy)
    )
}

/// A text in a table or a list, in which nothing but code in backticks means anything.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    let mut is_code = false;
    let is_paired = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        match c {
            '`' if is_paired => {
                is_code = !is_code;
                cell.push(c);
            }
            '\n' => cell.push_str("<br>"),
            '|' => cell.push_str("\\|"),
            '<' if !is_code => cell.push_str("&lt;"),
            '*' | '_' | '[' | ']' | '`' | '~' | '\\' if !is_code => {
                cell.push('\\');
                cell.push(c);
            }
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    cell
}

fn brought(brought: &Brought) -> String {
    let mut page = String::new();
    if !brought.revisions.is_empty() {
        page += "\nNew revisions:\n\n";
        for revision in &brought.revisions {
            page += &format!("- `{revision}`\n");
        }
    }
    if brought.changes.is_empty() {
        return page;
    }
    let lines = brought.changes.iter();
    let lines = lines.flat_map(|change| text::lines(change, brought.dialect));
    // A fence longer than any in a line.
    let lines: Vec<_> = lines.collect();
    let fence = fence(&lines);
    page += &format!("\nOperations:\n\n{fence}diff\n");
    for line in &lines {
        // What is neither made nor taken away stands out as changed.
        let line = line
            .strip_prefix('~')
            .map_or(line.clone(), |rest| format!("!{rest}"));
        page += &format!("{line}\n");
    }
    page += &format!("{fence}\n");
    if !brought.hazards.is_empty() {
        page += "\nHazards:\n\n";
        for (code, effect) in &brought.hazards {
            page += &format!("- **{code}** {}\n", cell(effect));
        }
    }
    let diagram = diagram(brought);
    if !diagram.is_empty() {
        page += &format!("\n```mermaid\n{diagram}```\n");
    }
    page
}

fn fence(lines: &[String]) -> String {
    let mut fence = "```".to_owned();
    while lines.iter().any(|line| line.contains(&fence)) {
        fence.push('`');
    }
    fence
}

/// The tables that change, as they are declared now, with the keys among them and to others.
fn diagram(brought: &Brought) -> String {
    let touched: BTreeSet<&ObjectName> = brought.changes.iter().filter_map(Change::table).collect();
    let is_drop = |change: &Change| matches!(change, Change::DropTable(_));
    let tables: Vec<&Table> = touched
        .iter()
        .filter_map(|name| brought.schema.tables.get(*name))
        .collect();
    if tables.is_empty() || brought.changes.iter().all(is_drop) {
        return String::new();
    }
    let mut text = "erDiagram\n".to_owned();
    for table in &tables {
        let _ = writeln!(text, "    {} {{", quoted(&table.name.to_string()));
        for column in &table.columns {
            let _ = writeln!(text, "        {}", attribute(table, column, brought));
        }
        text += "    }\n";
    }
    for table in &tables {
        for key in &table.foreign_keys {
            let _ = writeln!(text, "    {}", relation(table, key));
        }
    }
    text
}

/// A name of a table. Mermaid has no way to write a quote in one.
fn quoted(name: &str) -> String {
    let is_fine = |c: &char| !c.is_control() && !['"', '%', '\\'].contains(c);
    let name: String = name.chars().filter(is_fine).collect();
    format!("\"{name}\"")
}

/// `varchar(20) name PK "null"`: of types and names, mermaid takes letters, digits, `-`, `_`, `(`, `)`, `[` and `]`.
fn attribute(table: &Table, column: &Column, brought: &Brought) -> String {
    let ty =
        canonical::sql_type(&column.ty, brought.dialect).unwrap_or_else(|_| column.ty.to_string());
    let word = |text: &str| {
        let fine = |c: char| match c {
            c if c.is_ascii_alphanumeric() || "-_()[]".contains(c) => c,
            _ => '_',
        };
        let word: String = text.chars().map(fine).collect();
        match word.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => word,
            _ => format!("x{word}"),
        }
    };
    let keys = table.foreign_keys.iter();
    let is_foreign = keys
        .flat_map(|key| &key.columns)
        .any(|name| *name == column.name);
    let key = table.primary_key.as_ref();
    let is_primary = key.is_some_and(|key| key.columns.contains(&column.name));
    let mut marks = vec![];
    marks.extend(is_primary.then_some("PK"));
    marks.extend(is_foreign.then_some("FK"));
    let mut comment = vec![];
    comment.extend(column.nullable.then(|| "null".to_owned()));
    // What mermaid does not take for a name is said beside it.
    let name = word(&column.name);
    comment.extend((name != column.name).then(|| column.name.clone()));
    let mut line = format!("{} {name}", word(&ty));
    if !marks.is_empty() {
        line += &format!(" {}", marks.join(", "));
    }
    if !comment.is_empty() {
        line += &format!(" {}", quoted(&comment.join(", ")));
    }
    line
}

fn relation(table: &Table, key: &ForeignKey) -> String {
    let is_optional = key.columns.iter().any(|name| {
        let column = table.columns.iter().find(|column| column.name == *name);
        column.is_some_and(|column| column.nullable)
    });
    let one = if is_optional { "|o" } else { "||" };
    format!(
        "{} {one}--o{{ {} : {}",
        quoted(&key.references.to_string()),
        quoted(&table.name.to_string()),
        quoted(&key.columns.join(", "))
    )
}
