//! Types what the README tells people to type, in a copy of the quickstart, and holds what it shows against what comes.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use crate::{
    quickstart::{alone, in_a_project_of_its_own, pristine},
    run::without_times,
};

#[test]
fn the_readme_is_true() {
    let _alone = alone();
    let workspace = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let readme = fs::read_to_string(workspace.join("README.md")).unwrap();
    let copied = Copy::new(&workspace);

    let first = blocks(&readme, "sh").remove(0);
    assert_eq!(first, "scripts/quickstart\n");
    let shown = copied.shell(&first);
    assert!(shown.contains("//! create blog tables"), "{shown}");
    assert!(shown.ends_with("check\nno drift\n"), "{shown}");

    let field = blocks(&readme, "rust").remove(0);
    let entity = copied
        .folder
        .path()
        .join("examples/quickstart/entity/src/user.rs");
    let before = fs::read_to_string(&entity).unwrap();
    let after = before.replace(
        "    pub name: String,\n",
        &format!("    pub name: String,\n{field}"),
    );
    assert_ne!(before, after);
    fs::write(&entity, after).unwrap();
    // cargo goes by the time of a file, and the clock of a virtual machine may be set back a little.
    let soon = SystemTime::now() + Duration::from_secs(5);
    let file = fs::File::options().write(true).open(&entity).unwrap();
    file.set_modified(soon).unwrap();

    let mut typed = 0;
    for block in blocks(&readme, "console") {
        for (command, shown) in commands(&block) {
            let came = settled(&copied.just(&command));
            assert_eq!(came, settled(&shown), "$ {command}");
            typed += 1;
        }
    }
    assert!(typed >= 7, "{typed} commands are shown");

    let source = copied
        .folder
        .path()
        .join("examples/quickstart/migration/src");
    let file = fs::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with("_add_user_bio.rs"))
        .unwrap();
    let shown = blocks(&readme, "rust").remove(1);
    assert_eq!(settled(&fs::read_to_string(file).unwrap()), settled(&shown));
}

/// The fenced blocks of `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    text.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split("```\n").next())
        .map(str::to_owned)
        .collect()
}

/// The commands of a block behind `$ `, each with what is shown below it.
fn commands(block: &str) -> Vec<(String, String)> {
    let typed = block.split("$ ").filter(|part| !part.is_empty());
    typed
        .filter_map(|part| part.split_once('\n'))
        .map(|(command, shown)| (command.to_owned(), shown.to_owned()))
        .collect()
}

/// `text` without times and versions, which differ from day to day.
fn settled(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| match line.strip_prefix("//! Created:") {
            Some(_) => "//! Created:",
            None => line,
        });
    without_times(&lines.collect::<Vec<_>>().join("\n"))
}

/// The parts of the repository that the README's commands need, with a quickstart that nobody has touched.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new(workspace: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let to = |name: &str| folder.path().join(name);
        for name in ["scripts", "examples/quickstart", "Cargo.lock", "justfile"] {
            pristine(workspace, name, folder.path());
        }
        let manifest = "[workspace]\nmembers = [\"examples/quickstart/*\"]\nresolver = \"3\"\n";
        fs::write(to("Cargo.toml"), manifest).unwrap();
        let path = to("examples/quickstart/migration/Cargo.toml");
        let crates = workspace.join("crates");
        let manifest = fs::read_to_string(&path).unwrap();
        fs::write(
            &path,
            manifest.replace("../../../crates", crates.to_str().unwrap()),
        )
        .unwrap();
        Self { folder }
    }

    /// What a command of the shell prints, on both streams, in its order.
    fn shell(&self, command: &str) -> String {
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("{{ {command}\n}} 2>&1")]);
        let output = in_a_project_of_its_own(&mut shell)
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `just …` prints: the line of its recipe is run, so that `just` itself is not needed.
    fn just(&self, command: &str) -> String {
        let arguments = command
            .strip_prefix("just ")
            .expect("the README types `just`");
        let (recipe, arguments) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let justfile = fs::read_to_string(self.folder.path().join("justfile")).unwrap();
        let head = justfile
            .lines()
            .position(|line| line.split([' ', ':']).next() == Some(recipe) && line.contains(':'))
            .unwrap_or_else(|| panic!("the justfile has no `{recipe}`"));
        let line = justfile
            .lines()
            .nth(head + 1)
            .unwrap()
            .trim()
            .trim_start_matches('@');
        let given = match (arguments, recipe) {
            // The default of the recipe.
            ("", "migrate-down") => "-1",
            (arguments, _) => arguments,
        };
        self.shell(&format!("set -- {given}\n{line}"))
    }
}
