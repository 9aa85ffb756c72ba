//! What stands in the head of a migration file, in the lines that begin with `//!`, or with `--` where it is SQL: which revision it is, the hazards that it has,
//! and those that somebody let pass for this file.

mod identity;

pub(crate) use identity::{Identity, Problem};
use seadrift_plan::CODES;
use seadrift_schema::Dialect;

use crate::hazards::{Code, Rules, is_denied};

/// What is behind this is a code, or several with commas.
const ALLOWED: &str = "Allowed:";
const HAZARDS: &str = "Hazards";

/// A hazard as the head tells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub code: &'static str,
    pub effect: String,
}

/// The hazards that the head of `source` tells of and that the config denies, unless the head allows them. A line that is no
/// hazard's is passed over: anybody may have written it.
pub(crate) fn denied(source: &str, config: &Rules) -> Vec<Told> {
    let here = Rules {
        deny: vec![],
        allow: allowed(source),
    };
    let told = told(source).into_iter();
    told.filter(|told| is_denied(told.code, &here, config))
        .collect()
}

/// What the head of `source` lets pass, hazards among it.
pub(crate) fn allowed(source: &str) -> Vec<Code> {
    let lines = lines(source).map(|(_, line)| line.trim());
    let said = lines.filter_map(|line| line.strip_prefix(ALLOWED));
    let codes = said.flat_map(|codes| codes.split([',', ' ']));
    codes.filter_map(|code| code.parse().ok()).collect()
}

/// Whether the head of `source` lets what has this code pass.
pub(crate) fn allows(source: &str, code: &'static str) -> bool {
    let allowed = allowed(source);
    allowed.contains(&Code::All) || allowed.contains(&Code::One(code))
}

/// Whether the head of `source` is one that was written with what the revision does.
pub(crate) fn is_generated(source: &str) -> bool {
    let head = Identity::read(source).unwrap_or_default();
    head.created.is_some() && !head.changes.is_empty()
}

/// The engine that the head of `source` says it was written for, where that is one and not that of `dialect`. One that is for several
/// says on which of them it was verified.
pub(crate) fn written_for(source: &str, dialect: Dialect) -> Option<&'static str> {
    let is_for_several = lines(source).any(|(_, line)| {
        let line = line.trim();
        line.starts_with("Verified on ") || line.starts_with("Not verified on ")
    });
    let created = Identity::read(source).ok()?.created?;
    let (_, server) = created.rsplit_once(", ")?;
    let mut all = Dialect::ALL.into_iter();
    let engine = all.find(|engine| server.starts_with(engine.name()))?;
    (!is_for_several && !engine.shares_migrations_with(dialect)).then(|| engine.name())
}

/// The hazards that the head of `source` tells of.
pub(crate) fn told(source: &str) -> Vec<Told> {
    let lines = lines(source).map(|(_, line)| line);
    let lines = lines.map(|line| line.strip_suffix('\r').unwrap_or(line));
    let hazards = lines
        .skip_while(|line| line.trim() != HAZARDS)
        .skip(1)
        .map_while(|line| line.strip_prefix("     "));
    let told = hazards.filter_map(|line| {
        let (code, effect) = line.split_once("  ")?;
        let code = CODES.iter().find(|known| **known == code)?;
        Some(Told {
            code,
            effect: effect.to_owned(),
        })
    });
    told.collect()
}

/// What a line of a head says behind what it begins with.
fn said(line: &str) -> Option<&str> {
    line.strip_prefix("//!").or_else(|| line.strip_prefix("--"))
}

/// The lines of the head, without what they begin with, and their numbers. Other comments, attributes of the file and
/// empty lines may stand before and between them.
fn lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let is_around = |line: &str| {
        let is_rust = line.starts_with("//") && !line.starts_with("///");
        let is_comment = is_rust || line.starts_with("--");
        line.is_empty() || is_comment || line.starts_with("#![")
    };
    // What a project puts on top of its SQL.
    let mut is_on_top = source.trim_start().starts_with("/*");
    let below = (1..).zip(source.lines()).skip_while(move |(_, line)| {
        let is_above = is_on_top;
        is_on_top &= !line.contains("*/");
        is_above
    });
    let head = below.take_while(move |(_, line)| is_around(line.trim()));
    let lines = head.filter_map(|(number, line)| Some((number, said(line)?)));
    // How a file runs is not what it is.
    lines.filter(|(_, line)| !line.trim_start().starts_with("seadrift:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied_in(head: &str, deny: &str) -> Vec<String> {
        let config = Rules {
            deny: vec![deny.parse().unwrap()],
            allow: vec![],
        };
        denied(head, &config)
            .into_iter()
            .map(|told| format!("{}: {}", told.code, told.effect))
            .collect()
    }

    #[test]
    fn a_revision_of_one_engine_is_known() {
        let head = |proof: &str| {
            format!(
                "-- add it\n--\n-- Revision: m1\n-- Revises:  nothing\n-- Created:  2026-01-01 00:00:00 UTC, seadrift 0.1.0, SQLite 3.51.3\n\
                 --\n-- Changes\n--     + table  user (2 columns)\n--\n-- {proof}\n"
            )
        };
        let one = head("Verified: up, then down, left no difference on a scratch database.");
        assert_eq!(written_for(&one, Dialect::Postgres), Some("SQLite"));
        assert_eq!(written_for(&one, Dialect::Sqlite), None);
        let several = head("Not verified on PostgreSQL: nothing was there.");
        assert_eq!(written_for(&several, Dialect::Postgres), None);
        assert_eq!(written_for("-- add it\n", Dialect::Postgres), None);
    }

    #[test]
    fn what_the_head_tells_counts_unless_it_is_allowed_there() {
        let head = |allowed: &str| {
            format!(
                "//! drop it\n//!\n//! Revision: m1\n{allowed}//!\n//! Changes\n//!     - column user.bio\n//!\n//! Hazards\n\
                 //!     deletes-data  user: dropping `bio`\n//!     drops-index  user: is slow\n//!     no-hazard  said\n//!\n\
                 //! Verified: yes\n\n//!     locks-table  not in the head\n"
            )
        };
        let both = [
            "deletes-data: user: dropping `bio`",
            "drops-index: user: is slow",
        ];
        for (allowed, deny, expected) in [
            ("", "all", &both[..]),
            ("", "deletes-data", &both[..1]),
            ("", "locks-table", &[]),
            ("//! Allowed:  deletes-data\n", "all", &both[1..]),
            ("//! Allowed: deletes-data, drops-index\n", "all", &[]),
            ("//! Allowed: all\n", "all", &[]),
            ("//! Allowed: deletes-dat\n", "all", &both[..]),
        ] {
            assert_eq!(
                denied_in(&head(allowed), deny),
                expected,
                "{allowed:?}, {deny}"
            );
        }
        assert_eq!(denied_in(&head("").replace('\n', "\r\n"), "all"), both);
        assert_eq!(denied_in("", "all"), [""; 0]);
    }
}
