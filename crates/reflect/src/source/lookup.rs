//! What a name means in a module.

use super::{
    modules::{Impl, ModuleId, Named, State},
    packages,
    project::Project,
    syntax,
};

/// How far a name is followed through `use`. A loop of them has no end.
const FARTHEST: usize = 32;

impl Project<'_> {
    /// What `names` stand for in `module`, and how many of them that took: the rest are variants or functions.
    pub(super) fn find(&self, module: ModuleId, names: &[String]) -> Option<(Named, usize)> {
        self.found.borrow_mut().clear();
        self.met_broken.set(false);
        self.follow(module, names, 0)
    }

    pub(super) fn follow(
        &self,
        module: ModuleId,
        names: &[String],
        depth: usize,
    ) -> Option<(Named, usize)> {
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
    pub(super) fn find_in(&self, module: ModuleId, name: &str, depth: usize) -> Option<Named> {
        let key = (module, name.to_owned());
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        self.found.borrow_mut().insert(key.clone(), None);
        let found = self.look_into(module, name, depth);
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    pub(super) fn look_into(&self, module: ModuleId, name: &str, depth: usize) -> Option<Named> {
        self.ensure_read(module);
        let (path, globs) = {
            let modules = self.modules.borrow();
            let this = &modules[module];
            if this.is_broken {
                self.met_broken.set(true);
            }
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
    pub(super) fn follow_use(
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
    pub(super) fn has_file(&self, module: ModuleId, name: &str) -> bool {
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
    pub(super) fn crate_named(&self, module: ModuleId, name: &str) -> Option<Named> {
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

    pub(super) fn root_of(&self, module: ModuleId) -> ModuleId {
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
