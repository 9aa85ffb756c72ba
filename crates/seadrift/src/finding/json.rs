//! Findings for programs, as `docs/check.schema.json` describes them.

use serde::Serialize;

use super::{Finding, Level, Report, with_slashes};

/// The version of the format. It counts up when something that is there now goes or means another thing.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    in_step: bool,
    findings: Vec<Item<'a>>,
    not_compared: &'a [String],
    not_managed: &'a [String],
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    pair: &'static str,
    level: &'static str,
    message: String,
    what: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    parts: &'a [String],
    why: &'static str,
    remedy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

/// The text of `report`.
pub(super) fn text(report: &Report) -> String {
    let document = Document {
        version: VERSION,
        in_step: report.findings.iter().all(|one| one.level != Level::Error),
        findings: report.findings.iter().map(item).collect(),
        not_compared: &report.not_compared,
        not_managed: &report.unmanaged,
    };
    // Plain data always serializes.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn item(finding: &Finding) -> Item<'_> {
    let place = finding.place.as_ref();
    Item {
        code: finding.kind.code(),
        pair: finding.kind.pair().as_str(),
        level: finding.level.as_str(),
        message: finding.message(),
        what: &finding.what,
        parts: &finding.parts,
        why: finding.kind.why(),
        remedy: &finding.remedy,
        revision: finding.revision.as_deref(),
        table: finding.table.as_deref(),
        object: finding.object.as_deref(),
        file: place.map(|place| with_slashes(&place.path)),
        line: place.and_then(|place| place.line),
    }
}
