//! Primary keys, indexes and unique keys.

use sea_orm::EntityTrait;
use seadrift_schema::{IndexOrigin, PrimaryKey};

use super::{error, table};

/// An entity whose key has type `$ty`.
macro_rules! keyed {
    ($module:ident, $ty:ty $(, $attribute:ident = $value:literal)?) => {
        mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = "keyed")]
            pub struct Model {
                #[sea_orm(primary_key $(, $attribute = $value)?)]
                pub id: $ty,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

keyed!(by_i32, i32);
keyed!(by_i64, i64);
keyed!(by_u32, u32);
keyed!(by_string, String);
keyed!(by_uuid, Uuid);
keyed!(by_newtype, super::UserId);
keyed!(by_hand, i32, auto_increment = false);

#[derive(Clone, Debug, PartialEq, Eq, sea_orm::DeriveValueType)]
pub struct UserId(pub sea_orm::prelude::Uuid);

impl sea_orm::TryFromU64 for UserId {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("UserId"))
    }
}

#[test]
fn a_sole_key_is_numbered_where_it_is_an_integer() {
    fn key<E: EntityTrait>(entity: E) -> String {
        let table = table(entity);
        assert_eq!(
            table.primary_key,
            Some(PrimaryKey {
                name: None,
                columns: vec!["id".into()]
            })
        );
        super::line(&table.columns[0])
    }
    assert_eq!(key(by_i32::Entity), "id: integer auto_increment");
    assert_eq!(key(by_i64::Entity), "id: big_integer auto_increment");
    assert_eq!(key(by_u32::Entity), "id: unsigned auto_increment");
    assert_eq!(key(by_string::Entity), "id: string");
    assert_eq!(key(by_uuid::Entity), "id: uuid");
    assert_eq!(key(by_newtype::Entity), "id: uuid");
    assert_eq!(key(by_hand::Entity), "id: integer");
}

mod composite {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "composite")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub tenant_id: i32,
        pub between: i32,
        #[sea_orm(primary_key)]
        pub number: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn a_composite_key_has_a_name_and_no_numbering() {
    let table = table(composite::Entity);
    assert_eq!(
        table.primary_key,
        Some(PrimaryKey {
            name: Some("pk-composite".into()),
            columns: vec!["tenant_id".into(), "number".into()]
        })
    );
    assert!(table.columns.iter().all(|column| !column.auto_increment));
}

mod indexed {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "indexed")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(unique_key = "b and c")]
        pub c: i32,
        #[sea_orm(indexed)]
        pub plain: i32,
        #[sea_orm(unique)]
        pub unique: i32,
        #[sea_orm(unique, indexed, unique_key = "both")]
        pub both: i32,
        #[sea_orm(unique_key = "b and c", indexed)]
        pub b: i32,
        #[sea_orm(indexed, column_name = "o\"d`d")]
        pub odd: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn indexes_have_the_names_that_seaorm_gives() {
    let table = table(indexed::Entity);
    let indexes: Vec<_> = table
        .indexes
        .iter()
        .map(|index| (index.name.as_str(), index.columns.join(", "), index.unique))
        .collect();
    assert_eq!(
        indexes,
        [
            ("idx-indexed-unique", "unique".into(), true),
            ("idx-indexed-both", "both".into(), true),
            ("idx-indexed-plain", "plain".into(), false),
            ("idx-indexed-b", "b".into(), false),
            ("idx-indexed-o\"d`d", "o\"d`d".into(), false),
            ("idx-indexed-b and c", "c, b".into(), true),
        ]
    );
    assert!(
        table
            .indexes
            .iter()
            .all(|index| index.origin == IndexOrigin::Index)
    );
}

mod colliding {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "colliding")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(indexed, unique_key = "a")]
        pub a: i32,
        #[sea_orm(unique_key = "a")]
        pub b: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn two_indexes_of_one_name_are_an_error() {
    assert_eq!(
        error(colliding::Entity),
        "table `colliding` declares two indexes named `idx-colliding-a`, one on (a) and one on (a, b) unique; \
         give one another `unique_key`"
    );
}
