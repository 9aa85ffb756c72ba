//! The canonical form of a schema: what a dialect's server would report of it.
//!
//! Both sides of a comparison go through here first. Types are settled by *spelling* them in the dialect's SQL
//! and *parsing* that as if the server had reported it, so that a respelling can never be a difference; defaults
//! by the type of their column.

mod expression;
mod family;
mod many;
mod mysql;
mod postgres;
mod sqlite;

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use crate::{
    Check, Column, DefaultValue, Dialect, EnumType, ForeignKey, Index, IndexOrigin, ObjectName,
    PrimaryKey, ReferentialAction, Schema, Table, Type, Unmanaged, text,
};

pub use expression::same_default;
pub use family::will_do;

/// Why a schema has no form in a dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("column `{column}` has type `{ty}`, which {dialect} does not have")]
    UnsupportedType {
        column: String,
        ty: String,
        dialect: Dialect,
    },
    #[error("column `{column}` is numbered by the server but has type `{ty}`, which is no integer")]
    AutoIncrement { column: String, ty: String },
    #[error("enum `{name}` has other values in `{second}` than in `{first}`")]
    EnumConflict {
        name: ObjectName,
        first: String,
        second: String,
    },
    #[error("table `{table}` is in a schema of its own, which seadrift reads on PostgreSQL only")]
    ForeignSchema { table: ObjectName },
}

/// `schema` in the form that a `dialect` server reports. `own_schema` is the connection's own schema, whose name
/// is left out of names. What is in that form already, as most of what a server reported is, is not copied.
pub fn schema<'a>(
    schema: &'a Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<Cow<'a, Schema>, Error> {
    let mut canonical = Schema {
        schemas: schema.schemas.clone(),
        extensions: schema.extensions.clone(),
        ..Schema::default()
    };
    let mut others = BTreeMap::new();
    let own = |name: &ObjectName| object_name(name, own_schema);
    let domains = schema.domains.iter();
    canonical.domains = domains
        .map(|(name, definition)| (own(name), definition.clone()))
        .collect();
    let sequences = schema.sequences.iter();
    canonical.sequences = sequences
        .map(|(name, options)| (own(name), options.clone()))
        .collect();
    for (name, ty) in &schema.enums {
        canonical
            .enums
            .insert(object_name(name, own_schema), enum_type(ty, own_schema));
    }
    let mut enum_users = BTreeMap::new();
    // A table that is in that form already is not kept twice.
    let made = many::each(schema.tables.values().collect(), |table| {
        self::table(Cow::Borrowed(table), dialect, own_schema)
    })?;
    for (name, table) in schema.tables.keys().zip(made) {
        if dialect == Dialect::Postgres {
            canonical.schemas.extend(table.name.schema.clone());
            for column in &table.columns {
                canonical
                    .extensions
                    .extend(postgres::extension_of(&column.ty).map(str::to_owned));
                let Some(ty) = enum_of(&column.ty) else {
                    continue;
                };
                let user = format!("{}.{}", table.name, column.name);
                match canonical.enums.entry(ty.name.clone()) {
                    Entry::Vacant(place) => {
                        place.insert(ty.clone());
                    }
                    Entry::Occupied(known) if known.get().values != ty.values => {
                        return Err(Error::EnumConflict {
                            name: ty.name.clone(),
                            first: enum_users.remove(&ty.name).unwrap_or_default(),
                            second: user,
                        });
                    }
                    Entry::Occupied(_) => {}
                }
                enum_users.entry(ty.name.clone()).or_insert(user);
            }
        }
        if let Cow::Owned(table) = table {
            others.insert(name, table);
        }
    }
    let is_canonical = others.is_empty()
        && canonical.enums == schema.enums
        && canonical.domains == schema.domains
        && canonical.sequences == schema.sequences
        && canonical.schemas == schema.schemas
        && canonical.extensions == schema.extensions;
    if is_canonical {
        return Ok(Cow::Borrowed(schema));
    }
    for (name, table) in &schema.tables {
        let table = others.remove(name).unwrap_or_else(|| table.clone());
        canonical.tables.insert(table.name.clone(), table);
    }
    canonical.unmanaged = schema.unmanaged.clone();
    Ok(Cow::Owned(canonical))
}

