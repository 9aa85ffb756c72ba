//! SQL that is run as a whole, laid out for its reader.

use seadrift_schema::Change;

use super::{
    layout::{Expression, string},
    statement::raw,
};
use crate::sql::rebuild::{self, Step};

/// The SQL of `changes` as the constant `name`.
pub(super) fn constant(name: &str, changes: &[Change]) -> String {
    let text: String = rebuild::batch(changes).iter().map(step).collect();
    let is_unseen = |c: char| super::is_unseen(c) && c != '\n' && c != '\t';
    match string(&text) {
        // In one line, since what rustc and readers would take for something else is written out.
        Expression::Word(escaped) if text.contains(is_unseen) => {
            format!("#[rustfmt::skip]\nconst {name}: &str = {escaped};")
        }
        _ => format!("const {name}: &str = {};", raw(&format!("\n{text}"))),
    }
}

fn step(step: &Step) -> String {
    let mut text = format!("-- {}\n", super::one_line(&step.comment));
    if let Some(place) = &step.place {
        text += &format!("-- {};\n", super::one_line(place));
    }
    for statement in &step.statements {
        text += &format!("{statement};\n");
    }
    text
}
