//! Relations as foreign keys: which have one, its name, and what happens when two are alike.

use sea_orm::{EntityTrait, sea_query::ForeignKeyAction};
use seadrift_schema::Dialect;

use super::{error, table, table_on, user};

/// `name: (columns) to table (columns)` for each foreign key.
fn keys<E: EntityTrait>(entity: E) -> Vec<String> {
    let describe = |key: &seadrift_schema::ForeignKey| {
        format!(
            "{}: {}",
            key.name.as_deref().unwrap_or_default(),
            crate::declared::foreign_key::describe(key)
        )
    };
    table(entity).foreign_keys.iter().map(describe).collect()
}

mod dense {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "dense")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub parent_id: Option<i32>,
        pub author_id: i32,
        pub reviewer_id: Option<i32>,
        pub loose_id: i32,
        #[sea_orm(
            self_ref,
            relation_enum = "Parent",
            from = "parent_id",
            to = "id",
            on_delete = "SetNull"
        )]
        pub parent: HasOne<Entity>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Author",
            from = "author_id",
            to = "id",
            on_delete = "Cascade",
            on_update = "Restrict"
        )]
        pub author: BelongsTo<super::user::Entity>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Reviewer",
            from = "reviewer_id",
            to = "id"
        )]
        pub reviewer: BelongsTo<Option<super::user::Entity>>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Loose",
            from = "loose_id",
            to = "id",
            skip_fk
        )]
        pub loose: BelongsTo<super::user::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn the_side_with_the_column_has_the_key() {
    assert_eq!(
        keys(dense::Entity),
        [
            "fk-dense-parent_id: (parent_id) to dense (id) on delete set null",
            "fk-dense-author_id: (author_id) to user (id) on delete cascade on update restrict",
            "fk-dense-reviewer_id: (reviewer_id) to user (id)",
        ]
    );
    assert_eq!(keys(user::Entity), [""; 0]);
    let names = |dialect| table_on(dense::Entity, dialect).foreign_keys;
    assert_eq!(names(Dialect::Sqlite), names(Dialect::Postgres));
}

/// An expanded entity with columns `id`, `a` and `b`, and the relations given.
macro_rules! related {
    ($module:ident { $($relation:ident => $def:expr),* $(,)? }) => {
        mod $module {
            use sea_orm::entity::prelude::*;

            #[allow(unused_imports, reason = "some relations are to another")]
            use super::user;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = "related")]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i32,
                pub a: i32,
                pub b: i32,
            }

            #[derive(Copy, Clone, Debug, EnumIter)]
            pub enum Relation {
                $($relation),*
            }

            impl RelationTrait for Relation {
                fn def(&self) -> RelationDef {
                    match self {
                        $(Relation::$relation => $def),*
                    }
                }
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod composite {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "app", table_name = "composite")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub a: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub b: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

related!(named {
    Pair => Entity::belongs_to(super::composite::Entity)
        .from((Column::B, Column::A))
        .to((super::composite::Column::B, super::composite::Column::A))
        .into(),
    User => Entity::belongs_to(user::Entity)
        .from(Column::A)
        .to(user::Column::Id)
        .fk_name("by \"hand\"")
        .into(),
});

#[test]
fn a_key_keeps_its_name_and_the_order_of_its_columns() {
    assert_eq!(
        keys(named::Entity),
        [
            "fk-related-b-a: (b, a) to app.composite (b, a)",
            "by \"hand\": (a) to user (id)",
        ]
    );
}

related!(repeated {
    First => Entity::belongs_to(user::Entity).from(Column::A).to(user::Column::Id).into(),
    Second => Entity::belongs_to(user::Entity)
        .from(Column::A)
        .to(user::Column::Id)
        .on_delete(super::ForeignKeyAction::Cascade)
        .fk_name("named")
        .into(),
    Third => Entity::belongs_to(user::Entity).from(Column::A).to(user::Column::Id).into(),
});

#[test]
fn relations_that_agree_share_one_key() {
    assert_eq!(
        keys(repeated::Entity),
        ["named: (a) to user (id) on delete cascade"]
    );
}

related!(two_targets {
    User => Entity::belongs_to(user::Entity).from(Column::A).to(user::Column::Id).into(),
    Own => Entity::belongs_to(Entity).from(Column::A).to(Column::Id).fk_name("own").into(),
});
related!(two_targets_one_name {
    User => Entity::belongs_to(user::Entity).from(Column::A).to(user::Column::Id).into(),
    Own => Entity::belongs_to(Entity).from(Column::A).to(Column::Id).into(),
});
related!(two_actions {
    Gone => Entity::belongs_to(user::Entity)
        .from(Column::A)
        .to(user::Column::Id)
        .on_delete(super::ForeignKeyAction::Cascade)
        .into(),
    Kept => Entity::belongs_to(user::Entity)
        .from(Column::A)
        .to(user::Column::Id)
        .on_delete(super::ForeignKeyAction::Restrict)
        .into(),
});
related!(skipped {
    User => Entity::belongs_to(user::Entity).from(Column::A).to(user::Column::Id).into(),
    Own => Entity::belongs_to(Entity).from(Column::A).to(Column::Id).skip_fk().into(),
});

#[test]
fn keys_that_differ_need_names_that_differ() {
    assert_eq!(
        keys(two_targets::Entity),
        ["fk-related-a: (a) to user (id)", "own: (a) to related (id)"]
    );
    assert_eq!(keys(skipped::Entity), ["fk-related-a: (a) to user (id)"]);
    assert!(
        error(two_actions::Entity)
            .contains("(a) to user (id) on delete cascade and (a) to user (id) on delete restrict")
    );
}

/// What is said of relations that are no foreign keys.
fn warnings(entities: crate::Entities) -> Vec<String> {
    let (schema, warnings) = entities.read(Dialect::Postgres).unwrap();
    for table in schema.tables.values() {
        assert_eq!(table.foreign_keys, []);
    }
    warnings.iter().map(ToString::to_string).collect()
}

related!(conditional {
    User => Entity::belongs_to(user::Entity)
        .from(Column::A)
        .to(user::Column::Id)
        .on_condition(|_, _| sea_orm::sea_query::Condition::all())
        .into(),
});
related!(not_unique {
    Own => Entity::belongs_to(Entity).from(Column::A).to(Column::B).into(),
});

#[test]
fn relations_that_no_database_could_enforce_are_no_keys() {
    assert_eq!(
        warnings(crate::entities![two_targets_one_name::Entity]),
        [
            "table `related` has relations over (a) to user (id) and to related (id), so that neither is a foreign key"
        ]
    );
    assert_eq!(
        warnings(crate::entities![conditional::Entity]),
        ["the relation of `related` over (a) has an `on_condition`, so that it is no foreign key"]
    );
    assert_eq!(
        warnings(crate::entities![not_unique::Entity]),
        [
            "the relation of `related` over (a) points to `related` (b), which nothing makes unique, so that it is no \
             foreign key"
        ]
    );
    // A target that is not among the entities may be unique.
    let (schema, warnings) = crate::entities![two_targets::Entity]
        .read(Dialect::Postgres)
        .unwrap();
    assert_eq!(schema.tables.values().next().unwrap().foreign_keys.len(), 2);
    assert_eq!(warnings, []);
}
