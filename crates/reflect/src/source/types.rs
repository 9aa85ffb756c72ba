//! The column type that a Rust type means: what `<T as ValueType>::column_type()` would give.

use sea_orm::sea_query::{ColumnType, RcOrArc};
use syn::{GenericArgument, GenericParam, PathArguments, Type, spanned::Spanned};

use super::{
    evaluate::{Answer, Failure, Scope, Value, What},
    known_types::{External, by_spelling, external},
    modules::{ModuleId, Named},
    project::Project,
    syntax,
    version::SeaOrmVersion,
};

/// How many aliases and newtypes may stand for each other.
const FARTHEST: usize = 64;

/// Where a type is being read, and through which aliases it came there.
#[derive(Clone, Default)]
pub(super) struct Way<'a> {
    pub module: ModuleId,
    /// The arguments of the generic alias that is being read.
    pub arguments: Vec<(String, Type, ModuleId)>,
    pub passed: Option<&'a Passed<'a>>,
    pub depth: usize,
}

pub(super) struct Passed<'a> {
    module: ModuleId,
    name: &'a str,
    before: Option<&'a Passed<'a>>,
}

impl Project<'_> {
    /// The column type of `ty`, which stands in `module`.
    pub(super) fn column_type(&self, ty: &Type, module: ModuleId) -> Answer<ColumnType> {
        self.type_of_field(
            ty,
            &Way {
                module,
                ..Way::default()
            },
        )
    }

    /// Before 2.0, the macros know some types by their spelling, whatever they are.
    pub(super) fn type_of_field(&self, ty: &Type, way: &Way<'_>) -> Answer<ColumnType> {
        if self.options.version < SeaOrmVersion::V2
            && self.entry(ty, way)?.is_none()
            && let Some(ty) = by_spelling(ty)
        {
            return Ok(ty);
        }
        self.type_at(ty, way)
    }

    fn type_at(&self, ty: &Type, way: &Way<'_>) -> Answer<ColumnType> {
        let unknown = || Failure {
            module: way.module,
            span: ty.span(),
            what: What::Type(syntax::text_of(ty)),
        };
        if way.depth > FARTHEST {
            return Err(Failure {
                what: What::TypeLoop(syntax::text_of(ty)),
                ..unknown()
            });
        }
        let path = match ty {
            Type::Path(path) if path.qself.is_none() => &path.path,
            Type::Paren(inner) => return self.type_at(&inner.elem, way),
            Type::Group(inner) => return self.type_at(&inner.elem, way),
            Type::Reference(inner) => return self.type_at(&inner.elem, way),
            _ => return Err(unknown()),
        };
        if let Some(ty) = self.entry(ty, way)? {
            return Ok(ty);
        }
        let names = syntax::names(path);
        let arguments = arguments(path.segments.last().map(|segment| &segment.arguments));
        if let [name] = names.as_slice()
            && let Some((_, ty, module)) = way.arguments.iter().find(|(known, _, _)| known == name)
        {
            let way = Way {
                module: *module,
                arguments: Vec::new(),
                passed: way.passed,
                depth: way.depth + 1,
            };
            return self.type_at(ty, &way);
        }
        let (named, taken) =
            self.find(way.module, &names)
                .ok_or_else(|| match self.met_broken.get() {
                    true => Failure {
                        what: What::Broken,
                        ..unknown()
                    },
                    false => unknown(),
                })?;
        if taken < names.len() {
            return Err(unknown());
        }
        match named {
            Named::External(path) => match external(&path, &arguments) {
                Some(External::Type(ty)) => Ok(ty),
                Some(External::Same(inner)) => self.type_at(inner, way),
                Some(External::ArrayOf(element)) => {
                    let element = self.type_at(element, way)?;
                    Ok(ColumnType::Array(RcOrArc::new(element)))
                }
                None if self.met_broken.get() => Err(Failure {
                    what: What::Broken,
                    ..unknown()
                }),
                None => Err(unknown()),
            },
            Named::Alias(module, item) => {
                let name = syntax::name(&item.ident);
                let mut before = way.passed;
                while let Some(passed) = before {
                    if passed.module == module && passed.name == name {
                        return Err(Failure {
                            module,
                            span: item.ident.span(),
                            what: What::TypeLoop(name),
                        });
                    }
                    before = passed.before;
                }
                let parameters =
                    item.generics
                        .params
                        .iter()
                        .filter_map(|parameter| match parameter {
                            GenericParam::Type(parameter) => Some(syntax::name(&parameter.ident)),
                            _ => None,
                        });
                let given = parameters.zip(&arguments).map(|(name, ty)| {
                    // An argument may itself be a parameter of the alias around it.
                    let known = match ty {
                        Type::Path(path) => path.path.get_ident().and_then(|ident| {
                            let known = way.arguments.iter();
                            known.clone().find(|(known, _, _)| ident == known)
                        }),
                        _ => None,
                    };
                    match known {
                        Some((_, ty, module)) => (name, ty.clone(), *module),
                        None => (name, (*ty).clone(), way.module),
                    }
                });
                let way = Way {
                    module,
                    arguments: given.collect(),
                    passed: Some(&Passed {
                        module,
                        name: &name,
                        before: way.passed,
                    }),
                    depth: way.depth + 1,
                };
                self.type_at(&item.ty, &way)
            }
            Named::Struct(module, item) => {
                self.type_of_struct(module, &item, way)?.ok_or_else(unknown)
            }
            Named::Enum(module, item) => self.type_of_enum(module, &item)?.ok_or_else(unknown),
            Named::Module(_) | Named::Constant(..) | Named::Entity(_) | Named::Columns(_) => {
                Err(unknown())
            }
        }
    }

    /// What the option `types` says of `ty`.
    fn entry(&self, ty: &Type, way: &Way<'_>) -> Answer<Option<ColumnType>> {
        let Type::Path(path) = ty else {
            return Ok(None);
        };
        let types = &self.options.types;
        if types.is_empty() {
            return Ok(None);
        }
        let spelled = syntax::path_text(&path.path);
        let entry = types
            .get_key_value(&spelled)
            .or_else(|| types.get_key_value(&syntax::last_name(&path.path)));
        let Some((name, text)) = entry else {
            return Ok(None);
        };
        let scope = Scope {
            module: way.module,
            this: None,
        };
        let expression = syntax::expression(&format!("ColumnType::{text}"), ty.span());
        let value = expression
            .ok()
            .and_then(|expression| self.evaluate(&expression, scope).ok());
        match value {
            Some(Value::Type(ty)) => Ok(Some(ty)),
            _ => Err(Failure {
                module: way.module,
                span: ty.span(),
                what: What::TypeEntry {
                    ty: name.clone(),
                    expression: text.clone(),
                },
            }),
        }
    }

    /// The type that `column_type = "…"` or `db_type = "…"` says.
    pub(super) fn written_type(
        &self,
        literal: &syn::LitStr,
        scope: Scope<'_>,
    ) -> Answer<ColumnType> {
        let unknown = || Failure {
            module: scope.module,
            span: literal.span(),
            what: What::Expression(literal.value()),
        };
        let text = format!("ColumnType::{}", literal.value());
        let expression = syntax::expression(&text, literal.span()).map_err(|_| unknown())?;
        match self
            .evaluate(&expression, scope)
            .map_err(|failure| match failure.what {
                // All is at one place, and the text says more than a part of it.
                What::Expression(_) => unknown(),
                _ => failure,
            })? {
            Value::Type(ty) => Ok(ty),
            Value::Definition(definition) => Ok(definition.ty),
            _ => Err(unknown()),
        }
    }
}

/// The `T` of a type that is spelled `Option<T>`, as SeaORM's macros look for it.
pub(super) fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    if path.qself.is_some() || path.path.leading_colon.is_some() || path.path.segments.len() > 1 {
        return None;
    }
    let segment = path.path.segments.first()?;
    if segment.ident != "Option" {
        return None;
    }
    arguments(Some(&segment.arguments)).first().copied()
}

pub(super) fn arguments(arguments: Option<&PathArguments>) -> Vec<&Type> {
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}
