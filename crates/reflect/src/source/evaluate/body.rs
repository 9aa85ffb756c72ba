//! The expression that a function is.

use syn::{Block, Expr, ExprMatch, Pat, Stmt};

use crate::source::{project::Project, syntax};

impl Project<'_> {
    /// What a function without statements gives, for a variant of `self` if it has one.
    pub(in crate::source) fn body<'b>(
        &self,
        block: &'b Block,
        variant: Option<&str>,
    ) -> Option<&'b Expr> {
        let mut body = only(block)?;
        loop {
            body = match body {
                Expr::Match(choice) => return arm(choice, variant?),
                Expr::Paren(inner) => &inner.expr,
                Expr::Return(inner) => inner.expr.as_deref()?,
                Expr::Block(inner) => only(&inner.block)?,
                other => return Some(other),
            };
        }
    }
}

/// The one expression that `block` is.
pub(super) fn only(block: &Block) -> Option<&Expr> {
    let items = |statement: &&Stmt| !matches!(statement, Stmt::Item(syn::Item::Use(_)));
    let mut statements = block.stmts.iter().filter(items);
    match (statements.next(), statements.next()) {
        (Some(Stmt::Expr(expression, _)), None) => Some(expression),
        _ => None,
    }
}

fn arm<'m>(choice: &'m ExprMatch, variant: &str) -> Option<&'m Expr> {
    let arm = choice
        .arms
        .iter()
        .find(|arm| arm.guard.is_none() && covers(&arm.pat, variant))?;
    Some(&arm.body)
}

fn covers(pattern: &Pat, variant: &str) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Or(parts) => parts.cases.iter().any(|part| covers(part, variant)),
        Pat::Paren(inner) => covers(&inner.pat, variant),
        Pat::Reference(inner) => covers(&inner.pat, variant),
        Pat::Path(path) => syntax::last_name(&path.path) == variant,
        Pat::TupleStruct(parts) => syntax::last_name(&parts.path) == variant,
        Pat::Struct(parts) => syntax::last_name(&parts.path) == variant,
        // A variant in scope, or a name for whatever it is.
        Pat::Ident(name) => {
            let name = syntax::name(&name.ident);
            name == variant || name.starts_with(char::is_lowercase)
        }
        _ => false,
    }
}
