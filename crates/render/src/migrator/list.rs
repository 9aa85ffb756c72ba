//! Reads the list of migrations of a `Migrator` from its source.

use std::collections::BTreeMap;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{
    Block, Expr, ExprCall, ExprMacro, ExprMethodCall, ExprPath, Item, Local, Pat, Stmt,
    punctuated::Punctuated, spanned::Spanned,
};

use super::{Error, function, on_one_line, parse};

/// What stands in the list of a `Migrator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// `Box::new(all::m1::Migration)`: the modules that lead to it, from that of the list.
    Module(Vec<String>),
    /// `seadrift::sql_migration!("src/m1")`: the folder, from the crate's own.
    Sql(String),
    /// `seadrift::sql_migrations!("src")`: all folders of a folder.
    SqlFolders(String),
}

impl Entry {
    /// The name of the revision, where it is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Entry::Module(modules) => modules.last().map(String::as_str),
            Entry::Sql(folder) => folder.trim_end_matches('/').rsplit('/').next(),
            Entry::SqlFolders(_) => None,
        }
    }
}

/// The source of a module below that of the list, where there is one.
pub type Modules<'a> = &'a dyn Fn(&[String]) -> Option<String>;

/// What `source`, a `lib.rs`, lists, in order. Lists may be variables that are pushed to, chained, and made by functions without
/// arguments in `modules`. What is put together otherwise is refused, and so is an entry that is no
/// `Box::new(module::Migration)`: only the compiler knows what becomes of it.
pub fn list(source: &str, modules: Modules<'_>) -> Result<Vec<Entry>, Error> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let file = parse(source)?;
    let function = function(&file, "migrations").ok_or(Error::NoMigrator)?;
    let reader = Reader {
        file: &file,
        source,
        modules,
        here: &[],
        depth: 0,
    };
    reader.block(&function.block)
}

/// How many functions may call each other.
const DEEPEST: usize = 16;

/// Reads the lists of one file.
struct Reader<'a> {
    file: &'a syn::File,
    source: &'a str,
    modules: Modules<'a>,
    /// The module of the file.
    here: &'a [String],
    depth: usize,
}

/// The variables that hold lists.
type Lists = BTreeMap<String, Result<Vec<Entry>, Error>>;

