//! The difference for people: a line for each change, and where the texts of the two schemas differ.

use seadrift_render::{schema, text};
use seadrift_schema::{Change, Schema, canonical};
use similar::TextDiff;

use super::Difference;
use crate::{Error, output};

/// How many lines stand around what differs.
const AROUND: usize = 3;

/// Prints `changes`, which are those of the wanted way.
pub(crate) fn human(difference: &Difference<'_>, changes: &[Change]) -> Result<(), Error> {
    let dialect = difference.server.dialect;
    if changes.is_empty() {
        output::result("no differences");
    } else {
        output::result(difference.title());
        let lines = changes
            .iter()
            .flat_map(|change| text::lines(change, dialect));
        lines.for_each(|line| output::change(&line));
        texts(difference)?;
    }
    for ((kind, name), sides) in difference.not_compared() {
        output::result(format!(
            "not compared: {kind} {name} ({})",
            sides.join(", ")
        ));
    }
    Ok(())
}

/// Draws the texts of the two schemas, if they say themselves all that they have.
fn texts(difference: &Difference<'_>) -> Result<(), Error> {
    let [start, end] = difference.ends();
    let is_declared = [start, end].map(|open| open.side.place.is_declared());
    if is_declared[0] != is_declared[1] {
        return Ok(());
    }
    let canonical = |schema: &Schema| -> Result<Schema, Error> {
        let (dialect, own) = (difference.server.dialect, difference.sides.own_schema());
        let canonical = canonical::schema(schema, dialect, own);
        Ok(canonical.map_err(seadrift_diff::Error::from)?.into_owned())
    };
    let (before, mut after) = (canonical(&start.schema)?, canonical(&end.schema)?);
    // Nor does the order of columns count.
    schema::in_order_of(&mut after, &before);
    let (before, after) = (schema::text(&before), schema::text(&after));
    let compared = TextDiff::from_lines(&before, &after);
    let hunks = compared.unified_diff().context_radius(AROUND).to_string();
    // An empty line that both have is no line with a blank.
    let lines = hunks.lines().map(|line| match line {
        " " => "",
        line => line,
    });
    let lines: Vec<_> = lines.collect();
    output::difference(&lines.join("\n"));
    Ok(())
}
