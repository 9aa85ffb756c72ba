//! What a probe says of projects, and what it says where it cannot be built.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use seadrift_reflect::{
    probe::{self, Error, Request},
    source::{self, Cfg, Options, SeaOrmVersion},
};
use seadrift_schema::Dialect;
use tempfile::TempDir;

/// The sources of a project in a folder of their own.
struct Project {
    folder: PathBuf,
    _temporary: Option<TempDir>,
    options: Options,
    target: PathBuf,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let this = Self::at(temporary.path(), files);
        Self {
            _temporary: Some(temporary),
            ..this
        }
    }

    fn at(folder: &Path, files: &[(&str, &str)]) -> Self {
        let target = folder.join("target");
        let this = Self {
            folder: folder.to_owned(),
            _temporary: None,
            options: Options::default(),
            target,
        };
        for (path, text) in files {
            this.write(path, text);
        }
        this
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// As any command of cargo does it first.
    fn lock(&self) {
        let status = Command::new("cargo")
            .args(["update", "--workspace", "--quiet", "--offline"])
            .current_dir(&self.folder)
            .status();
        assert!(status.unwrap().success());
    }

    fn ask<T>(&self, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        ask(&Request {
            folders: &[self.path("src")],
            options: &self.options,
            target: &self.target,
        })
    }

    /// The error, with short paths and its hint.
    fn error(&self) -> String {
        self.shown(self.ask(probe::read).unwrap_err())
    }

    fn shown(&self, error: Error) -> String {
        let hint = error.hint().unwrap_or("none");
        let text = format!("{error}\nhint: {hint}");
        text.replace(&format!("{}/", self.folder.display()), "")
    }

    /// `name: type` of the columns of `thing`.
    fn columns(&self) -> Vec<String> {
        let probed = self
            .ask(probe::read)
            .unwrap_or_else(|error| panic!("{error}"));
        let schema = probed.schema(Dialect::Postgres).unwrap();
        let columns = schema.tables.values().flat_map(|table| &table.columns);
        columns
            .map(|column| format!("{}: {}", column.name, column.ty))
            .collect()
    }
}

fn workspace() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::canonicalize(workspace).unwrap()
}

fn entity(fields: &str) -> String {
    format!(
        "use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = \"thing\")]
pub struct Model {{
    #[sea_orm(primary_key)]
    pub id: i32,
    {fields}
}}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {{}}

impl ActiveModelBehavior for ActiveModel {{}}
"
    )
}

const SEA_ORM: &str = "[package]\nname = \"sea-orm\"\nversion = \"1.1.20\"\n";

