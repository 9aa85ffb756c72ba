//! A new project: a crate of entities, a crate of migrations, and what goes with them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Error, Outcome, files, output, project::shown};

/// The files of a new project.
const FILES: [(&str, &str); 11] = [
    (
        "Cargo.toml",
        include_str!("../../../templates/project/workspace.toml"),
    ),
    (
        "entity/Cargo.toml",
        include_str!("../../../templates/project/entity/entity.toml"),
    ),
    (
        "entity/src/lib.rs",
        include_str!("../../../templates/project/entity/src/lib.rs"),
    ),
    (
        "entity/src/user.rs",
        include_str!("../../../templates/project/entity/src/user.rs"),
    ),
    (
        "migration/Cargo.toml",
        include_str!("../../../templates/project/migration/migration.toml"),
    ),
    (
        "migration/src/lib.rs",
        include_str!("../../../templates/project/migration/src/lib.rs"),
    ),
    (
        "migration/src/main.rs",
        include_str!("../../../templates/project/migration/src/main.rs"),
    ),
    ("justfile", RECIPES),
    (".pre-commit-config.yaml", HOOK),
    (
        ".gitignore",
        include_str!("../../../templates/project/gitignore"),
    ),
    ("seadrift.toml", CONFIG),
];

/// The recipes for `just`.
pub(super) const RECIPES: &str = include_str!("../../../templates/project/justfile");

/// The hook for pre-commit, an entry of its list of repositories.
pub(super) const HOOK: &str = include_str!("../../../templates/project/pre-commit.yaml");

/// The config.
pub(super) const CONFIG: &str = include_str!("../../../templates/project/seadrift.toml");

/// Makes a new project in `folder`. None of its files may be there.
pub(super) fn project(folder: &Path) -> Result<Outcome, Error> {
    let mut all = vec![];
    for (name, text) in FILES {
        let path = folder.join(name);
        if path.exists() {
            return Err(Error::InTheWay(path));
        }
        let text = match name {
            "migration/Cargo.toml" => text.replace("{{ seadrift }}", &dependency()),
            ".pre-commit-config.yaml" => format!("repos:\n{text}"),
            _ => text.to_owned(),
        };
        all.push((path, text));
    }
    for (path, _) in &all {
        let above = path.parent().unwrap_or(Path::new(""));
        if !above.as_os_str().is_empty() {
            fs::create_dir_all(above).map_err(|source| Error::Write {
                path: above.to_owned(),
                source,
                restored: true,
            })?;
        }
    }
    files::write(&all)?;
    for (path, _) in &all {
        output::result(format!("wrote {}", shown(path)));
    }
    let go_there = match folder.as_os_str().is_empty() {
        true => String::new(),
        false => format!("cd {} && ", folder.display()),
    };
    output::progress(format!(
        "next: {go_there}DATABASE_URL=sqlite://app.db?mode=rwc seadrift revision --autogenerate -m \"create user\""
    ));
    Ok(Outcome::Done)
}

/// How the migration crate depends on seadrift: on this very version, and on its sources where it was built from a checkout.
fn dependency() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let features =
        "default-features = false, features = [\"sqlx-sqlite\", \"sqlx-postgres\", \"sqlx-mysql\"]";
    let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let is_published = sources
        .components()
        .any(|part| part.as_os_str() == "registry");
    match sources.is_dir() && !is_published {
        true => format!(
            "{{ path = {:?}, {features} }}",
            sources.display().to_string()
        ),
        false => format!("{{ version = \"{version}\", {features} }}"),
    }
}
