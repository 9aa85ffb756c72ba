//! Tables and their columns in canonical form, and the order of what hangs on them.

use std::borrow::Cow;

use super::{Error, default, expression::expression_text, is_integer, ty, within_own_schema};
use crate::{
    Check, Column, Dialect, ForeignKey, Index, IndexOrigin, PrimaryKey, ReferentialAction, Table,
};

/// Says a part of what is copied when it is first changed.
macro_rules! set {
    ($whole:ident . $($part:ident).+ $([$at:expr] . $inner:ident)?, $value:expr) => {
        let value = $value;
        if $whole.$($part).+$([$at].$inner)? != value {
            $whole.to_mut().$($part).+$([$at].$inner)? = value;
        }
    };
}

/// `table` in the form that a `dialect` server reports. What is in that form already is not copied.
pub fn table<'a>(
    mut table: Cow<'a, Table>,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Cow<'a, Table>, Error> {
    for at in 0..table.columns.len() {
        let column = Cow::Borrowed(&table.columns[at]);
        if let Cow::Owned(column) = self::column(column, &table, dialect, own_schema)? {
            table.to_mut().columns[at] = column;
        }
    }
    let declared_name = table.name.name.clone();
    if table.name.schema.as_deref() == Some(own_schema) {
        table.to_mut().name.schema = None;
    }
    if !has_comment(&table.comment, dialect) {
        set!(table.comment, None);
    }
    if !is_in_order(&table) {
        in_order(table.to_mut());
    }
    if dialect != Dialect::Postgres && table.name.schema.is_some() {
        return Err(Error::ForeignSchema {
            table: table.name.clone(),
        });
    }
    if let Some(PrimaryKey {
        name: Some(name), ..
    }) = &table.primary_key
        && let Some(name) = cut(name, dialect)
        && let Some(key) = &mut table.to_mut().primary_key
    {
        key.name = Some(name);
    }
    for at in 0..table.indexes.len() {
        if let Some(name) = cut(&table.indexes[at].name, dialect) {
            table.to_mut().indexes[at].name = name;
        }
    }
    for at in 0..table.foreign_keys.len() {
        let key = &table.foreign_keys[at];
        let action = |action: Option<_>| action.and_then(|it| referential_action(it, dialect));
        let (on_delete, on_update) = (action(key.on_delete), action(key.on_update));
        let is_own = key.references.schema.as_deref() == Some(own_schema);
        let name = match (&key.name, dialect) {
            (Some(_), Dialect::Sqlite) => Some(None),
            (Some(name), _) => cut(name, dialect).map(Some),
            (None, _) => None,
        };
        set!(table.foreign_keys[at].on_delete, on_delete);
        set!(table.foreign_keys[at].on_update, on_update);
        if is_own {
            table.to_mut().foreign_keys[at].references.schema = None;
        }
        if let Some(name) = name {
            table.to_mut().foreign_keys[at].name = name;
        }
    }
    for at in 0..table.checks.len() {
        let check = &table.checks[at];
        let text = expression_of(&check.expression, &declared_name, dialect);
        set!(table.checks[at].expression, text);
    }
    if dialect.is_mysql() {
        let made = indexes_behind_foreign_keys(&table);
        if !made.is_empty() {
            let indexes = &mut table.to_mut().indexes;
            indexes.reserve_exact(made.len());
            indexes.extend(made);
        }
    }
    Ok(table)
}

/// `expression`, which stands in the table called `table`, in the form that a `dialect` server reports.
fn expression_of(expression: &str, table: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => expression_text(&crate::sqlite::unqualified(expression, table), dialect),
        _ => expression_text(expression, dialect),
    }
}

