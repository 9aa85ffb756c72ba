//! Drift by hand, one kind at a time: every row of the tables beside this file is found and named once, or is not drift.
//!
//! To add a kind: add a row to `drift/database.toml` (statements by hand) or `drift/files.toml` (files by hand).

pub mod project;
mod rows;

use std::sync::Arc;

use seadrift_testkit::{Backend, backends};
use serde_json::{Map, Value, json};

use super::check::findings_of;
use project::Shop;
use rows::{Expected, Row, rows};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_hand_on_postgres() {
    by_hand(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_hand_on_mysql() {
    by_hand(Backend::MySql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_hand_on_sqlite() {
    by_hand(Backend::Sqlite).await;
}

async fn by_hand(backend: Backend) {
    if !backends().contains(&backend) {
        return;
    }
    let shop = Arc::new(Shop::new(backend).await);
    let mut failures = vec![];
    for row in rows(backend) {
        let (kind, shop) = (row.kind.clone(), shop.clone());
        let looked_at = tokio::spawn(async move { one(&shop, &row).await });
        match looked_at.await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => failures.push(format!("== {kind}\n{failure}")),
            Err(panicked) => failures.push(format!("== {kind}\n{panicked}")),
        }
    }
    let count = failures.len();
    let failures = failures.join("\n\n");
    assert!(count == 0, "{count} kinds fail on {backend}\n\n{failures}");
}

/// What is wrong about how a row is found.
async fn one(shop: &Shop, row: &Row) -> Result<(), String> {
    let (scratch, project) = shop.opened().await;
    row.drift(&scratch, &project).await;
    for arguments in &row.scopes() {
        let said = match &row.expected {
            Expected::Findings(_) | Expected::Listed(_) | Expected::Kept(_) => {
                let json = findings_of(&project, arguments);
                match &row.expected {
                    Expected::Findings(expected) => found(&json, expected),
                    Expected::Listed(line) => listed(&json, line),
                    _ => nothing(&json),
                }
            }
            Expected::Refused(error) => {
                let run = project.in_place(&[&["check"][..], arguments].concat());
                match run.code == Some(2) && run.stderr.contains(error.as_str()) {
                    true => Ok(()),
                    false => Err(run.transcript()),
                }
            }
        };
        said.map_err(|said| format!("check {}: {said}", arguments.join(" ")))?;
    }
    Ok(())
}

/// These findings and no others, each of which says what is expected.
fn found(json: &Value, expected: &[Map<String, Value>]) -> Result<(), String> {
    let findings = json["findings"].as_array().unwrap();
    if findings.len() != expected.len() {
        return Err(format!("{} findings: {findings:#?}", findings.len()));
    }
    let mut pairs = findings.iter().zip(expected);
    pairs.try_for_each(|(finding, expected)| is_it(finding, expected))
}

fn is_it(finding: &Value, expected: &Map<String, Value>) -> Result<(), String> {
    let drifted = json!({
        "code": "database-drifted",
        "pair": "lock/database",
        "level": "error",
        "file": "seadrift.lock",
        "remedy": "undo by hand what was done by hand",
    });
    let usual = match expected.get("code").and_then(Value::as_str) {
        None => drifted,
        Some("entity-changed") => json!({
            "pair": "entities/lock",
            "level": "error",
            "remedy": "write a migration with `revision --autogenerate`",
        }),
        Some(_) => json!({}),
    };
    let mut expected = expected.clone();
    for (key, value) in usual.as_object().unwrap() {
        expected.entry(key).or_insert(value.clone());
    }
    for (key, value) in &expected {
        let actual = &finding[key];
        let is_it = match key.as_str() {
            "file" if value == "none" => actual.is_null(),
            "remedy" => actual.as_str().unwrap().contains(value.as_str().unwrap()),
            _ => actual == value,
        };
        if !is_it {
            return Err(format!("`{key}` should be {value}: {finding:#}"));
        }
    }
    for key in ["table", "object", "revision", "parts"] {
        if !expected.contains_key(key) && finding.get(key).is_some() {
            return Err(format!("nothing is expected of `{key}`: {finding:#}"));
        }
    }
    match finding["file"] == "seadrift.lock" && finding.get("line").is_none() {
        true => Err(format!("no line: {finding:#}")),
        false => Ok(()),
    }
}

/// No finding, and this line among what is not managed.
fn listed(json: &Value, line: &str) -> Result<(), String> {
    nothing(json)?;
    let lines = json["not_managed"].as_array().unwrap();
    match lines.iter().filter(|one| **one == json!(line)).count() {
        1 => Ok(()),
        count => Err(format!("`{line}` is listed {count} times: {lines:#?}")),
    }
}

fn nothing(json: &Value) -> Result<(), String> {
    match json["findings"].as_array().unwrap().is_empty() {
        true => Ok(()),
        false => Err(format!("no finding expected: {:#}", json["findings"])),
    }
}
