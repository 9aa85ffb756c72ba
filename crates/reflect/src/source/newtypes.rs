//! Types that the project makes: newtypes, enums, and those that say by hand what they are.

use sea_orm::sea_query::{ColumnType, StringLen};
use syn::{Fields, ItemEnum, ItemStruct, Type, spanned::Spanned};

use super::{
    attributes::OF_VALUE,
    evaluate::{Answer, Failure, Scope, Value, What},
    modules::{Impl, ModuleId, Named},
    project::Project,
    syntax,
    types::{Way, optional},
};

impl Project<'_> {
    pub(super) fn type_of_struct(
        &self,
        module: ModuleId,
        item: &ItemStruct,
        way: &Way<'_>,
    ) -> Answer<Option<ColumnType>> {
        let name = syntax::name(&item.ident);
        if self.derives(&item.attrs, module, "DeriveValueType") {
            let attributes = self.attributes(&item.attrs, OF_VALUE, module);
            let scope = Scope {
                module,
                this: Some(&name),
            };
            if let Some(text) = attributes.literal(self, "column_type") {
                return self.written_type(&text, scope).map(Some);
            }
            if attributes.text(self, "value_type").is_some() {
                return Ok(Some(ColumnType::String(StringLen::None)));
            }
            let Fields::Unnamed(fields) = &item.fields else {
                return Ok(None);
            };
            let Some(field) = fields.unnamed.first() else {
                return Ok(None);
            };
            let way = Way {
                module,
                arguments: Vec::new(),
                passed: way.passed,
                depth: way.depth + 1,
            };
            return self
                .type_of_field(optional(&field.ty).unwrap_or(&field.ty), &way)
                .map(Some);
        }
        if self.derives(&item.attrs, module, "FromJsonQueryResult") {
            return Ok(Some(ColumnType::Json));
        }
        self.implemented_type(module, &name)
    }

    pub(super) fn type_of_enum(
        &self,
        module: ModuleId,
        item: &ItemEnum,
    ) -> Answer<Option<ColumnType>> {
        let name = syntax::name(&item.ident);
        if self.derives(&item.attrs, module, "DeriveActiveEnum") {
            return self.derived_enum(module, item).map(Some);
        }
        if self.derives(&item.attrs, module, "DeriveValueType") {
            let attributes = self.attributes(&item.attrs, OF_VALUE, module);
            let scope = Scope {
                module,
                this: Some(&name),
            };
            return match attributes.literal(self, "column_type") {
                Some(text) => self.written_type(&text, scope).map(Some),
                None => Ok(Some(ColumnType::String(StringLen::None))),
            };
        }
        if self.derives(&item.attrs, module, "FromJsonQueryResult") {
            return Ok(Some(ColumnType::Json));
        }
        self.implemented_type(module, &name)
    }

    /// What an `impl ValueType` or `impl ActiveEnum` by hand says.
    pub(super) fn implemented_type(
        &self,
        module: ModuleId,
        name: &str,
    ) -> Answer<Option<ColumnType>> {
        for (of, function) in [("ValueType", "column_type"), ("ActiveEnum", "db_type")] {
            match self.implemented(module, of, name, function)? {
                Some(Value::Type(ty)) => return Ok(Some(ty)),
                Some(Value::Definition(definition)) => return Ok(Some(definition.ty)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// What `function` of the `impl of for target` gives, if there is one.
    pub(super) fn implemented(
        &self,
        module: ModuleId,
        of: &str,
        target: &str,
        function: &str,
    ) -> Answer<Option<Value>> {
        match self.impl_of(module, of, target) {
            Some(found) => self.answer_of(&found, function),
            None => Ok(None),
        }
    }

    /// What `function` of `found` gives, if it has one.
    pub(super) fn answer_of(&self, found: &Impl, function: &str) -> Answer<Option<Value>> {
        let target = &found.target;
        let Some(block) = super::expanded::function(&found.item, function) else {
            return Ok(None);
        };
        let scope = Scope {
            module: found.module,
            this: Some(target),
        };
        let unknown = || Failure {
            module: found.module,
            span: block.span(),
            what: What::Expression(format!("{target}::{function}")),
        };
        let body = self.body(block, None).ok_or_else(unknown)?;
        // A function may call itself.
        if self.nesting.get() > 64 {
            return Err(unknown());
        }
        self.nesting.set(self.nesting.get() + 1);
        let value = self.evaluate(body, scope);
        self.nesting.set(self.nesting.get() - 1);
        value.map(Some)
    }

    /// What `column_type()` and the like give for `ty`.
    pub(super) fn of_type(
        &self,
        ty: &Type,
        function: &str,
        scope: Scope<'_>,
    ) -> Answer<Option<Value>> {
        let mut ty = ty.clone();
        if let Type::Path(path) = &mut ty
            && path.path.is_ident("Self")
            && let Some(this) = scope.this
            && let Some(first) = path.path.segments.first_mut()
        {
            first.ident = syn::Ident::new(this, first.ident.span());
        }
        if function == "column_type" {
            if let Type::Path(path) = &ty
                && syntax::last_name(&path.path) == "ColumnType"
            {
                return Ok(None);
            }
            return self
                .column_type(&ty, scope.module)
                .map(|ty| Some(Value::Type(ty)));
        }
        let Type::Path(path) = &ty else {
            return Ok(None);
        };
        let names = syntax::names(&path.path);
        let Some((Named::Enum(module, item), taken)) = self.find(scope.module, &names) else {
            return Ok(None);
        };
        if taken < names.len() {
            return Ok(None);
        }
        self.of_enum(module, &item, function)
    }
}
