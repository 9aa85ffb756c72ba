//! The modules of the sources, and what a name means in one of them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use proc_macro2::TokenTree;
use syn::{
    Attribute, Expr, Item, ItemEnum, ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemType, UseTree,
};

use super::{
    entity::EntityId,
    error::Kind,
    packages::{self, CrateRoot},
    project::{FileId, Project},
    syntax,
};

/// A module, as a place in [`Project::modules`].
pub(super) type ModuleId = usize;

/// How far a name is followed through `use`. A loop of them has no end.
const FARTHEST: usize = 32;

/// A module.
#[derive(Default)]
pub(super) struct Module {
    pub parent: Option<ModuleId>,
    pub name: String,
    pub file: Option<FileId>,
    /// Whether the folders that were asked for hold it.
    pub is_own: bool,
    state: State,
    /// Where the files of its modules are.
    folder: PathBuf,
    /// Of a root, the folder with its `Cargo.toml`.
    package: Option<PathBuf>,
    children: HashMap<String, ModuleId>,
    structs: HashMap<String, Rc<ItemStruct>>,
    enums: HashMap<String, Rc<ItemEnum>>,
    aliases: HashMap<String, Rc<ItemType>>,
    constants: HashMap<String, Rc<Expr>>,
    pub impls: Vec<Impl>,
    /// The entities, and the enums that belong to them, by name.
    pub entities: HashMap<String, EntityId>,
    pub columns: HashMap<String, EntityId>,
    uses: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

#[derive(Default, PartialEq, Eq)]
enum State {
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

impl Project<'_> {
    /// The module that the file at `path` is, by its place in the crate.
    pub(super) fn module_of_file(&self, root: &CrateRoot, path: &Path) -> ModuleId {
        let mut module = self.root(root);
        if root.file.as_deref() == Some(path) {
            return module;
        }
        let relative = path.strip_prefix(&root.folder).unwrap_or(path);
        let names: Vec<_> = relative.components().collect();
        for (at, name) in names.iter().enumerate() {
            let name = name.as_os_str().to_string_lossy();
            let is_last = at + 1 == names.len();
            let name = if is_last {
                name.strip_suffix(".rs").unwrap_or(&name)
            } else {
                &name
            };
            if is_last && (name == "mod" || (at == 0 && (name == "lib" || name == "main"))) {
                break;
            }
            module = self.child(module, name);
        }
        module
    }

    /// The root module of a crate.
    fn root(&self, root: &CrateRoot) -> ModuleId {
        let known = self.crates.borrow();
        if let Some((_, module)) = known.iter().find(|(folder, _)| *folder == root.folder) {
            return *module;
        }
        drop(known);
        let module = self.add(Module {
            name: root.name.clone().unwrap_or_else(|| "crate".to_owned()),
            folder: root.folder.clone(),
            package: root.package.clone(),
            ..Module::default()
        });
        self.crates.borrow_mut().push((root.folder.clone(), module));
        if let Some(file) = &root.file {
            self.loaded.borrow_mut().insert(file.clone(), module);
        }
        module
    }

    fn add(&self, module: Module) -> ModuleId {
        let mut modules = self.modules.borrow_mut();
        modules.push(module);
        modules.len() - 1
    }

    /// The module `name` in `parent`, made if it is not there.
    fn child(&self, parent: ModuleId, name: &str) -> ModuleId {
        let modules = self.modules.borrow();
        if let Some(child) = modules[parent].children.get(name) {
            return *child;
        }
        let folder = modules[parent].folder.join(name);
        drop(modules);
        let child = self.add(Module {
            parent: Some(parent),
            name: name.to_owned(),
            folder,
            ..Module::default()
        });
        let mut modules = self.modules.borrow_mut();
        modules[parent].children.insert(name.to_owned(), child);
        child
    }

    /// Whether `module` or one that it is in is taken away by a `cfg`.
    pub(super) fn is_off(&self, module: ModuleId) -> bool {
        let modules = self.modules.borrow();
        let mut next = Some(module);
        while let Some(module) = next {
            if modules[module].state == State::Off {
                return true;
            }
            next = modules[module].parent;
        }
        false
    }

