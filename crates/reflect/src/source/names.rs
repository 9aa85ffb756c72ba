//! Names as SeaORM's macros make them.

use heck::{
    ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToTitleCase, ToUpperCamelCase,
};

/// A way to write names, as `rename_all` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaseStyle {
    Camel,
    Kebab,
    Mixed,
    ShoutySnake,
    Snake,
    Title,
    Upper,
    Lower,
    ScreamingKebab,
    Pascal,
}

impl CaseStyle {
    /// The style of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "camel_case" | "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" | "snek_case" => Self::Snake,
            "kebab_case" | "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            "shouty_snake_case" | "shouty_snek_case" | "SCREAMING_SNAKE_CASE" => Self::ShoutySnake,
            "title_case" => Self::Title,
            "mixed_case" => Self::Mixed,
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            _ => return None,
        })
    }

    /// `name` in this style.
    pub(super) fn apply(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_upper_camel_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Mixed => name.to_lower_camel_case(),
            Self::ShoutySnake => name.to_shouty_snake_case(),
            Self::Snake => name.to_snake_case(),
            Self::Title => name.to_title_case(),
            Self::Upper => name.to_uppercase(),
            Self::Lower => name.to_lowercase(),
            Self::ScreamingKebab => name.to_kebab_case().to_uppercase(),
            Self::Camel => {
                let pascal = name.to_upper_camel_case();
                let mut letters = pascal.chars();
                let first = letters.next().map(char::to_lowercase);
                first.into_iter().flatten().chain(letters).collect()
            }
        }
    }
}

/// The variant of `Column` that stands for a field or for what a relation names.
pub(super) fn variant(field: &str) -> String {
    escape(&field.to_upper_camel_case())
}

/// `name` as SeaORM writes it where it is a keyword.
pub(super) fn escape(name: &str) -> String {
    match name {
        "Self" | "self" | "crate" => format!("{name}_"),
        _ => name.to_owned(),
    }
}

/// The column of a variant that says nothing else.
pub(super) fn column_of_variant(variant: &str) -> String {
    variant.to_snake_case()
}

/// The column of a field that says nothing else, unless it is simply that of its variant.
pub(super) fn column_of_field(field: &str, rename_all: Option<CaseStyle>) -> Option<String> {
    if let Some(style) = rename_all {
        return Some(style.apply(&field.to_upper_camel_case()));
    }
    (field != field.to_upper_camel_case().to_snake_case()).then(|| field.to_snake_case())
}

/// The name of an enum that says no other.
pub(super) fn of_enum(ident: &str) -> String {
    ident.to_upper_camel_case()
}

/// The name of the index over a column, or of that of a `unique_key`.
pub(super) fn of_index(table: &str, column_or_key: &str) -> String {
    format!("idx-{table}-{column_or_key}")
}
