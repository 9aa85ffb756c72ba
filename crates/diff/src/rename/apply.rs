//! Renames carried out on a schema, all at once, so that two names can change places.

use seadrift_schema::{
    Check, DefaultValue, Dialect, EnumType, Index, ObjectName, Schema, Table, Type,
    kept::{self, Names},
};

use super::Rename;

/// Gives everything in `schema` its new name.
pub(crate) fn apply(renames: &[Rename], schema: &mut Schema, dialect: Dialect) {
    tables(renames, schema);
    for name in schema.tables.keys().cloned().collect::<Vec<_>>() {
        let names = columns_of(renames, &name);
        if !names.is_empty() {
            columns(&names, schema, &name);
        }
        keys(renames, schema, &name);
        let is_concerned = |rename: &Rename| match rename {
            Rename::Table { to: table, .. }
            | Rename::Column { table, .. }
            | Rename::Index { table, .. } => *table == name,
            Rename::ForeignKey { .. } | Rename::Enum { .. } | Rename::EnumValue { .. } => false,
        };
        if renames.iter().any(is_concerned)
            && let Some(table) = schema.tables.get_mut(&name)
        {
            texts(&names, table, dialect);
        }
    }
    enums(renames, schema);
}

/// The new names of the columns of a table, by the old ones.
fn columns_of<'a>(renames: &'a [Rename], of: &ObjectName) -> Names<'a> {
    let names = renames.iter().filter_map(|rename| match rename {
        Rename::Column { table, from, to } if table == of => Some((from.as_str(), to.as_str())),
        _ => None,
    });
    names.collect()
}

fn tables(renames: &[Rename], schema: &mut Schema) {
    let renamed = |name: &mut ObjectName| {
        for rename in renames {
            if let Rename::Table { from, to } = rename
                && from == name
            {
                to.clone_into(name);
                return;
            }
        }
    };
    for (mut name, mut table) in std::mem::take(&mut schema.tables) {
        renamed(&mut name);
        renamed(&mut table.name);
        for key in &mut table.foreign_keys {
            renamed(&mut key.references);
        }
        schema.tables.insert(name, table);
    }
}

fn columns(names: &Names<'_>, schema: &mut Schema, of: &ObjectName) {
    let renamed = |name: &mut String| {
        if let Some(to) = names.get(name.as_str()) {
            (*to).clone_into(name);
        }
    };
    for other in schema.tables.values_mut() {
        for key in &mut other.foreign_keys {
            if key.references == *of {
                key.referenced_columns.iter_mut().for_each(renamed);
            }
        }
    }
    let Some(Table {
        columns,
        primary_key,
        indexes,
        foreign_keys,
        checks,
        exclusions,
        ..
    }) = schema.tables.get_mut(of)
    else {
        return;
    };
    columns
        .iter_mut()
        .for_each(|column| renamed(&mut column.name));
    let lists = primary_key.iter_mut().map(|key| &mut key.columns);
    let lists = lists.chain(indexes.iter_mut().flat_map(|index| {
        let Index {
            columns,
            covers,
            stands_for,
            ..
        } = index;
        [columns, covers, stands_for]
    }));
    for check in checks.iter_mut().filter(|check| check.of_column) {
        check.name.iter_mut().for_each(renamed);
    }
    let lists = lists.chain(checks.iter_mut().map(|check| &mut check.columns));
    let lists = lists.chain(
        exclusions
            .iter_mut()
            .map(|exclusion| &mut exclusion.columns),
    );
    let lists = lists.chain(foreign_keys.iter_mut().map(|key| &mut key.columns));
    lists.flatten().for_each(renamed);
}

/// Gives what is kept of a table as text the names that there are now.
fn texts(names: &Names<'_>, table: &mut Table, dialect: Dialect) {
    let renamed = |sql: &mut String| *sql = kept::renamed(sql, names, dialect);
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            renamed(&mut generated.expression);
        }
        // Of the others, none takes a column for a default.
        if let (Some(DefaultValue::Expression(default)), true) =
            (&mut column.default, dialect.is_mysql())
        {
            renamed(default);
        }
    }
    for Check { expression, .. } in &mut table.checks {
        renamed(expression);
    }
    for exclusion in &mut table.exclusions {
        renamed(&mut exclusion.definition);
    }
    for index in &mut table.indexes {
        if let Some(definition) = &mut index.definition {
            *definition = kept::renamed_index(definition, &index.name, &table.name, names, dialect);
        }
    }
}

fn keys(renames: &[Rename], schema: &mut Schema, of: &ObjectName) {
    let Some(table) = schema.tables.get_mut(of) else {
        return;
    };
    for index in &mut table.indexes {
        let to = renames.iter().find_map(|rename| match rename {
            Rename::Index { table, from, to } if table == of && *from == index.name => Some(to),
            _ => None,
        });
        if let Some(to) = to {
            to.clone_into(&mut index.name);
        }
    }
    for key in &mut table.foreign_keys {
        let to = renames.iter().find_map(|rename| match rename {
            Rename::ForeignKey { table, from, to }
                if table == of && key.name.as_ref() == Some(from) =>
            {
                Some(to)
            }
            _ => None,
        });
        if let Some(to) = to {
            key.name = Some(to.clone());
        }
    }
}

fn enums(renames: &[Rename], schema: &mut Schema) {
    for (_, mut ty) in std::mem::take(&mut schema.enums) {
        rename_enum(renames, &mut ty, None);
        schema.enums.insert(ty.name.clone(), ty);
    }
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            let place = (table.name.clone(), column.name.clone());
            let Some(ty) = enum_of(&mut column.ty) else {
                continue;
            };
            rename_enum(renames, ty, Some(&place));
            if let Some(DefaultValue::Text(value)) = &mut column.default {
                rename_value(renames, &ty.name, Some(&place), value);
            }
        }
    }
}

/// Gives an enum, that of the column at `place` or a type of its own, its new name and values.
fn rename_enum(renames: &[Rename], ty: &mut EnumType, place: Option<&(ObjectName, String)>) {
    for rename in renames {
        if let Rename::Enum { from, to } = rename
            && *from == ty.name
        {
            to.clone_into(&mut ty.name);
            break;
        }
    }
    let name = ty.name.clone();
    for value in &mut ty.values {
        rename_value(renames, &name, place, value);
    }
}

/// MySQL's enums have no name, and are known by their column.
fn rename_value(
    renames: &[Rename],
    name: &ObjectName,
    place: Option<&(ObjectName, String)>,
    value: &mut String,
) {
    for rename in renames {
        if let Rename::EnumValue {
            ty,
            from,
            to,
            columns,
        } = rename
            && from == value
            && (ty == name || place.is_some_and(|place| columns.contains(place)))
        {
            to.clone_into(value);
            return;
        }
    }
}

fn enum_of(ty: &mut Type) -> Option<&mut EnumType> {
    match ty {
        Type::Enum(ty) => Some(ty),
        Type::Array(element) => enum_of(element),
        _ => None,
    }
}
