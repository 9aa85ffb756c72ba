//! The entities of the cases, read from their sources and as the compiler knows them.

use std::path::Path;

use seadrift_reflect::{
    Entities,
    source::{self, Options},
};
use seadrift_schema::Dialect;

const DIALECTS: [Dialect; 4] = [
    Dialect::Postgres,
    Dialect::MySql,
    Dialect::MariaDb,
    Dialect::Sqlite,
];

/// What differs between `linked` and the source at `path`.
fn differences(path: &Path, linked: &Entities) -> Vec<String> {
    let sources = match source::read(&[path.to_owned()], &Options::default()) {
        Ok(sources) => sources,
        Err(errors) => return vec![errors.to_string()],
    };
    let mut found = Vec::new();
    for dialect in DIALECTS {
        match (sources.read(dialect), linked.read(dialect)) {
            (Ok(read), Ok(wanted)) if read == wanted => {}
            (Err(read), Err(wanted)) if read == wanted => {}
            (read, wanted) => found.push(format!(
                "{} on {dialect}:\n{read:?}\n{wanted:?}",
                path.display()
            )),
        }
    }
    found
}

#[test]
fn say_what_the_compiler_knows() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases");
    let mut found = Vec::new();
    for case in seadrift_cases::COMPILED {
        let folder = cases.join(case.name);
        found.extend(differences(&folder.join("entities.rs"), &(case.entities)()));
        if let Some(before) = case.before {
            found.extend(differences(&folder.join("before.rs"), &before()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