    /// Whether the content of `module` is known.
    pub(super) fn is_filled(&self, module: ModuleId) -> bool {
        self.modules.borrow()[module].state != State::Unread
    }

    /// Makes a parsed file the content of `module`.
    pub(super) fn fill(&self, module: ModuleId, path: &Path, file: FileId, syntax: syn::File) {
        {
            let mut modules = self.modules.borrow_mut();
            if modules[module].state != State::Unread {
                return;
            }
            modules[module].file = Some(file);
            modules[module].state = if self.options.cfg.keeps(&syntax.attrs) {
                State::Read
            } else {
                State::Off
            };
            if modules[module].state == State::Off {
                return;
            }
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        self.take_items(module, syntax.items, &folder);
    }

    /// `beside` is where the file is, from which `#[path]` counts.
    fn take_items(&self, module: ModuleId, items: Vec<Item>, beside: &Path) {
        for item in items {
            if !self.options.cfg.keeps(attributes(&item)) {
                if let Item::Mod(item) = &item {
                    let child = self.child(module, &syntax::name(&item.ident));
                    self.modules.borrow_mut()[child].state = State::Off;
                }
                continue;
            }
            match item {
                Item::Mod(item) => self.take_module(module, item, beside),
                Item::Macro(item) => self.look_at_macro(module, &item),
                item => self.modules.borrow_mut()[module].take(module, item),
            }
        }
        self.declare_entities(module);
    }

    /// What a macro makes is not seen.
    fn look_at_macro(&self, module: ModuleId, item: &ItemMacro) {
        let mut groups = vec![item.mac.tokens.clone()];
        while let Some(tokens) = groups.pop() {
            for token in tokens {
                match token {
                    TokenTree::Group(group) => groups.push(group.stream()),
                    TokenTree::Ident(ident)
                        if ident == "DeriveEntityModel" || ident == "DeriveEntity" =>
                    {
                        if self.modules.borrow()[module].is_own {
                            self.warn(module, ident.span(), Kind::EntityInMacro);
                        }
                        return;
                    }
                    _ => {}
                }
            }
        }
    }

    fn take_module(&self, parent: ModuleId, item: ItemMod, beside: &Path) {
        let name = syntax::name(&item.ident);
        let child = self.child(parent, &name);
        let (file, is_own) = {
            let modules = self.modules.borrow();
            (modules[parent].file, modules[parent].is_own)
        };
        let path = self.options.cfg.attributes(&item.attrs);
        let path = path.iter().find_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("path") => syntax::string(&pair.value),
            _ => None,
        });
        if let Some((_, items)) = item.content {
            {
                let mut modules = self.modules.borrow_mut();
                modules[child].file = file;
                modules[child].is_own = is_own;
                modules[child].state = State::Read;
            }
            let beside = beside.join(path.as_deref().unwrap_or(&name));
            self.take_items(child, items, &beside);
        } else if let Some(path) = path {
            let path = beside.join(path);
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            {
                let mut modules = self.modules.borrow_mut();
                modules[child].folder = folder;
                modules[child].is_own = is_own;
            }
            let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            let known = self.loaded.borrow().get(&real).copied();
            match known {
                // A file that stands for two modules, or includes itself, is one.
                Some(known) => {
                    let mut modules = self.modules.borrow_mut();
                    modules[parent].children.insert(name, known);
                }
                None => {
                    self.loaded.borrow_mut().insert(real, child);
                    if let Some((file, syntax)) = self.parse(&path) {
                        self.fill(child, &path, file, syntax);
                    }
                }
            }
        }
    }

    /// Reads the file of `module` if nobody did.
    fn ensure_read(&self, module: ModuleId) {
        let path = {
            let modules = self.modules.borrow();
            let this = &modules[module];
            if this.state != State::Unread {
                return;
            }
            let beside = this.folder.with_extension("rs");
            let names = ["mod.rs", "lib.rs", "main.rs"];
            let inside = names.iter().map(|name| this.folder.join(name));
            let is_root = this.parent.is_none();
            let roots = self.loaded.borrow();
            let root = roots.iter().find(|(_, id)| is_root && **id == module);
            root.map(|(path, _)| path.clone())
                .into_iter()
                .chain((!is_root).then_some(beside))
                .chain(inside)
                .find(|path| path.is_file())
        };
        *self.looking_up.borrow_mut() += 1;
        match path.and_then(|path| Some((self.parse(&path)?, path))) {
            Some(((file, syntax), path)) => self.fill(module, &path, file, syntax),
            None => self.modules.borrow_mut()[module].state = State::Read,
        }
        *self.looking_up.borrow_mut() -= 1;
    }

