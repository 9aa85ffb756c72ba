//! The difference of two sides, in each of the forms that it is written in.

mod human;
mod json;
mod sql;

use std::collections::BTreeMap;

use seadrift_schema::{Server, Unmanaged};

use crate::{compare::Sides, sides::Open};

pub(crate) use human::human;
pub(crate) use json::json;
pub(crate) use sql::sql;

/// Two sides and how they were compared.
pub(crate) struct Difference<'a> {
    pub from: &'a Open,
    pub to: &'a Open,
    pub server: &'a Server,
    pub sides: &'a Sides,
    /// Whether they were compared from TO to FROM.
    pub is_turned: bool,
    /// Whether all counts that the two have.
    pub is_whole: bool,
    /// Whether the way from TO to FROM is wanted.
    pub is_down: bool,
}

impl Difference<'_> {
    /// Where the wanted way starts, and where it leads.
    pub(crate) fn ends(&self) -> [&Open; 2] {
        match self.is_down {
            true => [self.to, self.from],
            false => [self.from, self.to],
        }
    }

    /// The wanted way in a line.
    pub(crate) fn title(&self) -> String {
        let [start, end] = self.ends();
        format!("from {} to {}", start.side.place, end.side.place)
    }

    /// What neither is compared nor touched, by its kind and name, with the sides that have it.
    pub(crate) fn not_compared(&self) -> BTreeMap<(&str, String), Vec<&'static str>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        // Where one side is declared, it has none of these, and what the other has besides is listed by `check -v`.
        if !self.is_whole {
            return all;
        }
        for open in [self.from, self.to] {
            for object in &open.schema.unmanaged {
                let key = (object.kind.as_str(), place(object));
                let sides = all.entry(key).or_default();
                if !sides.contains(&open.side.name) {
                    sides.push(open.side.name);
                }
            }
        }
        all
    }
}

/// The name of an object, which may be `touch on post` or `add(integer, integer)`: quotes would only blur it.
fn place(object: &Unmanaged) -> String {
    match &object.name.schema {
        Some(schema) => format!("{schema}.{}", object.name.name),
        None => object.name.name.clone(),
    }
}
