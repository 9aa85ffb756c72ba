//! The entities of a module, and each as what it declares.

use std::rc::Rc;

use proc_macro2::Span;
use sea_orm::RelationDef;
use seadrift_schema::{Index, ObjectName};
use syn::ItemStruct;

use super::{
    attributes::{Attributes, OF_ENTITY, OF_MODEL},
    error::Kind,
    evaluate::{Answer, Definition, Value},
    modules::ModuleId,
    names,
    project::{MOST_STEPS, Project},
};
use crate::declared;

/// An entity, as a place in [`Project::entities`].
pub(super) type EntityId = usize;

/// Where an entity says what.
pub(super) struct Declaration {
    pub module: ModuleId,
    /// The name of the type, which is `Entity` nearly always.
    pub name: String,
    pub span: Span,
    /// The struct that derives `DeriveEntityModel`.
    pub model: Option<Rc<ItemStruct>>,
    /// The struct of that name, where it is written out.
    pub unit: Option<Rc<ItemStruct>>,
    /// The format of 2.0, which has relations among the fields.
    pub dense: Option<Dense>,
    pub column: String,
    pub primary_key: String,
    pub relation: String,
}

/// The formats that have relations among the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dense {
    /// `#[sea_orm::model]`
    Model,
    /// `#[sea_orm::compact_model]`, whose `Relation` is written out.
    Compact,
}

/// Where a column is declared.
pub(super) struct ColumnSource {
    pub variant: String,
    pub name: String,
    pub span: Span,
    /// The type of the field and what its attributes say, if it is one of `Model`.
    pub field: Option<(syn::Type, Attributes)>,
}

/// What an entity is called.
struct Names {
    table: ObjectName,
    comment: Option<String>,
}

