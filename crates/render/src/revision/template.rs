//! What the names of revisions are made of, as a project says it: `m{date}_{time}_{slug}`.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset};

/// What names are made of. Names that were made one after the other are in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Eight digits.
    Date,
    /// Six digits.
    Time,
    /// Four digits.
    Number,
    Slug,
}

/// The words that stand in braces.
const WORDS: [(&str, Part); 4] = [
    ("date", Part::Date),
    ("time", Part::Time),
    ("number", Part::Number),
    ("slug", Part::Slug),
];

/// The greatest number that fits.
const GREATEST: usize = 9999;

/// Why names cannot be made so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum TemplateError {
    #[error("it has a `{{` without a `}}`, or the other way round")]
    Open,
    #[error(
        "`{{{0}}}` is nothing that a name is made of; there are `{{date}}`, `{{time}}`, `{{number}}` and `{{slug}}`"
    )]
    Unknown(String),
    #[error(
        "`{0}` cannot stand in the name of a revision: it is made of small letters, digits and `_`"
    )]
    Letter(char),
    #[error(
        "it has to end in `{{slug}}`, since what stands behind it would have no place that could be found"
    )]
    Slug,
    #[error(
        "names would not be in the order in which they were made: it takes `{{number}}`, or `{{date}}` and then `{{time}}` or `{{number}}`, \
         before all else that changes"
    )]
    Order,
}

impl Default for Template {
    fn default() -> Self {
        let text = |text: &str| Part::Text(text.to_owned());
        Self(vec![
            text("m"),
            Part::Date,
            text("_"),
            Part::Time,
            text("_"),
            Part::Slug,
        ])
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(template: &str) -> Result<Self, TemplateError> {
        let mut parts = vec![];
        let mut rest = template;
        while !rest.is_empty() {
            let end = rest.find(['{', '}']).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            let is_fit = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_';
            if let Some(letter) = text.chars().find(|c| !is_fit(c)) {
                return Err(TemplateError::Letter(letter));
            }
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            rest = after;
            if let Some(inner) = rest.strip_prefix('{') {
                let (word, after) = inner.split_once('}').ok_or(TemplateError::Open)?;
                let known = WORDS.iter().find(|(known, _)| *known == word);
                let (_, part) = known.ok_or_else(|| TemplateError::Unknown(word.to_owned()))?;
                parts.push(part.clone());
                rest = after;
            } else if !rest.is_empty() {
                return Err(TemplateError::Open);
            }
        }
        let mut changing = parts.iter().filter(|part| !matches!(part, Part::Text(_)));
        match (changing.next(), changing.next()) {
            (Some(Part::Number), _) | (Some(Part::Date), Some(Part::Time | Part::Number)) => {}
            _ => return Err(TemplateError::Order),
        }
        let slugs = parts.iter().filter(|part| **part == Part::Slug).count();
        match slugs == 1 && parts.last() == Some(&Part::Slug) {
            true => Ok(Self(parts)),
            false => Err(TemplateError::Slug),
        }
    }
}

impl Template {
    /// The name of a revision made at `at`, the `number`th one. `None` where the number does not fit.
    pub fn name(&self, at: DateTime<FixedOffset>, number: usize, slug: &str) -> Option<String> {
        let parts = self.0.iter().map(|part| {
            Some(match part {
                Part::Text(text) => text.clone(),
                Part::Date => at.format("%Y%m%d").to_string(),
                Part::Time => at.format("%H%M%S").to_string(),
                Part::Number => (number <= GREATEST).then(|| format!("{number:04}"))?,
                Part::Slug => slug.to_owned(),
            })
        });
        parts.collect()
    }

    /// Whether names have a number.
    pub fn has_number(&self) -> bool {
        self.0.contains(&Part::Number)
    }

    /// The number and the slug in `name`, if it is made so.
    fn read<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let (mut rest, mut number) = (name, 0);
        let digits = |rest: &mut &'n str, count: usize| {
            let (digits, after) = rest.split_at_checked(count)?;
            *rest = after;
            let is_number = digits.chars().all(|c| c.is_ascii_digit());
            is_number.then(|| digits.parse::<usize>().ok())?
        };
        for part in &self.0 {
            match part {
                Part::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Part::Date => drop(digits(&mut rest, 8)?),
                Part::Time => drop(digits(&mut rest, 6)?),
                Part::Number => number = digits(&mut rest, 4)?,
                Part::Slug => {}
            }
        }
        (!rest.is_empty()).then_some((number, rest))
    }

    /// The slug in `name`, if it is made so.
    pub fn slug<'n>(&self, name: &'n str) -> Option<&'n str> {
        self.read(name).map(|(_, slug)| slug)
    }

    /// The number that comes after those of `names`.
    pub fn next_number<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> usize {
        let numbers = names.into_iter().filter_map(|name| self.read(name));
        numbers.map(|(number, _)| number).max().unwrap_or(0) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_and_taken_apart() {
        let at = DateTime::parse_from_rfc3339("2026-11-20T23:05:07+02:00").unwrap();
        for (template, expected) in [
            ("m{date}_{time}_{slug}", "m20261120_230507_add_user"),
            ("m{date}_{number}_{slug}", "m20261120_0042_add_user"),
            ("v{number}_{slug}", "v0042_add_user"),
            ("{date}{number}__{slug}", "202611200042__add_user"),
            ("m{number}_{date}_{slug}", "m0042_20261120_add_user"),
        ] {
            let template: Template = template.parse().unwrap();
            let name = template.name(at, 42, "add_user").unwrap();
            assert_eq!(name, expected);
            assert_eq!(template.slug(&name), Some("add_user"));
            let next = if template.has_number() { 43 } else { 1 };
            assert_eq!(template.next_number([&"other".to_owned(), &name]), next);
        }
        let template: Template = "v{number}_{slug}".parse().unwrap();
        assert_eq!(template.name(at, 10_000, "a"), None);
        for name in ["v0042_", "v42_a", "m0042_a", "v004é_a", ""] {
            assert_eq!(template.slug(name), None, "{name}");
        }
        assert_eq!(
            Template::default(),
            "m{date}_{time}_{slug}".parse().unwrap()
        );
    }

    #[test]
    fn what_keeps_no_order_is_refused() {
        for template in [
            "m_{slug}",
            "m{date}_{slug}",
            "m{time}_{date}_{slug}",
            "m{slug}_{date}_{time}",
            "",
        ] {
            assert_eq!(
                template.parse::<Template>(),
                Err(TemplateError::Order),
                "{template}"
            );
        }
        for template in ["m{number}", "m{number}_{slug}_x", "m{number}_{slug}_{slug}"] {
            assert_eq!(
                template.parse::<Template>(),
                Err(TemplateError::Slug),
                "{template}"
            );
        }
        for template in ["m{date", "m}date{"] {
            assert_eq!(
                template.parse::<Template>(),
                Err(TemplateError::Open),
                "{template}"
            );
        }
        assert_eq!(
            "M{date}".parse::<Template>(),
            Err(TemplateError::Letter('M'))
        );
        let unknown = TemplateError::Unknown("year".to_owned());
        assert_eq!("m{year}".parse::<Template>(), Err(unknown));
    }
}