impl Reader<'_> {
    fn unknown(&self, what: &impl Spanned) -> Error {
        let text = self.source.get(what.span().byte_range());
        let text = on_one_line(text.unwrap_or_default());
        Error::Entry(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn block(&self, block: &Block) -> Result<Vec<Entry>, Error> {
        let mut lists = Lists::new();
        for (at, statement) in block.stmts.iter().enumerate() {
            let is_last = at + 1 == block.stmts.len();
            match statement {
                Stmt::Local(local) => self.bind(local, &mut lists),
                Stmt::Expr(Expr::Return(returned), _) => {
                    let value = returned.expr.as_deref().ok_or(Error::NoMigrator)?;
                    return self.list(value, &lists);
                }
                Stmt::Expr(expression, None) if is_last => return self.list(expression, &lists),
                // `vec![…]` alone is taken for a statement.
                Stmt::Macro(last) if is_last && last.semi_token.is_none() => {
                    return self.invoked(&last.mac);
                }
                Stmt::Expr(expression, _) => self.change(expression, &mut lists)?,
                Stmt::Macro(_) | Stmt::Item(_) => {}
            }
        }
        Err(Error::NoMigrator)
    }

    /// `let mut all = …;`. What is no list is an error only where it is used as one.
    fn bind(&self, local: &Local, lists: &mut Lists) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        if let (Pat::Ident(name), Some(value)) = (pattern, &local.init) {
            let list = self.list(&value.expr, lists);
            lists.insert(name.ident.to_string(), list);
        }
    }

    /// A statement that may change a list.
    fn change(&self, expression: &Expr, lists: &mut Lists) -> Result<(), Error> {
        let Expr::MethodCall(ExprMethodCall {
            receiver,
            method,
            args,
            ..
        }) = expression
        else {
            let text = expression.to_token_stream();
            let names = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if lists.contains_key(&name.to_string()));
            return match any(text, &names) {
                // It may do something with a list: who knows what.
                true => Err(self.unknown(expression)),
                false => Ok(()),
            };
        };
        let name = path(receiver);
        let [name] = &name[..] else { return Ok(()) };
        if !lists.contains_key(name) {
            return Ok(());
        }
        let more = match (method.to_string().as_str(), args.first(), args.len()) {
            ("push", Some(entry), 1) => vec![self.entry(entry)?],
            ("extend", Some(list), 1) => self.list(list, lists)?,
            ("append", Some(Expr::Reference(list)), 1) => self.list(&list.expr, lists)?,
            ("reserve", ..) => vec![],
            _ => return Err(self.unknown(expression)),
        };
        if let Some(Ok(list)) = lists.get_mut(name) {
            list.extend(more);
        }
        Ok(())
    }

    /// What a list has in it.
    fn list(&self, expression: &Expr, lists: &Lists) -> Result<Vec<Entry>, Error> {
        match expression {
            Expr::Macro(ExprMacro { mac, .. }) => self.invoked(mac),
            Expr::Block(block) => self.block(&block.block),
            Expr::Paren(inner) => self.list(&inner.expr, lists),
            Expr::Array(array) => array.elems.iter().map(|entry| self.entry(entry)).collect(),
            Expr::Path(_) => match &path(expression)[..] {
                [name] => lists.get(name).cloned().ok_or(Error::NoMigrator)?,
                _ => Err(Error::NoMigrator),
            },
            Expr::Call(call) => {
                let called = path(&call.func);
                let words: Vec<_> = called.iter().map(String::as_str).collect();
                match words[..] {
                    ["Vec", "new" | "with_capacity"] => Ok(vec![]),
                    _ if call.args.is_empty() => self.called(&called),
                    _ => Err(Error::NoMigrator),
                }
            }
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                match (method.as_str(), call.args.first(), call.args.len()) {
                    ("into_iter" | "collect", None, 0) => self.list(&call.receiver, lists),
                    ("flatten", None, 0) => self.lists(&call.receiver, lists),
                    ("chain", Some(other), 1) => {
                        let mut list = self.list(&call.receiver, lists)?;
                        list.extend(self.list(other, lists)?);
                        Ok(list)
                    }
                    _ => Err(Error::NoMigrator),
                }
            }
            _ => Err(Error::NoMigrator),
        }
    }

    /// What a list of lists has in it.
    fn lists(&self, expression: &Expr, lists: &Lists) -> Result<Vec<Entry>, Error> {
        let each = match expression {
            Expr::Array(array) => array.elems.clone(),
            Expr::Macro(ExprMacro { mac, .. }) if mac.path.is_ident("vec") => items(mac)?,
            Expr::MethodCall(call) if call.method == "into_iter" => {
                return self.lists(&call.receiver, lists);
            }
            _ => return Err(Error::NoMigrator),
        };
        let each: Result<Vec<_>, _> = each.iter().map(|list| self.list(list, lists)).collect();
        Ok(each?.concat())
    }

    /// What `vec![…]` or a macro of seadrift's makes.
    fn invoked(&self, invoked: &syn::Macro) -> Result<Vec<Entry>, Error> {
        if invoked.path.is_ident("vec") {
            return items(invoked)?
                .iter()
                .map(|entry| self.entry(entry))
                .collect();
        }
        match ours(invoked) {
            Some(entry @ Entry::SqlFolders(_)) => Ok(vec![entry]),
            _ => Err(Error::NoMigrator),
        }
    }

    fn entry(&self, entry: &Expr) -> Result<Entry, Error> {
        if let Expr::Macro(ExprMacro { mac, .. }) = entry
            && let Some(entry @ Entry::Sql(_)) = ours(mac)
        {
            return Ok(entry);
        }
        let modules = modules_of(entry).and_then(|names| self.absolute(&names));
        modules
            .map(Entry::Module)
            .ok_or_else(|| self.unknown(entry))
    }

    /// The list that the function `called` returns.
    fn called(&self, called: &[String]) -> Result<Vec<Entry>, Error> {
        let place = self.absolute(called).ok_or(Error::NoMigrator)?;
        let (name, module) = place.split_last().ok_or(Error::NoMigrator)?;
        if self.depth >= DEEPEST {
            return Err(Error::NoMigrator);
        }
        if module == self.here {
            return self.function(name);
        }
        let source = (self.modules)(module).ok_or(Error::NoMigrator)?;
        let file = parse(&source)?;
        let reader = Reader {
            file: &file,
            source: &source,
            modules: self.modules,
            here: module,
            depth: self.depth + 1,
        };
        reader.function(name)
    }

    fn function(&self, name: &str) -> Result<Vec<Entry>, Error> {
        let mut items = self.file.items.iter();
        let found = items.find_map(|item| match item {
            Item::Fn(function) if function.sig.ident == name => Some(function),
            _ => None,
        });
        let function = found.ok_or(Error::NoMigrator)?;
        let reader = Reader {
            depth: self.depth + 1,
            ..*self
        };
        reader.block(&function.block)
    }

    /// `names`, a path in this file, from the module of the list.
    fn absolute(&self, names: &[String]) -> Option<Vec<String>> {
        let mut absolute = self.here.to_vec();
        let mut names = names.iter();
        while let Some(name) = names.as_slice().first() {
            match name.as_str() {
                // A list in a module of a crate says it of that module's crate: the list's own is taken for it.
                "crate" => absolute.clear(),
                "super" => drop(absolute.pop()?),
                "self" => {}
                _ => break,
            }
            names.next();
        }
        absolute.extend(names.cloned());
        Some(absolute)
    }
}

