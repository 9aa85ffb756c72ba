//! What `lint` finds in migrations that are SQL, and where: without a build, and without a database.

use expect_test::expect;
use seadrift_testkit::{Backend, backends, scratch};
use serde_json::Value;

use super::{
    check::{found_by, lines},
    project::Project,
    scripted::dialect,
};

const FIRST: (&str, &[(&str, &str)]) = (
    "m20260101_000000_first",
    &[
        (
            "up.sql",
            "-- first\n\nCREATE TABLE cake (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL);\n\
             CREATE INDEX by_name ON cake (name);\n",
        ),
        ("down.sql", "DROP TABLE cake;\n"),
    ],
);

const REVISION: &str = "m20260102_000000_second";

fn project(files: &[(&str, &str)]) -> Project {
    Project::sql(&[FIRST, (REVISION, files)])
}

fn found(project: &Project, backend: Backend, arguments: &[&str]) -> Vec<Value> {
    let all = ["lint", REVISION, "--format", "json", "--dialect"];
    let all = [&all[..], &[dialect(backend)], arguments].concat();
    found_by(&project.in_place(&all))
}

/// Each finding as `code file:line`.
fn places(findings: &[Value]) -> Vec<String> {
    let place = |one: &Value| {
        let file = one["file"].as_str().unwrap();
        let file = file.rsplit_once('/').map_or(file, |(folder, file)| {
            assert!(folder.ends_with(REVISION), "{folder}");
            file
        });
        let line = one["line"].as_u64();
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        format!("{} {file}{line}", one["code"].as_str().unwrap())
    };
    findings.iter().map(place).collect()
}

/// The statement that has the hazard is the place, not the first one that speaks of the table, nor a comment.
#[test]
fn a_finding_stands_at_its_statement() {
    const DOWN: &str = "ALTER TABLE cake ADD COLUMN name integer;\n";
    for backend in backends() {
        for (up, expected) in [
            (
                "-- second\n--\n-- of cake\n\n-- cake again; DROP TABLE cake\nALTER TABLE cake ADD COLUMN size integer;\n\n\
                 ALTER TABLE cake\n  DROP COLUMN name;\n",
                &["deletes-data up.sql:8"][..],
            ),
            (
                "-- second\n\nALTER TABLE cake ADD COLUMN size integer NOT NULL;\n/* of it */ ALTER TABLE cake RENAME COLUMN name TO title;\n",
                &["adds-required-column up.sql:3", "renames-column up.sql:4"],
            ),
            (
                "-- second\n\nSELECT 'DELETE FROM cake; it''s not';\nDELETE FROM cake\nWHERE id = 7;\n",
                &["deletes-data up.sql:4"],
            ),
            (
                "-- second\n\nALTER TABLE cake ADD COLUMN size integer;\nUPDATE cake\nSET name = 'x';\n",
                &["mixes-data-and-schema up.sql:3"],
            ),
            (
                "-- second\n-- DROP TABLE cake\n\nCREATE TABLE tin (id integer);\nDROP TABLE cake;\n",
                &["deletes-data up.sql:5", "no-backup up.sql:5"],
            ),
        ] {
            let project = project(&[("up.sql", up), ("down.sql", DOWN)]);
            let found = found(&project, backend, &[]);
            assert_eq!(places(&found), expected, "{backend:?} {up}");
            // With the marks of an editor of another system.
            project.write(
                &format!("migrations/{REVISION}/up.sql"),
                format!("\u{feff}{}", up.replace('\n', "\r\n")),
            );
            let found = self::found(&project, backend, &[]);
            assert_eq!(places(&found), expected, "{backend:?} {up}");
        }
        let long = "n".repeat(70);
        let up = format!(
            "-- second\n\nSELECT 1;\nCREATE TABLE tin (\n  id integer,\n  {long} integer\n);\n"
        );
        let project = project(&[("up.sql", &up), ("down.sql", "DROP TABLE tin;\n")]);
        let expected = match backend {
            Backend::Sqlite => &[][..],
            _ => &["long-name up.sql:6"],
        };
        assert_eq!(places(&found(&project, backend, &[])), expected);
    }
}

