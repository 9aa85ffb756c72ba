//! The list of migrations of a migration crate's `Migrator`: reads it, and adds to it without touching anything else in
//! its `lib.rs`.

mod list;
mod remove;

use std::ops::Range;

pub use list::{Entry, Modules, list};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
pub use remove::remove;
use syn::{ImplItem, Item, spanned::Spanned};

/// Why a migration cannot be added.
#[derive(Debug, Clone, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("it is not Rust: {message} (line {line})")]
    Syntax { message: String, line: usize },
    #[error("it has the marks of a merge conflict (line {0})")]
    Conflict(usize),
    #[error("it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`")]
    NoMigrator,
    #[error("it has `mod {0};` already")]
    Known(String),
    #[error("only a build can say which migration this entry is: `{0}`")]
    Entry(String),
    #[error("only a build can say what its `migration_table_name` is")]
    Table,
    #[error("it has no `mod {0};`, or `{0}` not once in its list")]
    Unknown(String),
    #[error("its comments leave no place that is surely right")]
    NoPlace,
}

/// `source`, a `lib.rs`, with a module line and an entry in `migrations()` for `revision`.
pub fn add(source: &str, revision: &str) -> Result<String, Error> {
    let entry = format!("{revision}::Migration");
    edit(source, |text| {
        add_to_rust(text, Some(revision), &boxed(&entry))
    })
}

/// `source`, a `lib.rs`, with an entry for `revision`, which is in the module that `modules` lead to.
pub fn add_nested(source: &str, modules: &[String], revision: &str) -> Result<String, Error> {
    let path = modules.join("::");
    let entry = format!("{path}::{revision}::Migration");
    edit(source, |text| add_to_rust(text, None, &boxed(&entry)))
}

/// `source`, a module that has those of revisions, with a line for that of `revision`.
pub fn add_module(source: &str, revision: &str) -> Result<String, Error> {
    edit(source, |text| {
        let file = parse(text)?;
        if has_module(&file, revision) {
            return Err(Error::Known(revision.to_owned()));
        }
        let (line, module) = with_module(text, &file, revision, "pub ");
        let mut edited = text.to_owned();
        edited.replace_range(line..line, &module);
        match parse(&edited).is_ok_and(|file| has_module(&file, revision)) {
            true => Ok(edited),
            false => Err(Error::NoPlace),
        }
    })
}

/// `source`, a `lib.rs`, with an entry for the migration that is SQL, in `folder`, which is a path from the crate's own.
pub fn add_sql(source: &str, folder: &str) -> Result<String, Error> {
    let entry = New {
        one_line: format!("seadrift::sql_migration!({folder:?})"),
        inner: None,
    };
    edit(source, |text| add_to_rust(text, None, &entry))
}

/// What `change` makes of `source`, without what editors put in front of a file and at the end of its lines, which is not
/// Rust, and stays as it is.
fn edit(source: &str, change: impl Fn(&str) -> Result<String, Error>) -> Result<String, Error> {
    let (mark, text) = match source.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", source),
    };
    let with_newlines = text.replace("\r\n", "\n");
    let ends_in_crlf = with_newlines.replace('\n', "\r\n") == text;
    let text = if ends_in_crlf { &with_newlines } else { text };
    let edited = change(text)?;
    let edited = if ends_in_crlf {
        edited.replace('\n', "\r\n")
    } else {
        edited
    };
    Ok(format!("{mark}{edited}"))
}

/// An entry to be.
struct New {
    /// On one line.
    one_line: String,
    /// What stands in its `Box::new(…)`.
    inner: Option<String>,
}

fn boxed(inner: &str) -> New {
    New {
        one_line: format!("Box::new({inner})"),
        inner: Some(inner.to_owned()),
    }
}

/// Whether a module may have this name.
pub fn is_module(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok() && !["lib", "main", "mod"].contains(&name)
}

