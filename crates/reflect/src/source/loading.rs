//! Files as modules.

use std::{fs, path::Path};

use proc_macro2::TokenTree;
use syn::{Attribute, Item, ItemMacro, ItemMod};

use super::{
    error::Kind,
    modules::{Module, ModuleId, State},
    packages::CrateRoot,
    project::{FileId, Project},
    syntax,
};

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
    pub(super) fn root(&self, root: &CrateRoot) -> ModuleId {
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

    pub(super) fn add(&self, module: Module) -> ModuleId {
        let mut modules = self.modules.borrow_mut();
        modules.push(module);
        modules.len() - 1
    }

    /// The module `name` in `parent`, made if it is not there.
    pub(super) fn child(&self, parent: ModuleId, name: &str) -> ModuleId {
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

    /// Remembers which modules `module` says it has, whatever `cfg` says of them.
    fn note_modules(&self, module: ModuleId, items: &[Item]) {
        let mut modules = self.modules.borrow_mut();
        let this = &mut modules[module];
        for item in items {
            match item {
                Item::Mod(item) => {
                    this.declared.insert(syntax::name(&item.ident));
                }
                // Not `macro_rules!`.
                Item::Macro(item) if item.ident.is_none() => this.has_macros = true,
                _ => {}
            }
        }
    }

    /// Whether nobody declares `module`, or one that it is in, so that the compiler does not know its file.
    pub(super) fn is_undeclared(&self, module: ModuleId) -> bool {
        let modules = self.modules.borrow();
        let mut next = module;
        while let Some(parent) = modules[next].parent {
            let knows = &modules[parent];
            let is_sure = knows.is_own
                && knows.file.is_some()
                && !knows.is_broken
                && !knows.has_macros
                && knows.state == State::Read;
            if is_sure && !knows.declared.contains(&modules[next].name) {
                return true;
            }
            next = parent;
        }
        false
    }

    /// A package may have a program beside its library, with modules of its own.
    pub(super) fn note_other_root(&self, module: ModuleId, path: &Path) {
        *self.looking_up.borrow_mut() += 1;
        match self.parse(path) {
            Some((_, syntax)) => self.note_modules(module, &syntax.items),
            None => self.modules.borrow_mut()[module].has_macros = true,
        }
        *self.looking_up.borrow_mut() -= 1;
    }

    /// `beside` is where the file is, from which `#[path]` counts.
    pub(super) fn take_items(&self, module: ModuleId, items: Vec<Item>, beside: &Path) {
        self.note_modules(module, &items);
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
    pub(super) fn look_at_macro(&self, module: ModuleId, item: &ItemMacro) {
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

    pub(super) fn take_module(&self, parent: ModuleId, item: ItemMod, beside: &Path) {
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
    pub(super) fn ensure_read(&self, module: ModuleId) {
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