fn manifest(more: &str) -> String {
    format!("[package]\nname = \"shop-model\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
}

#[test]
fn what_cannot_be_built_upon_is_said_before_anything_is_built() {
    let old = manifest("[dependencies]\nsea-orm.path = \"sea-orm\"\n[workspace]\n");
    let project = Project::new(&[
        ("Cargo.toml", &old),
        ("src/lib.rs", "pub mod thing;"),
        ("src/thing.rs", &entity("")),
        ("sea-orm/Cargo.toml", SEA_ORM),
        ("sea-orm/src/lib.rs", ""),
    ]);
    // Without a lock nothing is known, and cargo would write one.
    let error = project.ask(probe::read).unwrap_err();
    assert!(
        matches!(&error, Error::Metadata(text) if text.contains("lock file")),
        "{error}"
    );
    assert!(!project.path("Cargo.lock").exists());
    project.lock();
    assert_eq!(
        project.error(),
        "package `shop-model` has SeaORM 1.1.20, and entities can be built upon for SeaORM 2.0 only
hint: add `#[sea_orm(column_type = \"…\")]` to the fields in question, or their types to `[types]` in seadrift.toml"
    );

    fs::rename(project.path("src/lib.rs"), project.path("src/main.rs")).unwrap();
    assert_eq!(
        project.error().lines().next(),
        Some("package `shop-model` has no library, so that nothing can be built upon its entities")
    );

    project.write("Cargo.toml", &manifest("[workspace]\n"));
    fs::rename(project.path("src/main.rs"), project.path("src/lib.rs")).unwrap();
    project.lock();
    assert_eq!(
        project.error(),
        "package `shop-model` does not depend on SeaORM\nhint: none"
    );

    fs::remove_file(project.path("Cargo.toml")).unwrap();
    assert_eq!(
        project.error().lines().next(),
        Some("`src/thing.rs` belongs to no package that could be built")
    );

    project.write("src/thing.rs", "pub struct Thing {");
    assert_eq!(
        project.error().lines().next(),
        Some("this is no Rust: cannot parse string into token stream")
    );
    assert!(!project.target.exists());
}

#[test]
fn a_probe_comes_after_the_sources() {
    let mut project = Project::new(&[("src/thing.rs", &entity("pub a: Money,"))]);
    let sources = |project: &Project| {
        let errors = source::read(&[project.path("src")], &project.options).unwrap_err();
        project
            .ask(|request| probe::after(errors, request))
            .unwrap_err()
    };
    let error = project.shown(sources(&project));
    assert!(
        error.starts_with("the column type of `Money` is not known"),
        "{error}"
    );
    assert!(
        error.contains(
            "the compiler, which may know more, was not asked: `src/thing.rs` belongs to no package"
        ),
        "{error}"
    );
    project.options.version = SeaOrmVersion::V1;
    let error = project.shown(sources(&project));
    assert!(
        error.contains("was not asked: the entities are for SeaORM 1.x, and entities can be"),
        "{error}"
    );
    // What no compiler could know is for the author.
    project.write("src/other.rs", &entity(""));
    assert!(matches!(sources(&project), Error::Sources(_)));
}

/// One project in several states, so that it is built with what is built already.
#[test]
fn what_the_compiler_knows() {
    let workspace = workspace();
    let root: toml::Table = fs::read_to_string(workspace.join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let profile = toml::Table::from_iter([("profile".to_owned(), root["profile"].clone())]);
    let fixtures = workspace.join("fixtures/entities");
    // With the features of SeaORM that the fixtures ask for.
    let dependencies = format!(
        "[features]
default = [\"on\"]
on = []
off = []

[dependencies]
sea-orm = {{ version = \"2.0\", default-features = false, features = [\"macros\"] }}
seadrift-entities.path = \"{}\"

[workspace]

{profile}",
        fixtures.display()
    );
    let macros = "
macro_rules! newtype {
    ($name:ident, $inner:ty) => {
        #[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
        pub struct $name(pub $inner);
    };
}
newtype!(Amount, i16);
";
    let thing = |fields: &str| entity(fields) + macros;
    let fields = "pub amount: Amount,
    #[sea_orm(default_expr = \"some_default()\")]
    pub r#type: String,
    #[cfg(feature = \"off\")] pub off: bool,
    #[cfg(feature = \"on\")] pub on: bool,";
    let function = "fn some_default() -> sea_orm::sea_query::SimpleExpr { \"x\".into() }";
    // In one place, so that builds of earlier runs are used again and do not pile up.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("probe");
    let _ = fs::remove_dir_all(&folder);
    let manifest = manifest(&dependencies);
    let text = format!("{}{function}", thing(fields));
    let files = [
        ("Cargo.toml", manifest.as_str()),
        (
            "src/lib.rs",
            "pub mod r#in;\n#[cfg(feature = \"off\")] pub mod away;",
        ),
        ("src/in/mod.rs", "pub mod thing;"),
        ("src/in/thing.rs", &text),
        ("src/away.rs", "this is not even compiled"),
    ];
    let mut project = Project::at(&folder, &files);
    fs::copy(workspace.join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
    project.lock();
    let program = std::env::current_exe().unwrap();
    let mut above = program.ancestors();
    let target = above
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .unwrap();
    project.target = target.to_owned();

    // What is away by the features that are on is not even read, though by itself a condition holds.
    let error = project.error();
    assert!(error.starts_with("this is no Rust"), "{error}");
    project.write("src/away.rs", &entity("").replace("thing", "away"));

    assert!(project.ask(probe::cached).is_none());
    let on = [
        "id: integer",
        "amount: small_integer",
        "type: string",
        "on: boolean",
    ];
    assert_eq!(project.columns(), on);
    assert!(project.ask(probe::cached).is_some());
    // The sources say nothing of the amount, and the compiler does.
    let errors = source::read(&[project.path("src")], &project.options).unwrap_err();
    assert!(errors.are_for_the_compiler(), "{errors}");
    project
        .ask(|request| probe::after(errors, request))
        .unwrap();

    // The features that are said are those that are on.
    let only = project.options.clone();
    project.options.cfg = Cfg::Only(["feature=\"off\"".to_owned()].into());
    let off = [
        "id: integer",
        "id: integer",
        "amount: small_integer",
        "type: string",
        "off: boolean",
    ];
    assert_eq!(project.columns(), off);
    project.options = only;
    assert!(project.ask(probe::cached).is_some());

    // What changes is built anew: a file beside the entities is enough.
    project.write(
        "src/in/thing.rs",
        &format!("{}{function}", thing(fields)).replace("i16", "i64"),
    );
    assert!(project.ask(probe::cached).is_none());
    assert_eq!(project.columns()[1], "amount: big_integer");

    project.write("src/in/thing.rs", &thing("pub amount: Amont,"));
    let error = project.error();
    assert!(
        error.starts_with("what asks the entities cannot be built\nerror[E"),
        "{error}"
    );
    assert!(
        error.contains("cannot find type `Amont` in this scope"),
        "{error}"
    );
    assert!(error.contains("src/in/thing.rs:8:"), "{error}");
    assert!(
        !error.contains("aborting") && !error.contains("warning"),
        "{error}"
    );

    project.write("src/in/mod.rs", "mod thing;");
    project.write("src/in/thing.rs", &thing("pub amount: Amount,"));
    assert_eq!(
        project.error(),
        "entity `shop-model::in::thing::Entity` is private to its crate, so that nothing can be built upon it
 --> src/in/thing.rs:5:12
  |
5 | pub struct Model {
  |            ^^^^^
hint: make the entity and the modules that it is in `pub`, or choose `--reader source`"
    );

    let panics = "#[sea_orm(default_expr = \"never()\")] pub amount: Amount,";
    let function = "fn never() -> sea_orm::sea_query::SimpleExpr { panic!(\"not today\") }";
    project.write("src/in/mod.rs", "pub mod thing;");
    project.write("src/in/thing.rs", &format!("{}{function}", thing(panics)));
    let error = project.error();
    assert!(
        error.starts_with("the entities were built, and do not say what they declare"),
        "{error}"
    );
    assert!(error.contains("not today"), "{error}");
}
