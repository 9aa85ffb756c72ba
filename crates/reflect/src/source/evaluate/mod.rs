//! Rust expressions as the values of SeaORM and sea-query that they stand for.
//!
//! Only what is written out is read: literals, constants, the types and functions of sea-query, entities and their
//! columns. A call of anything else is for the compiler.

mod body;
mod builder;
mod builtin;
mod json;
mod moment;
mod value;

use proc_macro2::Span;
use syn::{
    Expr, ExprCall, ExprLit, ExprMethodCall, ExprStruct, Lit, Member, Path, QSelf, Token, UnOp,
    punctuated::Punctuated, spanned::Spanned,
};

use super::{
    error::Kind,
    modules::{ModuleId, Named},
    project::Project,
    syntax,
};

pub(super) use builder::{Definition, Relation, names};
pub(super) use builtin::action;
pub(super) use value::Value;

/// Why an expression has no value, and where.
#[derive(Debug)]
pub(super) struct Failure {
    pub module: ModuleId,
    pub span: Span,
    pub what: What,
}

/// What has no value.
#[derive(Debug)]
pub(super) enum What {
    Expression(String),
    Entity(String),
    Column {
        entity: String,
        column: String,
    },
    Type(String),
    TypeLoop(String),
    TypeEntry {
        ty: String,
        expression: String,
    },
    /// It is in a file that is broken, which was said.
    Broken,
}

/// A value, or why there is none.
pub(super) type Answer<T> = Result<T, Failure>;

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub module: ModuleId,
    /// What `Self` is.
    pub this: Option<&'a str>,
}

impl Failure {
    /// The error that this is, in `entity` and maybe a column of it.
    pub(super) fn report(self, project: &Project<'_>, entity: &str, column: Option<&str>) {
        let subject = match column {
            Some(column) => format!("column `{column}` of `{entity}`"),
            None => format!("`{entity}`"),
        };
        let entity_name = entity.to_owned();
        let column = column.unwrap_or_default().to_owned();
        let kind = match self.what {
            What::Expression(expression) => Kind::Unevaluated {
                expression,
                subject,
            },
            What::Entity(path) => Kind::UnknownEntity { path, subject },
            What::Column { entity, column } => Kind::UnknownColumn {
                entity,
                column,
                subject,
            },
            What::Type(ty) => Kind::UnknownType {
                ty,
                entity: entity_name,
                column,
            },
            What::TypeLoop(ty) => Kind::TypeLoop {
                ty,
                entity: entity_name,
                column,
            },
            What::Broken => return,
            What::TypeEntry { ty, expression } => Kind::BadTypeEntry { ty, expression },
        };
        project.report(self.module, self.span, kind);
    }
}

impl Scope<'_> {
    /// `part` has no value here.
    fn unknown(self, part: &impl Spanned) -> Failure {
        const LONGEST: usize = 60;
        let mut text = syntax::text_of(part);
        if text.chars().count() > LONGEST {
            text = text.chars().take(LONGEST).chain(['…']).collect();
        }
        Failure {
            module: self.module,
            span: part.span(),
            what: What::Expression(text),
        }
    }
}

