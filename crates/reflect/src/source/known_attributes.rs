//! What SeaORM knows in `#[sea_orm(…)]`, and since which version.

use super::version::SeaOrmVersion::{self, V0_12, V1, V2};

/// What an attribute may say, and since which version.
pub(super) type Known = &'static [(&'static str, SeaOrmVersion)];

/// On the struct `Model`, `DeriveIntoActiveModel` and such included.
pub(super) const OF_MODEL: Known = &[
    ("table_name", V0_12),
    ("schema_name", V0_12),
    ("comment", V0_12),
    ("table_iden", V0_12),
    ("rename_all", V1),
    ("model_ex", V2),
    ("model_attrs", V2),
    ("model_ex_attrs", V2),
    ("compact_model", V2),
    ("arrow_schema", V2),
    ("entity", V0_12),
    ("active_model", V0_12),
    ("active_model_ex", V2),
    ("column", V0_12),
    ("model", V0_12),
    ("primary_key", V0_12),
    ("relation", V0_12),
    ("set", V2),
    ("exhaustive", V2),
    ("from_query_result", V1),
];

/// On a field of `Model` that is a column.
pub(super) const OF_FIELD: Known = &[
    ("column_type", V0_12),
    ("auto_increment", V0_12),
    ("comment", V0_12),
    ("default_value", V0_12),
    ("default_expr", V0_12),
    ("column_name", V0_12),
    ("enum_name", V0_12),
    ("select_as", V0_12),
    ("save_as", V0_12),
    ("ignore", V0_12),
    ("primary_key", V0_12),
    ("nullable", V0_12),
    ("indexed", V0_12),
    ("unique", V0_12),
    ("unique_key", V2),
    ("renamed_from", V2),
    ("extra", V2),
    ("skip", V1),
    ("from_alias", V1),
    ("nested", V1),
    ("arrow_skip", V2),
    ("arrow_field", V2),
    ("arrow_precision", V2),
    ("arrow_scale", V2),
    ("arrow_timestamp_unit", V2),
    ("arrow_timezone", V2),
    ("arrow_comment", V2),
    ("arrow_byte_width", V2),
];

/// On a field of `Model` that is a relation.
pub(super) const OF_RELATION_FIELD: Known = &[
    ("has_one", V2),
    ("has_many", V2),
    ("belongs_to", V2),
    ("self_ref", V2),
    ("skip_fk", V2),
    ("via", V2),
    ("via_rel", V2),
    ("from", V2),
    ("to", V2),
    ("relation_enum", V2),
    ("relation_reverse", V2),
    ("reverse", V2),
    ("on_update", V2),
    ("on_delete", V2),
];

/// On a variant of `Relation`.
pub(super) const OF_RELATION: Known = &[
    ("belongs_to", V0_12),
    ("has_one", V0_12),
    ("has_many", V0_12),
    ("via_rel", V2),
    ("on_update", V0_12),
    ("on_delete", V0_12),
    ("on_condition", V0_12),
    ("from", V0_12),
    ("to", V0_12),
    ("fk_name", V0_12),
    ("skip_fk", V2),
    ("condition_type", V0_12),
];

/// On a variant of `Column` or `PrimaryKey`.
pub(super) const OF_COLUMN: Known = &[("column_name", V0_12), ("table_name", V0_12)];

/// On an enum that derives `DeriveActiveEnum`.
pub(super) const OF_ENUM: Known = &[
    ("rs_type", V0_12),
    ("db_type", V0_12),
    ("enum_name", V0_12),
    ("rename_all", V1),
];

/// On a variant of such an enum.
pub(super) const OF_VARIANT: Known = &[
    ("string_value", V0_12),
    ("num_value", V0_12),
    ("display_value", V0_12),
    ("rename", V1),
];

/// On a type that derives `DeriveValueType`.
pub(super) const OF_VALUE: Known = &[
    ("column_type", V0_12),
    ("array_type", V0_12),
    ("value_type", V1),
    ("from_str", V1),
    ("to_str", V1),
    ("try_from_u64", V2),
    ("try_getable_array", V2),
];

/// On the struct `Entity` that derives `DeriveEntity`.
pub(super) const OF_ENTITY: Known = &[
    ("table_name", V0_12),
    ("schema_name", V0_12),
    ("comment", V0_12),
    ("column", V0_12),
    ("model", V0_12),
    ("model_ex", V2),
    ("active_model", V1),
    ("active_model_ex", V2),
    ("primary_key", V0_12),
    ("relation", V0_12),
    ("entity", V0_12),
    ("table_iden", V0_12),
    ("rename_all", V1),
    ("iden", V0_12),
];
