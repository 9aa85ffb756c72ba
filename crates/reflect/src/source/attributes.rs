//! `#[sea_orm(…)]`: what stands in it, and what SeaORM knows of it.

use proc_macro2::Span;
use syn::{
    Attribute, Expr, Ident, Lit, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

use super::{
    error::Kind, modules::ModuleId, names::CaseStyle, project::Project, syntax,
    version::SeaOrmVersion,
};

/// All that the `sea_orm` attributes of one thing say.
#[derive(Default)]
pub(super) struct Attributes {
    entries: Vec<Entry>,
    module: ModuleId,
}

/// `key`, `key = value` or `key(…)`.
struct Entry {
    key: String,
    span: Span,
    value: Option<Expr>,
}

/// What an attribute may say, and since which version.
pub(super) type Known = &'static [(&'static str, SeaOrmVersion)];

use SeaOrmVersion::{V0_12, V1, V2};

/// On the struct `Model`, `DeriveIntoActiveModel` and such included.
pub(super) const OF_MODEL: Known = &[
    ("table_name", V0_12),
    ("schema_name", V0_12),
    ("comment", V0_12),
    ("table_iden", V0_12),
    ("rename_all", V1),
    ("model_ex", V2),
    ("model_attrs", V2),
    ("model_ex_attrs", V2),
    ("compact_model", V2),
    ("arrow_schema", V2),
    ("entity", V0_12),
    ("active_model", V0_12),
    ("active_model_ex", V2),
    ("column", V0_12),
    ("model", V0_12),
    ("primary_key", V0_12),
    ("relation", V0_12),
    ("set", V2),
    ("exhaustive", V2),
    ("from_query_result", V1),
];

/// On a field of `Model` that is a column.
pub(super) const OF_FIELD: Known = &[
    ("column_type", V0_12),
    ("auto_increment", V0_12),
    ("comment", V0_12),
    ("default_value", V0_12),
    ("default_expr", V0_12),
    ("column_name", V0_12),
    ("enum_name", V0_12),
    ("select_as", V0_12),
    ("save_as", V0_12),
    ("ignore", V0_12),
    ("primary_key", V0_12),
    ("nullable", V0_12),
    ("indexed", V0_12),
    ("unique", V0_12),
    ("unique_key", V2),
    ("renamed_from", V2),
    ("extra", V2),
    ("skip", V1),
    ("from_alias", V1),
    ("nested", V1),
    ("arrow_skip", V2),
    ("arrow_field", V2),
    ("arrow_precision", V2),
    ("arrow_scale", V2),
    ("arrow_timestamp_unit", V2),
    ("arrow_timezone", V2),
    ("arrow_comment", V2),
    ("arrow_byte_width", V2),
];

/// On a field of `Model` that is a relation.
pub(super) const OF_RELATION_FIELD: Known = &[
    ("has_one", V2),
    ("has_many", V2),
    ("belongs_to", V2),
    ("self_ref", V2),
    ("skip_fk", V2),
    ("via", V2),
    ("via_rel", V2),
    ("from", V2),
    ("to", V2),
    ("relation_enum", V2),
    ("relation_reverse", V2),
    ("reverse", V2),
    ("on_update", V2),
    ("on_delete", V2),
];

/// On a variant of `Relation`.
pub(super) const OF_RELATION: Known = &[
    ("belongs_to", V0_12),
    ("has_one", V0_12),
    ("has_many", V0_12),
    ("via_rel", V2),
    ("on_update", V0_12),
    ("on_delete", V0_12),
    ("on_condition", V0_12),
    ("from", V0_12),
    ("to", V0_12),
    ("fk_name", V0_12),
    ("skip_fk", V2),
    ("condition_type", V0_12),
];

/// On a variant of `Column` or `PrimaryKey`.
pub(super) const OF_COLUMN: Known = &[("column_name", V0_12), ("table_name", V0_12)];

/// On an enum that derives `DeriveActiveEnum`.
pub(super) const OF_ENUM: Known = &[
    ("rs_type", V0_12),
    ("db_type", V0_12),
    ("enum_name", V0_12),
    ("rename_all", V1),
];

/// On a variant of such an enum.
pub(super) const OF_VARIANT: Known = &[
    ("string_value", V0_12),
    ("num_value", V0_12),
    ("display_value", V0_12),
    ("rename", V1),
];

/// On a type that derives `DeriveValueType`.
pub(super) const OF_VALUE: Known = &[
    ("column_type", V0_12),
    ("array_type", V0_12),
    ("value_type", V1),
    ("from_str", V1),
    ("to_str", V1),
    ("try_from_u64", V2),
    ("try_getable_array", V2),
];

