//! Which SeaORM the entities are written for.

use std::fmt;

use toml::{Table, Value};

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
    /// The version that the text of a `Cargo.lock` or `Cargo.toml` names, if it names one; of several, the latest.
    pub fn of_manifest(text: &str) -> Option<Self> {
        let manifest: Table = text.parse().ok()?;
        let locked = manifest.get("package").and_then(Value::as_array);
        let locked = locked
            .into_iter()
            .flatten()
            .filter(|package| package.get("name").and_then(Value::as_str) == Some("sea-orm"))
            .filter_map(|package| package.get("version"));
        let of_workspace = manifest.get("workspace");
        let asked = [Some(&manifest), of_workspace.and_then(Value::as_table)]
            .into_iter()
            .flatten()
            .filter_map(|table| table.get("dependencies")?.get("sea-orm"))
            .filter_map(|asked| asked.get("version").or(Some(asked)));
        locked
            .chain(asked)
            .filter_map(|version| Self::of_number(version.as_str()?))
            .max()
    }

    /// Of `2.0.4`, and of what asks for it: `~2.0`.
    fn of_number(number: &str) -> Option<Self> {
        let number = number.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        Some(match number.split('.').next()?.parse::<u32>().ok()? {
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
