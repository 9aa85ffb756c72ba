//! Has git merge the lock by what it says, and the list of the `Migrator` by keeping both sides' lines.

use std::{env, path::Path};

use super::edits::Edits;
use crate::{Error, git, output, project::Project};

/// Adds lines to `.gitattributes`, which goes into version control, and the driver to the configuration of this clone.
pub(super) fn install(project: &Project, yes: bool) -> Result<(), Error> {
    let folder = project.lock.parent().unwrap_or(Path::new(""));
    let Some(root) = git::said(folder, &["rev-parse", "--show-toplevel"])? else {
        return Err(Error::NoRepository);
    };
    let root = Path::new(root.trim_end());
    let mut edits = Edits::default();
    let lines = attributes(root, project);
    edits.edit(&root.join(".gitattributes"), |text| {
        Some(with_lines(text.unwrap_or_default(), &lines))
    })?;
    edits.write(yes)?;
    for (key, value) in [
        (
            "merge.seadrift.name",
            "merge what two locks declare".to_owned(),
        ),
        ("merge.seadrift.driver", driver()),
    ] {
        if git::said(root, &["config", "--get", key])?
            .as_deref()
            .map(str::trim_end)
            == Some(&value)
        {
            continue;
        }
        let set = git::run(root, &["config", key, &value])?;
        if !set.status.success() {
            let said = String::from_utf8_lossy(&set.stderr).trim().to_owned();
            return Err(Error::GitConfig(said));
        }
        output::result(format!("git config {key} '{value}'"));
    }
    output::progress(
        "the configuration is that of this clone; in every other one, run `init --merge-driver` again",
    );
    Ok(())
}

/// What git runs: this program, by its name where the shell finds it under the usual one.
fn driver() -> String {
    let program = match env::current_exe() {
        Ok(path) if !is_found_as_usual(&path) => format!("\"{}\"", path.display()),
        _ => "seadrift".to_owned(),
    };
    format!("{program} lock merge %O %A %B %P")
}

/// Whether `program` is called `seadrift` and lies in a folder of `PATH`.
fn is_found_as_usual(program: &Path) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_here = |folder: std::path::PathBuf| {
        let found = program.file_name().map(|name| folder.join(name));
        found.is_some_and(|found| found.is_file())
    };
    program.file_stem().is_some_and(|stem| stem == "seadrift")
        && env::split_paths(&path).any(is_here)
}

/// The lines for the lock, wherever it is, and for the file that holds the `Migrator`, where there is one.
fn attributes(root: &Path, project: &Project) -> Vec<String> {
    let mut lines = vec![format!("{} merge=seadrift", crate::project::LOCK)];
    let migrator = project.migrator.as_ref();
    let migrator = migrator.and_then(|path| path.canonicalize().ok());
    let root = root.canonicalize();
    if let (Some(migrator), Ok(root)) = (migrator, root)
        && let Ok(below) = migrator.strip_prefix(root)
    {
        let path = format!("/{}", below.display()).replace('\\', "/");
        let path = match path.contains([' ', '"']) {
            true => format!("{path:?}"),
            false => path,
        };
        lines.push(format!("{path} merge=union"));
    }
    lines
}

/// `text` with those of `lines` that it does not have.
fn with_lines(text: &str, lines: &[String]) -> String {
    let mut text = text.to_owned();
    for line in lines {
        if !text.lines().any(|known| known == line) {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text += &format!("{line}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_lines;

    #[test]
    fn lines_that_are_there_stay() {
        let lines = ["a merge=x".to_owned(), "b merge=y".to_owned()];
        assert_eq!(with_lines("", &lines), "a merge=x\nb merge=y\n");
        assert_eq!(with_lines("c", &lines), "c\na merge=x\nb merge=y\n");
        let all = "b merge=y\n*.rs text\na merge=x\n";
        assert_eq!(with_lines(all, &lines), all);
    }
}
