//! Findings as annotations of a GitHub workflow: commands in its log, one a line.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::{Finding, Level, Report, with_slashes};

/// The commands for `report`.
pub(super) fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let command = match finding.level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let mut properties = vec![];
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&with_slashes(&place.path))));
        properties.extend(place.line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(finding.kind.code())));
    let text = format!(
        "{}\n{}\nhint: {}",
        finding.message(),
        finding.kind.why(),
        finding.remedy
    );
    format!("::{command} {}::{}", properties.join(","), data(&text))
}

/// What stands behind the command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Place};
    use super::*;

    #[test]
    fn what_would_end_a_command_is_written_out() {
        let mut finding = Finding::new(Kind::MigrationEdited, "100%\r\nof `a,b:c`");
        finding.remedy = "x".to_owned();
        finding.place = Some(Place {
            path: "a,b/c:d.rs".into(),
            line: Some(3),
        });
        let line = line(&finding);
        let (head, text) = line.split_once(" ::").map_or_else(
            || line[2..].split_once("::").unwrap(),
            |(head, text)| (head, text),
        );
        assert_eq!(
            head,
            "error file=a%2Cb/c%3Ad.rs,line=3,title=migration-edited"
        );
        assert!(text.starts_with("100%25%0D%0Aof `a,b:c`%0A"), "{text}");
        assert!(text.ends_with("%0Ahint: x"), "{text}");
    }
}
