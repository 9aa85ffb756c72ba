//! What a pair of schemas is made of, before and after, in numbers: easy to make at random and to shrink. Every
//! draft is a pair that the engines take; [`super::build`] sees to that.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::words::{Stem, stem};

/// A pair of schemas.
#[derive(Debug, Clone)]
pub struct Draft {
    pub tables: Vec<Table>,
    /// Which values each of two enums has.
    pub enums: [Versions<u8>; 2],
    pub extras: Vec<Extra>,
}

/// Something made by hand.
#[derive(Debug, Clone)]
pub struct Extra {
    pub kind: u8,
    pub table: u8,
    pub first: u8,
    pub second: u8,
}

/// Something before and after. `None` where it is not there.
#[derive(Debug, Clone)]
pub struct Versions<T> {
    pub before: Option<T>,
    pub after: Option<T>,
}

/// Something with a name that stays.
#[derive(Debug, Clone)]
pub struct Named<T> {
    pub stem: Stem,
    pub versions: Versions<T>,
}

#[derive(Debug, Clone)]
pub struct Table {
    /// Whether it is in a schema of its own (PostgreSQL).
    pub elsewhere: bool,
    pub header: Named<Header>,
    pub columns: Vec<(Named<Column>, Renaming)>,
    pub indexes: Vec<Named<Index>>,
    pub foreign_keys: Vec<Named<ForeignKey>>,
}

/// What becomes of a column's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renaming {
    Stays,
    /// The entity says so.
    Renamed,
    /// In the case of its letters only.
    Recased,
}

#[derive(Debug, Clone)]
pub struct Header {
    pub primary_key: PrimaryKey,
    /// The column that tells rows apart as well.
    pub alternate: Option<u8>,
    pub comment: Option<u8>,
}

#[derive(Debug, Clone, Copy)]
pub enum PrimaryKey {
    Numbered,
    Sole,
    Composite,
    None,
}

#[derive(Debug, Clone)]
pub struct Column {
    /// Types of a family can be brought to each other.
    pub family: u8,
    pub member: u8,
    pub nullable: bool,
    pub default: Option<u8>,
    pub comment: Option<u8>,
}

#[derive(Debug, Clone)]
pub struct Index {
    pub columns: Vec<u8>,
    pub unique: bool,
    pub constraint: bool,
}

/// A foreign key with columns of its own.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    pub target: u8,
    /// Whether it points to the alternate key.
    pub onto_alternate: bool,
    /// Whether there is more than its columns.
    pub tied: bool,
    pub nullable: bool,
    /// Whether its columns are the primary key, as those of a junction are.
    pub in_primary_key: bool,
    pub on_delete: Option<u8>,
    pub on_update: Option<u8>,
}

/// Any pair: `after` is now a mutation of `before`, now a schema of its own.
pub fn draft() -> impl Strategy<Value = Draft> {
    let extras = || vec(extra(), 0..=3);
    let related = (vec(table(), 1..=5), enums(), extras());
    let independent = (vec(table(), 1..=3), vec(table(), 1..=3), enums(), extras());
    prop_oneof![
        4 => related.prop_map(|(tables, enums, extras)| Draft { tables, enums, extras }),
        1 => independent.prop_map(|(mut before, mut after, enums, extras)| {
            before.iter_mut().for_each(|table| table.header.versions.after = None);
            after.iter_mut().for_each(|table| table.header.versions.before = None);
            before.append(&mut after);
            Draft { tables: before, enums, extras }
        }),
    ]
}

fn enums() -> impl Strategy<Value = [Versions<u8>; 2]> {
    [changing(any::<u8>()), changing(any::<u8>())]
}

fn extra() -> impl Strategy<Value = Extra> {
    any::<[u8; 4]>().prop_map(|[kind, table, first, second]| Extra {
        kind,
        table,
        first,
        second,
    })
}

fn renaming() -> impl Strategy<Value = Renaming> {
    prop_oneof![
        18 => Just(Renaming::Stays),
        1 => Just(Renaming::Renamed),
        1 => Just(Renaming::Recased),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    (
        prop::bool::weighted(0.2),
        named(header()),
        vec((named(column()), renaming()), 1..=6),
        vec(named(index()), 0..=3),
        vec(named(foreign_key()), 0..=2),
    )
        .prop_map(
            |(elsewhere, header, columns, indexes, foreign_keys)| Table {
                elsewhere,
                header,
                columns,
                indexes,
                foreign_keys,
            },
        )
}

fn header() -> impl Strategy<Value = Header> + Clone {
    use PrimaryKey::*;
    let primary_key =
        prop_oneof![6 => Just(Numbered), 4 => Just(Sole), 3 => Just(Composite), 1 => Just(None)];
    (primary_key, rarely(any::<u8>()), rarely(any::<u8>())).prop_map(
        |(primary_key, alternate, comment)| Header {
            primary_key,
            alternate,
            comment,
        },
    )
}

fn column() -> impl Strategy<Value = Column> + Clone {
    (
        any::<u8>(),
        any::<u8>(),
        any::<bool>(),
        option::of(any::<u8>()),
        rarely(any::<u8>()),
    )
        .prop_map(|(family, member, nullable, default, comment)| Column {
            family,
            member,
            nullable,
            default,
            comment,
        })
}

fn index() -> impl Strategy<Value = Index> + Clone {
    (vec(any::<u8>(), 1..=3), any::<bool>(), any::<bool>()).prop_map(
        |(columns, unique, constraint)| Index {
            columns,
            unique,
            constraint,
        },
    )
}

fn foreign_key() -> impl Strategy<Value = ForeignKey> + Clone {
    (
        any::<u8>(),
        any::<bool>(),
        prop::bool::weighted(0.9),
        any::<bool>(),
        prop::bool::weighted(0.2),
        option::of(any::<u8>()),
        option::of(any::<u8>()),
    )
        .prop_map(
            |(target, onto_alternate, tied, nullable, in_primary_key, on_delete, on_update)| {
                ForeignKey {
                    target,
                    onto_alternate,
                    tied,
                    nullable,
                    in_primary_key,
                    on_delete,
                    on_update,
                }
            },
        )
}

fn rarely(value: impl Strategy<Value = u8> + Clone) -> impl Strategy<Value = Option<u8>> + Clone {
    option::weighted(0.2, value)
}

fn named<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Named<T>> {
    (stem(), versions(value)).prop_map(|(stem, versions)| Named { stem, versions })
}

/// There on both sides, changed now and then.
fn changing<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Versions<T>> {
    let both = |before, after| Versions {
        before: Some(before),
        after: Some(after),
    };
    prop_oneof![
        3 => value.clone().prop_map(move |value| both(value.clone(), value)),
        1 => (value.clone(), value).prop_map(move |(before, after)| both(before, after)),
    ]
}

/// Mostly there on both sides.
fn versions<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Versions<T>> {
    prop_oneof![
        8 => changing(value.clone()),
        1 => value.clone().prop_map(|value| Versions { before: Some(value), after: None }),
        1 => value.prop_map(|value| Versions { before: None, after: Some(value) }),
    ]
}