/// Whether one of `tokens`, at any depth, is such a one.
fn any(tokens: proc_macro2::TokenStream, is_one: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.into_iter().any(|token| match &token {
        TokenTree::Group(group) => any(group.stream(), is_one),
        token => is_one(token),
    })
}

fn items(invoked: &syn::Macro) -> Result<Punctuated<Expr, syn::Token![,]>, Error> {
    let items = invoked.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated);
    items.map_err(|_| Error::NoMigrator)
}

/// What a macro of seadrift's puts into a list.
fn ours(invoked: &syn::Macro) -> Option<Entry> {
    let path = || {
        invoked
            .parse_body::<syn::LitStr>()
            .ok()
            .map(|path| path.value())
    };
    let name = invoked.path.segments.last()?.ident.to_string();
    match name.as_str() {
        "sql_migration" => path().map(Entry::Sql),
        "sql_migrations" => path().map(Entry::SqlFolders),
        _ => None,
    }
}

/// The modules of an entry: `m1` of `Box::new(m1::Migration)`.
fn modules_of(entry: &Expr) -> Option<Vec<String>> {
    // One that is there on some platforms alone, by an attribute, is not told from the others.
    let Expr::Call(ExprCall {
        attrs, func, args, ..
    }) = entry
    else {
        return None;
    };
    let is_box = path(func).ends_with(&["Box".to_owned(), "new".to_owned()]);
    if !attrs.is_empty() || !is_box || args.len() != 1 {
        return None;
    }
    let mut names = match args.first()? {
        Expr::Call(call) => {
            // `m1::Migration::new(…)`: what is called is no part of the type.
            let mut names = path(&call.func);
            let is_type = names.last()?.starts_with(char::is_uppercase);
            if !is_type {
                names.pop();
            }
            names
        }
        Expr::Struct(value) => segments(&value.path),
        other => path(other),
    };
    names.pop()?;
    let is_module = names.last()?;
    (!is_module.starts_with(char::is_uppercase)).then_some(names)
}

