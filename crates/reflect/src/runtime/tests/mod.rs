//! Small entities, each for one thing that entities can say.

mod columns;
mod defaults;
mod foreign_keys;
mod formats;
mod keys;

use sea_orm::EntityTrait;
use seadrift_schema::{Column, Dialect, Schema, Table};

use super::Entities;
use crate::Error;

/// The table of `entity` on PostgreSQL.
fn table<E: EntityTrait>(entity: E) -> Table {
    table_on(entity, Dialect::Postgres)
}

fn table_on<E: EntityTrait>(entity: E, dialect: Dialect) -> Table {
    let schema = Entities::new().with(entity).schema(dialect).unwrap();
    schema.tables.into_values().next().unwrap()
}

fn error<E: EntityTrait>(entity: E) -> String {
    let answer = Entities::new().with(entity).schema(Dialect::Postgres);
    answer.unwrap_err().to_string()
}

/// `name: type` and what else is said, for each column.
fn lines(table: &Table) -> Vec<String> {
    table.columns.iter().map(line).collect()
}

fn line(column: &Column) -> String {
    let mut text = format!("{}: {}", column.name, column.ty);
    for (is, word) in [
        (column.nullable, "null"),
        (column.auto_increment, "auto_increment"),
    ] {
        if is {
            text.push_str(&format!(" {word}"));
        }
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(" default {default}"));
    }
    text
}

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod account {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn the_macro_lists_entities() {
    assert!(crate::entities![].is_empty());
    assert_eq!(
        crate::entities![].schema(Dialect::Sqlite),
        Ok(Schema::default())
    );
    let entities = crate::entities![user::Entity, columns::kinds::Entity,];
    assert!(!entities.is_empty());
    let schema = entities.schema(Dialect::Postgres).unwrap();
    let names: Vec<_> = schema.tables.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["kinds", "user"]);
}

#[test]
fn a_table_belongs_to_one_entity() {
    let error = crate::entities![user::Entity, account::Entity]
        .schema(Dialect::Postgres)
        .unwrap_err();
    assert!(matches!(error, Error::SameTable { .. }));
    let here = "seadrift_reflect::runtime::tests";
    assert_eq!(
        error.to_string(),
        format!(
            "entities `{here}::user::Entity` and `{here}::account::Entity` both declare table `user`"
        )
    );
    let twice = crate::entities![user::Entity, user::Entity];
    assert_eq!(twice.schema(Dialect::Postgres).unwrap().tables.len(), 1);
}
