//! The SQL of generated files tells what their heads tell, but for what `untold.txt` has: a value that is renamed where it is no more than
//! a text, and what only the database knows. `SEADRIFT_BLESS=1` writes that file anew.

use super::{tests::own_schema, *};

#[test]
fn generated_files_have_the_hazards_of_their_heads() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases");
    let entries = |folder: &std::path::Path| {
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    };
    let (mut same, mut missed, mut more, mut unread) = (0, vec![], vec![], vec![]);
    // A head for several engines tells what all of them risk, and of several files each has some.
    let mut areas = entries(&cases);
    areas.retain(|area| !area.ends_with("together") && !area.ends_with("online"));
    for folder in areas.iter().flat_map(|area| entries(area)) {
        for (backend, dialect) in [
            ("postgres", Dialect::Postgres),
            ("mysql", Dialect::MariaDb),
            ("sqlite", Dialect::Sqlite),
        ] {
            let read = |name: String| std::fs::read_to_string(folder.join(name)).ok();
            let Some(up) = read(format!("expected/{backend}.sql")) else {
                continue;
            };
            let before =
                read(format!("before.{backend}.sql")).or_else(|| read("before.sql".into()));
            let head = read(format!("expected/migration.{backend}.rs"))
                .or_else(|| read("expected/migration.rs".into()));
            // Where there are several files, each has some of it.
            let Some(head) = head else { continue };
            let mut told: Vec<_> = crate::head::told(&head)
                .into_iter()
                .map(|told| told.code)
                .collect();
            let own_schema = own_schema(dialect);
            let mut reader = Reader::new(dialect, own_schema);
            reader.read([before.unwrap_or_default().as_str()]);
            reader.read(
                made(&folder.join("before.rs"), dialect)
                    .iter()
                    .map(String::as_str),
            );
            let does = reader.read([up.as_str()]);
            let mut found: Vec<_> = does
                .hazards(dialect)
                .into_iter()
                .map(|one| one.code)
                .collect();
            for codes in [&mut told, &mut found] {
                codes.sort_unstable();
                codes.dedup();
            }
            let name = format!(
                "{} on {backend}",
                folder.strip_prefix(&cases).unwrap().display()
            );
            same += usize::from(told == found);
            missed.extend(
                told.iter()
                    .filter(|code| !found.contains(code))
                    .map(|code| format!("{name}: {code}")),
            );
            more.extend(
                found
                    .iter()
                    .filter(|code| !told.contains(code))
                    .map(|code| format!("{name}: {code}")),
            );
            unread.extend(
                does.unread
                    .into_iter()
                    .map(|line| format!("{name}: {line}")),
            );
        }
    }
    assert!(same > 400, "{same}");
    let differing = format!(
        "Not told by SQL:\n{}\nTold by SQL alone:\n{}\nNot read:\n{}\n",
        missed.join("\n"),
        more.join("\n"),
        unread.join("\n")
    );
    if std::env::var_os("SEADRIFT_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lint/sql/untold.txt");
        std::fs::write(path, differing).unwrap();
        return;
    }
    assert_eq!(differing, include_str!("untold.txt"));
}

/// The statements that make what the entities in `path` declare, if there is such a file and its types are known.
fn made(path: &std::path::Path, dialect: Dialect) -> Vec<String> {
    let options = seadrift_reflect::source::Options::default();
    let source = match path.is_file() {
        true => seadrift_reflect::source::read(&[path.to_owned()], &options),
        false => return vec![],
    };
    let Ok(schema) = source.map(|source| source.schema(dialect).unwrap()) else {
        return vec![];
    };
    let own_schema = own_schema(dialect);
    let changes = crate::compare::all_of(&schema, dialect, own_schema).unwrap();
    let plan = seadrift_plan::plan(changes, &seadrift_schema::Schema::default(), dialect).unwrap();
    seadrift_render::sql::script(&plan.up, dialect)
}
