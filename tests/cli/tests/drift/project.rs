//! The shop: a project in step with a database, made anew for each row.

use std::fs;

use seadrift_testkit::{Backend, Scratch, scratch};

use crate::project::Project;

const ENTITIES: [(&str, &str); 5] = [
    ("lib", include_str!("shop/lib.rs")),
    ("customer", include_str!("shop/customer.rs")),
    ("product", include_str!("shop/product.rs")),
    ("purchase", include_str!("shop/purchase.rs")),
    ("tagging", include_str!("shop/tagging.rs")),
];

/// The revision that makes the shop.
pub const FIRST: &str = "m20260101_000000_create_shop";
/// The one after it, which does nothing.
pub const SECOND: &str = "m20260102_000000_second";
/// The newest one, which does nothing either.
pub const THIRD: &str = "m20260103_000000_third";

/// What a project in step is made of.
pub struct Shop {
    backend: Backend,
    /// What makes the database.
    script: String,
    /// The files of the migrations and the lock.
    files: Vec<(&'static str, String)>,
}

impl Shop {
    pub async fn new(backend: Backend) -> Self {
        let database = scratch(backend).await.unwrap();
        let project = declared().on(&database);
        let sides = [database.url(), "entities:entity/src"];
        let script = project.in_place(&["diff", sides[0], sides[1], "--format", "sql"]);
        assert_eq!(script.code, Some(0), "{}", script.transcript());
        let first = ["--rev-id", FIRST, "-m", "create shop", "--autogenerate"];
        let others = [SECOND, THIRD].map(|name| ["--rev-id", name, "-m", "x"]);
        for arguments in [&first[..], &others[0], &others[1]] {
            let run = project.in_place(&[&["revision"], arguments].concat());
            assert_eq!(run.code, Some(0), "{}", run.transcript());
        }
        let names = [
            "src/lib.rs",
            "src/m20260101_000000_create_shop.rs",
            "src/m20260102_000000_second.rs",
            "src/m20260103_000000_third.rs",
            "seadrift.lock",
        ];
        Self {
            backend,
            // But for commands of the client.
            script: script
                .stdout
                .lines()
                .filter(|line| !line.starts_with('.'))
                .map(|line| format!("{line}\n"))
                .collect(),
            files: names.map(|name| (name, project.read(name))).into(),
        }
    }

    /// The project, and a database that is in step with it.
    pub async fn opened(&self) -> (Scratch, Project) {
        let database = scratch(self.backend).await.unwrap();
        database.execute(&self.script).await;
        let project = declared().on(&database);
        for (name, text) in &self.files {
            project.write(name, text);
        }
        let stamp = project.in_place(&["stamp", "heads"]);
        assert_eq!(stamp.code, Some(0), "{}", stamp.transcript());
        (database, project)
    }
}

fn declared() -> Project {
    let project = Project::new("blog", 0);
    fs::create_dir_all(project.path("entity/src")).unwrap();
    project.write("entity/Cargo.toml", "[package]\nname = \"entity\"\n");
    for (name, source) in ENTITIES {
        project.write(&format!("entity/src/{name}.rs"), source);
    }
    project
}
