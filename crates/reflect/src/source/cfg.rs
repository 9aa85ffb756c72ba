//! Conditional compilation: which items count.

use std::{borrow::Cow, collections::BTreeSet};

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

use super::syntax;

/// Which conditions of `cfg` hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cfg {
    /// All but `test`.
    #[default]
    Everything,
    /// Those alone, as in `--cfg`: `unix`, `feature="uuid"`.
    Only(BTreeSet<String>),
}

impl Cfg {
    /// Whether something with `attributes` is there.
    pub(super) fn keeps(&self, attributes: &[Attribute]) -> bool {
        let conditions = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"));
        conditions
            .filter_map(|attribute| attribute.parse_args::<Meta>().ok())
            .all(|condition| self.holds(&condition))
    }

    /// `attributes`, and those that a `cfg_attr` adds.
    pub(super) fn attributes<'a>(&self, attributes: &'a [Attribute]) -> Cow<'a, [Attribute]> {
        let is_conditional = |attribute: &Attribute| attribute.path().is_ident("cfg_attr");
        if !attributes.iter().any(is_conditional) {
            return Cow::Borrowed(attributes);
        }
        let mut all = Vec::new();
        for attribute in attributes {
            if !is_conditional(attribute) {
                all.push(attribute.clone());
                continue;
            }
            let parts = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            let Ok(parts) = parts else { continue };
            let mut parts = parts.into_iter();
            if parts.next().is_some_and(|condition| self.holds(&condition)) {
                let added = parts.map(|meta| Attribute {
                    meta,
                    ..attribute.clone()
                });
                let added: Vec<_> = added.collect();
                all.extend(self.attributes(&added).into_owned());
            }
        }
        Cow::Owned(all)
    }

    fn holds(&self, condition: &Meta) -> bool {
        match condition {
            Meta::List(list) => {
                let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
                let Ok(parts) = parts else { return true };
                let mut parts = parts.iter();
                if list.path.is_ident("not") {
                    !parts.any(|part| self.holds(part))
                } else if list.path.is_ident("any") {
                    parts.any(|part| self.holds(part))
                } else {
                    parts.all(|part| self.holds(part))
                }
            }
            Meta::Path(path) => self.has(&syntax::path_text(path), None),
            Meta::NameValue(pair) => {
                let value = syntax::string(&pair.value);
                self.has(&syntax::path_text(&pair.path), value.as_deref())
            }
        }
    }

    fn has(&self, name: &str, value: Option<&str>) -> bool {
        match self {
            Self::Everything => name != "test",
            Self::Only(conditions) => conditions.contains(&match value {
                Some(value) => format!("{name}=\"{value}\""),
                None => name.to_owned(),
            }),
        }
    }
}
