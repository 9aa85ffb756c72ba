//! What a project wants to be told of, although it means the same, or nearly.

use serde::Deserialize;

/// Which differences count that otherwise are passed over. None unless said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Aspect>")]
pub struct Strict {
    /// `String` without a length is `varchar` and nothing else; SQLite's types count by name, not by affinity; MySQL's
    /// uuids are `binary(16)`, and its times are of the declared type and precision.
    pub types: bool,
    /// MySQL's `RESTRICT` and `NO ACTION` are two.
    pub actions: bool,
    /// `now()` and `CURRENT_TIMESTAMP` are two.
    pub defaults: bool,
    /// PostgreSQL's `serial` is no identity.
    pub numbering: bool,
    /// A unique constraint is no unique index.
    pub uniques: bool,
    /// Indexes and foreign keys have the names that entities give them, or that SeaORM derives.
    pub names: bool,
    /// Whatever two databases have counts, also what no entity can say: the options of tables, sequences, extensions. A
    /// project cannot ask for it.
    pub whole: bool,
}

impl Strict {
    /// All counts, as between two databases; but for two words that MySQL does the same for.
    pub const EVERYTHING: Self = Self {
        types: true,
        actions: false,
        defaults: true,
        numbering: true,
        uniques: true,
        names: true,
        whole: true,
    };
}

/// A part of [`Strict`], by its name in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Aspect {
    Types,
    Actions,
    Defaults,
    Numbering,
    Uniques,
    Names,
}

impl From<Vec<Aspect>> for Strict {
    fn from(aspects: Vec<Aspect>) -> Self {
        let has = |aspect| aspects.contains(&aspect);
        Self {
            types: has(Aspect::Types),
            actions: has(Aspect::Actions),
            defaults: has(Aspect::Defaults),
            numbering: has(Aspect::Numbering),
            uniques: has(Aspect::Uniques),
            names: has(Aspect::Names),
            whole: false,
        }
    }
}