    /// What `names` stand for in `module`, and how many of them that took: the rest are variants or functions.
    pub(super) fn find(&self, module: ModuleId, names: &[String]) -> Option<(Named, usize)> {
        self.found.borrow_mut().clear();
        self.follow(module, names, 0)
    }

    fn follow(&self, module: ModuleId, names: &[String], depth: usize) -> Option<(Named, usize)> {
        if depth > FARTHEST {
            return None;
        }
        let first = names.first()?;
        let mut found = match first.as_str() {
            "crate" => Named::Module(self.root_of(module)),
            "self" => Named::Module(module),
            "super" => Named::Module(self.modules.borrow()[module].parent?),
            name => self
                .find_in(module, name, depth)
                .or_else(|| self.crate_named(module, name))
                .unwrap_or_else(|| Named::External(vec![name.to_owned()])),
        };
        let mut taken = 1;
        for name in &names[1..] {
            found = match found {
                Named::Module(inner) if name == "super" => {
                    Named::Module(self.modules.borrow()[inner].parent?)
                }
                Named::Module(inner) => self.find_in(inner, name, depth)?,
                Named::External(mut path) => {
                    path.push(name.clone());
                    Named::External(path)
                }
                other => return Some((other, taken)),
            };
            taken += 1;
        }
        Some((found, taken))
    }