/// The name of the version table in `source`, where its `Migrator` has one of its own.
pub fn table(source: &str) -> Result<Option<String>, Error> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let file = parse(source)?;
    let Some(function) = function(&file, "migration_table_name") else {
        return Ok(None);
    };
    match literal(function.block.to_token_stream()) {
        Some(name) => Ok(Some(name)),
        None => Err(Error::Table),
    }
}

/// The first string in `tokens`.
fn literal(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => {
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).ok()?;
            Some(text.value())
        }
        TokenTree::Group(group) => literal(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    })
}

/// `source` with the entry, and with the line of a module, where it has one.
fn add_to_rust(source: &str, module: Option<&str>, entry: &New) -> Result<String, Error> {
    let file = parse(source)?;
    if let Some(module) = module.filter(|module| has_module(&file, module)) {
        return Err(Error::Known(module.to_owned()));
    }
    let place = place(&file).ok_or(Error::NoMigrator)?;
    let count = place.count();
    let mut edits = vec![match place {
        ListPlace::Vec(list) => with_entry(source, list, entry),
        ListPlace::Pushes { name, end, .. } => {
            let indent = indentation(source, end);
            let push = format!("\n{indent}{name}.push({});", entry.one_line);
            (end..end, push)
        }
    }];
    if let Some(module) = module {
        let (line, text) = with_module(source, &file, module, "");
        edits.push((line..line, text));
    }
    // The later place first, so that the earlier one stays where it is.
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut edited = source.to_owned();
    for (range, text) in edits {
        edited.replace_range(range, &text);
    }
    // A comment can reach to where a line is put.
    let is_there = parse(&edited).is_ok_and(|file| {
        module.is_none_or(|module| has_module(&file, module))
            && self::place(&file).is_some_and(|place| place.count() == count + 1)
    });
    if is_there {
        Ok(edited)
    } else {
        Err(Error::NoPlace)
    }
}

fn parse(source: &str) -> Result<syn::File, Error> {
    syn::parse_str(source).map_err(|error: syn::Error| {
        match source.lines().position(|line| line.starts_with("<<<<<<< ")) {
            Some(before) => Error::Conflict(before + 1),
            None => Error::Syntax {
                message: error.to_string(),
                line: error.span().start().line,
            },
        }
    })
}

fn has_module(file: &syn::File, name: &str) -> bool {
    file.items
        .iter()
        .any(|item| matches!(item, Item::Mod(module) if module.ident == name))
}

/// The `vec![…]` of the list of migrations.
struct List {
    /// Where what stands between its brackets is.
    inner: Range<usize>,
    /// Where its entries are.
    entries: Vec<Range<usize>>,
}

/// Where a list can be added to.
enum ListPlace {
    /// It is a `vec![…]`.
    Vec(List),
    /// It is a variable that is pushed to.
    Pushes {
        name: String,
        /// The end of the last statement before the list is returned.
        end: usize,
        /// How many statements there are.
        count: usize,
    },
}

impl ListPlace {
    /// How many entries or statements there are.
    fn count(&self) -> usize {
        match self {
            ListPlace::Vec(list) => list.entries.len(),
            ListPlace::Pushes { count, .. } => *count,
        }
    }
}

/// Where the list of `file` can be added to.
fn place(file: &syn::File) -> Option<ListPlace> {
    if let Some(list) = migrations(file) {
        return Some(ListPlace::Vec(list));
    }
    let (last, before) = function(file, "migrations")?.block.stmts.split_last()?;
    let returned = match last {
        syn::Stmt::Expr(syn::Expr::Return(returned), _) => returned.expr.as_deref()?,
        syn::Stmt::Expr(expression, None) => expression,
        _ => return None,
    };
    let syn::Expr::Path(returned) = returned else {
        return None;
    };
    let name = returned.path.get_ident()?;
    let mut bound = before.iter().rev().filter_map(|statement| {
        let syn::Stmt::Local(local) = statement else {
            return None;
        };
        let pattern = match &local.pat {
            syn::Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        match pattern {
            syn::Pat::Ident(its) if its.ident == *name => Some((its.mutability.is_some(), local)),
            _ => None,
        }
    });
    let (is_mutable, local) = bound.next()?;
    if !is_mutable {
        return match &*local.init.as_ref()?.expr {
            syn::Expr::Macro(list) => entries_of(&list.mac).map(ListPlace::Vec),
            _ => None,
        };
    }
    Some(ListPlace::Pushes {
        name: name.to_string(),
        end: before.last()?.span().byte_range().end,
        count: before.len(),
    })
}

/// The function `name` of the `Migrator`.
fn function<'f>(file: &'f syn::File, name: &str) -> Option<&'f syn::ImplItemFn> {
    file.items.iter().find_map(|item| {
        let Item::Impl(block) = item else { return None };
        let (_, path, _) = block.trait_.as_ref()?;
        if path.segments.last()?.ident != "MigratorTrait" {
            return None;
        }
        block.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == name => Some(function),
            _ => None,
        })
    })
}

