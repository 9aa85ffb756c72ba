//! Names, texts and comments: mostly plain ones, now and then such as break what quotes badly.

use proptest::prelude::*;

/// What a name is made of. Shrinks to the plain one.
#[derive(Debug, Clone, Copy)]
pub struct Stem(usize);

const STEMS: [&str; 16] = [
    "thing",
    "MixedCase",
    "with space",
    "it's",
    "\"quoted\"",
    "größe",
    "日本",
    "back`tick",
    "back\\slash",
    "dot.ted",
    "{brace}",
    "semi;colon",
    "per%cent",
    "what?",
    "#hash",
    "a_name_that_needs_nearly_all_of_the_room_there_is",
];

/// Words that SQL keeps for itself.
const RESERVED: [&str; 6] = ["order", "user", "table", "group", "select", "index"];

/// Texts for comments, and for defaults where they fit.
pub const TEXTS: [&str; 8] = [
    "x",
    "é",
    "'",
    "it's \"so\"",
    "a\\b\\\\n",
    "two\nlines",
    "{} {0} %s ?",
    "日本",
];

impl Stem {
    /// A name that no other `number` gets, whatever its stem.
    pub fn name(self, number: usize) -> String {
        match self.0.checked_sub(STEMS.len()) {
            Some(_) if number < RESERVED.len() => RESERVED[number].to_owned(),
            Some(_) => format!("where{number}"),
            None => format!("{}{number}", STEMS[self.0]),
        }
    }

    /// A name for the `number`th key or index of the `table`th table, which no other one in the database has.
    pub fn name_of_key(self, kind: char, table: usize, number: usize) -> String {
        let stem = STEMS[self.0 % STEMS.len()];
        let more = if stem.len() > 40 {
            "_and_much_more"
        } else {
            ""
        };
        format!("{stem}{more}_{kind}{table}_{number}")
    }
}

/// A stem, plain as often as not.
pub fn stem() -> impl Strategy<Value = Stem> {
    prop_oneof![Just(0), 0..=STEMS.len()].prop_map(Stem)
}
