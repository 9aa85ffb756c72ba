//! What is put together call by call: the definition of a column, a relation.

use sea_orm::sea_query::{ColumnType, Expr, ForeignKeyAction};

use super::Value;
use crate::source::entity::EntityId;

/// A column as `ColumnType::….def()` and the calls behind it make it.
#[derive(Debug, Clone)]
pub(in crate::source) struct Definition {
    pub ty: ColumnType,
    pub nullable: bool,
    pub unique: bool,
    pub indexed: bool,
    pub unique_key: Option<String>,
    pub default: Option<Expr>,
    pub comment: Option<String>,
    pub renamed_from: Option<String>,
    pub extra: Option<String>,
}

impl Definition {
    pub(in crate::source) fn new(ty: ColumnType) -> Self {
        Self {
            ty,
            nullable: false,
            unique: false,
            indexed: false,
            unique_key: None,
            default: None,
            comment: None,
            renamed_from: None,
            extra: None,
        }
    }

    /// `.name(arguments)`; `None` if there is no such method.
    pub(super) fn apply(&mut self, name: &str, arguments: Vec<Value>) -> Option<()> {
        let mut arguments = arguments.into_iter();
        match (name, arguments.next()) {
            ("null" | "nullable", None) => self.nullable = true,
            ("unique", None) => self.unique = true,
            ("indexed", None) => self.indexed = true,
            ("def" | "seaography_ignore", None) => {}
            ("unique_key", Some(key)) => self.unique_key = Some(key.text()?),
            ("comment", Some(text)) => self.comment = Some(text.text()?),
            ("renamed_from", Some(old)) => self.renamed_from = Some(old.text()?),
            ("extra", Some(text)) => self.extra = Some(text.text()?),
            ("default_value", Some(value)) => self.default = Some(value.expression()?),
            ("default", Some(value)) => self.default = Some(value.expression()?),
            _ => return None,
        }
        arguments.next().is_none().then_some(())
    }
}

/// A relation as `Entity::belongs_to(…)` and the calls behind it make it.
#[derive(Debug, Clone)]
pub(in crate::source) struct Relation {
    pub entity: EntityId,
    pub target: EntityId,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub on_delete: Option<ForeignKeyAction>,
    pub on_update: Option<ForeignKeyAction>,
    pub name: Option<String>,
    pub skips_key: bool,
    pub is_conditional: bool,
}

impl Relation {
    pub(in crate::source) fn new(entity: EntityId, target: EntityId) -> Self {
        Self {
            entity,
            target,
            from: Vec::new(),
            to: Vec::new(),
            on_delete: None,
            on_update: None,
            name: None,
            skips_key: false,
            is_conditional: false,
        }
    }

    /// `.name(arguments)`; `None` if there is no such method.
    pub(super) fn apply(&mut self, name: &str, arguments: Vec<Value>) -> Option<()> {
        let mut arguments = arguments.into_iter();
        match (name, arguments.next()) {
            ("skip_fk", None) => self.skips_key = true,
            ("from", Some(columns)) => self.from = names(columns)?,
            ("to", Some(columns)) => self.to = names(columns)?,
            ("on_delete", Some(Value::Action(action))) => self.on_delete = Some(action),
            ("on_update", Some(Value::Action(action))) => self.on_update = Some(action),
            ("fk_name", Some(name)) => self.name = Some(name.text()?),
            _ => return None,
        }
        arguments.next().is_none().then_some(())
    }
}

/// The columns that a column or a tuple of them is.
pub(in crate::source) fn names(columns: Value) -> Option<Vec<String>> {
    match columns {
        Value::ColumnOf(column) => Some(vec![column]),
        Value::Tuple(columns) => columns.into_iter().map(Value::text).collect(),
        _ => None,
    }
}