fn path(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::Path(ExprPath { path, .. }) => segments(path),
        _ => vec![],
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(body: &str) -> String {
        format!(
            "mod m1;\npub struct Migrator;\n#[async_trait::async_trait]\nimpl MigratorTrait for Migrator {{\n    fn migrations() \
             -> Vec<Box<dyn MigrationTrait>> {{\n{body}\n    }}\n}}\n"
        )
    }

    /// The names in the list, without any module to read.
    fn names(source: &str) -> Result<Vec<String>, Error> {
        let entries = list(source, &|_| None)?;
        Ok(entries
            .iter()
            .filter_map(|entry| Some(entry.name()?.to_owned()))
            .collect())
    }

    #[test]
    fn a_list_is_read_however_it_is_written() {
        for (body, expected) in [
            ("vec![]", &[][..]),
            ("let _guard = 1; vec![Box::new(m1::Migration)]", &["m1"]),
            ("Vec::new()", &[]),
            ("vec![Box::new(m1::Migration)]", &["m1"]),
            (
                "vec![Box::new(m1::Migration), Box::new(m2::Migration),]",
                &["m1", "m2"],
            ),
            ("return vec![Box::new(m1::Migration)];", &["m1"]),
            ("return vec![Box::new(m1::Migration)]", &["m1"]),
            (
                "vec![\n // why\n Box::new(\n m1::Migration,\n ), /* and */\n std::boxed::Box::new(crate::all::m2::Migration)]",
                &["m1", "m2"],
            ),
            (
                "vec![Box::new(m1::Migration {}), Box::new(m2::CreateUser::new(3))]",
                &["m1", "m2"],
            ),
            (
                "vec![Box::new(m1::Migration::default()), Box::new(m2::Migration(1))]",
                &["m1", "m2"],
            ),
            ("vec!(Box::new(other_crate::m1::Migration))", &["m1"]),
            (
                "let mut all: Vec<Box<dyn MigrationTrait>> = Vec::with_capacity(2); all.push(Box::new(m1::Migration));\n\
                 all.extend(vec![Box::new(m2::Migration)].into_iter().chain([seadrift::sql_migration!(\"sql/m3\")])); all",
                &["m1", "m2", "m3"],
            ),
            (
                "let mut more = vec![Box::new(m2::Migration)]; let mut all = vec![Box::new(m1::Migration)]; all.append(&mut more); return all;",
                &["m1", "m2"],
            ),
            (
                "[vec![Box::new(m1::Migration)], vec![Box::new(m2::Migration)]].into_iter().flatten().collect()",
                &["m1", "m2"],
            ),
        ] {
            assert_eq!(names(&source(body)).unwrap(), expected, "{body}");
        }
        let windows = format!(
            "\u{feff}{}",
            source("vec![Box::new(m1::Migration)]").replace('\n', "\r\n")
        );
        assert_eq!(names(&windows).unwrap(), ["m1"]);
    }

    #[test]
    fn what_only_the_compiler_knows_is_refused() {
        let entry = |text: &str| Error::Entry(text.to_owned());
        for (body, expected) in [
            (
                "let mut all = vec![Box::new(m1::Migration)]; all.reverse(); all",
                entry("all.reverse()"),
            ),
            (
                "let mut all = vec![]; if cfg!(unix) { all.push(Box::new(m1::Migration)); } all",
                entry("if cfg!(unix) { all.push(Box::new(m1::Migration)); }"),
            ),
            ("list().into_iter().rev().collect()", Error::NoMigrator),
            ("let all = 1; all", Error::NoMigrator),
            ("list()", Error::NoMigrator),
            ("my_vec![Box::new(m1::Migration)]", Error::NoMigrator),
            ("vec![Box::new(m1::Migration); 3]", Error::NoMigrator),
            ("vec![Box::new(Migration)]", entry("Box::new(Migration)")),
            (
                "vec![Box::new(First::default())]",
                entry("Box::new(First::default())"),
            ),
            ("vec![\nm1()]", entry("m1()")),
            (
                "vec![Box::new(m1::Migration, 1)]",
                entry("Box::new(m1::Migration, 1)"),
            ),
            (
                "vec![Arc::new(m1::Migration)]",
                entry("Arc::new(m1::Migration)"),
            ),
            (
                "vec![#[cfg(unix)] Box::new(m1::Migration)]",
                entry("#[cfg(unix)] Box::new(m1::Migration)"),
            ),
        ] {
            let error = names(&source(body)).unwrap_err();
            assert_eq!(error.to_string(), expected.to_string(), "{body}");
        }
        assert!(matches!(names("fn main() {}"), Err(Error::NoMigrator)));
        assert!(matches!(names("fn ("), Err(Error::Syntax { .. })));
    }

    #[test]
    fn functions_of_other_modules_are_read() {
        let library = source(
            "users::migrations().into_iter().chain(rest()).chain(seadrift::sql_migrations!(\"sql\")).collect()",
        ) + "fn rest() -> Vec<Box<dyn MigrationTrait>> { vec![Box::new(m9::Migration)] }";
        let modules = |path: &[String]| {
            let source = match path {
                [users] if users == "users" => {
                    "pub fn migrations() -> Vec<Box<dyn MigrationTrait>> { let mut all = old::all(); all.push(Box::new(m3::Migration)); all }"
                }
                [users, old] if users == "users" && old == "old" => {
                    "pub fn all() -> X { vec![Box::new(m1::Migration), Box::new(super::m2::Migration), Box::new(crate::m0::Migration)] }"
                }
                _ => return None,
            };
            Some(source.to_owned())
        };
        let module = |path: &str| Entry::Module(path.split("::").map(str::to_owned).collect());
        assert_eq!(
            list(&library, &modules).unwrap(),
            [
                module("users::old::m1"),
                module("users::m2"),
                module("m0"),
                module("users::m3"),
                module("m9"),
                Entry::SqlFolders("sql".to_owned()),
            ]
        );
        let circle = source("a()") + "fn a() -> X { b() } fn b() -> X { a() }";
        assert!(matches!(names(&circle), Err(Error::NoMigrator)));
    }
}
