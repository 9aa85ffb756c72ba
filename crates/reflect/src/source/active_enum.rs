//! Enums in the database: `DeriveActiveEnum`, and `ActiveEnum` by hand.

use sea_orm::sea_query::{Alias, ColumnType, IntoIden};
use syn::{Attribute, ItemEnum, ItemStruct, Variant};

use super::{
    attributes::{Known, OF_ENUM, OF_VARIANT},
    evaluate::{self, Answer, Definition, Failure, Scope, Value, What},
    modules::{ModuleId, Named},
    names,
    project::Project,
    syntax,
    version::SeaOrmVersion,
};

impl Project<'_> {
    /// The column type of an enum that derives `DeriveActiveEnum`.
    pub(super) fn derived_enum(&self, module: ModuleId, item: &ItemEnum) -> Answer<ColumnType> {
        let attributes = self.attributes(&item.attrs, OF_ENUM, module);
        let name = syntax::name(&item.ident);
        let Some(db_type) = attributes.literal(self, "db_type") else {
            return Err(Failure {
                module,
                span: item.ident.span(),
                what: What::Type(name),
            });
        };
        if db_type.value() == "Enum" {
            return Ok(ColumnType::Enum {
                name: Alias::new(self.enum_name(module, item)).into_iden(),
                variants: self
                    .enum_values(module, item)
                    .into_iter()
                    .map(|value| Alias::new(value).into_iden())
                    .collect(),
            });
        }
        let scope = Scope {
            module,
            this: Some(&name),
        };
        self.written_type(&db_type, scope)
    }

    fn enum_name(&self, module: ModuleId, item: &ItemEnum) -> String {
        let attributes = self.attributes(&item.attrs, OF_ENUM, module);
        let name = attributes.text(self, "enum_name");
        name.unwrap_or_else(|| names::of_enum(&syntax::name(&item.ident)))
    }

    /// The texts of the variants that have one.
    fn enum_values(&self, module: ModuleId, item: &ItemEnum) -> Vec<String> {
        let variants = item.variants.iter();
        let values = variants.filter(|variant| self.options.cfg.keeps(&variant.attrs));
        values
            .filter_map(|variant| self.value_of(module, item, variant)?.text())
            .collect()
    }

    fn value_of(&self, module: ModuleId, item: &ItemEnum, variant: &Variant) -> Option<Value> {
        let attributes = self.attributes(&variant.attrs, OF_VARIANT, module);
        if let Some(text) = attributes.text(self, "string_value") {
            return Some(Value::Text(text));
        }
        if let Some(number) = attributes.value("num_value") {
            return evaluate::literal(number);
        }
        let of_enum = || {
            self.attributes(&item.attrs, OF_ENUM, module)
                .style(self, "rename_all")
        };
        // Before 1.0 there were none of these.
        let style = (self.options.version >= SeaOrmVersion::V1)
            .then(|| attributes.style(self, "rename").or_else(of_enum))
            .flatten();
        if let Some(style) = style {
            return Some(Value::Text(style.apply(&syntax::name(&variant.ident))));
        }
        evaluate::literal(&variant.discriminant.as_ref()?.1)
    }

    /// The value in the database of a variant.
    pub(super) fn variant_value(
        &self,
        module: ModuleId,
        item: &ItemEnum,
        variant: &str,
    ) -> Option<Value> {
        let found = item
            .variants
            .iter()
            .find(|known| syntax::name(&known.ident) == variant)?;
        if self.derives(&item.attrs, module, "DeriveActiveEnum") {
            return self.value_of(module, item, found);
        }
        if self.derives(&item.attrs, module, "DeriveIden")
            || self.derives(&item.attrs, module, "Iden")
        {
            let name = self.iden(&found.attrs, module);
            return Some(Value::Text(name.unwrap_or_else(|| {
                let named = if variant == "Table" {
                    syntax::name(&item.ident)
                } else {
                    variant.to_owned()
                };
                names::column_of_variant(&named)
            })));
        }
        let name = syntax::name(&item.ident);
        for (of, function) in [
            ("Iden", "unquoted"),
            ("IdenStatic", "as_str"),
            ("ActiveEnum", "to_value"),
        ] {
            if let Some(found) = self.impl_of(module, of, &name)
                && let Some(block) = super::expanded::function(&found.item, function)
                && let Some(body) = self.body(block, Some(variant))
            {
                let scope = Scope {
                    module: found.module,
                    this: Some(&name),
                };
                return self.evaluate(body, scope).ok();
            }
        }
        None
    }

    /// The name that a unit struct is.
    pub(super) fn iden_of_struct(&self, module: ModuleId, item: &ItemStruct) -> Option<Value> {
        let name = syntax::name(&item.ident);
        if self.derives(&item.attrs, module, "DeriveIden")
            || self.derives(&item.attrs, module, "Iden")
        {
            let said = self.iden(&item.attrs, module);
            return Some(Value::Text(
                said.unwrap_or_else(|| names::column_of_variant(&name)),
            ));
        }
        self.implemented(module, "Iden", &name, "unquoted").ok()?
    }

    /// `#[iden = "…"]` and `#[sea_orm(iden = "…")]`.
    fn iden(&self, attributes: &[Attribute], module: ModuleId) -> Option<String> {
        const OF_IDEN: Known = &[("iden", SeaOrmVersion::V0_12)];
        let plain = attributes
            .iter()
            .find_map(|attribute| match &attribute.meta {
                syn::Meta::NameValue(pair) if pair.path.is_ident("iden") => {
                    syntax::string(&pair.value)
                }
                _ => None,
            });
        plain.or_else(|| {
            self.attributes(attributes, OF_IDEN, module)
                .text(self, "iden")
        })
    }

    /// `MoodEnum`, which `DeriveActiveEnum` makes beside `Mood`, is its name.
    pub(super) fn iden_of_enum(&self, module: ModuleId, path: &[String]) -> Option<Value> {
        let (last, before) = path.split_last()?;
        let mut path = before.to_vec();
        path.push(last.strip_suffix("Enum")?.to_owned());
        match self.find(module, &path)? {
            (Named::Enum(module, item), taken)
                if taken == path.len() && self.derives(&item.attrs, module, "DeriveActiveEnum") =>
            {
                Some(Value::Text(self.enum_name(module, &item)))
            }
            _ => None,
        }
    }

    /// What `db_type()`, `name()` and `iden_values()` of an enum give.
    pub(super) fn of_enum(
        &self,
        module: ModuleId,
        item: &ItemEnum,
        function: &str,
    ) -> Answer<Option<Value>> {
        if !self.derives(&item.attrs, module, "DeriveActiveEnum") {
            let name = syntax::name(&item.ident);
            return self.implemented(module, "ActiveEnum", &name, function);
        }
        Ok(Some(match function {
            "db_type" => {
                let ty = self.derived_enum(module, item)?;
                Value::Definition(Box::new(Definition::new(ty)))
            }
            "name" => Value::Text(self.enum_name(module, item)),
            "iden_values" => {
                let values = self.enum_values(module, item).into_iter();
                Value::List(values.map(Value::Text).collect())
            }
            _ => return Ok(None),
        }))
    }

    /// Whether a `derive` among `attributes` names `derive`.
    pub(super) fn derives(&self, attributes: &[Attribute], module: ModuleId, derive: &str) -> bool {
        let modules = self.modules.borrow();
        let mut found = false;
        for attribute in self.options.cfg.attributes(attributes).iter() {
            if attribute.path().is_ident("derive") {
                // What cannot be parsed is for the compiler.
                let _ = attribute.parse_nested_meta(|meta| {
                    let name = syntax::last_name(&meta.path);
                    let name = modules
                        .get(module)
                        .map_or(name.as_str(), |module| module.last_name(&name));
                    found |= name == derive;
                    Ok(())
                });
            }
        }
        found
    }
}
