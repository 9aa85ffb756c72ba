//! One entity through its traits.

use sea_orm::{
    ColumnDef, ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn,
    RelationTrait, sea_query::IndexCreateStatement,
};
use seadrift_schema::{Index, ObjectName};

use crate::declared;

/// What `entity` declares.
pub(super) fn read<E: EntityTrait>(entity: E) -> declared::Entity {
    // What is asked of it is the same on every backend.
    let helper = sea_orm::Schema::new(DbBackend::Postgres);
    let indexes = helper.create_index_from_entity(entity);
    declared::Entity {
        path: std::any::type_name::<E>().to_owned(),
        table: ObjectName {
            schema: entity.schema_name().map(str::to_owned),
            name: entity.table_name().to_owned(),
        },
        comment: entity.comment().map(str::to_owned),
        columns: E::Column::iter()
            .map(|of| column::<E>(of, &helper))
            .collect(),
        primary_key: E::PrimaryKey::iter()
            .map(|key| key.into_column().as_str().to_owned())
            .collect(),
        indexes: indexes.iter().map(index).collect(),
        relations: E::Relation::iter().map(|relation| relation.def()).collect(),
    }
}

fn column<E: EntityTrait>(column: E::Column, helper: &sea_orm::Schema) -> declared::Column {
    let declared = column.def();
    // The statement shows what the definition keeps to itself.
    let statement = helper.get_column_def::<E>(column);
    let spec = statement.get_column_spec();
    let (comment, renamed_from) = split_comment(&declared, spec.comment.as_deref());
    declared::Column {
        name: column.as_str().to_owned(),
        ty: declared.get_column_type().clone(),
        nullable: declared.is_null(),
        unique: declared.is_unique(),
        auto_increment: spec.auto_increment,
        default: declared.get_column_default().cloned(),
        comment,
        renamed_from,
        extra: spec.extra.clone(),
    }
}

fn index(statement: &IndexCreateStatement) -> Index {
    let spec = statement.get_index_spec();
    let mut index = Index::new(spec.get_name().unwrap_or_default(), spec.get_column_names());
    index.unique = statement.is_unique_key();
    index
}

/// The comment, and the old name that SeaORM puts behind it: `comment; renamed_from "old"`. A comment may look
/// like that by itself, so `declared` is asked whether the old name is the one it has.
fn split_comment(declared: &ColumnDef, comment: Option<&str>) -> (Option<String>, Option<String>) {
    const MARK: &str = "renamed_from \"";
    let Some(text) = comment else {
        return (None, None);
    };
    for (at, _) in text.match_indices(MARK) {
        let Some(old) = text[at + MARK.len()..].strip_suffix('"') else {
            continue;
        };
        if declared.clone().renamed_from(old) == *declared {
            let own = text[..at].strip_suffix("; ").map(str::to_owned);
            return (own, Some(old.to_owned()));
        }
    }
    (Some(text.to_owned()), None)
}
