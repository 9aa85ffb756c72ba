//! Which SeaORM the entities are written for.

use std::fmt;

/// The versions whose macros differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeaOrmVersion {
    /// 0.12, and what was before it.
    V0_12,
    /// 1.x.
    V1,
    /// 2.x.
    #[default]
    V2,
}

impl SeaOrmVersion {
    /// The version that the text of a `Cargo.lock` or `Cargo.toml` names, if it names one.
    pub fn of_manifest(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            // Cargo.lock: the version follows the name.
            if line == "name = \"sea-orm\"" {
                return lines.next().and_then(first_number);
            }
            // Cargo.toml: `[dependencies.sea-orm]` with the version somewhere below it.
            if line.starts_with('[') && line.ends_with(".sea-orm]") {
                let table = lines.by_ref().take_while(|line| !line.starts_with('['));
                return table
                    .filter(|line| line.starts_with("version"))
                    .find_map(first_number);
            }
            // Cargo.toml: `sea-orm = "2"` or `sea-orm = { version = "2", … }`.
            let name_and_value = line.split_once('=');
            if let Some((name, value)) = name_and_value
                && name.trim().trim_matches('"') == "sea-orm"
            {
                let version = match value.find("version") {
                    Some(at) => first_number(&value[at..]),
                    None if value.trim_start().starts_with('"') => first_number(value),
                    None => None,
                };
                if version.is_some() {
                    return version;
                }
            }
        }
        None
    }

    fn of_number(number: &str) -> Option<Self> {
        let major = number.split('.').next()?.parse::<u32>().ok()?;
        Some(match major {
            0 => Self::V0_12,
            1 => Self::V1,
            _ => Self::V2,
        })
    }
}

impl fmt::Display for SeaOrmVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V0_12 => "0.12",
            Self::V1 => "1.x",
            Self::V2 => "2.x",
        })
    }
}

/// The version in the first string of `text`: that of `version = "~2.0.4"`.
fn first_number(text: &str) -> Option<SeaOrmVersion> {
    let string = text.split('"').nth(1)?;
    SeaOrmVersion::of_number(string.trim_start_matches(|letter: char| !letter.is_ascii_digit()))
}
