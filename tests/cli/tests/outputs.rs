//! What `check` prints for programs, read by programs that are not ours: SARIF by its schema and by types made of it, JSON by its
//! schema, annotations by the rules of a workflow's log, diagrams by mermaid. All of it with names as nasty as they come.

use std::collections::BTreeSet;
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seadrift_testkit::{Backend, Scratch, scratch};
use serde_json::Value;

use super::check::findings_of;
use super::lock_merge::{commit, git, repository_of};
use super::project::Project;

/// Everything that one of the formats could stumble over.
const TABLE: &str = "Or|der \"by\" `x`; %d <b>,:\\ \n#[ü] *_~ {} ```";

const FIRST: &str = "m1_nasty";
const SECOND: &str = "m2_more";

/// Two tables with nasty names, of which the first has so many columns.
fn entities(columns: usize) -> String {
    let mut fields = String::new();
    for number in 0..columns {
        let name = format!("{number}%|\"`\n<ä>, :]\\");
        fields += &format!(
            "        #[sea_orm(column_name = {name:?}, indexed)]\n        pub field_{number}: Option<i32>,\n"
        );
    }
    format!(
        "pub mod parent {{
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = {TABLE:?})]
    pub struct Model {{
        #[sea_orm(primary_key)]
        pub id: i32,
{fields}    }}

    impl ActiveModelBehavior for ActiveModel {{}}
}}

pub mod child {{
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = \"100% child|\")]
    pub struct Model {{
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(column_name = \"pa|rent `id`\")]
        pub parent_id: Option<i32>,
        #[sea_orm(belongs_to, from = \"parent_id\", to = \"id\")]
        pub parent: BelongsTo<Option<super::parent::Entity>>,
    }}

    impl ActiveModelBehavior for ActiveModel {{}}
}}
"
    )
}

/// A repository with a revision on each of two commits after the first, and entities that have drifted since.
async fn nasty() -> (Scratch, Project) {
    let database = scratch(Backend::Sqlite).await.unwrap();
    let mut project = Project::new("blog", 0).on(&database);
    std::fs::create_dir_all(project.path("entity/src")).unwrap();
    project.write("entity/Cargo.toml", "[package]\nname = \"entity\"\n");
    repository_of(&mut project);
    git(&project, &["tag", "nothing"]);
    for (columns, name) in [(1, FIRST), (2, SECOND)] {
        let url = database.url();
        project.write("entity/src/lib.rs", entities(columns));
        let script = project.in_place(&["diff", url, "entities:entity/src", "--format", "sql"]);
        assert_eq!(script.code, Some(0), "{}", script.transcript());
        let revision = ["revision", "--autogenerate", "--rev-id", name, "-m", name];
        let run = project.in_place(&revision);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let script = script.stdout.replace(".bail on\n", "");
        database.execute(&script).await;
        assert_eq!(project.in_place(&["stamp", "heads"]).code, Some(0));
        commit(&project, name);
        git(&project, &["tag", name]);
    }
    project.write("entity/src/lib.rs", entities(4));
    let table = TABLE.replace('"', "\"\"");
    let column = "1%|\"\"`\n<ä>, :]\\";
    database
        .execute(&format!(
            "ALTER TABLE \"{table}\" RENAME COLUMN \"{column}\" TO other"
        ))
        .await;
    (database, project)
}

/// What `check` prints in this format, where something is found.
fn printed(project: &Project, format: &str, more: &[&str]) -> String {
    let run = project.in_place(&[&["check", "--format", format][..], more].concat());
    assert_eq!(run.code, Some(1), "{}", run.transcript());
    run.stdout
}