    /// What `name` is in `module`. Globs may lead round in circles and to one place in many ways, so that each is
    /// looked into once.
    fn find_in(&self, module: ModuleId, name: &str, depth: usize) -> Option<Named> {
        let key = (module, name.to_owned());
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        self.found.borrow_mut().insert(key.clone(), None);
        let found = self.look_into(module, name, depth);
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    fn look_into(&self, module: ModuleId, name: &str, depth: usize) -> Option<Named> {
        self.ensure_read(module);
        let (path, globs) = {
            let modules = self.modules.borrow();
            let this = &modules[module];
            if let Some(found) = this.item(module, name) {
                return Some(found);
            }
            if let Some(child) = this.children.get(name)
                && modules[*child].state != State::Off
            {
                return Some(Named::Module(*child));
            }
            (this.uses.get(name).cloned(), this.globs.clone())
        };
        if let Some(path) = path {
            let (found, taken) = self.follow_use(module, &path, name, depth + 1)?;
            return (taken == path.len()).then_some(found);
        }
        if self.has_file(module, name) {
            return Some(Named::Module(self.child(module, name)));
        }
        for path in globs {
            if depth < FARTHEST
                && let Some((Named::Module(inner), _)) = self.follow(module, &path, depth + 1)
                && inner != module
                && let Some(found) = self.find_in(inner, name, depth + 1)
            {
                return Some(found);
            }
        }
        None
    }

    /// `use a::a` means another `a` than itself.
    fn follow_use(
        &self,
        module: ModuleId,
        path: &[String],
        name: &str,
        depth: usize,
    ) -> Option<(Named, usize)> {
        if path.first().is_some_and(|first| first == name) {
            let found = self.crate_named(module, name);
            return match found {
                Some(Named::Module(root)) if path.len() > 1 => {
                    let (found, taken) = self.follow(root, &path[1..], depth)?;
                    Some((found, taken + 1))
                }
                Some(found) => Some((found, 1)),
                None => Some((Named::External(path.to_vec()), path.len())),
            };
        }
        self.follow(module, path, depth)
    }

    /// Whether the folder of `module` has a file for a module `name` that nobody declares.
    fn has_file(&self, module: ModuleId, name: &str) -> bool {
        let modules = self.modules.borrow();
        let this = &modules[module];
        let is_name = name.chars().next().is_some_and(char::is_lowercase);
        // A module with a file says itself which others it has.
        is_name
            && this.file.is_none()
            && !this.children.contains_key(name)
            && (this.folder.join(name).with_extension("rs").is_file()
                || this.folder.join(name).join("mod.rs").is_file())
    }

    /// The crate that is called `name` in `module`: one that is being read, or a dependency by path.
    fn crate_named(&self, module: ModuleId, name: &str) -> Option<Named> {
        let known = {
            let modules = self.modules.borrow();
            let crates = self.crates.borrow();
            let mut roots = crates.iter().map(|(_, root)| *root);
            roots.find(|root| modules[*root].name == name)
        };
        if let Some(root) = known {
            return Some(Named::Module(root));
        }
        let package = self.modules.borrow()[self.root_of(module)]
            .package
            .clone()?;
        let key = (package, name.to_owned());
        if let Some(known) = self.dependencies.borrow().get(&key) {
            return known.map(Named::Module);
        }
        let found = packages::dependency(&key.0, name).map(|root| self.root(&root));
        self.dependencies.borrow_mut().insert(key, found);
        found.map(Named::Module)
    }

    fn root_of(&self, module: ModuleId) -> ModuleId {
        let modules = self.modules.borrow();
        let mut root = module;
        while let Some(parent) = modules[root].parent {
            root = parent;
        }
        root
    }

    /// `crate::user`, or with the name of its crate if that is known.
    pub(super) fn path_of(&self, module: ModuleId) -> String {
        let modules = self.modules.borrow();
        let mut names = vec![modules[module].name.as_str()];
        let mut next = modules[module].parent;
        while let Some(parent) = next {
            names.push(&modules[parent].name);
            next = modules[parent].parent;
        }
        names.reverse();
        names.join("::")
    }

    /// The `impl of for target` in `module` itself.
    pub(super) fn impl_here(&self, module: ModuleId, of: &str, target: &str) -> Option<Impl> {
        let modules = self.modules.borrow();
        let mut impls = modules[module].impls.iter();
        impls
            .find(|known| known.of == of && known.target == target && known.is_for_local())
            .cloned()
    }

    /// The `impl of for target` of a type `target` in `module`, wherever that is.
    pub(super) fn impl_of(&self, module: ModuleId, of: &str, target: &str) -> Option<Impl> {
        if let Some(found) = self.impl_here(module, of, target) {
            return Some(found);
        }
        let candidates: Vec<Impl> = {
            let modules = self.modules.borrow();
            let impls = modules.iter().flat_map(|module| &module.impls);
            impls
                .filter(|known| known.of == of && known.target == target)
                .cloned()
                .collect()
        };
        candidates.into_iter().find(|known| {
            let syn::Type::Path(path) = &*known.item.self_ty else {
                return false;
            };
            let names = syntax::names(&path.path);
            match self.find(known.module, &names) {
                Some((Named::Struct(at, item), _)) => {
                    at == module && syntax::name(&item.ident) == target
                }
                Some((Named::Enum(at, item), _)) => {
                    at == module && syntax::name(&item.ident) == target
                }
                _ => false,
            }
        })
    }

    /// What `names` stand for as a value: aliases of types are what they stand for.
    pub(super) fn find_value(
        &self,
        module: ModuleId,
        names: &[String],
    ) -> Option<(Named, Vec<String>)> {
        let (mut module, mut names) = (module, names.to_vec());
        for _ in 0..FARTHEST {
            let (named, taken) = self.find(module, &names)?;
            let rest = names.get(taken..).unwrap_or_default().to_vec();
            match named {
                Named::Alias(at, item) => {
                    let syn::Type::Path(path) = &*item.ty else {
                        return None;
                    };
                    module = at;
                    names = syntax::names(&path.path);
                    names.extend(rest);
                }
                other => return Some((other, rest)),
            }
        }
        None
    }
}

impl Impl {
    /// Whether its type is called by its name alone, so that it is one of the module.
    fn is_for_local(&self) -> bool {
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

    fn item(&self, module: ModuleId, name: &str) -> Option<Named> {
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

    fn take(&mut self, module: ModuleId, item: Item) {
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

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
