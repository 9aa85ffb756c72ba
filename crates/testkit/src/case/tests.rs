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
    let expected = |backend: Backend, stem: &str, ext: &str| {
        case.expected(backend, stem, ext).map(|(_, text)| text)
    };
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
        "before.rs",
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
fn entities_may_be_the_start() {
    let files = [
        ("case.toml", "before_entities = true\nmessage = 'drop it'"),
        ("entities.rs", ""),
        ("before.rs", ""),
    ];
    let case_root = root(&files);
    let case = one(&case_root);
    assert_eq!(case.message(), "drop it");
    assert_eq!(case.before_entities(), Some(case.folder.join("before.rs")));

    assert_eq!(error(&files[..2]), "/column/drop/before.rs is missing");
    let both = [files[0], files[1], files[2], ("before.sql", "")];
    assert_eq!(error(&both), "nothing reads /column/drop/before.sql");
}

#[test]
fn blessing_keeps_a_file_of_its_own_only_where_it_differs() {
    let root = root(&[("case.toml", ""), ("entities.rs", "")]);
    let case = one(&root);
    let bless = |outputs: [&str; 3]| {
        for (backend, output) in Backend::ALL.into_iter().zip(outputs) {
            case.bless(backend, "changes", "txt", output).unwrap();
        }
        entries(&case.folder.join("expected"))
            .unwrap()
            .iter()
            .map(|path| file_name(path))
            .collect::<Vec<_>>()
    };
    assert_eq!(bless(["a", "a", "a"]), ["changes.txt"]);
    assert_eq!(bless(["b", "b", "c"]), ["changes.mysql.txt", "changes.txt"]);
    assert_eq!(
        case.expected(Backend::Postgres, "changes", "txt")
            .unwrap()
            .1,
        "b"
    );
    assert_eq!(bless(["c", "c", "c"]), ["changes.txt"]);

    case.bless(Backend::Postgres, "postgres", "sql", "x")
        .unwrap();
    assert_eq!(
        case.expected(Backend::Postgres, "postgres", "sql")
            .unwrap()
            .1,
        "x"
    );
}