#[tokio::test]
async fn json_names_what_it_is() {
    let (_database, project) = nasty().await;
    let json = findings_of(&project, &[]);
    let findings = json["findings"].as_array().unwrap();
    let codes: Vec<_> = findings
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["entity-changed", "entity-changed", "database-drifted"],
        "{json:#}"
    );
    for finding in findings {
        assert!(
            finding["table"].as_str().unwrap().contains("Or|der"),
            "{finding:#}"
        );
        assert!(
            finding["what"].as_str().unwrap().lines().count() == 1,
            "{finding:#}"
        );
    }
    assert_eq!(findings[0]["object"], "2%|\"`\n<ä>, :]\\");
}

#[tokio::test]
async fn sarif_is_as_its_schema_says() {
    let (_database, project) = nasty().await;
    let text = printed(&project, "sarif", &[]);
    let sarif: Value = serde_json::from_str(&text).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = sarif_schema();
    let schema = boon::Compiler::new()
        .compile(schema.to_str().unwrap(), &mut schemas)
        .unwrap();
    if let Err(error) = schemas.validate(&sarif, schema) {
        panic!("{error:#}\n{text}");
    }
    // A schema that finds nothing wrong with anything would be none.
    let mut broken = sarif.clone();
    broken["runs"][0]["results"][0]["level"] = "drift".into();
    assert!(schemas.validate(&broken, schema).is_err());

    let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
    let results = typed.runs[0].results.as_ref().unwrap();
    let findings = findings_of(&project, &[]);
    let findings = findings["findings"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    let rules = typed.runs[0].tool.driver.rules.as_ref().unwrap();
    let mut prints = BTreeSet::new();
    for (result, finding) in results.iter().zip(findings) {
        let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
        assert_eq!(Some(&rule.id), result.rule_id.as_ref());
        assert_eq!(rule.id, finding["code"].as_str().unwrap());
        let text = result.message.text.as_ref().unwrap();
        assert!(
            text.starts_with(finding["message"].as_str().unwrap()),
            "{text}"
        );
        let place = result.locations.as_ref().unwrap()[0]
            .physical_location
            .as_ref()
            .unwrap();
        let file = place
            .artifact_location
            .as_ref()
            .unwrap()
            .uri
            .as_ref()
            .unwrap();
        assert_eq!(file, finding["file"].as_str().unwrap());
        let line = place.region.as_ref().unwrap().start_line.unwrap();
        assert_eq!(Some(line), finding["line"].as_i64());
        prints.insert(format!("{:?}", result.partial_fingerprints));
    }
    assert_eq!(
        prints.len(),
        results.len(),
        "each has a fingerprint of its own"
    );
}

/// The schema of SARIF 2.1.0 as OASIS has published it, which a crate that makes types of it brings along.
fn sarif_schema() -> PathBuf {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // What other platforms need may not be here.
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", host.unwrap()])
        .args(["--manifest-path", manifest])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|one| one["name"] == "serde-sarif")
        .unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.with_file_name("src").join("schema.json")
}

#[tokio::test]
async fn annotations_are_read_as_a_workflow_reads_them() {
    let (_database, project) = nasty().await;
    let text = printed(&project, "github", &[]);
    let json = findings_of(&project, &[]);
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(text.lines().count(), findings.len(), "one a line: {text}");
    for (line, finding) in text.lines().zip(findings) {
        let (command, properties, message) = annotation(line);
        assert_eq!(command, "error");
        assert_eq!(properties["file"], finding["file"]);
        assert_eq!(properties["line"], finding["line"].to_string());
        assert_eq!(properties["title"], finding["code"]);
        let parts = ["message", "why", "remedy"].map(|key| finding[key].as_str().unwrap());
        assert_eq!(
            message,
            format!("{}\n{}\nhint: {}", parts[0], parts[1], parts[2])
        );
    }
}

/// Takes a command of a log apart as the runner does: `::name key=value,…::message`, where a percent sign and two digits stand for what
/// would end a part. (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>)
fn annotation(line: &str) -> (String, Value, String) {
    let rest = line.strip_prefix("::").unwrap();
    let (head, message) = rest.split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    let data = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%25", "%")
    };
    let property = |text: &str| {
        let text = text.replace("%3A", ":").replace("%2C", ",");
        data(&text)
    };
    let pairs = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), Value::from(property(value)))
    });
    (
        command.to_owned(),
        Value::Object(pairs.collect()),
        data(message),
    )
}

