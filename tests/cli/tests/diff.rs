//! `diff`, between sides of every kind.

use boon::{Compiler, Schemas};
use expect_test::expect;
use seadrift_testkit::{Backend, Scratch, backends, scratch};
use serde_json::Value;

use super::client;
use super::project::{Project, state};
use super::run::Run;

/// Two schemas that differ in all that two databases may differ in.
fn scripts(backend: Backend) -> [&'static str; 2] {
    match backend {
        Backend::Postgres => [
            include_str!("diff/postgres.from.sql"),
            include_str!("diff/postgres.to.sql"),
        ],
        Backend::MySql => [
            include_str!("diff/mysql.from.sql"),
            include_str!("diff/mysql.to.sql"),
        ],
        Backend::Sqlite => [
            include_str!("diff/sqlite.from.sql"),
            include_str!("diff/sqlite.to.sql"),
        ],
    }
}

/// A project with both as files, and a database that has the first.
async fn both(backend: Backend) -> (Project, Scratch) {
    let scratch = scratch(backend).await.unwrap();
    let project = Project::new("blog", 0).with_url(scratch.url());
    let [from, to] = scripts(backend);
    project.write("from.sql", from);
    project.write("to.sql", to);
    client::run(&scratch, from);
    (project, scratch)
}

fn diff(project: &Project, from: &str, to: &str, more: &[&str]) -> Run {
    let arguments = [&["diff", from, to], more].concat();
    let run = project.run(&arguments);
    assert!(!run.stderr.contains("error"), "{}", run.transcript());
    run
}

/// The databases that are left on the server for `diff` to load files into.
pub async fn left_behind(scratch: &Scratch) -> u64 {
    use sea_orm::{ConnectionTrait, Statement};
    let query = match scratch.backend() {
        Backend::Postgres => {
            "SELECT count(*) FROM pg_database d WHERE datname LIKE 'seadrift\\_scratch\\_%' AND NOT EXISTS (SELECT 1 \
             FROM pg_stat_activity a WHERE a.datname = d.datname OR a.application_name = d.datname)"
        }
        Backend::MySql => {
            "SELECT count(*) FROM information_schema.schemata \
             WHERE schema_name LIKE 'seadrift\\_scratch\\_%' AND IS_FREE_LOCK(schema_name) = 1"
        }
        Backend::Sqlite => return 0,
    };
    let db = scratch.connect().await;
    let query = Statement::from_string(db.get_database_backend(), query);
    let row = db.query_one_raw(query).await.unwrap().unwrap();
    let count: i64 = row.try_get_by_index(0).unwrap();
    db.close().await.unwrap();
    count as u64
}

#[tokio::test]
async fn the_sql_runs_as_it_is_there_and_back() {
    for backend in backends() {
        let (project, scratch) = both(backend).await;
        let url = scratch.url();
        let nothing = diff(&project, url, "sql:from.sql", &["--exit-code"]);
        assert_eq!(nothing.code, Some(0), "{backend}: {}", nothing.transcript());
        let sql = &["--no-renames", "--format", "sql"][..];
        let up = diff(&project, url, "sql:to.sql", sql).stdout;
        let down = diff(&project, url, "sql:to.sql", &[sql, &["--down"]].concat()).stdout;

        client::run(&scratch, &up);
        let there = diff(&project, url, "sql:to.sql", &["--exit-code"]);
        assert_eq!(there.code, Some(0), "{backend}: {}", there.transcript());
        client::run(&scratch, &down);
        let back = diff(&project, url, "sql:from.sql", &["--exit-code"]);
        assert_eq!(
            back.code,
            Some(0),
            "{backend}: {}\n{down}",
            back.transcript()
        );

        // The other way round, what goes forward goes back.
        let turned = diff(&project, "sql:to.sql", url, &[sql, &["--down"]].concat()).stdout;
        client::run(&scratch, &turned);
        let there = diff(&project, "sql:to.sql", url, &["--exit-code"]);
        assert_eq!(there.code, Some(0), "{backend}: {}", there.transcript());
        assert_eq!(left_behind(&scratch).await, 0, "{backend}");
    }
}

/// The output, which has to be as `docs/diff.schema.json` says.
fn json(project: &Project, from: &str, to: &str, more: &[&str]) -> Value {
    let run = diff(project, from, to, &[&["--format", "json"], more].concat());
    let output: Value = serde_json::from_str(&run.stdout).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diff.schema.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema = compiler.compile(path, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&output, schema) {
        panic!("{error:#}\n{output:#}");
    }
    output
}

