//! Cases made in a temporary folder, right ones and wrong ones.

use tempfile::TempDir;

use super::*;

/// A root with one case, `column/drop`, of these files.
fn root(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (name, text) in files {
        golden::write(&root.path().join("column/drop").join(name), text).unwrap();
    }
    root
}

fn one(root: &TempDir) -> Case {
    cases(root.path()).unwrap().remove(0)
}

fn error(files: &[(&str, &str)]) -> String {
    let root = root(files);
    let error = cases(root.path()).unwrap_err();
    error.replace(root.path().to_str().unwrap(), "")
}

#[test]
fn a_backend_reads_its_own_file_before_the_common_one() {
    let root = root(&[
        ("case.toml", ""),
        ("entities.rs", ""),
        ("before.sql", "all"),
        ("before.mysql.sql", "mysql"),
        ("expected/changes.txt", "all"),
        ("expected/changes.postgres.txt", "postgres"),
        ("expected/sqlite.sql", "sql"),
        ("expected/error.mysql.txt", "refused"),
    ]);
    let case = one(&root);
    assert_eq!(case.name, "column/drop");
    assert_eq!(case.message(), "column/drop");
    assert_eq!(case.config.backends, Backend::ALL);
    assert_eq!(case.before(Backend::Sqlite).as_deref(), Some("all"));
    assert_eq!(case.before(Backend::MySql).as_deref(), Some("mysql"));
    let expected = |backend, stem, ext| read_if_there(&case.expected(backend, stem, ext));
    assert_eq!(
        expected(Backend::Sqlite, "changes", "txt").as_deref(),
        Some("all")
    );
    assert_eq!(
        expected(Backend::Postgres, "changes", "txt").as_deref(),
        Some("postgres")
    );
    assert_eq!(
        expected(Backend::Sqlite, "sqlite", "sql").as_deref(),
        Some("sql")
    );
    assert_eq!(expected(Backend::Sqlite, "migration", "rs"), None);
    assert_eq!(
        expected(Backend::MySql, "error", "txt").as_deref(),
        Some("refused")
    );
}

#[test]
fn what_nothing_reads_is_an_error() {
    let unread = |name: &str| error(&[("case.toml", ""), ("entities.rs", ""), (name, "")]);
    for name in [
        "befor.sql",
        "after.rs",
        "expected/change.txt",
        "expected/oracle.sql",
        "expected/sqlite.sqlite.sql",
        "expected/more/changes.txt",
    ] {
        let first = name.replace("/changes.txt", "");
        assert_eq!(unread(name), format!("nothing reads /column/drop/{first}"));
    }
    assert_eq!(
        error(&[
            ("case.toml", "backends = ['sqlite']"),
            ("entities.rs", ""),
            ("before.mysql.sql", "")
        ]),
        "nothing reads /column/drop/before.mysql.sql"
    );
    assert_eq!(
        error(&[
            ("case.toml", ""),
            ("entities.rs", ""),
            ("expected/changes.txt", ""),
            ("expected/error.txt", "")
        ]),
        "nothing reads /column/drop/expected/changes.txt"
    );
    assert_eq!(
        error(&[("../stray.txt", ""), ("case.toml", ""), ("entities.rs", "")]),
        "nothing reads /column/stray.txt"
    );
}

#[test]
fn a_wrong_case_file_is_an_error() {
    let config = |text: &str| error(&[("case.toml", text), ("entities.rs", "")]);
    assert!(config("bakends = []").contains("unknown field `bakends`"));
    assert!(config("backends = ['oracle']").contains("unknown variant `oracle`"));
    assert!(config("backends = []").ends_with("`backends` is empty"));
    assert!(error(&[("entities.rs", "")]).starts_with("/column/drop/case.toml: "));
    assert_eq!(
        error(&[("case.toml", "")]),
        "/column/drop/entities.rs is missing"
    );
}

