//! What is bought.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "place")]
    pub shelf: i32,
    #[sea_orm(unique_key = "place")]
    pub slot: i32,
    #[sea_orm(indexed, column_type = "String(StringLen::N(40))")]
    pub title: String,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))", extra = "CHECK (price >= 0)")]
    pub price: Decimal,
    pub stock: i32,
}

impl ActiveModelBehavior for ActiveModel {}
