//! Findings as SARIF 2.1.0, which code scanning takes.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};

use super::{Finding, Kind, Level, Report, with_slashes};

/// The text of `report`.
pub(super) fn text(report: &Report) -> String {
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "seadrift",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Kind::all().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": report.findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn rule(kind: Kind) -> Value {
    json!({
        "id": kind.code(),
        "shortDescription": { "text": kind.title() },
        "fullDescription": { "text": kind.why() },
        "help": { "text": kind.remedy() },
        "defaultConfiguration": { "level": level(kind.level()) },
        "properties": { "tags": [kind.pair().as_str()] },
    })
}

fn result(finding: &Finding) -> Value {
    let index = Kind::all().position(|kind| kind == finding.kind);
    let mut location = json!({});
    if let Some(place) = &finding.place {
        let path = percent_encoding::utf8_percent_encode(&with_slashes(&place.path), &IN_A_PATH)
            .to_string();
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": path } });
        if let Some(line) = place.line {
            location["physicalLocation"]["region"] = json!({ "startLine": line });
        }
    }
    let name = [&finding.table, &finding.object].map(Option::as_deref);
    let name: Vec<_> = name.into_iter().flatten().collect();
    if !name.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name.join(".") }]);
    }
    let mut result = json!({
        "ruleId": finding.kind.code(),
        "ruleIndex": index,
        "level": level(finding.level),
        "message": { "text": format!("{}\nhint: {}", finding.message(), finding.remedy) },
        // The same finding is known again when lines move.
        "partialFingerprints": { "finding/v1": format!(
            "{} {} {}",
            finding.kind.code(),
            finding.revision.as_deref().unwrap_or_default(),
            finding.what
        ) },
    });
    if location != json!({}) {
        result["locations"] = json!([location]);
    }
    result
}

/// What may not stand in the path of a URI.
const IN_A_PATH: percent_encoding::AsciiSet = percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b':');

fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