#[test]
fn both_the_database_and_the_lock_may_be_said() {
    let case_root = root(&[
        ("case.toml", "message = 'drop it'"),
        ("entities.rs", ""),
        ("before.rs", ""),
        ("before.sql", "sql"),
    ]);
    let case = one(&case_root);
    assert_eq!(case.message(), "drop it");
    assert_eq!(case.before(Backend::Sqlite).as_deref(), Some("sql"));
}

fn output(stem: &'static str, text: &str) -> Output {
    Output {
        stem: stem.to_owned(),
        ext: "txt",
        text: text.to_owned(),
    }
}

#[test]
fn blessing_keeps_a_file_of_its_own_only_where_it_differs() {
    let root = root(&[("case.toml", ""), ("entities.rs", "")]);
    let case = one(&root);
    let bless = |outcomes: [(&'static str, &str); 3]| {
        let outcomes: Vec<_> = Backend::ALL
            .into_iter()
            .zip(outcomes.map(|(stem, text)| vec![output(stem, text)]))
            .collect();
        case.bless(&outcomes).unwrap();
        for (backend, outputs) in &outcomes {
            case.compare(*backend, outputs).unwrap();
        }
        entries(&case.folder.join("expected"))
            .unwrap()
            .iter()
            .map(|path| file_name(path))
            .collect::<Vec<_>>()
    };
    let changes = |texts: [&'static str; 3]| texts.map(|text| ("changes", text));
    assert_eq!(bless(changes(["a", "a", "a"])), ["changes.txt"]);
    assert_eq!(
        bless(changes(["b", "b", "c"])),
        ["changes.mysql.txt", "changes.txt"]
    );
    assert_eq!(bless(changes(["c", "c", "c"])), ["changes.txt"]);
    assert_eq!(bless([("error", "no"); 3]), ["error.txt"]);
    assert_eq!(
        bless([("error", "no"), ("changes", "a"), ("changes", "a")]),
        ["changes.txt", "error.sqlite.txt"]
    );
}

/// Of several migrations on one backend and one on the others, each has its files, and all are missed where they do not come
/// out.
#[test]
fn several_migrations_on_one_backend_alone() {
    let root = root(&[("case.toml", ""), ("entities.rs", "")]);
    let case = one(&root);
    let migration = |stem: &'static str| Output {
        ext: "rs",
        ..output(stem, stem)
    };
    let parts = || {
        vec![
            migration("migration_1_enum"),
            migration("migration_2_alter"),
        ]
    };
    let outcomes = [
        (Backend::Sqlite, vec![migration("migration")]),
        (Backend::Postgres, parts()),
        (Backend::MySql, vec![migration("migration")]),
    ];
    case.bless(&outcomes).unwrap();
    let names = entries(&case.folder.join("expected")).unwrap();
    let names: Vec<_> = names.iter().map(|path| file_name(path)).collect();
    assert_eq!(
        names,
        [
            "migration.rs",
            "migration_1_enum.postgres.rs",
            "migration_2_alter.postgres.rs"
        ]
    );
    let case = one(&root);
    for (backend, outputs) in &outcomes {
        case.compare(*backend, outputs).unwrap();
    }
    let error = case.compare(Backend::Postgres, &parts()[..1]).unwrap_err();
    assert!(
        error.contains("migration_2_alter.rs is expected, and did not come out"),
        "{error}"
    );
}

#[test]
fn what_is_expected_has_to_come_out() {
    let root = root(&[
        ("case.toml", ""),
        ("entities.rs", ""),
        ("expected/changes.txt", "a"),
        ("expected/migration.rs", ""),
        ("expected/migration.mysql.rs", ""),
    ]);
    let case = one(&root);
    assert_eq!(
        case.compare(Backend::Sqlite, &[output("changes", "a")]),
        Ok(())
    );
    let error = case.compare(Backend::Sqlite, &[output("changes", "b")]);
    assert!(error.unwrap_err().contains("-a"));
    let error = case.compare(Backend::MySql, &[output("changes", "a")]);
    assert!(
        error
            .unwrap_err()
            .ends_with("migration.mysql.rs is expected, and did not come out")
    );
}
