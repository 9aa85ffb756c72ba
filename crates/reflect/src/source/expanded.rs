//! The columns and keys that are written out: `enum Column`, `impl ColumnTrait`, `enum PrimaryKey`.

use syn::{Block, Expr, ImplItem, ItemEnum, ItemImpl, Variant};

use super::{
    attributes::OF_COLUMN,
    entity::{ColumnSource, Declaration, EntityId},
    error::Kind,
    evaluate::{Answer, Definition, Failure, Scope, Value, What},
    names,
    project::Project,
    syntax,
};

impl Project<'_> {
    pub(super) fn columns_of_enum(&self, entity: &Declaration) -> Vec<ColumnSource> {
        let Some(item) = self.part(entity, &entity.column) else {
            return Vec::new();
        };
        let variants = self.variants(&item).into_iter();
        let columns = variants.map(|variant| ColumnSource {
            variant: syntax::name(&variant.ident),
            name: self.name_of_variant(entity, &entity.column, variant),
            span: variant.ident.span(),
            field: None,
        });
        columns.collect()
    }

    /// An enum of the entity; that there is none is reported.
    pub(super) fn part(&self, entity: &Declaration, name: &str) -> Option<std::rc::Rc<ItemEnum>> {
        let item = self.modules.borrow()[entity.module].enumeration(name);
        if item.is_none() {
            let kind = Kind::NoPart {
                part: name.to_owned(),
                entity: format!("{}::{}", self.path_of(entity.module), entity.name),
            };
            self.report(entity.module, entity.span, kind);
        }
        item
    }

    /// The variants that `EnumIter` lists.
    pub(super) fn variants<'v>(&self, item: &'v ItemEnum) -> Vec<&'v Variant> {
        let is_there = |variant: &&Variant| {
            let is_disabled = variant.attrs.iter().any(|attribute| {
                let mut found = false;
                if attribute.path().is_ident("strum") {
                    // What cannot be parsed is for the compiler.
                    let _ = attribute.parse_nested_meta(|meta| {
                        found |= meta.path.is_ident("disabled");
                        Ok(())
                    });
                }
                found
            });
            !is_disabled && self.options.cfg.keeps(&variant.attrs)
        };
        item.variants.iter().filter(is_there).collect()
    }

    /// `IdenStatic`, by hand or as `DeriveColumn` makes it.
    fn name_of_variant(&self, entity: &Declaration, of: &str, variant: &Variant) -> String {
        let name = syntax::name(&variant.ident);
        let plain = names::column_of_variant(&name);
        if let Some(found) = self.impl_here(entity.module, "IdenStatic", of)
            && let Some(block) = function(&found.item, "as_str")
            && let Some(body) = self.body(block, Some(&name))
        {
            let scope = Scope {
                module: entity.module,
                this: Some(of),
            };
            return match self.evaluate(body, scope) {
                Ok(value) => value.text().unwrap_or(plain),
                // `_ => self.default_as_str()`
                Err(_) if is_default(body) => plain,
                Err(failure) => {
                    let path = format!("{}::{}", self.path_of(entity.module), entity.name);
                    failure.report(self, &path, Some(&name));
                    plain
                }
            };
        }
        let attributes = self.attributes(&variant.attrs, OF_COLUMN, entity.module);
        attributes.text(self, "column_name").unwrap_or(plain)
    }

    /// What `impl ColumnTrait` says of a column.
    pub(super) fn definition_by_hand(
        &self,
        entity: &Declaration,
        column: &ColumnSource,
    ) -> Answer<Definition> {
        let unknown = || Failure {
            module: entity.module,
            span: column.span,
            what: What::Expression(format!("{}::{}", entity.column, column.variant)),
        };
        let found = self
            .impl_here(entity.module, "ColumnTrait", &entity.column)
            .ok_or_else(unknown)?;
        let block = function(&found.item, "def").ok_or_else(unknown)?;
        let body = self
            .body(block, Some(&column.variant))
            .ok_or_else(unknown)?;
        let scope = Scope {
            module: entity.module,
            this: Some(&entity.column),
        };
        match self.evaluate(body, scope)? {
            Value::Definition(definition) => Ok(*definition),
            _ => Err(unknown()),
        }
    }

    /// The columns of the key, and whether it is numbered.
    pub(super) fn primary_key(&self, id: EntityId) -> (Vec<String>, bool) {
        let entity = self.entity(id);
        let columns = self.columns_of(id);
        if entity.model.is_some() {
            return self.key_of_model(&columns);
        }
        let Some(item) = self.part(&entity, &entity.primary_key) else {
            return (Vec::new(), false);
        };
        let mut key = Vec::new();
        for variant in self.variants(&item) {
            let name = syntax::name(&variant.ident);
            match self.key_column(&entity, id, &name) {
                Some(column) => key.push(column),
                None => {
                    let path = self.entity_path(id);
                    let kind = Kind::UnknownColumn {
                        subject: format!("`{path}`"),
                        entity: path,
                        column: name,
                    };
                    self.report(entity.module, variant.ident.span(), kind);
                }
            }
        }
        let by_hand = self.impl_here(entity.module, "PrimaryKeyTrait", &entity.primary_key);
        let answer = match by_hand {
            Some(found) => self.answer_of(&found, "auto_increment"),
            None => Ok(None),
        };
        let is_numbered = match answer {
            Ok(Some(Value::Truth(truth))) => truth,
            // What SeaORM's trait says by itself.
            Ok(_) => true,
            Err(failure) => {
                failure.report(self, &self.entity_path(id), None);
                false
            }
        };
        (key, is_numbered)
    }

    /// The column of a variant of `PrimaryKey`.
    fn key_column(&self, entity: &Declaration, id: EntityId, variant: &str) -> Option<String> {
        let by_hand = self.impl_here(entity.module, "PrimaryKeyToColumn", &entity.primary_key);
        if let Some(found) = by_hand
            && let Some(block) = function(&found.item, "into_column")
            && let Some(Expr::Path(column)) = self.body(block, Some(variant))
        {
            return self.column_named(id, &syntax::last_name(&column.path));
        }
        self.column_named(id, variant)
    }
}

/// The function of that name.
pub(super) fn function<'i>(item: &'i ItemImpl, name: &str) -> Option<&'i Block> {
    item.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(&function.block),
        _ => None,
    })
}

fn is_default(body: &Expr) -> bool {
    matches!(body, Expr::MethodCall(call) if call.method == "default_as_str")
}
