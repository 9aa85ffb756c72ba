//! Who bought what.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchase")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub customer_id: i32,
    pub product_id: Option<i64>,
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "Cascade")]
    pub customer: BelongsTo<super::customer::Entity>,
    #[sea_orm(belongs_to, from = "product_id", to = "id", on_delete = "SetNull")]
    pub product: BelongsTo<Option<super::product::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
