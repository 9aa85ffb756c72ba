//! The place before a statement that forbids NULL, where a person says what the rows that hold NULL shall hold.

use seadrift_schema::{Change, ObjectName};

use super::{
    layout::{self, Expression, call, string, word},
    one_line,
};
use crate::text;

/// The place that `change` is, as lines of comments.
pub(super) fn place(change: &Change) -> Option<Vec<String>> {
    let Change::FillColumn { table, column: to } = change else {
        return None;
    };
    let column = || string(&to.name);
    let is_null = call("Expr::col", vec![column()]).method("is_null", vec![]);
    let update = call("Query::update", vec![])
        .method("table", vec![self::table(table)])
        .method("value", vec![column(), word("value")])
        .method("and_where", vec![is_null])
        .method("to_owned", vec![]);
    let execute = word("manager").method("execute", vec![update]).awaited();
    let intent = one_line(&text::place(&to.name));
    // A literal that rustfmt would lay out otherwise is nothing to it in a comment.
    let statement = layout::statement(&execute, 8);
    let statement = statement
        .trim_start_matches("#[rustfmt::skip]")
        .trim_start();
    let lines = statement
        .lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line));
    let lines = std::iter::once(intent.as_ref()).chain(lines);
    let mut lines: Vec<_> = lines.map(|line| format!("// {line}")).collect();
    if let Some(last) = lines.last_mut() {
        last.push(';');
    }
    Some(lines)
}

fn table(name: &ObjectName) -> Expression {
    match &name.schema {
        Some(schema) => Expression::Tuple(vec![string(schema), string(&name.name)]),
        None => string(&name.name),
    }
}