#[tokio::test]
async fn a_summary_since_a_revision_of_git() {
    let (_database, project) = nasty().await;
    // Since the first commit, everything is new.
    let page = printed(&project, "markdown", &["--since", "nothing"]);
    for name in [FIRST, SECOND] {
        assert_eq!(page.matches(&format!("- `{name}`\n")).count(), 1, "{page}");
    }
    let (_, new) = page.split_once("diff\n").unwrap();
    assert_eq!(
        new.matches("\n+ table ").count() + usize::from(new.starts_with("+ table ")),
        2,
        "{page}"
    );
    // Since the revision before, one column and its index are.
    let page = printed(&project, "markdown", &["--since", FIRST]);
    assert!(
        !page.contains(&format!("- `{FIRST}`")) && page.contains(&format!("- `{SECOND}`")),
        "{page}"
    );
    assert_eq!(page.matches("\n+ column ").count(), 1, "{page}");
    assert!(!page.contains("\n+ table "), "{page}");
    // Since itself, nothing is; a branch and a lock are as good.
    git(&project, &["branch", "there", FIRST]);
    let of_branch = printed(&project, "markdown", &["--since", "there"]);
    assert_eq!(of_branch, page);
    project.write(
        "before.lock",
        git(&project, &["show", &format!("{FIRST}:seadrift.lock")]),
    );
    assert_eq!(
        printed(&project, "markdown", &["--since", "before.lock"]),
        page
    );
    let page = printed(&project, "markdown", &["--since", "HEAD"]);
    assert!(
        !page.contains("New revisions") && !page.contains("mermaid"),
        "{page}"
    );
    for base in ["no-such-branch", "--upload-pack=x", "HEAD:seadrift.lock"] {
        let run = project.in_place(&["check", "--format", "markdown", &format!("--since={base}")]);
        assert_eq!(run.code, Some(2), "{}", run.transcript());
    }
    // Each row of the table has its four cells.
    let rows = page.lines().filter(|line| line.starts_with("| error"));
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "{row}");
    }
}

#[tokio::test]
async fn mermaid_takes_the_diagram() {
    let Some(folder) = mermaid() else { return };
    let (_database, project) = nasty().await;
    let diagrams = ["nothing", FIRST].map(|base| {
        let page = printed(&project, "markdown", &["--since", base]);
        let (_, diagram) = page.split_once("```mermaid\n").unwrap();
        let (diagram, _) = diagram.split_once("\n```").unwrap();
        diagram.to_owned()
    });
    let said = parse(
        &folder,
        &[&diagrams[0], &diagrams[1], "erDiagram\n    \"a\"b\" {\n"],
    );
    for (said, diagram) in said.iter().zip(&diagrams) {
        assert_eq!(said["type"], "er", "{said:#}\n{diagram}");
    }
    let entities = said[0]["entities"].as_array().unwrap();
    assert_eq!(entities.len(), 2, "{said:?}");
    assert!(
        entities
            .iter()
            .any(|one| one.as_str().unwrap().contains("Or|der"))
    );
    // It does not take just anything.
    assert!(said[2]["error"].as_str().is_some(), "{said:?}");
}

/// Where npm has put mermaid, as `scripts/test` says it.
fn mermaid() -> Option<PathBuf> {
    let folder = env::var_os("SEADRIFT_TEST_MERMAID").map(PathBuf::from);
    if folder.is_none() {
        let missing =
            "SEADRIFT_TEST_MERMAID does not say where mermaid is; `scripts/test` installs it";
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "{missing}");
        eprintln!("skipped: {missing}");
    }
    folder
}

fn parse(folder: &Path, diagrams: &[&str]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outputs/mermaid.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(diagrams).unwrap();
    node.stdin.take().unwrap().write_all(&input).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}
