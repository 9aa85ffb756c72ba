//! The columns of a `Model` that derives `DeriveEntityModel`.

use sea_orm::sea_query::Expr;
use syn::{Field, Fields, ItemStruct, Type};

use super::{
    attributes::{Attributes, OF_FIELD, OF_MODEL},
    entity::{ColumnSource, Declaration},
    error::Kind,
    evaluate::{self, Answer, Definition, Failure, Scope, What},
    names,
    project::Project,
    syntax, types,
    version::SeaOrmVersion,
};

impl Project<'_> {
    pub(super) fn columns_of_model(
        &self,
        entity: &Declaration,
        model: &ItemStruct,
    ) -> Vec<ColumnSource> {
        let attributes = self.attributes(&model.attrs, OF_MODEL, entity.module);
        let rename_all = if self.options.version >= SeaOrmVersion::V1 {
            attributes.style(self, "rename_all")
        } else {
            None
        };
        let mut columns = Vec::new();
        for field in self.fields(model) {
            let Some(ident) = &field.ident else { continue };
            if entity.dense.is_some() && compound(&field.ty).is_some() {
                continue;
            }
            let attributes = self.attributes(&field.attrs, OF_FIELD, entity.module);
            if attributes.has("ignore") {
                continue;
            }
            let name = syntax::name(ident);
            let variant = match attributes.text(self, "enum_name") {
                Some(variant) => names::escape(&variant),
                None => names::variant(&name),
            };
            let column = attributes
                .text(self, "column_name")
                .or_else(|| names::column_of_field(&name, rename_all))
                .unwrap_or_else(|| names::column_of_variant(&variant));
            columns.push(ColumnSource {
                variant,
                name: column,
                span: ident.span(),
                field: Some((field.ty.clone(), attributes)),
            });
        }
        columns
    }

    /// The fields that no `cfg` takes away.
    pub(super) fn fields<'m>(&self, model: &'m ItemStruct) -> Vec<&'m Field> {
        let Fields::Named(fields) = &model.fields else {
            return Vec::new();
        };
        let fields = fields.named.iter();
        fields
            .filter(|field| self.options.cfg.keeps(&field.attrs))
            .collect()
    }

    /// The columns of the key, and whether it is numbered.
    pub(super) fn key_of_model(&self, columns: &[ColumnSource]) -> (Vec<String>, bool) {
        let mut key = Vec::new();
        let mut is_numbered = None;
        for column in columns {
            let Some((ty, attributes)) = &column.field else {
                continue;
            };
            if let Some(said) = attributes.truth(self, "auto_increment") {
                is_numbered = Some(said);
            }
            if !attributes.has("primary_key") {
                continue;
            }
            key.push(column.name.clone());
            // Since 2.0, the name of the type decides where nobody does.
            if self.options.version >= SeaOrmVersion::V2
                && is_numbered.is_none()
                && is_never_numbered(types::optional(ty).unwrap_or(ty))
            {
                is_numbered = Some(false);
            }
        }
        let is_numbered = is_numbered.unwrap_or(true) && key.len() == 1;
        (key, is_numbered)
    }

    /// What a field makes of its column.
    pub(super) fn definition_of_field(
        &self,
        entity: &Declaration,
        column: &ColumnSource,
        ty: &Type,
        attributes: &Attributes,
    ) -> Answer<Definition> {
        let module = entity.module;
        let scope = Scope { module, this: None };
        let inner = types::optional(ty);
        let column_type = match attributes.literal(self, "column_type") {
            Some(text) => self.written_type(&text, scope)?,
            None => self.column_type(inner.unwrap_or(ty), module)?,
        };
        let mut definition = Definition::new(column_type);
        definition.nullable = inner.is_some() || attributes.has("nullable");
        definition.indexed = attributes.has("indexed");
        definition.unique = attributes.has("unique");
        definition.comment = attributes.text(self, "comment");
        definition.default = self.default_of_field(attributes, scope)?;
        // Before 2.0, the macros pass over these.
        if self.options.version >= SeaOrmVersion::V2 {
            definition.renamed_from = attributes.text(self, "renamed_from");
            definition.extra = attributes.text(self, "extra");
            definition.unique_key = attributes.text(self, "unique_key");
            let keys = attributes.texts("unique_key");
            if keys.len() > 1
                && let Some(last) = keys.last()
            {
                let kind = Kind::SeveralUniqueKeys { last: last.clone() };
                self.warn(module, column.span, kind);
            }
        }
        Ok(definition)
    }

    fn default_of_field(&self, attributes: &Attributes, scope: Scope<'_>) -> Answer<Option<Expr>> {
        if let Some(text) = attributes.literal(self, "default_expr") {
            let unknown = || Failure {
                module: scope.module,
                span: text.span(),
                what: What::Expression(text.value()),
            };
            let expression = syntax::expression_in(&text).map_err(|_| unknown())?;
            let value =
                self.evaluate(&expression, scope)
                    .map_err(|failure| match failure.what {
                        What::Expression(_) => unknown(),
                        _ => failure,
                    })?;
            return value.expression().ok_or_else(unknown).map(Some);
        }
        let Some(value) = attributes.value("default_value") else {
            return Ok(None);
        };
        let default = evaluate::literal(value).and_then(evaluate::Value::constant);
        if default.is_none() {
            let kind = Kind::BadAttribute {
                key: "default_value".to_owned(),
                wanted: "a literal; `default_expr` takes an expression",
            };
            self.report(scope.module, syn::spanned::Spanned::span(value), kind);
        }
        Ok(default.map(Expr::Value))
    }
}

/// `HasOne`, `HasMany` or `BelongsTo`, the fields that are relations.
pub(super) fn compound(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let name = syntax::last_name(&path.path);
    ["HasOne", "HasMany", "BelongsTo"]
        .contains(&name.as_str())
        .then_some(name)
}

fn is_never_numbered(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        last.arguments.is_none() && (name.ends_with("String") || name.ends_with("Uuid"))
    })
}
