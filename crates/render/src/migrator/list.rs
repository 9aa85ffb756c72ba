//! Reads the list of migrations of a `Migrator` from its source.

use syn::{Expr, ExprCall, ExprMacro, ExprPath, Stmt, punctuated::Punctuated, spanned::Spanned};

use super::{Error, function, on_one_line, parse};

/// The names of the revisions in `source`, a `lib.rs`, in the order of its list: the modules of what stands in it. A list that is put
/// together by statements is refused, and so is an entry that is no `Box::new(module::Migration)`: only the compiler knows
/// what becomes of it.
pub fn list(source: &str) -> Result<Vec<String>, Error> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let file = parse(source)?;
    let function = function(&file, "migrations").ok_or(Error::NoMigrator)?;
    let expression = match function.block.stmts.last() {
        Some(Stmt::Expr(Expr::Return(returned), _)) => returned.expr.as_deref(),
        Some(Stmt::Expr(expression, None)) => Some(expression),
        // `vec![…]` alone is taken for a statement.
        Some(Stmt::Macro(last)) if last.semi_token.is_none() => return entries(&last.mac, source),
        _ => None,
    };
    match expression.ok_or(Error::NoMigrator)? {
        Expr::Macro(ExprMacro { mac, .. }) => entries(mac, source),
        Expr::Call(call) if call.args.is_empty() && path(&call.func) == ["Vec", "new"] => {
            Ok(vec![])
        }
        _ => Err(Error::NoMigrator),
    }
}

fn entries(list: &syn::Macro, source: &str) -> Result<Vec<String>, Error> {
    if !list.path.is_ident("vec") {
        return Err(Error::NoMigrator);
    }
    let entries = list
        .parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
        .map_err(|_| Error::NoMigrator)?;
    let entries = entries.iter().map(|entry| {
        let text = || source.get(entry.span().byte_range()).unwrap_or_default();
        module(entry).ok_or_else(|| Error::Entry(on_one_line(text())))
    });
    entries.collect()
}

/// The module of an entry: `m1` of `Box::new(m1::Migration)`.
fn module(entry: &Expr) -> Option<String> {
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
    let names = match args.first()? {
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
    match &names[..] {
        [.., module, _] if !module.starts_with(char::is_uppercase) => Some(module.clone()),
        _ => None,
    }
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
        ] {
            assert_eq!(list(&source(body)).unwrap(), expected, "{body}");
        }
        let windows = format!(
            "\u{feff}{}",
            source("vec![Box::new(m1::Migration)]").replace('\n', "\r\n")
        );
        assert_eq!(list(&windows).unwrap(), ["m1"]);
    }

    #[test]
    fn what_only_the_compiler_knows_is_refused() {
        let entry = |text: &str| Error::Entry(text.to_owned());
        for (body, expected) in [
            (
                "let mut all = vec![]; all.push(Box::new(m1::Migration)); all",
                Error::NoMigrator,
            ),
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
            let error = list(&source(body)).unwrap_err();
            assert_eq!(error.to_string(), expected.to_string(), "{body}");
        }
        assert!(matches!(list("fn main() {}"), Err(Error::NoMigrator)));
        assert!(matches!(list("fn ("), Err(Error::Syntax { .. })));
    }
}
