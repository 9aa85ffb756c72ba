//! Lists the Rust files of the cases, for each case its entities, the entities before, and the golden migrations, and the
//! migrations that the pages of the hazards show.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let cases = manifest.join("../../fixtures/cases");
    println!("cargo::rerun-if-changed={}", cases.display());
    let mut source = Source::default();
    for area in folders(&cases) {
        for case in folders(&area) {
            source.add(&format!("{}/{}", file_name(&area), file_name(&case)), &case);
        }
    }
    fs::write(out.join("cases.rs"), source.finish()).expect("the file can be written");
    let pages = manifest.join("../../docs/hazards");
    println!("cargo::rerun-if-changed={}", pages.display());
    fs::write(out.join("pages.rs"), migrations_of(&pages)).expect("the file can be written");
}

/// The migrations that the pages show, each as a module, and the list of them with the pages' names.
fn migrations_of(pages: &Path) -> String {
    let (mut modules, mut list) = (String::new(), String::new());
    for page in entries(pages) {
        let text = fs::read_to_string(&page).expect("a page can be read");
        let name = file_name(&page);
        let blocks = text.split("```rust\n").skip(1);
        let shown = blocks.filter_map(|block| block.split_once("```").map(|(code, _)| code));
        for (at, code) in shown
            .filter(|code| code.contains("async fn up("))
            .enumerate()
        {
            let module = format!("{}_{at}", name.replace(['-', '.'], "_"));
            writeln!(
                modules,
                "mod {module} {{\n    #[allow(unused_imports)]\n    use sea_orm_migration::{{prelude::*, schema::*}};\n    \
                 #[derive(DeriveMigrationName)]\n    pub struct Migration;\n    #[async_trait::async_trait]\n    impl \
                 MigrationTrait for Migration {{\n{code}    }}\n}}"
            )
            .expect("a string takes all");
            writeln!(list, "    ({name:?}, &{module}::Migration),").expect("a string takes all");
        }
    }
    format!(
        "{modules}\n/// The migrations that the pages of the hazards show, with the name of the page.\npub const SHOWN: &[(&str, &(dyn sea_orm_migration::MigrationTrait + Sync))] = &[\n{list}];\n"
    )
}

/// The modules of the cases, and the list of them.
#[derive(Default)]
struct Source {
    modules: String,
    list: String,
}

impl Source {
    fn add(&mut self, name: &str, folder: &Path) {
        let entities = folder.join("entities.rs");
        if !entities.is_file() {
            // Loading the cases says so better.
            return;
        }
        let module = name.replace(['/', '-'], "_");
        let entities = self.module(&format!("{module}_entities"), &entities);
        let before = folder.join("before.rs");
        let before = if before.is_file() {
            let before = self.module(&format!("{module}_before"), &before);
            format!("Some({before}::entities)")
        } else {
            "None".to_owned()
        };
        let mut migrations = String::new();
        for path in entries(&folder.join("expected")) {
            let file = file_name(&path);
            if let Some(stem) = file.strip_suffix(".rs") {
                let migration = self.module(&format!("{module}_{}", stem.replace('.', "_")), &path);
                write!(
                    migrations,
                    "Golden {{ file: {file:?}, source: include_str!({path:?}), migration: &{migration}::Migration }}, "
                )
                .expect("a string takes all");
            }
        }
        writeln!(
            self.list,
            "    Compiled {{ name: {name:?}, entities: {entities}::entities, before: {before}, migrations: &[{migrations}] }},"
        )
        .expect("a string takes all");
    }

    /// Adds a module that is the file at `path`, and returns its name.
    fn module(&mut self, name: &str, path: &Path) -> String {
        writeln!(self.modules, "#[path = {path:?}]\nmod {name};").expect("a string takes all");
        name.to_owned()
    }

    fn finish(self) -> String {
        format!(
            "{}\n/// All cases.\npub const COMPILED: &[Compiled] = &[\n{}];\n",
            self.modules, self.list
        )
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries(folder);
    paths.retain(|path| path.is_dir());
    paths
}

/// What is in `folder`, sorted; nothing where it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