/// Brings the tables that a MySQL or SQLite server reported to their canonical form one after the other, so that [`schema`]
/// has nothing to copy any more. What PostgreSQL reports is in that form, and stays as it is.
pub fn tables_in_place(
    schema: &mut Schema,
    dialect: Dialect,
    own_schema: &str,
) -> Result<(), Error> {
    if dialect == Dialect::Postgres {
        return Ok(());
    }
    let tables = schema.tables.values_mut().collect();
    many::each(tables, |table: &mut Table| {
        let reported = std::mem::replace(table, Table::new(ObjectName::new("")));
        *table = self::table(Cow::Owned(reported), dialect, own_schema)?.into_owned();
        Ok(())
    })?;
    Ok(())
}

/// Takes from `schema` how the statements that SQLite keeps are worded, so that two can be compared: it rewrites them when
/// a column is renamed, and not to the letter when it is named back.
pub fn forget_wording(schema: &mut Schema) {
    for table in schema.tables.values_mut() {
        // No other server keeps the statement.
        if table.definition.take().is_none() {
            continue;
        }
        let checks = table.checks.iter_mut().map(|check| &mut check.expression);
        let indexes = table.indexes.iter_mut();
        let indexes = indexes.filter_map(|index| index.definition.as_mut());
        let columns = table.columns.iter_mut();
        let computed =
            columns.filter_map(|column| Some(&mut column.generated.as_mut()?.expression));
        for text in checks.chain(indexes).chain(computed) {
            *text = crate::sqlite::plain(text);
        }
        // Their order was that of their words.
        table
            .checks
            .sort_by(|one, other| place_of_check(one).cmp(&place_of_check(other)));
    }
    let unmanaged = std::mem::take(&mut schema.unmanaged).into_iter();
    schema.unmanaged = unmanaged
        .map(|object| Unmanaged {
            definition: object.definition.as_deref().map(crate::sqlite::plain),
            ..object
        })
        .collect();
}

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

fn place_of_check(check: &Check) -> impl Ord + '_ {
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

/// `name` without the name of the connection's own schema.
pub fn object_name(name: &ObjectName, own_schema: &str) -> ObjectName {
    ObjectName {
        schema: name.schema.clone().filter(|schema| schema != own_schema),
        name: name.name.clone(),
    }
}

/// `ty` with the name of its enum, if it has one, without the name of the connection's own schema.
fn within_own_schema(ty: Type, own_schema: &str) -> Type {
    match ty {
        Type::Enum(ty) => Type::from(enum_type(&ty, own_schema)),
        Type::Array(element) => Type::Array(Box::new(within_own_schema(*element, own_schema))),
        other => other,
    }
}

fn enum_type(ty: &EnumType, own_schema: &str) -> EnumType {
    EnumType {
        name: object_name(&ty.name, own_schema),
        values: ty.values.clone(),
    }
}

/// The enum that a column of type `ty` needs, itself or as an array's element.
pub fn enum_of(ty: &Type) -> Option<&EnumType> {
    match ty {
        Type::Enum(ty) => Some(ty),
        Type::Array(element) => enum_of(element),
        _ => None,
    }
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

/// A type that a dialect does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported;

/// `ty` in the form that a `dialect` server reports.
pub fn ty(ty: &Type, dialect: Dialect) -> Result<Type, Unsupported> {
    match ty {
        // The server's catalog tells an enum from other types, its name alone does not.
        Type::Enum(_) if dialect == Dialect::Postgres => Ok(ty.clone()),
        // PostgreSQL keeps no number of dimensions.
        Type::Array(element) if dialect == Dialect::Postgres => match self::ty(element, dialect)? {
            array @ Type::Array(_) => Ok(array),
            element => Ok(Type::Array(Box::new(element))),
        },
        // MariaDB reports `longtext` and a check; introspection has already made it JSON again.
        Type::Json | Type::JsonBinary if dialect.is_mysql() => Ok(Type::Json),
        _ => Ok(parse_type(&spell(ty, dialect)?, dialect)),
    }
}

/// Whether a `dialect` server keeps the two types as one. PostgreSQL's enums are their names: their values are
/// compared once, as a type of its own.
pub fn same_type(one: &Type, other: &Type, dialect: Dialect) -> bool {
    match (one, other) {
        (Type::Enum(one), Type::Enum(other)) if dialect == Dialect::Postgres => {
            one.name == other.name
        }
        (Type::Array(one), Type::Array(other)) => same_type(one, other, dialect),
        _ if one == other => true,
        _ => match (ty(one, dialect), ty(other, dialect)) {
            (Ok(one), Ok(other)) => one == other,
            _ => one == other,
        },
    }
}

/// `ty` as `dialect` writes it in SQL: what sea-query writes, in the dialect's own words.
pub fn sql_type(ty: &Type, dialect: Dialect) -> Result<String, Unsupported> {
    spell(ty, dialect).map(Cow::into_owned)
}

fn spell(ty: &Type, dialect: Dialect) -> Result<Cow<'_, str>, Unsupported> {
    match dialect {
        Dialect::Postgres => postgres::spell(ty),
        Dialect::MySql | Dialect::MariaDb => mysql::spell(ty),
        Dialect::Sqlite => sqlite::spell(ty),
    }
}

