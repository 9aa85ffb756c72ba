//! How new revisions are written: what their files are called, what stands on top of them, what is run on them.

use chrono::{DateTime, FixedOffset, Local, Utc};
use seadrift_render::revision::Template;
use serde::{Deserialize, Deserializer, de::Error};

/// What a revision is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// A Rust file.
    #[default]
    Rust,
    /// A folder with SQL.
    Sql,
}

/// What the times in names and heads are told in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Universal time.
    #[default]
    Utc,
    /// That of the machine.
    Local,
    /// A fixed one.
    Fixed(FixedOffset),
}

impl Zone {
    /// `time` as it is told there.
    pub(crate) fn tell(self, time: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Zone::Utc => time.fixed_offset(),
            Zone::Local => time.with_timezone(&Local).fixed_offset(),
            Zone::Fixed(offset) => time.with_timezone(&offset),
        }
    }

    /// `time` as a head tells it.
    pub(crate) fn written(self, time: DateTime<Utc>) -> String {
        let format = match self {
            Zone::Utc => "%Y-%m-%d %H:%M:%S UTC",
            Zone::Local | Zone::Fixed(_) => "%Y-%m-%d %H:%M:%S %:z",
        };
        self.tell(time).format(format).to_string()
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.to_ascii_lowercase().as_str() {
            "utc" => Ok(Zone::Utc),
            "local" => Ok(Zone::Local),
            _ => text.parse().map(Zone::Fixed).map_err(|_| {
                let message = "it may be `utc`, `local`, or an offset such as `+02:00`";
                D::Error::custom(format!("unknown time zone `{text}`; {message}"))
            }),
        }
    }
}

/// What names are made of.
pub(super) fn template<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Template, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parsed = text.parse();
    parsed.map_err(|error| D::Error::custom(format!("no names are made with `{text}`: {error}")))
}

/// A command that is run on each new file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hook {
    /// The program and its arguments; `{file}` stands for the file, which comes last where it does not stand there.
    #[serde(deserialize_with = "words")]
    pub command: Vec<String>,
    /// The files that it is for; all of them where none is said.
    pub format: Option<Format>,
}

/// A command as a list, or as a text with spaces between its words.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a string or a list of strings")]
    enum Command {
        Text(String),
        Words(Vec<String>),
    }
    let words = match Command::deserialize(deserializer)? {
        Command::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
        Command::Words(words) => words,
    };
    match words.first().is_some_and(|program| !program.is_empty()) {
        true => Ok(words),
        false => Err(D::Error::custom("the command is empty")),
    }
}

/// `header`, a text of the project's own, as a comment on top of a file.
pub(crate) fn header(header: &str, format: Format) -> String {
    let lines: Vec<_> = header.trim().lines().map(str::trim_end).collect();
    if lines.iter().all(|line| line.is_empty()) {
        return String::new();
    }
    match format {
        Format::Rust => {
            let lines = lines.iter().map(|line| format!("// {line}"));
            let lines = lines.map(|line| format!("{}\n", line.trim_end()));
            lines.collect::<String>() + "\n"
        }
        // The head of such a file begins with its first line of another kind.
        Format::Sql => {
            let text = lines
                .join("\n   ")
                .replace("*/", "* /")
                .replace("/*", "/ *");
            format!("/* {text} */\n\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_comment() {
        let text = "Copyright\n\nA /* b */ c  \n";
        assert_eq!(
            header(text, Format::Rust),
            "// Copyright\n//\n// A /* b */ c\n\n"
        );
        assert_eq!(
            header(text, Format::Sql),
            "/* Copyright\n   \n   A / * b * / c */\n\n"
        );
        assert_eq!(header(" \n", Format::Rust), "");
    }

    #[test]
    fn a_time_is_told_where_it_is() {
        let time = DateTime::from_timestamp(1_795_172_700, 0).unwrap();
        assert_eq!(Zone::Utc.written(time), "2026-11-20 11:05:00 UTC");
        let zone = Zone::Fixed("-03:30".parse().unwrap());
        assert_eq!(zone.written(time), "2026-11-20 07:35:00 -03:30");
    }
}