/// What runs on an engine is looked at, and nothing else.
#[test]
fn the_file_of_the_engine_is_looked_at() {
    let head = "-- second\n--\n-- Revision: m20260102_000000_second\n-- Revises:  m20260101_000000_first\n\n";
    let postgres = format!("{head}SELECT $$DROP TABLE cake; $$;\nDROP TABLE cake;\n");
    let mysql = format!(
        "{head}DELIMITER //\nCREATE TRIGGER t AFTER INSERT ON cake FOR EACH ROW BEGIN\nDELETE FROM cake; DELETE FROM cake;\nEND //\n\
         DELIMITER ;\nALTER TABLE `cake` DROP COLUMN `name`;\n"
    );
    let all = format!("{head}ALTER TABLE cake RENAME COLUMN name TO title;\n");
    let files = [
        ("up.sql", &*all),
        ("up.postgres.sql", &postgres),
        ("up.mysql.sql", &mysql),
        ("down.sql", "SELECT 1;\n"),
    ];
    for backend in backends() {
        let expected = match backend {
            Backend::Postgres => &[
                "deletes-data up.postgres.sql:7",
                "no-backup up.postgres.sql:7",
            ][..],
            Backend::MySql => &["deletes-data up.mysql.sql:11"],
            Backend::Sqlite => &["renames-column up.sql:6"],
        };
        let project = project(&files);
        assert_eq!(places(&found(&project, backend, &[])), expected);
        // Without one for the engine, there is nothing to be looked at.
        let other = match backend {
            Backend::Sqlite => files[1],
            _ => ("up.sqlite.sql", "-- second\n\nDROP TABLE cake;\n"),
        };
        let project = self::project(&[other]);
        let run = project.in_place(&["lint", REVISION, "--dialect", dialect(backend)]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        let said = format!("not looked at: {REVISION}: it is not written for ");
        assert!(run.stdout.starts_with(&said), "{}", run.transcript());
        assert!(!run.stdout.contains("no-down"), "{}", run.transcript());
    }
    // All that the project is for, each once. What one engine lets pass is something on another.
    if backends().len() < 3 {
        return;
    }
    let project = project(&files);
    let config = "format = \"sql\"\nbackends = [\"postgres\", \"mysql\", \"sqlite\"]\n";
    project.write("seadrift.toml", config);
    let all = || {
        let run = project.in_place(&["lint", REVISION, "--format", "json"]);
        places(&found_by(&run))
    };
    let [drop, column, backup, rename] = [
        "deletes-data up.postgres.sql:7",
        "deletes-data up.mysql.sql:11",
        "no-backup up.postgres.sql:7",
        "renames-column up.sql:6",
    ];
    assert_eq!(all(), [drop, rename, backup]);
    let allowed = postgres.replacen("-- Revises:", "-- Allowed:  deletes-data\n-- Revises:", 1);
    project.write(&format!("migrations/{REVISION}/up.postgres.sql"), allowed);
    let backup = backup.replace('7', "8");
    assert_eq!(all(), [column, rename, &backup]);
}

#[test]
fn each_may_be_allowed() {
    for backend in backends() {
        let up = |head: &str| format!("-- second\n{head}\nDROP TABLE cake;\n");
        let project_of = |head: &str| project(&[("up.sql", &up(head))]);
        let project = project_of("");
        let all = [
            "deletes-data up.sql:3",
            "no-backup up.sql:3",
            "no-down up.sql",
        ];
        let sorted = |mut places: Vec<String>| {
            places.sort();
            places
        };
        let codes = |project: &Project, arguments: &[&str]| {
            sorted(places(&found(project, backend, arguments)))
        };
        assert_eq!(codes(&project, &[]), all, "{backend:?}");
        let said = lines(&found(&project, backend, &[])).join("\n");
        assert!(
            said.contains(&format!("{REVISION}: it has no `down.sql`")),
            "{said}"
        );
        let allow = ["--allow", "deletes-data", "--allow", "no-down"];
        assert_eq!(codes(&project, &allow), all[1..2]);
        let project = project_of("--\n-- Allowed: no-backup, deletes-data\n");
        assert_eq!(codes(&project, &[]), ["no-down up.sql"]);
        for head in [
            "-- a Backup is in the safe\n",
            "/* nobody needs\n a dump */\n",
        ] {
            let found = codes(&project_of(head), &[]);
            assert!(
                !found.iter().any(|one| one.starts_with("no-backup")),
                "{found:?}"
            );
        }
        // It is no comment.
        let project = project_of("\nSELECT '\n-- a backup';\n");
        let found = codes(&project, &[]);
        assert!(
            found.contains(&"no-backup up.sql:6".to_owned()),
            "{found:?}"
        );
        project.write(&format!("migrations/{REVISION}/down.sql"), "-- nothing\n");
        let found = codes(&project, &[]);
        assert!(found.contains(&"no-down down.sql".to_owned()), "{found:?}");
        project.write(
            "seadrift.toml",
            "format = \"sql\"\n[hazards]\nallow = [\"all\"]\n",
        );
        assert_eq!(codes(&project, &[]), [""; 0]);
        assert_eq!(
            codes(&project, &["--deny", "no-down"]),
            ["no-down down.sql"]
        );
    }
}

/// What is not understood is said with what is.
#[test]
fn what_is_not_looked_at() {
    for backend in backends() {
        let up = "-- second\n\nFROBNICATE cake;\nDROP TABLE cake;\nSELECT 'a;\n";
        let project = project(&[("up.sql", up), ("down.sql", "SELECT 1;\n")]);
        project
            .in_place(&["lint", REVISION, "--dialect", dialect(backend)])
            .is(&expect![[r#"
                not looked at: m20260102_000000_second: what comes after: it fails without a database: what begins here has no end at m20260102_000000_second/up.sql:5
                no findings in 1 revision
                [exit 0]
            "#]]);
        let up = up.replace("'a", "1");
        project.write(&format!("migrations/{REVISION}/up.sql"), up);
        project
            .in_place(&["lint", REVISION, "--dialect", dialect(backend)])
            .is(&expect![[r#"
                deletes-data: revisions have this hazard
                  m20260102_000000_second: cake: dropping the table deletes its rows, and `down` cannot bring them back (migrations/m20260102_000000_second/up.sql:4)
                no-backup: revisions drop a table and say nothing about a backup
                  m20260102_000000_second: cake: the table is dropped, and nothing is said about a backup (migrations/m20260102_000000_second/up.sql:4)
                not looked at: m20260102_000000_second: it is not understood: FROBNICATE cake
                ! hint: make sure that nothing reads the table, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
                ! hint: say in a comment of the file where a backup is, or that none is needed
                [exit 1]
            "#]]);
    }
}

/// Each format says where it is.
#[test]
fn formats() {
    let up = "-- second\n\nSELECT 1;\nALTER TABLE cake DROP COLUMN name;\n";
    let project = project(&[("up.sql", up), ("down.sql", "SELECT 1;\n")]);
    let lint = ["lint", REVISION, "--dialect", "postgres"];
    project.in_place(&lint).is(&expect![[r#"
        deletes-data: revisions have this hazard
          m20260102_000000_second: cake: dropping `name` deletes what it holds, and `down` cannot bring it back (migrations/m20260102_000000_second/up.sql:4)
        ! hint: make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
        [exit 1]
    "#]]);
    let lint_as = |format| [&lint[..], &["--format", format]].concat();
    project.in_place(&lint_as("github")).is(&expect![[r#"
        ::error file=migrations/m20260102_000000_second/up.sql,line=4,title=deletes-data::m20260102_000000_second: cake: dropping `name` deletes what it holds, and `down` cannot bring it back%0Ait loses, stops or keeps waiting something on a database with rows and readers; docs/hazards has a page for it%0Ahint: make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data`
        [exit 1]
    "#]]);
    project.in_place(&lint_as("markdown")).is(&expect![[r#"
        ### seadrift: 1 finding

        | level | what | where | what to do |
        | --- | --- | --- | --- |
        | error | **deletes-data** m20260102\_000000\_second: cake: dropping `name` deletes what it holds, and `down` cannot bring it back | migrations/m20260102\_000000\_second/up.sql:4 | make sure that nothing reads the column, and keep a copy; where it is meant, say so in the head of the file: `Allowed: deletes-data` |
        [exit 1]
    "#]]);
    let found = found_by(&project.in_place(&lint_as("json")));
    assert_eq!(found.len(), 1);
    let (file, line) = (format!("migrations/{REVISION}/up.sql"), 4);
    assert_eq!(found[0]["file"], file);
    assert_eq!(found[0]["line"], line);
    assert_eq!(found[0]["revision"], REVISION);
    let sarif = project.in_place(&lint_as("sarif"));
    let sarif: Value = serde_json::from_str(&sarif.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "deletes-data");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], file);
    assert_eq!(place["region"]["startLine"], line);
}

/// What is written has the hazards that its head tells, each once, and no others.
#[tokio::test]
async fn what_is_written_as_sql() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        let does = |arguments: &[&str]| {
            let run = project.in_place(arguments);
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
        };
        project.write_entities(&["user", "post"]);
        does(&["revision", "--autogenerate", "-m", "create both"]);
        let lint = ["lint", "--all", "--format", "json"];
        assert_eq!(lines(&found_by(&project.in_place(&lint))), [""; 0]);
        does(&["upgrade"]);
        project.write_entities(&["user_with_full_name", "post"]);
        does(&[
            "revision",
            "--autogenerate",
            "-m",
            "rename it",
            "--rename",
            "user.name=full_name",
        ]);
        let found = found_by(&project.in_place(&lint));
        let renames: Vec<_> = found
            .iter()
            .filter(|one| one["code"] == "renames-column")
            .collect();
        assert_eq!(renames.len(), 1, "{:?}", lines(&found));
        let others = [
            "renames-column",
            "rebuilds-table",
            "drops-index",
            "requires-unique",
        ];
        for one in &found {
            let code = one["code"].as_str().unwrap();
            assert!(others.contains(&code), "{:?}", lines(&found));
        }
    }
}

/// An enum of MySQL is written anew with its column when one of its values has another name: none is gone.
#[test]
fn a_value_with_another_name_is_not_gone() {
    let first = (
        "m20260101_000000_first",
        &[
            (
                "up.sql",
                "-- first\n\nCREATE TABLE note (id integer PRIMARY KEY, mood enum('happy', 'sad') NOT NULL, other enum('sad', 'low'));\n",
            ),
            ("down.sql", "DROP TABLE note;\n"),
        ][..],
    );
    let wide = "ALTER TABLE note MODIFY COLUMN mood enum('happy', 'sad', 'low') NOT NULL;\n";
    let update = "UPDATE note SET mood = 'low' WHERE mood = 'sad';\n";
    let narrow = "ALTER TABLE note MODIFY COLUMN mood enum('happy', 'low') NOT NULL;\n";
    let head = "-- second\n--\n-- Revision: m20260102_000000_second\n-- Revises:  m20260101_000000_first\n";
    let told = "-- Renamed:  mood.sad=low\n--\n-- Hazards\n--     renames-enum  mood: a program that runs on does not know `low`, and fails to write `sad`, which it was\n";
    let renamed = &["renames-enum", "rewrites-table"][..];
    let gone = &[
        "mixes-data-and-schema",
        "removes-enum-value",
        "rewrites-table",
    ][..];
    for (head_is, statements, expected) in [
        ("", format!("{wide}{update}{narrow}"), renamed),
        (told, format!("{wide}{update}{narrow}"), renamed),
        // Not all of them, or not at all, whatever the head says.
        (told, format!("{wide}{}{narrow}", update.replace(";", " AND id > 1;")), &["mixes-data-and-schema", "removes-enum-value", "renames-enum", "rewrites-table"]),
        ("", format!("{wide}{}{narrow}", update.replace(";", " LIMIT 1;")), gone),
        ("", format!("{wide}{}{narrow}", update.replace("mood", "other")), gone),
        ("", narrow.to_owned(), &["removes-enum-value", "rewrites-table"]),
        // Somebody writes it again.
        ("", format!("{wide}{update}INSERT INTO note (id, mood) VALUES (1, 'sad');\n{narrow}"), gone),
        // Gone before it could get another name.
        ("", format!("{narrow}{wide}{update}{narrow}"), gone),
        // It becomes one that there was.
        (
            "",
            "UPDATE note SET mood = 'happy' WHERE mood = 'sad';\nALTER TABLE note MODIFY COLUMN mood enum('happy') NOT NULL;\n".to_owned(),
            gone,
        ),
        // Both stay.
        ("", format!("{wide}{update}"), &["mixes-data-and-schema", "rewrites-table"]),
    ] {
        let up = format!("{head}{head_is}\n{statements}");
        let project = Project::sql(&[first, (REVISION, &[("up.sql", &up), ("down.sql", "SELECT 1;\n")])]);
        let found = found(&project, Backend::MySql, &[]);
        let mut codes: Vec<_> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        codes.retain(|code| *code != "rewrites-table" || expected.contains(code));
        let without = |codes: &[&str]| -> Vec<String> {
            let codes = codes.iter().filter(|code| **code != "rewrites-table");
            codes.map(|code| (*code).to_owned()).collect()
        };
        assert_eq!(without(&codes), without(expected), "{up}\n{:?}", lines(&found));
    }
}

/// Nor is a column that a table which is made anew has under another name, where its rows say so.
#[test]
fn a_column_with_another_name_is_not_gone() {
    for backend in backends() {
        for (insert, expected) in [
            (
                "INSERT INTO new (id, title) SELECT id, name FROM cake",
                "renames-column",
            ),
            (
                "INSERT INTO new SELECT id, name AS title FROM cake",
                "renames-column",
            ),
            (
                "INSERT INTO new (id, title) SELECT id, 'x' FROM cake",
                "deletes-data",
            ),
            (
                "INSERT INTO new (id, title) SELECT id, upper(name) FROM cake",
                "deletes-data",
            ),
        ] {
            let up = format!(
                "-- second\n\nCREATE TABLE new (id integer NOT NULL PRIMARY KEY, title varchar(255) NOT NULL);\n{insert};\nDROP TABLE cake;\n\
                 ALTER TABLE new RENAME TO cake;\n"
            );
            let project = project(&[("up.sql", &up), ("down.sql", "SELECT 1;\n")]);
            let found = found(&project, backend, &[]);
            let codes: Vec<_> = found
                .iter()
                .map(|one| one["code"].as_str().unwrap())
                .collect();
            for code in ["renames-column", "deletes-data"] {
                assert_eq!(
                    codes.contains(&code),
                    code == expected,
                    "{backend:?} {insert}: {:?}",
                    lines(&found)
                );
            }
        }
    }
}

/// No build is needed, and so none can be missing; without an engine, a head tells something all the same.
#[test]
fn without_an_engine() {
    let head = "-- second\n--\n-- Revision: m20260102_000000_second\n-- Revises:  m20260101_000000_first\n--\n-- Hazards\n\
                --     locks-table  cake: nobody writes\n\n";
    let up = format!("{head}ALTER TABLE cake DROP COLUMN name;\n");
    let project = project(&[("up.sql", &up), ("down.sql", "SELECT 1;\n")]);
    let named = ["lint", REVISION, "--no-build", "--format", "json"];
    let with_engine = [&named[..], &["--dialect", "postgres"]].concat();
    let found = places(&found_by(&project.in_place(&with_engine)));
    assert_eq!(found, ["deletes-data up.sql:9", "locks-table up.sql:7"]);
    project.in_place(&named[..3]).is(&expect![[r#"
        locks-table: revisions have this hazard
          m20260102_000000_second: cake: nobody writes (migrations/m20260102_000000_second/up.sql:7)
        not looked at: m20260102_000000_second: its SQL, as nobody says for which engine it is
        ! hint: docs/hazards/locks-table.md of seadrift tells what to do; where it is meant, say so in the head of the file: `Allowed: locks-table`
        [exit 1]
    "#]]);
    project.in_place(&["lint"]).is(&expect![[r#"
        ! error: nobody says for which engine the SQL is to be
        ! hint: pass `--dialect postgres`, `mysql`, `mariadb` or `sqlite`, or a database URL
        [exit 2]
    "#]]);
}