/// Whether [`in_order`] would change nothing.
pub fn is_in_order(table: &Table) -> bool {
    table
        .indexes
        .is_sorted_by(|one, other| place_of_index(one) <= place_of_index(other))
        && table
            .foreign_keys
            .is_sorted_by(|one, other| place_of_key(one) <= place_of_key(other))
        && table
            .indexes
            .iter()
            .all(|index| index.covers.is_sorted_by(|one, other| one < other))
        && table.checks.iter().all(|check| check.columns.is_sorted())
        && table
            .checks
            .is_sorted_by(|one, other| place_of_check(one) <= place_of_check(other))
        && table
            .exclusions
            .is_sorted_by(|one, other| one.name <= other.name)
        && table
            .exclusions
            .iter()
            .all(|exclusion| exclusion.columns.is_sorted())
}

fn place_of_index(index: &Index) -> impl Ord + '_ {
    (&index.name, &index.columns)
}

fn place_of_key(key: &ForeignKey) -> impl Ord + '_ {
    (
        &key.name,
        &key.columns,
        &key.references,
        &key.referenced_columns,
    )
}

pub(super) fn place_of_check(check: &Check) -> impl Ord + '_ {
    (&check.name, &check.expression)
}

/// Brings the keys, indexes and constraints of `table` into an order that does not depend on the one that they are
/// listed in: by name, as most catalogs have them.
pub fn in_order(table: &mut Table) {
    table
        .indexes
        .sort_by(|one, other| place_of_index(one).cmp(&place_of_index(other)));
    table
        .foreign_keys
        .sort_by(|one, other| place_of_key(one).cmp(&place_of_key(other)));
    for index in &mut table.indexes {
        index.covers.sort();
        index.covers.dedup();
    }
    for check in &mut table.checks {
        check.columns.sort();
    }
    for exclusion in &mut table.exclusions {
        exclusion.columns.sort();
    }
    table
        .checks
        .sort_by(|one, other| place_of_check(one).cmp(&place_of_check(other)));
    table
        .exclusions
        .sort_by(|one, other| one.name.cmp(&other.name));
}

/// `column` of `table` in the form that a `dialect` server reports. What is in that form already is not copied.
pub fn column<'a>(
    mut column: Cow<'a, Column>,
    table: &Table,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Cow<'a, Column>, Error> {
    let place = |column: &Column| format!("{}.{}", table.name, column.name);
    let ty = ty(&column.ty, dialect).map_err(|_| Error::UnsupportedType {
        column: place(&column),
        ty: column.ty.to_string(),
        dialect,
    })?;
    let ty = within_own_schema(ty, own_schema);
    let is_integer = is_integer(&column.ty);
    if column.auto_increment && !is_integer {
        return Err(Error::AutoIncrement {
            column: place(&column),
            ty: column.ty.to_string(),
        });
    }
    if let Some(value) = &column.default {
        let default = self::default(value, &ty, dialect);
        set!(column.default, default);
    }
    set!(column.ty, ty);
    if !has_comment(&column.comment, dialect) {
        set!(column.comment, None);
    }
    if dialect == Dialect::Sqlite {
        // https://sqlite.org/lang_createtable.html#rowid: an INTEGER PRIMARY KEY is the row id, AUTOINCREMENT or not.
        set!(
            column.auto_increment,
            is_integer && table.is_sole_primary_key(&column.name)
        );
    }
    let key = table.primary_key.as_ref();
    if key.is_some_and(|key| key.columns.contains(&column.name)) {
        set!(column.nullable, false);
    }
    if let Some(generated) = &column.generated {
        let text = expression_of(&generated.expression, &table.name.name, dialect);
        if text != generated.expression
            && let Some(generated) = &mut column.to_mut().generated
        {
            generated.expression = text;
        }
    }
    if let Some(sequence) = column.identity.as_ref().and_then(|it| it.sequence.as_ref())
        && sequence.schema.as_deref() == Some(own_schema)
        && let Some(identity) = &mut column.to_mut().identity
        && let Some(sequence) = &mut identity.sequence
    {
        sequence.schema = None;
    }
    Ok(column)
}

/// Whether a server keeps `comment`: SQLite keeps none, and an empty one is none.
fn has_comment(comment: &Option<String>, dialect: Dialect) -> bool {
    dialect != Dialect::Sqlite && comment.as_ref().is_some_and(|text| !text.is_empty())
}

