//! The three formats of one entity say the same.

use super::{table, user};

mod dense {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "page", comment = "pages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique, comment = "for the address")]
        pub slug: String,
        #[sea_orm(indexed, default_value = 0)]
        pub visits: i32,
        pub user_id: Option<i32>,
        #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
        pub user: BelongsTo<Option<super::user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod compact {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "page", comment = "pages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique, comment = "for the address")]
        pub slug: String,
        #[sea_orm(indexed, default_value = 0)]
        pub visits: i32,
        pub user_id: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::user::Entity",
            from = "Column::UserId",
            to = "super::user::Column::Id",
            on_delete = "SetNull"
        )]
        User,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod expanded {
    use sea_orm::{entity::prelude::*, sea_query::ForeignKeyAction};

    #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
    pub struct Entity;

    impl EntityName for Entity {
        fn table_name(&self) -> &'static str {
            "page"
        }

        fn comment(&self) -> Option<&str> {
            Some("pages")
        }
    }

    #[derive(Clone, Debug, PartialEq, Eq, DeriveModel, DeriveActiveModel)]
    pub struct Model {
        pub id: i64,
        pub slug: String,
        pub visits: i32,
        pub user_id: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
    pub enum Column {
        Id,
        Slug,
        Visits,
        UserId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DerivePrimaryKey)]
    pub enum PrimaryKey {
        Id,
    }

    impl PrimaryKeyTrait for PrimaryKey {
        type ValueType = i64;

        fn auto_increment() -> bool {
            true
        }
    }

    impl ColumnTrait for Column {
        type EntityName = Entity;

        fn def(&self) -> ColumnDef {
            match self {
                Self::Id => ColumnType::BigInteger.def(),
                Self::Slug => ColumnType::string(None)
                    .def()
                    .unique()
                    .comment("for the address"),
                Self::Visits => ColumnType::Integer.def().indexed().default_value(0),
                Self::UserId => ColumnType::Integer.def().null(),
            }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter)]
    pub enum Relation {
        User,
    }

    impl RelationTrait for Relation {
        fn def(&self) -> RelationDef {
            match self {
                Self::User => Entity::belongs_to(super::user::Entity)
                    .from(Column::UserId)
                    .to(super::user::Column::Id)
                    .on_delete(ForeignKeyAction::SetNull)
                    .into(),
            }
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn the_formats_are_alike() {
    let dense = table(dense::Entity);
    assert_eq!(table(compact::Entity), dense);
    assert_eq!(table(expanded::Entity), dense);
    assert_eq!(dense.columns.len(), 4);
    assert_eq!(dense.indexes.len(), 2);
    assert_eq!(dense.foreign_keys.len(), 1);
}
