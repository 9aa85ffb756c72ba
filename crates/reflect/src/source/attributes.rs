//! `#[sea_orm(…)]`: what stands in it, and what SeaORM knows of it.

use proc_macro2::Span;
use syn::{
    Attribute, Expr, ExprLit, Ident, Lit, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, discouraged::Speculative},
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

pub(super) use super::known_attributes::*;

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
        match self.lit(key) {
            Some(Lit::Str(text)) => Some(text.clone()),
            _ => {
                self.complain_if_there(project, key, "a string");
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
            self.complain_if_there(project, key, wanted);
        }
        style
    }

    /// The truth that `key` has.
    pub(super) fn truth(&self, project: &Project<'_>, key: &str) -> Option<bool> {
        match self.lit(key) {
            Some(Lit::Bool(truth)) => Some(truth.value),
            _ => {
                self.complain_if_there(project, key, "`true` or `false`");
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

    /// The literal that `key` has.
    fn lit(&self, key: &str) -> Option<&Lit> {
        match self.value(key) {
            Some(Expr::Lit(literal)) => Some(&literal.lit),
            _ => None,
        }
    }

    /// Says that `key` has something else than `wanted`.
    pub(super) fn complain_if_there(&self, project: &Project<'_>, key: &str, wanted: &'static str) {
        if !self.has(key) {
            return;
        }
        let span = self
            .value(key)
            .map_or_else(|| self.span(key), Spanned::span);
        let key = key.to_owned();
        project.report(self.module, span, Kind::BadAttribute { key, wanted });
    }
}

/// A value, which is a literal nearly always.
fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.peek(Lit) {
        let ahead = input.fork();
        let lit = ahead.parse()?;
        if ahead.is_empty() || ahead.peek(Token![,]) {
            input.advance_to(&ahead);
            return Ok(Expr::Lit(ExprLit {
                attrs: Vec::new(),
                lit,
            }));
        }
    }
    input.parse()
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
                Some(value(input)?)
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
