//! The column type that a Rust type means: what `<T as ValueType>::column_type()` would give.

use sea_orm::sea_query::{ColumnType, RcOrArc, StringLen};
use syn::{
    Fields, GenericArgument, GenericParam, ItemEnum, ItemStruct, PathArguments, Type,
    spanned::Spanned,
};

use super::{
    attributes::OF_VALUE,
    evaluate::{Answer, Failure, Scope, Value, What},
    modules::{Impl, ModuleId, Named},
    project::Project,
    syntax,
    version::SeaOrmVersion,
};

/// How many aliases and newtypes may stand for each other.
const FARTHEST: usize = 64;

/// Where a type is being read, and through which aliases it came there.
#[derive(Clone, Default)]
struct Way<'a> {
    module: ModuleId,
    /// The arguments of the generic alias that is being read.
    arguments: Vec<(String, Type, ModuleId)>,
    passed: Option<&'a Passed<'a>>,
    depth: usize,
}

struct Passed<'a> {
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
    fn type_of_field(&self, ty: &Type, way: &Way<'_>) -> Answer<ColumnType> {
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
        let Some((named, taken)) = self.find(way.module, &names) else {
            return Err(unknown());
        };
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
        let expression = syntax::parse(&format!("ColumnType::{text}"), Some(ty.span()));
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

    fn type_of_struct(
        &self,
        module: ModuleId,
        item: &ItemStruct,
        way: &Way<'_>,
    ) -> Answer<Option<ColumnType>> {
        let name = syntax::name(&item.ident);
        if self.derives(&item.attrs, module, "DeriveValueType") {
            let attributes = self.attributes(&item.attrs, OF_VALUE, module);
            let scope = Scope {
                module,
                this: Some(&name),
            };
            if let Some(text) = attributes.literal(self, "column_type") {
                return self.written_type(&text, scope).map(Some);
            }
            if attributes.text(self, "value_type").is_some() {
                return Ok(Some(ColumnType::String(StringLen::None)));
            }
            let Fields::Unnamed(fields) = &item.fields else {
                return Ok(None);
            };
            let Some(field) = fields.unnamed.first() else {
                return Ok(None);
            };
            let way = Way {
                module,
                arguments: Vec::new(),
                passed: way.passed,
                depth: way.depth + 1,
            };
            return self
                .type_of_field(optional(&field.ty).unwrap_or(&field.ty), &way)
                .map(Some);
        }
        if self.derives(&item.attrs, module, "FromJsonQueryResult") {
            return Ok(Some(ColumnType::Json));
        }
        self.implemented_type(module, &name)
    }

    fn type_of_enum(&self, module: ModuleId, item: &ItemEnum) -> Answer<Option<ColumnType>> {
        let name = syntax::name(&item.ident);
        if self.derives(&item.attrs, module, "DeriveActiveEnum") {
            return self.derived_enum(module, item).map(Some);
        }
        if self.derives(&item.attrs, module, "DeriveValueType") {
            let attributes = self.attributes(&item.attrs, OF_VALUE, module);
            let scope = Scope {
                module,
                this: Some(&name),
            };
            return match attributes.literal(self, "column_type") {
                Some(text) => self.written_type(&text, scope).map(Some),
                None => Ok(Some(ColumnType::String(StringLen::None))),
            };
        }
        if self.derives(&item.attrs, module, "FromJsonQueryResult") {
            return Ok(Some(ColumnType::Json));
        }
        self.implemented_type(module, &name)
    }

    /// What an `impl ValueType` or `impl ActiveEnum` by hand says.
    fn implemented_type(&self, module: ModuleId, name: &str) -> Answer<Option<ColumnType>> {
        for (of, function) in [("ValueType", "column_type"), ("ActiveEnum", "db_type")] {
            match self.implemented(module, of, name, function)? {
                Some(Value::Type(ty)) => return Ok(Some(ty)),
                Some(Value::Definition(definition)) => return Ok(Some(definition.ty)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// What `function` of the `impl of for target` gives, if there is one.
    pub(super) fn implemented(
        &self,
        module: ModuleId,
        of: &str,
        target: &str,
        function: &str,
    ) -> Answer<Option<Value>> {
        match self.impl_of(module, of, target) {
            Some(found) => self.answer_of(&found, function),
            None => Ok(None),
        }
    }

    /// What `function` of `found` gives, if it has one.
    pub(super) fn answer_of(&self, found: &Impl, function: &str) -> Answer<Option<Value>> {
        let target = &found.target;
        let Some(block) = super::expanded::function(&found.item, function) else {
            return Ok(None);
        };
        let scope = Scope {
            module: found.module,
            this: Some(target),
        };
        let unknown = || Failure {
            module: found.module,
            span: block.span(),
            what: What::Expression(format!("{target}::{function}")),
        };
        let body = self.body(block, None).ok_or_else(unknown)?;
        // A function may call itself.
        if self.nesting.get() > 64 {
            return Err(unknown());
        }
        self.nesting.set(self.nesting.get() + 1);
        let value = self.evaluate(body, scope);
        self.nesting.set(self.nesting.get() - 1);
        value.map(Some)
    }

    /// What `column_type()` and the like give for `ty`.
    pub(super) fn of_type(
        &self,
        ty: &Type,
        function: &str,
        scope: Scope<'_>,
    ) -> Answer<Option<Value>> {
        let mut ty = ty.clone();
        if let Type::Path(path) = &mut ty
            && path.path.is_ident("Self")
            && let Some(this) = scope.this
            && let Some(first) = path.path.segments.first_mut()
        {
            first.ident = syn::Ident::new(this, first.ident.span());
        }
        if function == "column_type" {
            if let Type::Path(path) = &ty
                && syntax::last_name(&path.path) == "ColumnType"
            {
                return Ok(None);
            }
            return self
                .column_type(&ty, scope.module)
                .map(|ty| Some(Value::Type(ty)));
        }
        let Type::Path(path) = &ty else {
            return Ok(None);
        };
        let names = syntax::names(&path.path);
        let Some((Named::Enum(module, item), taken)) = self.find(scope.module, &names) else {
            return Ok(None);
        };
        if taken < names.len() {
            return Ok(None);
        }
        self.of_enum(module, &item, function)
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
        let expression = syntax::parse(&text, Some(literal.span())).map_err(|_| unknown())?;
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

fn arguments(arguments: Option<&PathArguments>) -> Vec<&Type> {
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

enum External<'a> {
    Type(ColumnType),
    /// What the argument is.
    Same(&'a Type),
    ArrayOf(&'a Type),
}

/// The crates whose types SeaORM knows. A path of one name is a primitive, of a prelude, or of a glob.
const CRATES: [&str; 16] = [
    "alloc",
    "bigdecimal",
    "chrono",
    "core",
    "ipnetwork",
    "jiff",
    "mac_address",
    "pgvector",
    "rust_decimal",
    "sea_orm",
    "sea_orm_migration",
    "sea_query",
    "serde_json",
    "std",
    "time",
    "uuid",
];

fn external<'a>(path: &[String], arguments: &[&'a Type]) -> Option<External<'a>> {
    let (last, rest) = path.split_last()?;
    let root = rest.first().map_or("", String::as_str);
    if !root.is_empty() && !CRATES.contains(&root) {
        return None;
    }
    Some(External::Type(match (last.as_str(), arguments) {
        ("Vec", [element]) if is_byte(element) => ColumnType::VarBinary(StringLen::None),
        ("Vec", [element]) => return Some(External::ArrayOf(element)),
        ("Option", [inner]) => return Some(External::Same(inner)),
        ("Cow", [_]) => ColumnType::String(StringLen::None),
        ("DateTime", [_]) => ColumnType::TimestampWithTimeZone,
        (_, [_, ..]) => return None,
        ("Value" | "Map", []) if root == "serde_json" => ColumnType::Json,
        ("Vector", []) if root == "pgvector" => ColumnType::Vector(None),
        ("DateTime", []) if root == "jiff" => ColumnType::Timestamp,
        ("Timestamp", []) if root == "jiff" => ColumnType::TimestampWithTimeZone,
        ("Hyphenated" | "Simple" | "Urn" | "Braced", []) if root == "uuid" => ColumnType::Uuid,
        (name, []) => known(name)?,
    }))
}

fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn known(name: &str) -> Option<ColumnType> {
    Some(match name {
        "bool" => ColumnType::Boolean,
        "i8" => ColumnType::TinyInteger,
        "i16" => ColumnType::SmallInteger,
        "i32" => ColumnType::Integer,
        "i64" => ColumnType::BigInteger,
        "u8" => ColumnType::TinyUnsigned,
        "u16" => ColumnType::SmallUnsigned,
        "u32" => ColumnType::Unsigned,
        "u64" => ColumnType::BigUnsigned,
        "f32" => ColumnType::Float,
        "f64" => ColumnType::Double,
        "char" => ColumnType::Char(None),
        "str" | "String" | "TextUuid" => ColumnType::String(StringLen::None),
        "Json" | "JsonValue" => ColumnType::Json,
        "Uuid" => ColumnType::Uuid,
        "Decimal" | "BigDecimal" => ColumnType::Decimal(None),
        "Date" | "NaiveDate" | "ChronoDate" | "TimeDate" => ColumnType::Date,
        "Time" | "NaiveTime" | "ChronoTime" | "TimeTime" => ColumnType::Time,
        "DateTime" | "NaiveDateTime" | "ChronoDateTime" | "TimeDateTime" | "PrimitiveDateTime" => {
            ColumnType::DateTime
        }
        "DateTimeUtc"
        | "DateTimeLocal"
        | "DateTimeWithTimeZone"
        | "ChronoDateTimeUtc"
        | "ChronoDateTimeLocal"
        | "ChronoDateTimeWithTimeZone"
        | "TimeDateTimeWithTimeZone"
        | "OffsetDateTime" => ColumnType::TimestampWithTimeZone,
        "ChronoUnixTimestamp"
        | "ChronoUnixTimestampMillis"
        | "TimeUnixTimestamp"
        | "TimeUnixTimestampMillis" => ColumnType::BigInteger,
        "PgVector" => ColumnType::Vector(None),
        "IpNetwork" => ColumnType::Inet,
        "MacAddress" => ColumnType::MacAddr,
        _ => return None,
    })
}

/// What the macros before 2.0 make of a spelling.
fn by_spelling(ty: &Type) -> Option<ColumnType> {
    let ty = match ty {
        Type::Reference(inner) if inner.lifetime.is_none() => &inner.elem,
        other => other,
    };
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.first()?;
    if path.path.segments.len() > 1 || path.qself.is_some() {
        return None;
    }
    let name = syntax::name(&segment.ident);
    match arguments(Some(&segment.arguments)).as_slice() {
        [] if segment.arguments.is_none() => {
            let spelled = [
                "char",
                "String",
                "str",
                "i8",
                "u8",
                "i16",
                "u16",
                "i32",
                "u32",
                "i64",
                "u64",
                "f32",
                "f64",
                "bool",
                "Date",
                "NaiveDate",
                "Time",
                "NaiveTime",
                "DateTime",
                "NaiveDateTime",
                "DateTimeUtc",
                "DateTimeLocal",
                "DateTimeWithTimeZone",
                "Uuid",
                "Json",
                "Decimal",
            ];
            spelled.contains(&name.as_str()).then(|| known(&name))?
        }
        [element] if name == "Vec" && is_byte(element) => {
            Some(ColumnType::VarBinary(StringLen::None))
        }
        _ => None,
    }
}