#[tokio::test]
async fn the_json_is_as_its_schema_says() {
    for backend in backends() {
        let (project, scratch) = both(backend).await;
        let url = scratch.url();
        let nothing = json(&project, url, "sql:from.sql", &[]);
        assert_eq!(nothing["is_different"], false);
        assert_eq!(nothing["changes"], Value::Array(vec![]));
        for more in [&["--no-renames"][..], &["--no-renames", "--down"]] {
            let output = json(&project, url, "sql:to.sql", more);
            assert_eq!(output["is_different"], true);
            assert!(
                !output
                    .to_string()
                    .contains(&seadrift_testkit::password(url).unwrap_or("?".into()))
            );
            let is_down = more.contains(&"--down");
            assert_eq!(output["direction"], if is_down { "down" } else { "up" });
            // The same as `--format sql`, but for what stands around it there.
            let sql = diff(
                &project,
                url,
                "sql:to.sql",
                &[&["--format", "sql"], more].concat(),
            );
            for statement in output["statements"].as_array().unwrap() {
                let statement = format!("{};\n", statement.as_str().unwrap());
                assert!(sql.stdout.contains(&statement), "{statement}");
            }
            let seen: Vec<_> = output["not_compared"].as_array().unwrap().iter().collect();
            assert!(seen.iter().any(|one| one["kind"] == "view"), "{seen:?}");
        }
        let declared = json(&project, url, "entities", &[]);
        assert_eq!(declared["to"]["kind"], "entities");
        assert_eq!(declared["not_compared"], Value::Array(vec![]));
    }
}

#[test]
fn a_json_that_is_otherwise_is_found() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/diff.schema.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema = compiler.compile(path, &mut schemas).unwrap();
    let wrong = serde_json::json!({ "version": 2, "changes": [] });
    assert!(schemas.validate(&wrong, schema).is_err());
}

/// Two small files for SQLite.
fn small() -> Project {
    let project = Project::new("blog", 0);
    project.write(
        "a.sql",
        "CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, CHECK (title <> ''));\n\
         CREATE TABLE tag (name TEXT);\nCREATE VIEW all_tags AS SELECT * FROM tag;\n",
    );
    project.write(
        "b.sql",
        "CREATE TABLE post (id INTEGER PRIMARY KEY, body TEXT, title TEXT NOT NULL);\n\
         CREATE INDEX post_title ON post (lower(title));\nCREATE TABLE tag (name TEXT);\n",
    );
    project
}

const SMALL: [&str; 5] = ["diff", "sql:a.sql", "sql:b.sql", "--dialect", "sqlite"];