impl Project<'_> {
    /// `crate::user::Entity`.
    pub(super) fn entity_path(&self, id: EntityId) -> String {
        let entity = self.entity(id);
        format!("{}::{}", self.path_of(entity.module), entity.name)
    }

    /// The columns of an entity, without their types.
    pub(super) fn columns_of(&self, id: EntityId) -> Rc<Vec<ColumnSource>> {
        if let Some(known) = self.columns.borrow().get(&id) {
            return known.clone();
        }
        let entity = self.entity(id);
        let columns = Rc::new(match &entity.model {
            Some(model) => self.columns_of_model(&entity, model),
            None => self.columns_of_enum(&entity),
        });
        self.columns.borrow_mut().insert(id, columns.clone());
        columns
    }

    /// The column that `variant` of an entity's `Column` is.
    pub(super) fn column_named(&self, id: EntityId, variant: &str) -> Option<String> {
        let columns = self.columns_of(id);
        let variant = names::escape(variant);
        let column = columns.iter().find(|column| column.variant == variant)?;
        Some(column.name.clone())
    }

    /// The table of an entity, if it has a name.
    pub(super) fn table_of(&self, id: EntityId) -> Option<ObjectName> {
        if let Some(known) = self.tables.borrow().get(&id) {
            return known.clone();
        }
        *self.looking_up.borrow_mut() += 1;
        let names = self.names_of(id);
        *self.looking_up.borrow_mut() -= 1;
        let table = names.map(|names| names.table);
        self.tables.borrow_mut().insert(id, table.clone());
        table
    }

    fn names_of(&self, id: EntityId) -> Option<Names> {
        let entity = self.entity(id);
        let said = |item: &ItemStruct, known, with_comment: bool| {
            let attributes = self.attributes(&item.attrs, known, entity.module);
            let name = attributes.text(self, "table_name")?;
            Some(Names {
                table: ObjectName {
                    schema: attributes.text(self, "schema_name"),
                    name,
                },
                // `DeriveEntity` takes a comment and forgets it.
                comment: attributes.text(self, "comment").filter(|_| with_comment),
            })
        };
        let of_model = entity
            .model
            .as_ref()
            .and_then(|model| said(model, OF_MODEL, true));
        let of_unit = || {
            let unit = entity.unit.as_ref()?;
            said(unit, OF_ENTITY, false)
        };
        if let Some(names) = of_model.or_else(of_unit) {
            return Some(names);
        }
        let path = self.entity_path(id);
        match self.names_by_hand(&entity) {
            Ok(Some(names)) => return Some(names),
            Ok(None) => self.report(
                entity.module,
                entity.span,
                Kind::NoTableName { entity: path },
            ),
            Err(failure) => failure.report(self, &path, None),
        }
        None
    }

    /// What an `impl EntityName` says.
    fn names_by_hand(&self, entity: &Declaration) -> Answer<Option<Names>> {
        let ask =
            |function: &str| self.implemented(entity.module, "EntityName", &entity.name, function);
        let Some(name) = ask("table_name")?.and_then(Value::text) else {
            return Ok(None);
        };
        let schema = ask("schema_name")?.and_then(Value::optional_text);
        let comment = ask("comment")?.and_then(Value::optional_text);
        Ok(Some(Names {
            table: ObjectName {
                schema: schema.flatten(),
                name,
            },
            comment: comment.flatten(),
        }))
    }

    /// What an entity declares; what is wrong with it is reported.
    pub(super) fn read_entity(&self, id: EntityId) -> Option<declared::Entity> {
        let entity = self.entity(id);
        let path = self.entity_path(id);
        let names = self.names_of(id);
        let table = names.as_ref().map(|names| names.table.clone());
        self.tables.borrow_mut().insert(id, table);
        let columns = self.columns_of(id);
        let (primary_key, is_numbered) = self.primary_key(id);
        let mut definitions = Vec::new();
        for column in columns.iter() {
            self.steps.set(MOST_STEPS);
            let definition = match &column.field {
                Some((ty, attributes)) => self.definition_of_field(&entity, column, ty, attributes),
                None => self.definition_by_hand(&entity, column),
            };
            match definition {
                Ok(definition) => definitions.push((column.name.clone(), definition)),
                Err(failure) => failure.report(self, &path, Some(&column.name)),
            }
        }
        self.steps.set(MOST_STEPS);
        let relations = self.relations(id);
        let names = names?;
        Some(assemble(
            path,
            names,
            definitions,
            primary_key,
            is_numbered,
            relations,
        ))
    }
}

fn assemble(
    path: String,
    names: Names,
    definitions: Vec<(String, Definition)>,
    primary_key: Vec<String>,
    is_numbered: bool,
    relations: Vec<RelationDef>,
) -> declared::Entity {
    let indexes = indexes(&names.table.name, &definitions);
    let columns = definitions
        .into_iter()
        .map(|(name, definition)| declared::Column {
            auto_increment: is_numbered && primary_key.contains(&name),
            name,
            ty: definition.ty,
            nullable: definition.nullable,
            unique: definition.unique,
            default: definition.default,
            comment: definition.comment,
            renamed_from: definition.renamed_from,
            extra: definition.extra,
        });
    declared::Entity {
        path,
        columns: columns.collect(),
        table: names.table,
        comment: names.comment,
        primary_key,
        indexes,
        relations,
    }
}

/// The indexes of `indexed` columns, then those of `unique_key`s by name.
fn indexes(table: &str, columns: &[(String, Definition)]) -> Vec<Index> {
    let mut indexes = Vec::new();
    for (name, column) in columns {
        if column.indexed && !column.unique {
            indexes.push(Index::new(names::of_index(table, name), vec![name.clone()]));
        }
    }
    let mut keys: Vec<&str> = columns
        .iter()
        .filter_map(|(_, column)| column.unique_key.as_deref())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let members = columns
            .iter()
            .filter(|(_, column)| column.unique_key.as_deref() == Some(key))
            .map(|(name, _)| name.clone());
        let mut index = Index::new(names::of_index(table, key), members.collect());
        index.unique = true;
        indexes.push(index);
    }
    indexes
}