/// MySQL makes an index with the foreign key's name for every key that no index serves.
/// (<https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html>)
fn indexes_behind_foreign_keys(table: &Table) -> Vec<Index> {
    let mut made: Vec<Index> = vec![];
    for key in &table.foreign_keys {
        let serves = |columns: &[String]| columns.starts_with(&key.columns);
        let served = table
            .primary_key
            .as_ref()
            .is_some_and(|primary| serves(&primary.columns))
            || table
                .indexes
                .iter()
                .chain(&made)
                .any(|index| serves(&index.columns));
        if let (false, Some(name)) = (served, &key.name) {
            let mut index = Index::new(name, key.columns.clone());
            index.origin = IndexOrigin::ForeignKey;
            made.push(index);
        }
    }
    made
}

/// As much of `name`, of an index or a constraint for which the server has no room, as leaves room for what tells it from
/// others that begin alike. PostgreSQL would cut it at 63 bytes by itself, with a notice only, and MySQL refuse more than
/// 64 characters.
fn cut(name: &str, dialect: Dialect) -> Option<String> {
    let has_room = match dialect {
        Dialect::Postgres => name.len() <= 63,
        Dialect::MySql | Dialect::MariaDb => name.chars().count() <= 64,
        Dialect::Sqlite => true,
    };
    if has_room {
        return None;
    }
    // FNV-1a, which is the same everywhere and for ever.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let start = match dialect {
        Dialect::Postgres => name[..name.floor_char_boundary(54)].to_owned(),
        _ => name.chars().take(55).collect(),
    };
    Some(format!("{start}_{hash:08x}"))
}

/// MySQL's `NO ACTION` is its `RESTRICT`, and what saying none means.
fn referential_action(action: ReferentialAction, dialect: Dialect) -> Option<ReferentialAction> {
    match action {
        ReferentialAction::Restrict | ReferentialAction::NoAction if dialect.is_mysql() => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ObjectName, Type};

    fn with_checks(names: &[&str]) -> Table {
        let mut table = Table::new(ObjectName::new("t"));
        table.columns = vec![Column::new("a", Type::Integer)];
        table.checks = names
            .iter()
            .map(|name| Check {
                name: Some((*name).to_owned()),
                ..Check::new("a > 1")
            })
            .collect();
        table
    }

    #[test]
    fn what_is_canonical_is_not_copied() {
        for dialect in [Dialect::Postgres, Dialect::MariaDb, Dialect::Sqlite] {
            let form = |table| super::table(Cow::Borrowed(table), dialect, "own").unwrap();
            let declared = with_checks(&["b", "a"]);
            let canonical = form(&declared).into_owned();
            assert!(matches!(form(&canonical), Cow::Borrowed(same) if *same == canonical));
            assert_ne!(canonical, declared);
        }
    }

    #[test]
    fn checks_have_their_order_too() {
        let mut table = with_checks(&["b", "a"]);
        assert!(!is_in_order(&table));
        in_order(&mut table);
        assert!(is_in_order(&table));
        assert_eq!(table, with_checks(&["a", "b"]));
    }

    #[test]
    fn long_names_that_begin_alike_stay_apart() {
        for (dialect, room) in [(Dialect::Postgres, 63), (Dialect::MySql, 64)] {
            let full = "é".repeat(5) + &"n".repeat(room - if room == 63 { 10 } else { 5 });
            assert_eq!(cut(&full, dialect), None, "{dialect}");
            let [one, other] = ["1", "2"].map(|end| cut(&(full.clone() + end), dialect).unwrap());
            assert_ne!(one, other);
            for name in [&one, &other] {
                assert_eq!(cut(name, dialect), None);
            }
        }
        let name = cut(&"x".repeat(70), Dialect::Postgres).unwrap();
        assert_eq!(name, format!("{}_77f3c97d", "x".repeat(54)));
    }
}
