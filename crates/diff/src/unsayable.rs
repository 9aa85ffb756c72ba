//! Types that entities cannot name as the database does: enums of another schema, and domains.

use std::borrow::Cow;

use seadrift_schema::{Dialect, EnumType, ObjectName, Schema, Type, canonical};

/// Gives the columns of `schema` the types that `actual` has where these are what is meant: an enum without a schema is
/// the one that the column has already, or else that of the table's schema, and a type is also the domain over it that
/// the column has.
pub(crate) fn settle(schema: &mut Cow<'_, Schema>, actual: &Schema) {
    let mut meant = vec![];
    for table in schema.tables.values() {
        let known = actual.tables.get(&table.name);
        for (place, column) in table.columns.iter().enumerate() {
            let has = known.and_then(|table| table.column_near(place, &column.name));
            let has = has.map(|known| &known.ty);
            let ty = match has {
                Some(has) if is_domain_over(has, &column.ty, actual) => Some(has.clone()),
                _ => enum_meant(&column.ty, has, &table.name, actual),
            };
            meant.extend(ty.map(|ty| (table.name.clone(), place, ty)));
        }
    }
    for (table, place, ty) in meant {
        let table = schema.to_mut().tables.get_mut(&table);
        if let Some(column) = table.and_then(|table| table.columns.get_mut(place)) {
            column.ty = ty;
        }
    }
}

/// The enum that `ty` stands for, where it says so with another name.
fn enum_meant(ty: &Type, has: Option<&Type>, table: &ObjectName, actual: &Schema) -> Option<Type> {
    let ty = match ty {
        Type::Array(element) => {
            let has = match has {
                Some(Type::Array(element)) => Some(&**element),
                _ => None,
            };
            let element = enum_meant(element, has, table, actual)?;
            return Some(Type::Array(Box::new(element)));
        }
        Type::Enum(ty) if ty.name.schema.is_none() => ty,
        _ => return None,
    };
    let of_table = ObjectName {
        schema: table.schema.clone(),
        name: ty.name.name.clone(),
    };
    let name = match has {
        Some(Type::Enum(has)) if has.name.name == ty.name.name => has.name.clone(),
        _ if !actual.enums.contains_key(&ty.name) && actual.enums.contains_key(&of_table) => {
            of_table
        }
        _ => return None,
    };
    Some(Type::from(EnumType {
        name,
        values: ty.values.clone(),
    }))
}

/// Whether `has` is a domain whose values are of type `ty`.
fn is_domain_over(has: &Type, ty: &Type, actual: &Schema) -> bool {
    let Type::Other(has) = has else {
        return false;
    };
    let mut domains = actual.domains.iter();
    let Some((_, definition)) = domains.find(|(name, _)| name.to_string() == *has) else {
        return false;
    };
    let clauses = [" COLLATE ", " NOT NULL", " DEFAULT ", " CONSTRAINT "];
    let ends = clauses
        .iter()
        .filter_map(|clause| definition.find(clause))
        .min();
    let base = definition.get(..ends.unwrap_or(definition.len()));
    let base = canonical::parse_type(base.unwrap_or_default(), Dialect::Postgres);
    canonical::same_type(&base, ty, Dialect::Postgres)
}