fn migrations(file: &syn::File) -> Option<List> {
    let last = function(file, "migrations")?.block.stmts.last()?;
    let expression = match last {
        syn::Stmt::Macro(statement) => return entries_of(&statement.mac),
        syn::Stmt::Expr(syn::Expr::Return(returned), _) => returned.expr.as_deref()?,
        syn::Stmt::Expr(expression, _) => expression,
        _ => return None,
    };
    match expression {
        syn::Expr::Macro(expression) => entries_of(&expression.mac),
        _ => None,
    }
}

fn entries_of(invocation: &syn::Macro) -> Option<List> {
    if !invocation.path.is_ident("vec") {
        return None;
    }
    let delimiters = invocation.delimiter.span();
    let inner = delimiters.open().byte_range().end..delimiters.close().byte_range().start;
    Some(List {
        inner,
        entries: entries(invocation.tokens.clone()),
    })
}

/// Where the parts between commas are.
fn entries(tokens: TokenStream) -> Vec<Range<usize>> {
    let mut entries = vec![];
    let mut current: Option<Range<usize>> = None;
    for token in tokens {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
            entries.extend(current.take());
        } else {
            let place = token.span().byte_range();
            current = Some(current.map_or(place.start, |range| range.start)..place.end);
        }
    }
    entries.extend(current);
    entries
}

/// What to put where, so that the list has the `new` entry at its end, laid out as rustfmt would.
fn with_entry(source: &str, list: List, new: &New) -> (Range<usize>, String) {
    let entry = new.one_line.clone();
    let inner = &source[list.inner.clone()];
    let Some(last) = list.entries.last() else {
        // Whatever stands between the brackets is a comment, and stays.
        let broken = new.inner.as_ref().filter(|_| entry.len() > 60);
        return match (inner.trim().is_empty(), broken) {
            (true, None) => (list.inner, entry),
            (true, Some(boxed)) => {
                let indent = indentation(source, list.inner.start);
                let broken = format!("Box::new(\n{indent}    {boxed},\n{indent})");
                (list.inner, broken)
            }
            (false, _) => {
                let indent = indentation(source, list.inner.start);
                let end = list.inner.start + inner.trim_end().len();
                (
                    end..list.inner.end,
                    format!("\n{indent}    {entry},\n{indent}"),
                )
            }
        };
    };
    let between: String = between(source, &list).collect();
    if between.contains('\n') {
        let indent = indentation(source, last.start);
        let after = &source[last.end..list.inner.end];
        return match after.trim_start().starts_with(',') {
            true => {
                let comma = last.end + after.find(',').unwrap_or(0) + 1;
                // A comment behind the last entry belongs to it.
                let rest = &source[comma..list.inner.end];
                let end = comma + rest.find('\n').unwrap_or(0);
                (end..end, format!("\n{indent}{entry},"))
            }
            false => (last.end..last.end, format!(",\n{indent}{entry}")),
        };
    }
    if between.contains(|c: char| c != ',' && !c.is_whitespace()) {
        // A comment, which stays where it is.
        return (last.end..last.end, format!(", {entry}"));
    }
    let mut all: Vec<_> = list
        .entries
        .iter()
        .map(|place| on_one_line(&source[place.clone()]))
        .collect();
    all.push(entry);
    let indent = indentation(source, list.inner.start);
    let lines: String = all
        .iter()
        .map(|entry| format!("\n{indent}    {entry},"))
        .collect();
    (list.inner, format!("{lines}\n{indent}"))
}

