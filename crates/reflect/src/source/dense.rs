//! Relations among the fields, as in the format of 2.0.

use syn::{LitStr, Path, Type, parse::Parser, spanned::Spanned};

use super::{
    attributes::OF_RELATION_FIELD,
    entity::{Declaration, EntityId},
    error::Kind,
    evaluate::{Answer, Failure, Relation, Scope, What},
    model, names,
    project::Project,
    relation::Found,
    syntax, types,
};

impl Project<'_> {
    pub(super) fn relations_of_fields(
        &self,
        id: EntityId,
        entity: &Declaration,
    ) -> Vec<Answer<Found>> {
        let model = entity.model.clone();
        let fields = model.iter().flat_map(|model| self.fields(model));
        let mut found = Vec::new();
        for field in fields {
            if model::compound(&field.ty).is_none() {
                continue;
            }
            let attributes = self.first_attributes(&field.attrs, OF_RELATION_FIELD, entity);
            let (from, to) = (
                attributes.literal(self, "from"),
                attributes.literal(self, "to"),
            );
            let belongs = attributes.has("belongs_to")
                || (attributes.has("self_ref")
                    && !attributes.has("via")
                    && from.is_some()
                    && to.is_some());
            if !belongs || attributes.has("skip_fk") {
                continue;
            }
            let span = field.ident.as_ref().map_or(field.ty.span(), Spanned::span);
            let Some((from, to)) = from.zip(to) else {
                let kind = Kind::BadAttribute {
                    key: "belongs_to".to_owned(),
                    wanted: "`from` and `to`",
                };
                self.report(entity.module, span, kind);
                continue;
            };
            let read = || {
                let target = if attributes.has("self_ref") {
                    id
                } else {
                    self.target_of_field(&field.ty, entity)?
                };
                let mut relation = Relation::new(id, target);
                relation.from = self.columns_in(&from, id, entity)?;
                relation.to = self.columns_in(&to, target, entity)?;
                relation.on_delete = self.action(&attributes, "on_delete");
                relation.on_update = self.action(&attributes, "on_update");
                Ok(Some((relation, span)))
            };
            found.push(read());
        }
        found
    }

    /// The entity in `BelongsTo<Option<super::user::Entity>>`.
    pub(super) fn target_of_field(&self, ty: &Type, entity: &Declaration) -> Answer<EntityId> {
        let mut ty = ty;
        while let Type::Path(path) = ty {
            let arguments = path.path.segments.last().map(|last| &last.arguments);
            if let Some(inner) = types::arguments(arguments).first() {
                ty = inner;
                continue;
            }
            let scope = Scope {
                module: entity.module,
                this: None,
            };
            let expression = syn::Expr::Path(syn::ExprPath {
                attrs: Vec::new(),
                qself: None,
                path: path.path.clone(),
            });
            return self.entity_at(&expression, scope);
        }
        Err(Failure {
            module: entity.module,
            span: ty.span(),
            what: What::Entity(syntax::text_of(ty)),
        })
    }

    /// The columns that `"user_id"`, `"Column::UserId"` or `"(a, b)"` name.
    pub(super) fn columns_in(
        &self,
        text: &LitStr,
        of: EntityId,
        entity: &Declaration,
    ) -> Answer<Vec<String>> {
        let fail = |what| Failure {
            module: entity.module,
            span: text.span(),
            what,
        };
        let paths = |input: syn::parse::ParseStream<'_>| {
            if input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in input);
                let paths = content.parse_terminated(Path::parse_mod_style, syn::Token![,])?;
                Ok(paths.into_iter().collect())
            } else {
                Ok(vec![input.call(Path::parse_mod_style)?])
            }
        };
        let value = text.value();
        let paths: Vec<Path> = syntax::plain_path(&value, text.span())
            .map(|path| vec![path])
            .or_else(|| {
                let tokens = syntax::parse(&value, Some(text.span())).ok()?;
                paths.parse2(tokens).ok()
            })
            .ok_or_else(|| fail(What::Expression(text.value())))?;
        let columns = paths.iter().map(|path| {
            let name = syntax::last_name(path);
            self.column_named(of, &names::variant(&name))
                .ok_or_else(|| {
                    fail(What::Column {
                        entity: self.entity_path(of),
                        column: name,
                    })
                })
        });
        columns.collect()
    }
}
