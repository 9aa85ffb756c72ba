//! Where the entities of a module are declared.

use std::rc::Rc;

use proc_macro2::Span;
use syn::ItemStruct;

use super::{
    attributes::{Attributes, OF_ENTITY},
    entity::{Declaration, Dense},
    modules::ModuleId,
    project::Project,
    syntax,
};

impl Project<'_> {
    /// Finds the entities of `module`, whose items are known.
    pub(super) fn declare_entities(&self, module: ModuleId) {
        let structs: Vec<_> = {
            let modules = self.modules.borrow();
            let mut structs: Vec<_> = modules[module]
                .structs()
                .map(|(name, item)| (name.clone(), item.clone()))
                .collect();
            structs.sort_by(|one, other| one.0.cmp(&other.0));
            structs
        };
        let models = structs
            .iter()
            .filter(|(_, item)| self.derives(&item.attrs, module, "DeriveEntityModel"));
        let model = models.map(|(_, item)| item.clone()).next();
        let mut found = Vec::new();
        for (name, item) in &structs {
            let is_entity = self.derives(&item.attrs, module, "DeriveEntity")
                || self.impl_here(module, "EntityTrait", name).is_some();
            if is_entity {
                found.push((name.clone(), Some(item.clone()), item.ident.span()));
            }
        }
        if let Some(model) = &model
            && !found.iter().any(|(name, _, _)| name == "Entity")
        {
            found.push(("Entity".to_owned(), None, model.ident.span()));
        }
        for (name, unit, span) in found {
            self.declare(module, name, unit, span, model.clone());
        }
    }

    pub(super) fn declare(
        &self,
        module: ModuleId,
        name: String,
        unit: Option<Rc<ItemStruct>>,
        span: Span,
        model: Option<Rc<ItemStruct>>,
    ) {
        let part = |key: &str, otherwise: &str| {
            let unit = unit.as_ref()?;
            let attributes = self.quietly_attributes(unit, module);
            match attributes.value(key) {
                Some(syn::Expr::Path(path)) => Some(syntax::last_name(&path.path)),
                _ => Some(otherwise.to_owned()),
            }
        };
        let or =
            |part: Option<String>, otherwise: &str| part.unwrap_or_else(|| otherwise.to_owned());
        let column = or(part("column", "Column"), "Column");
        let declaration = Declaration {
            module,
            span,
            dense: model.as_ref().and_then(|model| self.dense(model, module)),
            primary_key: or(part("primary_key", "PrimaryKey"), "PrimaryKey"),
            relation: or(part("relation", "Relation"), "Relation"),
            column: column.clone(),
            // Several entities in one module: the one called `Entity` has the `Model`.
            model: model.filter(|_| name == "Entity" || unit.is_none()),
            unit,
            name: name.clone(),
        };
        let mut entities = self.entities.borrow_mut();
        entities.push(Rc::new(declaration));
        let id = entities.len() - 1;
        let mut modules = self.modules.borrow_mut();
        modules[module].entities.insert(name, id);
        modules[module].columns.insert(column, id);
    }

    pub(super) fn quietly_attributes(&self, item: &ItemStruct, module: ModuleId) -> Attributes {
        *self.looking_up.borrow_mut() += 1;
        let attributes = self.attributes(&item.attrs, OF_ENTITY, module);
        *self.looking_up.borrow_mut() -= 1;
        attributes
    }

    pub(super) fn dense(&self, model: &ItemStruct, module: ModuleId) -> Option<Dense> {
        let modules = self.modules.borrow();
        for attribute in self.options.cfg.attributes(&model.attrs).iter() {
            let names = syntax::names(attribute.path());
            let known = match names.as_slice() {
                [name] => modules[module].last_name(name).to_owned(),
                [root, name] if root == "sea_orm" => name.clone(),
                _ => continue,
            };
            match known.as_str() {
                "model" => return Some(Dense::Model),
                "compact_model" => return Some(Dense::Compact),
                _ => {}
            }
        }
        None
    }
}