/// What stands around the entries: commas, white space and comments.
fn between<'a>(source: &'a str, list: &List) -> impl Iterator<Item = &'a str> {
    let starts = list.entries.iter().map(|entry| entry.start);
    let ends = list.entries.iter().map(|entry| entry.end);
    [list.inner.start]
        .into_iter()
        .chain(ends)
        .zip(starts.chain([list.inner.end]))
        .map(|(from, to)| &source[from..to])
}

/// `Box::new(…)` of a list of one, which rustfmt breaks, as it is in a list of several.
fn on_one_line(entry: &str) -> String {
    let argument = entry
        .strip_prefix("Box::new(")
        .and_then(|rest| rest.strip_suffix(')'))
        .map(|argument| argument.trim().trim_end_matches(',').trim_end());
    match argument {
        Some(argument) if !argument.contains(['\n', '/']) => format!("Box::new({argument})"),
        _ => entry.to_owned(),
    }
}

/// Where the module line for `revision` goes, and what it is.
fn with_module(
    source: &str,
    file: &syn::File,
    revision: &str,
    visibility: &str,
) -> (usize, String) {
    let mut modules = file
        .items
        .iter()
        .filter(|item| matches!(item, Item::Mod(module) if module.content.is_none()));
    let line = |item: &Item| {
        let end = item.span().byte_range().end;
        // A comment behind it belongs to it.
        end + source[end..].find('\n').unwrap_or(source.len() - end)
    };
    if let Some(module) = modules.next_back() {
        return (line(module), format!("\n{visibility}mod {revision};"));
    }
    let mut imports = file
        .items
        .iter()
        .filter(|item| matches!(item, Item::Use(_) | Item::ExternCrate(_)));
    if let Some(import) = imports.next_back() {
        return (line(import), format!("\n\n{visibility}mod {revision};"));
    }
    // Before the first item, behind what belongs to the whole file.
    let start = file
        .items
        .first()
        .map_or(source.len(), |item| item.span().byte_range().start);
    (start, format!("{visibility}mod {revision};\n\n"))
}

