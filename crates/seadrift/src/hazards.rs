//! Which hazards a revision may have.

use std::str::FromStr;

use seadrift_plan::{CODES, Hazard, Plan};
use serde::{Deserialize, Deserializer, de::Error};

use crate::finding::Kind;

/// Which hazards are denied, of the command line or of the config.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[command(next_help_heading = "Hazards")]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rules {
    /// Write nothing, and exit with 1, if there is this hazard; `all` for any
    #[arg(long, value_name = "CODE")]
    pub deny: Vec<Code>,

    /// Let this hazard pass that the config or `--deny all` denies
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<Code>,
}

/// What is denied or allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Every hazard.
    All,
    /// The hazard, or the habit, of this code.
    One(&'static str),
}

/// A code that no hazard has.
#[derive(Debug, thiserror::Error)]
#[error("no hazard has the code `{code}`; the nearest is `{nearest}`")]
pub(crate) struct Unknown {
    code: String,
    nearest: &'static str,
}

impl FromStr for Code {
    type Err = Unknown;

    fn from_str(code: &str) -> Result<Self, Unknown> {
        if code == "all" {
            return Ok(Code::All);
        }
        let known = || CODES.into_iter().chain(Kind::HABITS.map(Kind::code));
        if let Some(known) = known().find(|known| *known == code) {
            return Ok(Code::One(known));
        }
        let likeness = |known: &str| strsim::jaro_winkler(known, code);
        let nearest = known().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        Err(Unknown {
            code: code.to_owned(),
            nearest: nearest.unwrap_or("all"),
        })
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(D::Error::custom)
    }
}

/// Whether hazards of `code` are denied. The command line comes before the config, a code before `all`, and what is
/// both denied and allowed is allowed.
pub(crate) fn is_denied(code: &'static str, command_line: &Rules, config: &Rules) -> bool {
    said(code, command_line, config).unwrap_or(false)
}

/// The same, where anybody says it.
pub(crate) fn said(code: &'static str, command_line: &Rules, config: &Rules) -> Option<bool> {
    for rules in [command_line, config] {
        for what in [Code::One(code), Code::All] {
            if rules.allow.contains(&what) {
                return Some(false);
            }
            if rules.deny.contains(&what) {
                return Some(true);
            }
        }
    }
    None
}

/// The codes of the plans' hazards that the command line alone lets pass.
pub(crate) fn let_pass<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    command_line: &Rules,
    config: &Rules,
) -> Vec<&'static str> {
    let hazards = plans.into_iter().flat_map(|plan| &plan.hazards);
    let mut codes: Vec<_> = hazards.map(|hazard| hazard.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.retain(|code| {
        is_denied(code, &Rules::default(), config) && !is_denied(code, command_line, config)
    });
    codes
}

/// The hazards of the plans that are denied.
pub(crate) fn denied<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    command_line: &Rules,
    config: &Rules,
) -> Vec<&'a Hazard> {
    let mut denied: Vec<&Hazard> = vec![];
    for hazard in plans.into_iter().flat_map(|plan| &plan.hazards) {
        // Of a hazard of several backends, one is enough.
        let is_known = denied
            .iter()
            .any(|known| (known.code, &known.effect) == (hazard.code, &hazard.effect));
        if !is_known && is_denied(hazard.code, command_line, config) {
            denied.push(hazard);
        }
    }
    denied
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(deny: &[&str], allow: &[&str]) -> Rules {
        let codes = |codes: &[&str]| codes.iter().map(|code| code.parse().unwrap()).collect();
        Rules {
            deny: codes(deny),
            allow: codes(allow),
        }
    }

    #[test]
    fn the_nearer_and_the_narrower_word_counts() {
        let code = "deletes-data";
        let none = rules(&[], &[]);
        for (command_line, config, expected) in [
            (&none, &none, false),
            (&rules(&[code], &[]), &none, true),
            (&none, &rules(&[code], &[]), true),
            (&none, &rules(&["drops-index"], &[]), false),
            (&rules(&["all"], &[]), &none, true),
            (&rules(&["all"], &[code]), &none, false),
            (&rules(&[code], &["all"]), &none, true),
            (&rules(&[], &[code]), &rules(&[code], &[]), false),
            (&rules(&[], &["all"]), &rules(&[code], &[]), false),
            (&rules(&[code], &[]), &rules(&[], &[code]), true),
            (&none, &rules(&["all"], &[code]), false),
            (&rules(&[code], &[code]), &none, false),
        ] {
            let denied = is_denied(code, command_line, config);
            assert_eq!(denied, expected, "{command_line:?}, then {config:?}");
        }
    }

    #[test]
    fn an_unknown_code_is_told_the_nearest() {
        for (code, nearest) in [
            ("delete-data", "deletes-data"),
            ("deletes_data", "deletes-data"),
            ("rewrite", "rewrites-table"),
            ("drop-index", "drops-index"),
        ] {
            let error = code.parse::<Code>().unwrap_err();
            assert_eq!(error.nearest, nearest, "{code}");
        }
    }
}