#[test]
fn people_see_the_changes_and_both_texts_where_they_differ() {
    let project = small();
    project.run(&SMALL).is(&expect![[r#"
        from sql:a.sql to sql:b.sql
          - check  post (title <> '')
          + column post.body: text
          + index  post post_title
        @@ -3,10 +3,11 @@
         columns = [
             { name = "id", type = "integer", auto_increment = true },
             { name = "title", type = "text" },
        +    { name = "body", type = "text", nullable = true },
         ]
         primary_key = { columns = ["id"] }
        -checks = [
        -    { expression = "title <> ''", columns = ["title"] },
        +indexes = [
        +    { name = "post_title", definition = "CREATE INDEX post_title ON post (lower(title))", covers = ["title"] },
         ]
 
         [[table]]
        not compared: view all_tags (FROM)
        [exit 0]
    "#]]);
    project
        .run(&[&SMALL[..], &["--down", "--exit-code"]].concat())
        .is(&expect![[r#"
            from sql:b.sql to sql:a.sql
              - index  post post_title
              - column post.body: text
              + check  post (title <> '')
            @@ -2,12 +2,11 @@
             name = "post"
             columns = [
                 { name = "id", type = "integer", auto_increment = true },
            -    { name = "body", type = "text", nullable = true },
                 { name = "title", type = "text" },
             ]
             primary_key = { columns = ["id"] }
            -indexes = [
            -    { name = "post_title", definition = "CREATE INDEX post_title ON post (lower(title))", covers = ["title"] },
            +checks = [
            +    { expression = "title <> ''", columns = ["title"] },
             ]
 
             [[table]]
            not compared: view all_tags (FROM)
            [exit 1]
        "#]]);
    let colored = project.run(&[&SMALL[..], &["--color", "always"]].concat());
    for part in [
        "\x1b[32m+    { name = \"body\"",
        "\x1b[31m-checks",
        "\x1b[36m@@",
    ] {
        assert!(
            colored.stdout.contains(part),
            "{part:?}: {}",
            colored.stdout
        );
    }
}

#[test]
fn sqlite_makes_a_table_anew_in_one_transaction() {
    let project = small();
    let run = project.run(&[&SMALL[..], &["--format", "sql"]].concat());
    run.is(&expect![[r#"
        -- from sql:a.sql to sql:b.sql
        --   ~ table  post: made anew with its rows
        --   - check  post (title <> '')
        --   + column post.body: text
        --   + index  post post_title
        -- rebuilds-table  post: the table is made anew and its rows copied, while nothing else can write to the database
        -- drops-constraint  post: nothing keeps rows to `title <> ''` any more, and `down` fails once they have strayed

        .bail on
        PRAGMA foreign_keys = OFF;
        BEGIN IMMEDIATE;
        CREATE TABLE "seadrift_look" ("nothing");
        ALTER TABLE "seadrift_look" RENAME TO "seadrift_looked";
        DROP TABLE "seadrift_looked";
        CREATE TEMP TABLE "seadrift_check" (
            "n0" CONSTRAINT "post has what would be lost" CHECK ("n0" = 0)
        );
        INSERT INTO "seadrift_check"
        SELECT
            (SELECT count(*) FROM (
                SELECT name FROM pragma_table_xinfo('post') WHERE name NOT IN ('id', 'title')
                UNION ALL SELECT name FROM sqlite_schema
                WHERE tbl_name = 'post' COLLATE NOCASE AND type <> 'table' AND sql IS NOT NULL AND name NOT IN ()
            ));
        DROP TABLE temp."seadrift_check";
        CREATE TABLE "seadrift_new_post" (
            "id" INTEGER PRIMARY KEY,
            "title" TEXT NOT NULL,
            "body" text NULL
        );
        INSERT INTO "seadrift_new_post" ("id", "title")
        SELECT "id", "title"
        FROM "post";
        DROP TABLE "post";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "seadrift_new_post" RENAME TO "post";
        PRAGMA legacy_alter_table = OFF;
        CREATE INDEX post_title ON post (lower(title));
        CREATE TABLE "seadrift_look" ("nothing");
        ALTER TABLE "seadrift_look" RENAME TO "seadrift_looked";
        DROP TABLE "seadrift_looked";
        COMMIT;
        PRAGMA foreign_keys = ON;
        [exit 0]
    "#]]);
}

/// sqlite3 would go on behind a failure, and drop the table without having copied its rows.
#[tokio::test]
async fn what_sqlite_runs_ends_where_it_fails() {
    let project = small();
    let sql = project.run(&[&SMALL[..], &["--format", "sql"]].concat());
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    client::run(&scratch, &project.read("a.sql"));
    client::run(&scratch, "ALTER TABLE post ADD COLUMN made_by_hand TEXT;");
    let before = state(&scratch).await;
    let said = client::try_run(&scratch, &sql.stdout).unwrap();
    assert!(said.contains("post has what would be lost"), "{said}");
    assert_eq!(state(&scratch).await, before);
}

#[test]
fn a_migration_is_what_revision_would_write() {
    let project = small();
    let run = project.run(&[&SMALL[..], &["--format", "rust"]].concat());
    assert!(
        run.stdout.contains("impl MigrationTrait for Migration"),
        "{}",
        run.transcript()
    );
    assert!(
        run.stdout
            .contains("//! Not verified: `diff` does not try a plan out.")
    );
    project
        .run(&[
            "diff",
            "sql:a.sql",
            "sql:a.sql",
            "--dialect",
            "sqlite",
            "--format",
            "rust",
        ])
        .is(&expect![[r#"
            // no differences
            [exit 0]
        "#]]);
}

#[test]
fn the_exit_code_tells_only_where_it_is_asked_for() {
    let project = small();
    let code = |arguments: &[&str]| project.run(arguments).code;
    assert_eq!(code(&SMALL), Some(0));
    assert_eq!(code(&[&SMALL[..], &["--exit-code"]].concat()), Some(1));
    for format in ["json", "sql", "rust"] {
        let more = &["--exit-code", "--format", format];
        assert_eq!(code(&[&SMALL[..], more].concat()), Some(1), "{format}");
        let same = ["diff", "sql:a.sql", "sql:a.sql", "--dialect", "sqlite"];
        assert_eq!(code(&[&same[..], more].concat()), Some(0), "{format}");
    }
}

/// An entity, as a file.
const USER: &str = "\
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = \"user\")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub bio: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
";

#[tokio::test]
async fn what_entities_do_not_say_is_no_difference() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let mut project = Project::new("blog", 0).with_url(scratch.url());
        std::fs::create_dir(project.path("entity")).unwrap();
        project.write("entity/user.rs", USER);
        let text = match backend {
            Backend::MySql => "varchar(255)",
            _ => "text",
        };
        let id = match backend {
            Backend::Postgres => "serial PRIMARY KEY",
            Backend::MySql => "int NOT NULL AUTO_INCREMENT PRIMARY KEY",
            Backend::Sqlite => "integer NOT NULL PRIMARY KEY AUTOINCREMENT",
        };
        let user = Backend::MySql == backend;
        let quoted = if user { "`user`" } else { "\"user\"" };
        scratch
            .execute(&format!(
                "CREATE TABLE {quoted} (id {id}, name {text} NOT NULL DEFAULT 'x' CHECK (name <> ''), extra {text}); \
                 CREATE TABLE other (a {text});"
            ))
            .await;
        let url = scratch.url();
        for arguments in [
            &["diff", url, "entities:entity", "--exit-code"][..],
            &[
                "diff",
                url,
                "entities:entity",
                "--exit-code",
                "--format",
                "sql",
            ],
            &[
                "diff",
                "entities:entity",
                url,
                "--exit-code",
                "--down",
                "--format",
                "sql",
            ],
        ] {
            let run = project.run(arguments);
            assert_eq!(run.code, Some(1), "{}", run.transcript());
            assert!(
                run.stdout.contains("+ column user.bio"),
                "{}",
                run.transcript()
            );
            assert!(!run.stdout.contains("other"), "{}", run.transcript());
            assert!(!run.stdout.contains("extra"), "{}", run.transcript());
        }
        // Brought there, nothing is left, whichever of the two comes first.
        let up = project.run(&["diff", url, "entities:entity", "--format", "sql"]);
        client::run(&scratch, &up.stdout);
        for sides in [[url, "entities:entity"], ["entities:entity", url]] {
            let run = project.run(&["diff", sides[0], sides[1], "--exit-code"]);
            assert_eq!(run.code, Some(0), "{}", run.transcript());
        }
        // What a lock says is owned.
        project.declare("blog");
        let lock = LOCK.replace("TEXT", if user { "string(255)" } else { "text" });
        project.write("owned.lock", lock);
        let lock = &["--lock", "owned.lock", "--no-renames"];
        let run = project.run(&[&["diff", url, "entities:entity"][..], lock].concat());
        assert!(
            run.stdout.contains("- column user.extra"),
            "{}",
            run.transcript()
        );
        assert!(!run.stdout.contains("other"), "{}", run.transcript());
    }
}

/// What the entity is said to have declared before.
const LOCK: &str = "\
version = 1

[[table]]
name = \"user\"
columns = [
    { name = \"id\", type = \"integer\", auto_increment = true },
    { name = \"extra\", type = \"TEXT\", nullable = true },
]
primary_key = { columns = [\"id\"] }
";

#[test]
fn entities_and_locks_need_no_database() {
    let project = Project::new("blog", 0);
    project.write("owned.lock", LOCK.replace("TEXT", "text"));
    std::fs::create_dir(project.path("entity")).unwrap();
    project.write("entity/user.rs", USER);
    for dialect in ["postgres", "mysql", "mariadb", "sqlite"] {
        let sides = [
            "diff",
            "lock:owned.lock",
            "entities:entity",
            "--dialect",
            dialect,
            "--no-renames",
        ];
        let run = project.run(&sides);
        let run = run.replaced("varchar(255)", "varchar");
        run.replaced("string(255)", "string").is(&expect![[r#"
            from lock:owned.lock to entities:entity
              + column user.name: varchar not null
              + column user.bio: varchar
              - column user.extra: text
            @@ -2,6 +2,7 @@
             name = "user"
             columns = [
                 { name = "id", type = "integer", auto_increment = true },
            -    { name = "extra", type = "text", nullable = true },
            +    { name = "name", type = "string" },
            +    { name = "bio", type = "string", nullable = true },
             ]
             primary_key = { columns = ["id"] }
            [exit 0]
        "#]]);
        for format in ["sql", "json", "rust"] {
            let run = project.run(&[&sides[..], &["--format", format, "--exit-code"]].concat());
            assert_eq!(run.code, Some(1), "{}", run.transcript());
        }
    }
}

#[tokio::test]
async fn a_rename_is_an_answer_here_too() {
    for backend in backends() {
        let (one, other) = (
            scratch(backend).await.unwrap(),
            scratch(backend).await.unwrap(),
        );
        let project = Project::new("blog", 0).with_url(one.url());
        one.execute("CREATE TABLE a (id integer NOT NULL PRIMARY KEY, old integer)")
            .await;
        other
            .execute("CREATE TABLE a (id integer NOT NULL PRIMARY KEY, new integer)")
            .await;
        let (from, to) = (one.url(), other.url());
        let run = project.refuses(&["diff", from, to]).without(to);
        assert!(run.stderr.contains("a.old=new"), "{}", run.transcript());
        let run = project.run(&["diff", from, to, "--rename", "a.old=new"]);
        assert!(
            run.stdout.contains("~ column a.old: renamed to new"),
            "{}",
            run.transcript()
        );
        let sql = project.run(&["diff", from, to, "--rename", "a.old=new", "--format", "sql"]);
        client::run(&one, &sql.stdout);
        let run = project.run(&["diff", from, to, "--exit-code"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
    }
}

/// What is kept as text follows the column that it names, so that nothing else differs.
#[tokio::test]
async fn a_rename_is_one_in_what_is_kept() {
    for backend in backends() {
        let (one, other) = (
            scratch(backend).await.unwrap(),
            scratch(backend).await.unwrap(),
        );
        let project = Project::new("blog", 0).with_url(one.url());
        let (stored, index) = match backend {
            Backend::Postgres => ("STORED", "(abs(old)) WHERE old > 0"),
            Backend::Sqlite => ("VIRTUAL", "(abs(old)) WHERE old > 0"),
            Backend::MySql => ("STORED", "(old DESC)"),
        };
        let made = format!(
            "CREATE TABLE a (id integer NOT NULL PRIMARY KEY, old integer,
                twice integer GENERATED ALWAYS AS (old * 2) {stored}, CONSTRAINT c CHECK (old > 1 OR old < 9));
            CREATE INDEX i ON a {index};"
        );
        one.execute(&made).await;
        other.execute(&made.replace("old", "new")).await;
        let (from, to) = (one.url(), other.url());
        let answer = ["--rename", "a.old=new"];
        let lines = || -> Vec<String> {
            let run = project.run(&[&["diff", from, to][..], &answer].concat());
            let lines = run.stdout.lines();
            let changes = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            changes.map(str::to_owned).collect()
        };
        let before = lines();
        assert_eq!(before, ["  ~ column a.old: renamed to new"]);
        let [up, down] = [&[][..], &["--down"]].map(|way| {
            let arguments = [&["diff", from, to, "--format", "sql"][..], &answer, way];
            let sql = project.run(&arguments.concat());
            assert_eq!(sql.code, Some(0), "{}", sql.transcript());
            sql.stdout
        });
        client::run(&one, &up);
        let run = project.run(&["diff", from, to, "--exit-code"]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        client::run(&one, &down);
        assert_eq!(lines(), before);
    }
}

/// Between two databases, the one that a lock does not say is nobody's, and stays.
#[tokio::test]
async fn a_lock_says_what_two_databases_own() {
    for backend in backends() {
        let (one, other) = (
            scratch(backend).await.unwrap(),
            scratch(backend).await.unwrap(),
        );
        let project = Project::new("blog", 0).with_url(one.url());
        one.execute("CREATE TABLE a (id integer NOT NULL PRIMARY KEY); CREATE TABLE b (id integer NOT NULL PRIMARY KEY)").await;
        project.write("a.lock", "version = 1\n\n[[table]]\nname = \"a\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n");
        let sides = ["diff", one.url(), other.url()];
        let all = project.run(&sides);
        assert!(all.stdout.contains("- table  a") && all.stdout.contains("- table  b"));
        let owned = project.run(&[&sides[..], &["--lock", "a.lock"]].concat());
        assert!(
            owned.stdout.contains("- table  a (1 column)"),
            "{}",
            owned.transcript()
        );
        assert!(
            !owned.stdout.contains("- table  b"),
            "{}",
            owned.transcript()
        );
    }
}