impl Project<'_> {
    /// What `expression` is.
    pub(super) fn evaluate(&self, expression: &Expr, scope: Scope<'_>) -> Answer<Value> {
        let unknown = || scope.unknown(expression);
        let Some(steps) = self.steps.get().checked_sub(1) else {
            return Err(unknown());
        };
        self.steps.set(steps);
        match expression {
            Expr::Lit(literal) => value::of_literal(literal).ok_or_else(unknown),
            Expr::Paren(inner) => self.evaluate(&inner.expr, scope),
            Expr::Group(inner) => self.evaluate(&inner.expr, scope),
            Expr::Reference(inner) => self.evaluate(&inner.expr, scope),
            Expr::Cast(inner) => self.evaluate(&inner.expr, scope),
            Expr::Return(inner) => match &inner.expr {
                Some(inner) => self.evaluate(inner, scope),
                None => Err(unknown()),
            },
            Expr::Block(inner) => match body::only(&inner.block) {
                Some(inner) => self.evaluate(inner, scope),
                None => Err(unknown()),
            },
            Expr::Unary(inner) if matches!(inner.op, UnOp::Neg(_)) => {
                let value = self.evaluate(&inner.expr, scope)?;
                value.negated().ok_or_else(unknown)
            }
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => {
                self.evaluate(&inner.expr, scope)
            }
            Expr::Binary(inner) => {
                let left = self.evaluate(&inner.left, scope)?;
                let right = self.evaluate(&inner.right, scope)?;
                value::calculate(&left, &inner.op, &right).ok_or_else(unknown)
            }
            Expr::Tuple(parts) => self.all(parts.elems.iter(), scope).map(Value::Tuple),
            Expr::Array(parts) => self.all(parts.elems.iter(), scope).map(Value::List),
            Expr::Macro(call) if syntax::last_name(&call.mac.path) == "json" => {
                let json = json::of_tokens(call.mac.tokens.clone());
                json.map(Value::Json).ok_or_else(unknown)
            }
            Expr::Macro(call) => {
                let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
                let parts = call.mac.parse_body_with(parser).map_err(|_| unknown())?;
                let parts = self.all(parts.iter(), scope)?;
                match syntax::last_name(&call.mac.path).as_str() {
                    "vec" => Ok(Value::List(parts)),
                    "concat" => value::joined(&parts).ok_or_else(unknown),
                    _ => Err(unknown()),
                }
            }
            Expr::Path(path) => self
                .path(&path.qself, &path.path, scope)
                .and_then(|value| value.ok_or_else(unknown)),
            Expr::Struct(parts) => self.structure(parts, scope),
            Expr::Call(call) => self.call(call, scope),
            Expr::MethodCall(call) => self.method(call, scope),
            _ => Err(unknown()),
        }
    }

    fn all<'e>(
        &self,
        parts: impl Iterator<Item = &'e Expr>,
        scope: Scope<'_>,
    ) -> Answer<Vec<Value>> {
        parts.map(|part| self.evaluate(part, scope)).collect()
    }

    /// The names of `path`, with that of the type in place of `Self`.
    fn names(path: &Path, scope: Scope<'_>) -> Vec<String> {
        let mut names = syntax::names(path);
        if let Some(first) = names.first_mut()
            && first == "Self"
            && let Some(this) = scope.this
        {
            *first = this.to_owned();
        }
        names
    }

    fn path(&self, qself: &Option<QSelf>, path: &Path, scope: Scope<'_>) -> Answer<Option<Value>> {
        let names = Self::names(path, scope);
        if qself.is_some() {
            return Ok(None);
        }
        let Some((named, rest)) = self.find_value(scope.module, &names) else {
            return Ok(None);
        };
        Ok(match (named, rest.as_slice()) {
            (Named::Entity(entity), []) => Some(Value::Entity(entity)),
            (Named::Columns(entity), [variant]) => {
                let Some(column) = self.column_named(entity, variant) else {
                    return Err(Failure {
                        module: scope.module,
                        span: path.span(),
                        what: What::Column {
                            entity: self.entity_path(entity),
                            column: variant.clone(),
                        },
                    });
                };
                Some(Value::ColumnOf(column))
            }
            (Named::Constant(module, value), []) => {
                // A constant may be defined by itself.
                if self.nesting.get() > 64 {
                    return Ok(None);
                }
                self.nesting.set(self.nesting.get() + 1);
                let value = self.evaluate(&value, Scope { module, this: None });
                self.nesting.set(self.nesting.get() - 1);
                Some(value?)
            }
            (Named::Enum(module, item), [variant]) => self.variant_value(module, &item, variant),
            (Named::Struct(module, item), []) => self.iden_of_struct(module, &item),
            (Named::External(names), []) => match builtin::constant(&names) {
                Some(value) => Some(value),
                None => self.iden_of_enum(scope.module, &names),
            },
            _ => None,
        })
    }

    fn structure(&self, parts: &ExprStruct, scope: Scope<'_>) -> Answer<Value> {
        let names = Self::names(&parts.path, scope);
        let mut fields = Vec::new();
        for field in &parts.fields {
            if let Member::Named(name) = &field.member {
                fields.push((syntax::name(name), self.evaluate(&field.expr, scope)?));
            }
        }
        builtin::structure(&names, fields).ok_or_else(|| scope.unknown(parts))
    }

    fn call(&self, call: &ExprCall, scope: Scope<'_>) -> Answer<Value> {
        let unknown = || scope.unknown(call);
        let Expr::Path(function) = &*call.func else {
            return Err(unknown());
        };
        let name = syntax::last_name(&function.path);
        if call.args.is_empty()
            && let Some(value) = self.associated(&function.qself, &function.path, &name, scope)?
        {
            return Ok(value);
        }
        let names = Self::names(&function.path, scope);
        if let Some((named, rest)) = self.find_value(scope.module, &names) {
            match (named, rest.as_slice()) {
                (Named::Entity(entity), [function]) => {
                    return self.relation_to(entity, function, call, scope);
                }
                (Named::External(names), []) => {
                    if builtin::is_empty_array(&names, &function.path) && call.args.is_empty() {
                        return Ok(Value::Text("{}".to_owned()));
                    }
                    let arguments = self.all(call.args.iter(), scope)?;
                    return builtin::call(&names, arguments).ok_or_else(unknown);
                }
                _ => {}
            }
        }
        Err(unknown())
    }

    /// What the functions without arguments say that types have for SeaORM.
    fn associated(
        &self,
        qself: &Option<QSelf>,
        path: &Path,
        function: &str,
        scope: Scope<'_>,
    ) -> Answer<Option<Value>> {
        if !["column_type", "db_type", "name", "iden_values"].contains(&function) {
            return Ok(None);
        }
        let ty = match qself {
            Some(qself) => (*qself.ty).clone(),
            None => {
                let mut path = path.clone();
                path.segments.pop();
                path.segments.pop_punct();
                if path.segments.is_empty() {
                    return Ok(None);
                }
                syn::Type::Path(syn::TypePath { qself: None, path })
            }
        };
        self.of_type(&ty, function, scope)
    }

    fn relation_to(
        &self,
        entity: super::entity::EntityId,
        function: &str,
        call: &ExprCall,
        scope: Scope<'_>,
    ) -> Answer<Value> {
        match function {
            "belongs_to" => {
                let target = call.args.first().ok_or_else(|| scope.unknown(call))?;
                let target = self.entity_at(target, scope)?;
                Ok(Value::Relation(Box::new(Relation::new(entity, target))))
            }
            // The other side has the key, so that nothing of this one matters.
            "has_one" | "has_many" | "has_many_via" => Ok(Value::OtherSide),
            _ => Err(scope.unknown(call)),
        }
    }

    /// The entity that `expression` names.
    pub(super) fn entity_at(
        &self,
        expression: &Expr,
        scope: Scope<'_>,
    ) -> Answer<super::entity::EntityId> {
        match self.evaluate(expression, scope) {
            Ok(Value::Entity(entity)) => Ok(entity),
            Err(failure) if !matches!(failure.what, What::Expression(_)) => Err(failure),
            _ if self.met_broken.get() => Err(Failure {
                module: scope.module,
                span: expression.span(),
                what: What::Broken,
            }),
            _ => Err(Failure {
                module: scope.module,
                span: expression.span(),
                what: What::Entity(match expression {
                    Expr::Path(path) => syntax::path_text(&path.path),
                    other => syntax::text_of(other),
                }),
            }),
        }
    }

    fn method(&self, call: &ExprMethodCall, scope: Scope<'_>) -> Answer<Value> {
        let unknown = || scope.unknown(call);
        let receiver = self.evaluate(&call.receiver, scope)?;
        let name = syntax::name(&call.method);
        // Closures and conditions are not read.
        if let Value::OtherSide = receiver {
            return Ok(receiver);
        }
        if let Value::Relation(relation) = &receiver
            && ["on_condition", "condition_type"].contains(&name.as_str())
        {
            let mut relation = relation.clone();
            relation.is_conditional |= name == "on_condition";
            return Ok(Value::Relation(relation));
        }
        let arguments = self.all(call.args.iter(), scope)?;
        receiver.method(&name, arguments).ok_or_else(unknown)
    }
}

/// The literal that `expression` is, with its sign.
pub(super) fn literal(expression: &Expr) -> Option<Value> {
    match expression {
        Expr::Lit(literal @ ExprLit { lit, .. }) if !matches!(lit, Lit::ByteStr(_)) => {
            value::of_literal(literal)
        }
        Expr::Unary(inner) if matches!(inner.op, UnOp::Neg(_)) => literal(&inner.expr)?.negated(),
        _ => None,
    }
}