/// The type that `text` names, whether a person or the server wrote it.
pub fn parse_type(text: &str, dialect: Dialect) -> Type {
    match dialect {
        Dialect::Postgres => postgres::parse(text),
        Dialect::MySql | Dialect::MariaDb => mysql::parse(text),
        Dialect::Sqlite => sqlite::parse(text),
    }
}

/// The type of those that a STRICT table of SQLite knows that values of `ty` have. (<https://sqlite.org/stricttables.html>)
pub fn strict_type(ty: &Type) -> Type {
    sqlite::strict(ty)
}

/// Whether two expressions are one but for their spelling, as far as rules can tell.
pub fn same_expression(one: &str, other: &str) -> bool {
    expression_text(one, Dialect::Sqlite) == expression_text(other, Dialect::Sqlite)
}

/// Whether the server can number rows by a column of this type. The vocabulary has no word for MySQL's `mediumint`
/// and for integers filled with zeros.
pub fn is_integer(ty: &Type) -> bool {
    use Type::*;
    match ty {
        TinyInteger | SmallInteger | Integer | BigInteger | TinyUnsigned | SmallUnsigned
        | Unsigned | BigUnsigned => true,
        Other(name) => name.starts_with("mediumint") || name.ends_with("zerofill"),
        _ => false,
    }
}

/// `value`, the default of a column of canonical type `ty`, in the form that a `dialect` server reports.
pub fn default(value: &DefaultValue, ty: &Type, dialect: Dialect) -> Option<DefaultValue> {
    use DefaultValue::*;
    let value = match value {
        Null => return None,
        Expression(expression) => expression_text(expression, dialect).into(),
        other => other.clone(),
    };
    Some(match (value, ty) {
        (Null, _) => return None,
        (Expression(text), _) if dialect.is_mysql() && text == "now()" => CurrentTimestamp,
        (Number(digits), Type::Boolean) if digits == "0" || digits == "1" => Bool(digits == "1"),
        (Text(text), Type::Boolean) => match text.as_str() {
            "t" | "true" | "1" => Bool(true),
            "f" | "false" | "0" => Bool(false),
            _ => Text(text),
        },
        (Bool(value), ty) if is_integer(ty) => Number(u8::from(value).to_string()),
        (Number(digits), ty) if is_number(ty) => Number(number(&digits, ty)),
        (Text(text), ty) if is_number(ty) && text.parse::<f64>().is_ok() => {
            Number(number(text.trim(), ty))
        }
        (Number(digits), Type::Char(_) | Type::String(_) | Type::Text) => Text(digits),
        (value, _) => value,
    })
}

fn is_number(ty: &Type) -> bool {
    is_integer(ty)
        || matches!(
            ty,
            Type::Float | Type::Double | Type::Decimal(_) | Type::Money
        )
}

