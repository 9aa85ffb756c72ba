//! Types that entities cannot name as the database does: enums of another schema, and domains.

use seadrift_schema::{Dialect, ObjectName, Schema, Type, canonical};

/// Gives the columns of `schema` the types that `actual` has where these are what is meant: an enum without a schema is
/// the one that the column has already, or else that of the table's schema, and a type is also the domain over it that
/// the column has.
pub(crate) fn settle(schema: &mut Schema, actual: &Schema) {
    for table in schema.tables.values_mut() {
        let known = actual.tables.get(&table.name);
        for column in &mut table.columns {
            let has = known.and_then(|table| table.column(&column.name));
            settle_enum(
                &mut column.ty,
                has.map(|known| &known.ty),
                &table.name,
                actual,
            );
            if let Some(has) = has
                && is_domain_over(&has.ty, &column.ty, actual)
            {
                column.ty.clone_from(&has.ty);
            }
        }
    }
}

fn settle_enum(ty: &mut Type, has: Option<&Type>, table: &ObjectName, actual: &Schema) {
    let ty = match ty {
        Type::Array(element) => {
            let has = match has {
                Some(Type::Array(element)) => Some(&**element),
                _ => None,
            };
            return settle_enum(element, has, table, actual);
        }
        Type::Enum(ty) if ty.name.schema.is_none() => ty,
        _ => return,
    };
    let of_table = ObjectName {
        schema: table.schema.clone(),
        name: ty.name.name.clone(),
    };
    if let Some(Type::Enum(has)) = has
        && has.name.name == ty.name.name
    {
        ty.name.clone_from(&has.name);
    } else if !actual.enums.contains_key(&ty.name) && actual.enums.contains_key(&of_table) {
        ty.name = of_table;
    }
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