/// The white space that the line of `at` starts with.
fn indentation(source: &str, at: usize) -> &str {
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &source[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "pub use sea_orm_migration::prelude::*;\n\n";
    const TAIL: &str = "\n#[async_trait::async_trait]\nimpl MigratorTrait for Migrator {\n    \
                        fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        ";

    fn source(modules: &str, list: &str) -> String {
        format!("{HEAD}{modules}pub struct Migrator;\n{TAIL}{list}\n    }}\n}}\n")
    }

    #[test]
    fn a_migration_goes_behind_the_last_one() {
        let one = "mod m1;\n\n";
        let two = "mod m1;\nmod m2;\n\n";
        let list = |entries: &[&str]| {
            let lines: String = entries
                .iter()
                .map(|entry| format!("            {entry},\n"))
                .collect();
            format!("vec![\n{lines}        ]")
        };
        let (first, second) = ("Box::new(m1::Migration)", "Box::new(m2::Migration)");
        for (before, after) in [
            (
                source("", "vec![]"),
                source("mod m2;\n\n", &format!("vec![{second}]")),
            ),
            (
                source(one, &format!("vec![{first}]")),
                source(two, &list(&[first, second])),
            ),
            (
                source(one, &list(&[first])),
                source(two, &list(&[first, second])),
            ),
            (
                source(
                    "mod m1; // the first\n\n",
                    &format!("vec![\n            {first} // why\n        ]"),
                ),
                source(
                    "mod m1; // the first\nmod m2;\n\n",
                    &format!("vec![\n            {first},\n            {second} // why\n        ]"),
                ),
            ),
            (
                source(
                    one,
                    &format!("vec![\n            {first}, // why\n            // end\n        ]"),
                ),
                source(
                    two,
                    &format!(
                        "vec![\n            {first}, // why\n            {second},\n            // end\n        ]"
                    ),
                ),
            ),
            (
                source("", "vec![\n            // none yet\n        ]"),
                source(
                    "mod m2;\n\n",
                    &format!("vec![\n            // none yet\n            {second},\n        ]"),
                ),
            ),
        ] {
            assert_eq!(add(&before, "m2").unwrap(), after);
        }
    }

    #[test]
    fn what_stands_around_stays() {
        let first = "Box::new(m1::Migration)";
        let before = source("mod m1;\n\n", &format!("vec![{first} /* why, and how */]"));
        let list = format!("vec![{first}, Box::new(m2::Migration) /* why, and how */]");
        let after = source("mod m1;\nmod m2;\n\n", &list);
        assert_eq!(add(&before, "m2").unwrap(), after);

        let windows = |source: &str| format!("\u{feff}{}", source.replace('\n', "\r\n"));
        assert_eq!(add(&windows(&before), "m2").unwrap(), windows(&after));
    }

    #[test]
    fn nothing_is_put_into_a_comment() {
        let before = source("mod m1; /* the first\n           of many */\n\n", "vec![]");
        assert!(matches!(add(&before, "m2"), Err(Error::NoPlace)));
    }

    #[test]
    fn a_file_without_a_migrator_is_refused() {
        for source in [
            "",
            "fn main() {}",
            "impl MigratorTrait for M { fn migrations() -> X { list() } }",
        ] {
            assert!(
                matches!(add(source, "m2"), Err(Error::NoMigrator)),
                "{source}"
            );
        }
        assert!(matches!(
            add("fn (", "m2"),
            Err(Error::Syntax { line: 1, .. })
        ));
        assert!(matches!(add("mod m2;", "m2"), Err(Error::Known(_))));
        let conflict = "use a;\n<<<<<<< ours\nmod m1;\n=======\n>>>>>>> theirs\n";
        assert!(matches!(add(conflict, "m2"), Err(Error::Conflict(2))));
    }

    #[test]
    fn a_list_that_is_pushed_to_is_pushed_to() {
        let body = |more: &str| {
            source(
                "",
                &format!(
                    "let mut all: Vec<Box<dyn MigrationTrait>> = vec![];\n        all.extend(users::migrations()); // those\n{more}        all"
                ),
            )
        };
        let before = body("");
        let after = before.replace(
            "all.extend(users::migrations());",
            "all.extend(users::migrations());\n        all.push(Box::new(m2::Migration));",
        );
        assert_eq!(
            add(&before, "m2").unwrap(),
            after.replace("pub struct", "mod m2;\n\npub struct")
        );
        let sql = add_sql(&before, "src/m2").unwrap();
        assert!(
            sql.contains("\n        all.push(seadrift::sql_migration!(\"src/m2\"));"),
            "{sql}"
        );
        let bound = source("", "let all = vec![];\n        all");
        let after = source(
            "mod m2;\n\n",
            "let all = vec![Box::new(m2::Migration)];\n        all",
        );
        assert_eq!(add(&bound, "m2").unwrap(), after);
        for body in ["a().into_iter().chain(b()).collect()", "let all = a(); all"] {
            let error = add(&source("", body), "m2").unwrap_err();
            assert!(matches!(error, Error::NoMigrator), "{body}");
        }
    }

    #[test]
    fn a_module_of_its_own_has_the_line() {
        let library = source("mod all;\n\n", "return vec![Box::new(all::m1::Migration)];");
        let all = ["all".to_owned()];
        let added = add_nested(&library, &all, "m2").unwrap();
        assert!(
            added.contains("            Box::new(all::m2::Migration),\n        ];"),
            "{added}"
        );
        assert!(!added.contains("mod m2"), "{added}");
        assert_eq!(
            add_module("pub mod m1;\n", "m2").unwrap(),
            "pub mod m1;\npub mod m2;\n"
        );
        assert!(matches!(add_module("mod m2;", "m2"), Err(Error::Known(_))));
    }
}