/// `digits` without a plus sign and without zeros behind the point that say nothing; of a floating point number, the
/// digits that make it.
fn number(digits: &str, ty: &Type) -> String {
    let digits = digits.trim_start_matches('+');
    if let (Type::Float | Type::Double, Ok(value)) = (ty, digits.parse::<f64>()) {
        return value.to_string();
    }
    if digits.contains('.') && !digits.contains(['e', 'E']) {
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else if let (true, Some(value)) = (digits.starts_with('0'), digits.parse::<u64>().ok()) {
        // MySQL reports the zeros that it fills a column with.
        value.to_string()
    } else {
        digits.to_owned()
    }
}

/// `expression` with what is only spelling taken away: outer parentheses, the case of what is not quoted, runs of
/// white space, and PostgreSQL's casts of literals.
fn expression_text(expression: &str, dialect: Dialect) -> String {
    let mut plain = String::new();
    let mut quote = None;
    for c in text::strip_outer_parentheses(expression).chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' || c == '`' => quote = Some(c),
            _ => {}
        }
        if quote.is_some() {
            plain.push(c);
        } else if c.is_whitespace() {
            if !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else {
            plain.extend(c.to_lowercase());
        }
    }
    if dialect == Dialect::Postgres {
        postgres::without_cast(&plain).to_owned()
    } else {
        plain
    }
}

/// A type's text taken apart: `decimal(10, 2) unsigned` is `decimal`, `[10, 2]`, `unsigned`.
struct Words<'a> {
    base: &'a str,
    arguments: Vec<u32>,
    suffix: &'a str,
}

/// Takes `text` apart, if what stands in its parentheses is numbers.
fn words(text: &str) -> Option<Words<'_>> {
    let Some((base, rest)) = text.split_once('(') else {
        return Some(Words {
            base: text.trim(),
            arguments: vec![],
            suffix: "",
        });
    };
    let (arguments, suffix) = rest.split_once(')')?;
    let arguments = arguments
        .split(',')
        .map(|n| n.trim().parse().ok())
        .collect::<Option<_>>()?;
    Some(Words {
        base: base.trim(),
        arguments,
        suffix: suffix.trim(),
    })
}

/// `word`, or `word(length)` where there is a length.
fn with_length(word: &'static str, length: Option<u32>) -> Cow<'static, str> {
    match length {
        Some(length) => format!("{word}({length})").into(),
        None => word.into(),
    }
}

/// `text` in lower case, as most is.
fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECTS: [Dialect; 4] = [
        Dialect::Postgres,
        Dialect::MySql,
        Dialect::MariaDb,
        Dialect::Sqlite,
    ];

    #[test]
    fn the_canonical_form_is_its_own_canonical_form() {
        let types = [
            "char",
            "char(3)",
            "string",
            "string(20)",
            "text",
            "blob",
            "tiny_integer",
            "small_integer",
            "integer",
            "big_integer",
            "tiny_unsigned",
            "small_unsigned",
            "unsigned",
            "big_unsigned",
            "float",
            "double",
            "decimal",
            "decimal(10, 2)",
            "date_time",
            "timestamp",
            "timestamp_with_time_zone",
            "time",
            "date",
            "year",
            "interval",
            "binary(16)",
            "var_binary",
            "var_binary(9)",
            "bit",
            "bit(3)",
            "var_bit(3)",
            "boolean",
            "money",
            "json",
            "json_binary",
            "uuid",
            "enum mood('a', 'b''c')",
            "array integer",
            "array array string",
            "vector(3)",
            "vector",
            "cidr",
            "inet",
            "mac_addr",
            "ltree",
            "other citext",
            "other timestamp(3) with time zone",
        ];
        for dialect in DIALECTS {
            for source in types {
                let declared: Type = source.parse().unwrap();
                let Ok(once) = ty(&declared, dialect) else {
                    continue;
                };
                assert_eq!(
                    ty(&once, dialect),
                    Ok(once.clone()),
                    "{source} on {dialect}"
                );
            }
        }
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

    #[test]
    fn defaults_that_say_the_same_are_the_same() {
        let same = [
            (Dialect::Postgres, "boolean", "'t'", "true"),
            (Dialect::Postgres, "integer", "'-1'::integer", "-1"),
            (Dialect::Postgres, "string", "'x'::character varying", "'x'"),
            (Dialect::MariaDb, "timestamp", "now()", "CURRENT_TIMESTAMP"),
            (Dialect::Postgres, "decimal(5, 2)", "1.50", "1.5"),
            (Dialect::Postgres, "enum mood('a')", "'a'::mood", "'a'"),
            (Dialect::MariaDb, "boolean", "1", "true"),
            (
                Dialect::MariaDb,
                "date_time",
                "current_timestamp()",
                "CURRENT_TIMESTAMP",
            ),
            (Dialect::Sqlite, "boolean", "1", "TRUE"),
            (Dialect::Sqlite, "string", "(hex( 1 ))", "HEX( 1 )"),
        ];
        for (dialect, ty, one, other) in same {
            let ty = self::ty(&ty.parse().unwrap(), dialect).unwrap();
            let canonical = |text: &str| default(&text.parse().unwrap(), &ty, dialect);
            assert_eq!(
                canonical(one),
                canonical(other),
                "{one} and {other} on {dialect}"
            );
        }
        let text: Type = "text".parse().unwrap();
        let (a, b) = ("'X'".parse().unwrap(), "'x'".parse().unwrap());
        assert_ne!(
            default(&a, &text, Dialect::Sqlite),
            default(&b, &text, Dialect::Sqlite)
        );
    }
}
