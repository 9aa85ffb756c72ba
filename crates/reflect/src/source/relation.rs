//! Relations: those among the fields, on a `Relation` by attributes, and by hand.

use sea_orm::sea_query::{Alias, Condition, DynIden, IntoIden, SchemaName, TableName, TableRef};
use sea_orm::{Identity, RelationDef, RelationType, sea_query};
use seadrift_schema::ObjectName;
use syn::{LitStr, spanned::Spanned};

use super::{
    attributes::{Attributes, Known, OF_RELATION},
    entity::{Declaration, Dense, EntityId},
    error::Kind,
    evaluate::{self, Answer, Failure, Relation, Scope, Value, What},
    expanded,
    project::Project,
    syntax,
};

impl Project<'_> {
    /// The relations of an entity that it has the key of; what is wrong is reported.
    pub(super) fn relations(&self, id: EntityId) -> Vec<RelationDef> {
        let entity = self.entity(id);
        let answers = match &entity.dense {
            Some(Dense::Model) => self.relations_of_fields(id, &entity),
            Some(Dense::Compact) | None => self.relations_of_enum(id, &entity),
        };
        let mut relations = Vec::new();
        for answer in answers {
            let answer = answer.and_then(|relation| match relation {
                Some((relation, span)) => self.definition(relation, span).map(Some),
                None => Ok(None),
            });
            match answer {
                Ok(relation) => relations.extend(relation),
                Err(failure) => failure.report(self, &self.entity_path(id), None),
            }
        }
        relations
    }

    fn relations_of_enum(&self, id: EntityId, entity: &Declaration) -> Vec<Answer<Found>> {
        let Some(item) = self.part(entity, &entity.relation) else {
            return Vec::new();
        };
        let variants = self.variants(&item).into_iter();
        if self.derives(&item.attrs, entity.module, "DeriveRelation") {
            let relations = variants.map(|variant| self.derived_relation(id, entity, variant));
            return relations.collect();
        }
        let found = self.impl_here(entity.module, "RelationTrait", &entity.relation);
        let relations = variants.map(|variant| {
            let name = syntax::name(&variant.ident);
            let block = found
                .as_ref()
                .and_then(|found| expanded::function(&found.item, "def"));
            let body = block.and_then(|block| self.body(block, Some(&name)));
            let body = body.ok_or_else(|| Failure {
                module: entity.module,
                span: variant.ident.span(),
                what: What::Expression(format!("{}::{name}", entity.relation)),
            })?;
            let scope = Scope {
                module: entity.module,
                this: Some(&entity.relation),
            };
            match self.evaluate(body, scope)? {
                Value::Relation(relation) => Ok(Some((*relation, body.span()))),
                Value::OtherSide => Ok(None),
                _ => Err(Failure {
                    module: entity.module,
                    span: body.span(),
                    what: What::Expression(syntax::text_of(body)),
                }),
            }
        });
        relations.collect()
    }

    /// What the attributes of a variant say.
    fn derived_relation(
        &self,
        id: EntityId,
        entity: &Declaration,
        variant: &syn::Variant,
    ) -> Answer<Found> {
        let attributes = self.first_attributes(&variant.attrs, OF_RELATION, entity);
        if !attributes.has("belongs_to") || attributes.has("skip_fk") {
            return Ok(None);
        }
        let scope = Scope {
            module: entity.module,
            this: None,
        };
        let part = |key: &'static str| {
            let Some(text) = attributes.literal(self, key) else {
                if !attributes.has(key) {
                    let kind = Kind::BadAttribute {
                        key: "belongs_to".to_owned(),
                        wanted: "`from` and `to`",
                    };
                    self.report(entity.module, variant.ident.span(), kind);
                }
                return Ok(None);
            };
            let expression = syntax::expression_in(&text).map_err(|_| Failure {
                module: entity.module,
                span: text.span(),
                what: What::Expression(text.value()),
            })?;
            Ok(Some((expression, text)))
        };
        let (Some((target, _)), Some(from), Some(to)) =
            (part("belongs_to")?, part("from")?, part("to")?)
        else {
            return Ok(None);
        };
        let columns = |(expression, text): (syn::Expr, LitStr)| {
            let value = self.evaluate(&expression, scope)?;
            evaluate::names(value).ok_or_else(|| Failure {
                module: entity.module,
                span: text.span(),
                what: What::Expression(text.value()),
            })
        };
        let mut relation = Relation::new(id, self.entity_at(&target, scope)?);
        relation.from = columns(from)?;
        relation.to = columns(to)?;
        relation.on_delete = self.action(&attributes, "on_delete");
        relation.on_update = self.action(&attributes, "on_update");
        relation.name = attributes.text(self, "fk_name");
        relation.is_conditional = attributes.has("on_condition");
        Ok(Some((relation, variant.ident.span())))
    }

    /// SeaORM looks at the first `sea_orm` attribute of a relation only.
    pub(super) fn first_attributes(
        &self,
        attributes: &[syn::Attribute],
        known: Known,
        entity: &Declaration,
    ) -> Attributes {
        let all = self.options.cfg.attributes(attributes);
        let first = all
            .iter()
            .find(|attribute| attribute.path().is_ident("sea_orm"));
        self.attributes(
            first.map(std::slice::from_ref).unwrap_or_default(),
            known,
            entity.module,
        )
    }

    pub(super) fn action(
        &self,
        attributes: &Attributes,
        key: &'static str,
    ) -> Option<sea_query::ForeignKeyAction> {
        let text = attributes.literal(self, key)?;
        let action = evaluate::action(&text.value());
        if action.is_none() {
            attributes.complain_if_there(
                self,
                key,
                "\"Cascade\", \"Restrict\", \"SetNull\", \"SetDefault\" or \"NoAction\"",
            );
        }
        action
    }

    /// `relation` as SeaORM would have it.
    fn definition(&self, relation: Relation, span: proc_macro2::Span) -> Answer<RelationDef> {
        let module = self.entity(relation.entity).module;
        let table = |id| {
            self.table_of(id).ok_or_else(|| Failure {
                module,
                span,
                what: What::Entity(self.entity_path(id)),
            })
        };
        let unknown = || Failure {
            module,
            span,
            what: What::Expression("a relation without `from` or `to`".to_owned()),
        };
        Ok(RelationDef {
            rel_type: RelationType::HasOne,
            from_tbl: reference(&table(relation.entity)?),
            to_tbl: reference(&table(relation.target)?),
            from_col: identity(&relation.from).ok_or_else(unknown)?,
            to_col: identity(&relation.to).ok_or_else(unknown)?,
            is_owner: false,
            skip_fk: relation.skips_key,
            on_delete: relation.on_delete,
            on_update: relation.on_update,
            on_condition: relation.is_conditional.then(|| {
                let condition = |_: DynIden, _: DynIden| Condition::all();
                std::sync::Arc::new(condition) as _
            }),
            fk_name: relation.name,
            condition_type: sea_query::ConditionType::All,
        })
    }
}

/// A relation with a key, and where it is.
pub(super) type Found = Option<(Relation, proc_macro2::Span)>;

fn reference(table: &ObjectName) -> TableRef {
    let iden = |name: &str| Alias::new(name).into_iden();
    let schema = table.schema.as_deref();
    TableRef::Table(
        TableName(
            schema.map(|schema| SchemaName(None, iden(schema))),
            iden(&table.name),
        ),
        None,
    )
}

fn identity(columns: &[String]) -> Option<Identity> {
    let idens = columns.iter().map(|name| Alias::new(name).into_iden());
    (!columns.is_empty()).then(|| Identity::Many(idens.collect()))
}
