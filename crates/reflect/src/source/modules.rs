//! The modules of the sources, and what a name means in one of them.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    rc::Rc,
};

use syn::{Expr, Item, ItemEnum, ItemImpl, ItemStruct, ItemType, UseTree};

use super::{entity::EntityId, project::FileId, syntax};

/// A module, as a place in [`Project::modules`].
pub(super) type ModuleId = usize;

/// A module.
#[derive(Default)]
pub(super) struct Module {
    pub parent: Option<ModuleId>,
    pub name: String,
    pub file: Option<FileId>,
    /// Whether the folders that were asked for hold it.
    pub is_own: bool,
    /// The modules that it says it has.
    pub declared: BTreeSet<String>,
    /// Whether a macro may declare more.
    pub has_macros: bool,
    /// Whether its file was said to be broken.
    pub is_broken: bool,
    pub state: State,
    /// Where the files of its modules are.
    pub folder: PathBuf,
    /// Of a root, the folder with its `Cargo.toml`.
    pub package: Option<PathBuf>,
    pub children: HashMap<String, ModuleId>,
    pub structs: HashMap<String, Rc<ItemStruct>>,
    pub enums: HashMap<String, Rc<ItemEnum>>,
    pub aliases: HashMap<String, Rc<ItemType>>,
    pub constants: HashMap<String, Rc<Expr>>,
    pub impls: Vec<Impl>,
    /// The entities, and the enums that belong to them, by name.
    pub entities: HashMap<String, EntityId>,
    pub columns: HashMap<String, EntityId>,
    pub uses: HashMap<String, Vec<String>>,
    pub globs: Vec<Vec<String>>,
}

#[derive(Default, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody has looked into its file yet.
    #[default]
    Unread,
    Read,
    /// A `cfg` takes it away.
    Off,
}

/// `impl trait for target`.
#[derive(Clone)]
pub(super) struct Impl {
    pub of: String,
    pub target: String,
    pub module: ModuleId,
    pub item: Rc<ItemImpl>,
}

/// What a name stands for.
#[derive(Clone)]
pub(super) enum Named {
    Module(ModuleId),
    Struct(ModuleId, Rc<ItemStruct>),
    Enum(ModuleId, Rc<ItemEnum>),
    Alias(ModuleId, Rc<ItemType>),
    Constant(ModuleId, Rc<Expr>),
    Entity(EntityId),
    /// The `Column` of an entity.
    Columns(EntityId),
    /// Something of another crate, by its path.
    External(Vec<String>),
}

impl Impl {
    /// Whether its type is called by its name alone, so that it is one of the module.
    pub(super) fn is_for_local(&self) -> bool {
        matches!(&*self.item.self_ty, syn::Type::Path(path) if path.path.segments.len() == 1)
    }
}

impl Module {
    /// The structs by name.
    pub(super) fn structs(&self) -> impl Iterator<Item = (&String, &Rc<ItemStruct>)> {
        self.structs.iter()
    }

    /// The enum of that name.
    pub(super) fn enumeration(&self, name: &str) -> Option<Rc<ItemEnum>> {
        self.enums.get(name).cloned()
    }

    /// The last name of what a derive or a `use` of one name means.
    pub(super) fn last_name<'a>(&'a self, name: &'a str) -> &'a str {
        let path = self.uses.get(name);
        path.and_then(|path| path.last())
            .map_or(name, String::as_str)
    }

    pub(super) fn item(&self, module: ModuleId, name: &str) -> Option<Named> {
        // An entity before the struct that it is, and its columns before the enum.
        if let Some(entity) = self.entities.get(name) {
            return Some(Named::Entity(*entity));
        }
        if let Some(entity) = self.columns.get(name) {
            return Some(Named::Columns(*entity));
        }
        if let Some(item) = self.structs.get(name) {
            return Some(Named::Struct(module, item.clone()));
        }
        if let Some(item) = self.enums.get(name) {
            return Some(Named::Enum(module, item.clone()));
        }
        if let Some(item) = self.aliases.get(name) {
            return Some(Named::Alias(module, item.clone()));
        }
        let value = self.constants.get(name)?;
        Some(Named::Constant(module, value.clone()))
    }

    pub(super) fn take(&mut self, module: ModuleId, item: Item) {
        match item {
            Item::Struct(item) => {
                self.structs
                    .insert(syntax::name(&item.ident), Rc::new(item));
            }
            Item::Enum(item) => {
                self.enums.insert(syntax::name(&item.ident), Rc::new(item));
            }
            Item::Type(item) => {
                self.aliases
                    .insert(syntax::name(&item.ident), Rc::new(item));
            }
            Item::Const(item) => {
                self.constants
                    .insert(syntax::name(&item.ident), Rc::new(*item.expr));
            }
            Item::Static(item) => {
                self.constants
                    .insert(syntax::name(&item.ident), Rc::new(*item.expr));
            }
            Item::Use(item) => self.take_use(&item.tree, &mut Vec::new()),
            Item::Impl(item) => {
                let of = item
                    .trait_
                    .as_ref()
                    .map(|(_, path, _)| syntax::last_name(path));
                if let Some(of) = of
                    && let syn::Type::Path(target) = &*item.self_ty
                {
                    self.impls.push(Impl {
                        of,
                        target: syntax::last_name(&target.path),
                        module,
                        item: Rc::new(item),
                    });
                }
            }
            _ => {}
        }
    }

    fn take_use(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(part) => {
                path.push(syntax::name(&part.ident));
                self.take_use(&part.tree, path);
                path.pop();
            }
            UseTree::Name(part) => {
                let name = syntax::name(&part.ident);
                // `use a::{self}`
                let name = match path.last() {
                    Some(last) if name == "self" => last.clone(),
                    _ => {
                        path.push(name.clone());
                        self.uses.insert(name, path.clone());
                        path.pop();
                        return;
                    }
                };
                self.uses.insert(name, path.clone());
            }
            UseTree::Rename(part) => {
                let name = syntax::name(&part.ident);
                let mut path = path.clone();
                if name != "self" {
                    path.push(name);
                }
                self.uses.insert(syntax::name(&part.rename), path);
            }
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.take_use(tree, path);
                }
            }
        }
    }
}
