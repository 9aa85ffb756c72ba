//! The crates depend on each other in one direction only, and the doors to the outside are where they belong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Which of our crates each of them may use.
const ARROWS: [(&str, &[&str]); 11] = [
    ("seadrift-schema", &[]),
    ("seadrift-introspect", &["seadrift-schema"]),
    ("seadrift-reflect", &["seadrift-schema"]),
    ("seadrift-diff", &["seadrift-schema"]),
    ("seadrift-plan", &["seadrift-schema"]),
    ("seadrift-render", &["seadrift-schema", "seadrift-plan"]),
    ("seadrift-sql-files", &[]),
    ("seadrift-macros", &["seadrift-sql-files"]),
    (
        "seadrift-runner",
        &["seadrift-schema", "seadrift-sql-files"],
    ),
    ("seadrift-testkit", &["seadrift-schema", "seadrift-diff"]),
    (
        "seadrift",
        &[
            "seadrift-schema",
            "seadrift-introspect",
            "seadrift-reflect",
            "seadrift-diff",
            "seadrift-plan",
            "seadrift-render",
            "seadrift-runner",
            "seadrift-sql-files",
            "seadrift-macros",
        ],
    ),
];

/// The crates that alone may use something, tests included.
const DOORS: [(&str, &[&str]); 2] = [
    ("sea-schema", &["seadrift-introspect"]),
    ("askama", &["seadrift-render"]),
];

/// The crates that are values in, values out, and what they do without, tests included.
const PURE: [&str; 4] = [
    "seadrift-schema",
    "seadrift-diff",
    "seadrift-plan",
    "seadrift-render",
];
const IMPURE: [&str; 4] = ["sea-orm", "sea-orm-migration", "sqlx", "tokio"];

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: Names,
    #[serde(default)]
    build_dependencies: Names,
    #[serde(default)]
    dev_dependencies: Names,
    #[serde(default)]
    target: BTreeMap<String, Target>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    description: Option<String>,
    publish: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(default)]
    dependencies: Names,
    #[serde(default)]
    build_dependencies: Names,
    #[serde(default)]
    dev_dependencies: Names,
}

/// Dependencies under the names they have in a manifest.
type Names = BTreeMap<String, toml::Value>;

impl Manifest {
    /// What the crate is built with.
    fn uses(&self) -> BTreeSet<String> {
        let of_targets = self
            .target
            .values()
            .flat_map(|target| [&target.dependencies, &target.build_dependencies]);
        packages(
            [&self.dependencies, &self.build_dependencies]
                .into_iter()
                .chain(of_targets),
        )
    }

    /// What the crate is built and tested with.
    fn names(&self) -> BTreeSet<String> {
        let of_targets = self.target.values().map(|target| &target.dev_dependencies);
        let mut names = self.uses();
        names.extend(packages(
            [&self.dev_dependencies].into_iter().chain(of_targets),
        ));
        names
    }

    fn is_published(&self) -> bool {
        self.package.publish.as_ref().and_then(toml::Value::as_bool) != Some(false)
    }
}

/// The packages behind the names, whatever a manifest calls them.
fn packages<'a>(tables: impl Iterator<Item = &'a Names>) -> BTreeSet<String> {
    tables
        .flatten()
        .map(|(name, value)| {
            let package = value.get("package").and_then(toml::Value::as_str);
            package.unwrap_or(name).to_owned()
        })
        .collect()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates under `crates/`.
fn crates() -> Vec<Manifest> {
    let mut manifests: Vec<Manifest> = fs::read_dir(workspace().join("crates"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path().join("Cargo.toml");
            let text = fs::read_to_string(&path).unwrap();
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect();
    manifests.sort_by(|one, other| one.package.name.cmp(&other.package.name));
    manifests
}

fn is_ours(name: &str) -> bool {
    name == "seadrift" || name.starts_with("seadrift-")
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = vec![];
    for manifest in crates() {
        let name = &manifest.package.name;
        let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| of == name) else {
            wrong.push(format!("`{name}` is a new crate: say here what it may use"));
            continue;
        };
        for used in manifest.uses().iter().filter(|used| is_ours(used)) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("`{name}` uses `{used}`"));
            }
        }
        // Its own tests may take the test kit beside, but not what is built on it.
        for named in manifest.names().iter().filter(|named| is_ours(named)) {
            if named == "seadrift" || (named == "seadrift-tests") {
                wrong.push(format!("`{name}` is tested with `{named}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_doors_are_where_they_belong() {
    let mut wrong = vec![];
    for manifest in crates() {
        let name = manifest.package.name.as_str();
        let names = manifest.names();
        for (what, only) in DOORS {
            if names.contains(what) && !only.contains(&name) {
                wrong.push(format!("`{name}` names `{what}`, which is for {only:?}"));
            }
        }
        for what in IMPURE.iter().filter(|what| names.contains(**what)) {
            if PURE.contains(&name) {
                wrong.push(format!("`{name}` names `{what}`, and is pure"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `cargo publish` asks for, and that a crate of ours that is published uses published ones only.
#[test]
fn crates_can_be_published() {
    let manifests = crates();
    let private: Vec<_> = manifests
        .iter()
        .filter(|manifest| !manifest.is_published())
        .map(|manifest| manifest.package.name.as_str())
        .collect();
    assert_eq!(private, ["seadrift-testkit"]);
    for manifest in &manifests {
        let name = &manifest.package.name;
        let description = manifest.package.description.as_deref().unwrap_or_default();
        assert!(!description.is_empty(), "`{name}` has no description");
        assert!(!description.ends_with('.'), "`{name}`: {description}");
        if manifest.is_published() {
            let uses = manifest.uses();
            assert!(
                !private.iter().any(|private| uses.contains(*private)),
                "`{name}`"
            );
        }
    }
}
