//! Adds a migration to the `Migrator` of a migration crate, and touches nothing else in its `lib.rs`.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{ImplItem, Item, spanned::Spanned};

/// Why a migration cannot be added.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Error {
    #[error("it is not Rust: {message} (line {line})")]
    Syntax { message: String, line: usize },
    #[error("it has no `impl MigratorTrait for …` with a `fn migrations` that ends in a `vec![…]`")]
    NoMigrator,
    #[error("it has `mod {0};` already")]
    Known(String),
}

/// `source`, a `lib.rs`, with a module line and an entry in `migrations()` for `revision`.
pub fn add(source: &str, revision: &str) -> Result<String, Error> {
    let file = syn::parse_file(source).map_err(|error| Error::Syntax {
        message: error.to_string(),
        line: error.span().start().line,
    })?;
    if file
        .items
        .iter()
        .any(|item| matches!(item, Item::Mod(module) if module.ident == revision))
    {
        return Err(Error::Known(revision.to_owned()));
    }
    let list = migrations(&file).ok_or(Error::NoMigrator)?;
    let (entries, replacement) = with_entry(source, list, revision);
    let (line, module) = with_module(source, &file, revision);
    // The later place first, so that the earlier one stays where it is.
    let mut edits = [(entries, replacement), (line..line, module)];
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut edited = source.to_owned();
    for (range, text) in edits {
        edited.replace_range(range, &text);
    }
    Ok(edited)
}

/// The `vec![…]` of the list of migrations.
struct List {
    /// Where what stands between its brackets is.
    inner: Range<usize>,
    /// Where its entries are.
    entries: Vec<Range<usize>>,
}

fn migrations(file: &syn::File) -> Option<List> {
    let function = file.items.iter().find_map(|item| {
        let Item::Impl(block) = item else { return None };
        let (_, path, _) = block.trait_.as_ref()?;
        if path.segments.last()?.ident != "MigratorTrait" {
            return None;
        }
        block.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "migrations" => Some(function),
            _ => None,
        })
    })?;
    let invocation = function
        .block
        .stmts
        .iter()
        .rev()
        .find_map(|statement| match statement {
            syn::Stmt::Expr(syn::Expr::Macro(expression), _) => Some(&expression.mac),
            syn::Stmt::Macro(statement) => Some(&statement.mac),
            _ => None,
        })?;
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

/// What to put where, so that the list has an entry for `revision` at its end, laid out as rustfmt would.
fn with_entry(source: &str, list: List, revision: &str) -> (Range<usize>, String) {
    let entry = format!("Box::new({revision}::Migration)");
    let inner = &source[list.inner.clone()];
    let Some(last) = list.entries.last() else {
        // Whatever stands between the brackets is a comment, and stays.
        return match (inner.trim().is_empty(), entry.len() <= 60) {
            (true, true) => (list.inner, entry),
            (true, false) => {
                let indent = indentation(source, list.inner.start);
                (list.inner, format!("\n{indent}    {entry},\n{indent}"))
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
    if inner.contains('\n') {
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
    let mut all: Vec<&str> = list
        .entries
        .iter()
        .map(|place| &source[place.clone()])
        .collect();
    all.push(&entry);
    let indent = indentation(source, list.inner.start);
    let lines: String = all
        .iter()
        .map(|entry| format!("\n{indent}    {entry},"))
        .collect();
    (list.inner, format!("{lines}\n{indent}"))
}

/// Where the module line for `revision` goes, and what it is.
fn with_module(source: &str, file: &syn::File, revision: &str) -> (usize, String) {
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
        return (line(module), format!("\nmod {revision};"));
    }
    let mut imports = file
        .items
        .iter()
        .filter(|item| matches!(item, Item::Use(_) | Item::ExternCrate(_)));
    if let Some(import) = imports.next_back() {
        return (line(import), format!("\n\nmod {revision};"));
    }
    // Before the first item, behind what belongs to the whole file.
    let start = file
        .items
        .first()
        .map_or(source.len(), |item| item.span().byte_range().start);
    (start, format!("mod {revision};\n\n"))
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
    }
}
