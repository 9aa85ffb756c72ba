//! One entity as a table.

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, RelationTrait,
    sea_query::IndexCreateStatement,
};
use seadrift_schema::{Dialect, Index, ObjectName, PrimaryKey, Table};

use super::{column, foreign_key};
use crate::Error;

/// What `entity` declares.
pub(super) fn read<E: EntityTrait>(entity: E, dialect: Dialect) -> Result<Table, Error> {
    let helper = sea_orm::Schema::new(backend(dialect));
    let mut table = Table::new(ObjectName {
        schema: entity.schema_name().map(str::to_owned),
        name: entity.table_name().to_owned(),
    });
    table.comment = entity.comment().map(str::to_owned);
    for column in E::Column::iter() {
        let statement = helper.get_column_def::<E>(column);
        let column = column::read(
            column.as_str(),
            &column.def(),
            statement.get_column_spec(),
            &table.name,
            dialect,
        )?;
        table.columns.push(column);
    }
    table.primary_key = primary_key::<E>(&table.name.name);
    for index in [
        unique_columns::<E>(&table.name.name),
        indexes(entity, &helper),
    ]
    .concat()
    {
        add_index(&mut table, index)?;
    }
    for relation in E::Relation::iter() {
        foreign_key::add(&mut table, relation.def())?;
    }
    Ok(table)
}

/// SeaORM's word for `dialect`.
fn backend(dialect: Dialect) -> DbBackend {
    match dialect {
        Dialect::Postgres => DbBackend::Postgres,
        Dialect::MySql | Dialect::MariaDb => DbBackend::MySql,
        Dialect::Sqlite => DbBackend::Sqlite,
    }
}

/// SeaORM names composite keys only.
fn primary_key<E: EntityTrait>(table: &str) -> Option<PrimaryKey> {
    let columns: Vec<_> = E::PrimaryKey::iter()
        .map(|key| key.into_column().as_str().to_owned())
        .collect();
    let name = (columns.len() > 1).then(|| format!("pk-{table}"));
    (!columns.is_empty()).then_some(PrimaryKey { name, columns })
}

/// The indexes of `unique` columns. SeaORM writes `UNIQUE` behind the column when it makes the table, and an index
/// of this name when it adds it later.
fn unique_columns<E: EntityTrait>(table: &str) -> Vec<Index> {
    E::Column::iter()
        .filter(|column| column.def().is_unique())
        .map(|column| {
            let column = column.as_str().to_owned();
            let mut index = Index::new(format!("idx-{table}-{column}"), vec![column]);
            index.unique = true;
            index
        })
        .collect()
}

/// The indexes of `indexed` columns and of `unique_key`s.
fn indexes<E: EntityTrait>(entity: E, helper: &sea_orm::Schema) -> Vec<Index> {
    let statements = helper.create_index_from_entity(entity);
    let index = |statement: &IndexCreateStatement| {
        let spec = statement.get_index_spec();
        let mut index = Index::new(spec.get_name().unwrap_or_default(), spec.get_column_names());
        index.unique = statement.is_unique_key();
        index
    };
    statements.iter().map(index).collect()
}

/// Adds `index` unless it is there: `unique` and a `unique_key` of the column's name mean one index.
fn add_index(table: &mut Table, index: Index) -> Result<(), Error> {
    match table.indexes.iter().find(|known| known.name == index.name) {
        None => table.indexes.push(index),
        Some(known) if *known == index => {}
        Some(known) => {
            return Err(Error::SameIndex {
                table: table.name.clone(),
                index: index.name.clone(),
                first: describe(known),
                second: describe(&index),
            });
        }
    }
    Ok(())
}

/// `(a, b) unique`, for people.
fn describe(index: &Index) -> String {
    let suffix = if index.unique { " unique" } else { "" };
    format!("({}){suffix}", index.columns.join(", "))
}