impl Project<'_> {
    /// What the `sea_orm` attributes among `attributes` say; a key that is not `known` is a warning.
    pub(super) fn attributes(
        &self,
        attributes: &[Attribute],
        known: Known,
        module: ModuleId,
    ) -> Attributes {
        let mut all = Attributes {
            entries: Vec::new(),
            module,
        };
        for attribute in self.options.cfg.attributes(attributes).iter() {
            if !attribute.path().is_ident("sea_orm") {
                continue;
            }
            match attribute.parse_args::<Entries>() {
                Ok(Entries(entries)) => all.entries.extend(entries),
                Err(error) => {
                    self.report(module, error.span(), Kind::Syntax(error.to_string()));
                }
            }
        }
        for entry in &all.entries {
            self.check(entry, known, module);
        }
        all
    }

    fn check(&self, entry: &Entry, known: Known, module: ModuleId) {
        let found = known.iter().find(|(key, _)| *key == entry.key);
        let version = self.options.version;
        let kind = match found {
            Some((_, since)) if *since <= version => return,
            Some(_) => Kind::AttributeOfLaterVersion {
                key: entry.key.clone(),
                version,
            },
            None => Kind::UnknownAttribute {
                key: entry.key.clone(),
                nearest: nearest(&entry.key, known, version),
            },
        };
        self.warn(module, entry.span, kind);
    }
}

/// The known key that `key` was probably meant to be.
fn nearest(key: &str, known: Known, version: SeaOrmVersion) -> Option<&'static str> {
    let known = known.iter().filter(|(_, since)| *since <= version);
    let measured = known.map(|(known, _)| (strsim::jaro_winkler(key, known), *known));
    let best = measured.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness > 0.8)
        .map(|(_, known)| known)
}

impl Attributes {
    /// Whether `key` is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The value of `key`; where there are several, the last counts.
    pub(super) fn value(&self, key: &str) -> Option<&Expr> {
        let mut entries = self.entries.iter().rev();
        entries.find(|entry| entry.key == key)?.value.as_ref()
    }

    /// Where `key` is.
    pub(super) fn span(&self, key: &str) -> Span {
        let mut entries = self.entries.iter().rev();
        let entry = entries.find(|entry| entry.key == key);
        entry.map_or_else(Span::call_site, |entry| entry.span)
    }

    /// The string that `key` has.
    pub(super) fn literal(&self, project: &Project<'_>, key: &str) -> Option<LitStr> {
        match self.value(key) {
            Some(Expr::Lit(literal)) if let Lit::Str(text) = &literal.lit => Some(text.clone()),
            value => {
                if self.has(key) {
                    self.complain(project, key, value, "a string");
                }
                None
            }
        }
    }

    /// The text that `key` has.
    pub(super) fn text(&self, project: &Project<'_>, key: &str) -> Option<String> {
        Some(self.literal(project, key)?.value())
    }

    /// The style that `key` has.
    pub(super) fn style(&self, project: &Project<'_>, key: &str) -> Option<CaseStyle> {
        let text = self.literal(project, key)?;
        let style = CaseStyle::named(&text.value());
        if style.is_none() {
            let wanted = "the name of a style, such as \"snake_case\"";
            self.complain(project, key, self.value(key), wanted);
        }
        style
    }

    /// The truth that `key` has.
    pub(super) fn truth(&self, project: &Project<'_>, key: &str) -> Option<bool> {
        match self.value(key) {
            Some(Expr::Lit(literal)) if let Lit::Bool(truth) = &literal.lit => Some(truth.value),
            value => {
                if self.has(key) {
                    self.complain(project, key, value, "`true` or `false`");
                }
                None
            }
        }
    }

    /// All strings that `key` has.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let entries = self.entries.iter().filter(|entry| entry.key == key);
        entries
            .filter_map(|entry| syntax::string(entry.value.as_ref()?))
            .collect()
    }

    pub(super) fn complain(
        &self,
        project: &Project<'_>,
        key: &str,
        value: Option<&Expr>,
        wanted: &'static str,
    ) {
        let span = value.map_or_else(|| self.span(key), Spanned::span);
        let key = key.to_owned();
        project.report(self.module, span, Kind::BadAttribute { key, wanted });
    }
}

struct Entries(Vec<Entry>);

impl Parse for Entries {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut entries = Vec::new();
        while !input.is_empty() {
            let mut key = input.call(Ident::parse_any)?;
            while input.peek(Token![::]) {
                input.parse::<Token![::]>()?;
                key = input.call(Ident::parse_any)?;
            }
            let value = if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                Some(input.parse()?)
            } else {
                if input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in input);
                    content.parse::<proc_macro2::TokenStream>()?;
                }
                None
            };
            entries.push(Entry {
                key: syntax::name(&key),
                span: key.span(),
                value,
            });
            // SeaORM takes them without a comma in some places.
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self(entries))
    }
}
