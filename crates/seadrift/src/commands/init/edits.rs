//! Files that are written, and existing ones that are changed once somebody has seen how.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use inquire::{Confirm, InquireError};
use similar::TextDiff;

use crate::{Error, files, output, project};

/// What is to become of files.
#[derive(Default)]
pub(super) struct Edits {
    all: Vec<(PathBuf, Option<String>, String)>,
}

impl Edits {
    /// The file at `path` shall be what `edit` makes of its text, of which there is none where there is no file. It may make
    /// nothing.
    pub(super) fn edit(
        &mut self,
        path: &Path,
        edit: impl FnOnce(Option<&str>) -> Option<String>,
    ) -> Result<(), Error> {
        let before = match path.exists() {
            true => Some(project::read(path)?),
            false => None,
        };
        if let Some(after) = edit(before.as_deref())
            && before.as_ref() != Some(&after)
        {
            self.all.push((path.to_owned(), before, after));
        }
        Ok(())
    }

    /// Writes new files, and existing ones after they have been shown and somebody has agreed; with `yes`, without asking. Where
    /// nobody can be asked, they stay as they are.
    pub(super) fn write(self, yes: bool) -> Result<(), Error> {
        let (mut agreed, mut left) = (vec![], vec![]);
        for (path, before, after) in self.all {
            let Some(before) = before else {
                agreed.push((path, after, "wrote"));
                continue;
            };
            let name = project::shown(&path);
            let difference = TextDiff::from_lines(&before, &after);
            output::difference(&difference.unified_diff().header(&name, &name).to_string());
            match yes || ask(&name)? {
                true => agreed.push((path, after, "updated")),
                false => left.push(name),
            }
        }
        let texts = agreed
            .iter()
            .map(|(path, text, _)| (path.clone(), text.clone()));
        files::write(&texts.collect::<Vec<_>>())?;
        for (path, _, done) in agreed {
            output::result(format!("{done} {}", project::shown(&path)));
        }
        for name in left {
            output::progress(format!("left as it is: {name} (`--yes` changes it)"));
        }
        Ok(())
    }
}

fn ask(name: &str) -> Result<bool, Error> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(false);
    }
    let answer = Confirm::new(&format!("Change {name} like this?"))
        .with_default(true)
        .prompt();
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Error::NotAnswered,
        other => Error::Terminal(other.to_string()),
    })
}

/// `text`, a justfile, with those of `recipes` that it does not have.
pub(super) fn with_recipes(text: Option<&str>, recipes: &str) -> String {
    let Some(text) = text else {
        return recipes.to_owned();
    };
    let has = |recipe: &str| {
        let name = name_of(recipe);
        text.lines().any(|line| {
            let rest = line.strip_prefix('@').unwrap_or(line).strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with([' ', ':', '(']))
        })
    };
    let missing = recipes.split("\n\n").filter(|recipe| !has(recipe));
    let missing: Vec<_> = missing.map(str::trim_end).collect();
    match missing.is_empty() {
        true => text.to_owned(),
        false => format!("{}\n\n{}\n", text.trim_end(), missing.join("\n\n")),
    }
}

/// The name of the recipe, which stands behind comments and attributes.
fn name_of(recipe: &str) -> &str {
    let mut lines = recipe.lines();
    let line = lines.find(|line| !line.starts_with(['#', '[', ' ']));
    let line = line.unwrap_or_default();
    line.split([' ', ':']).next().unwrap_or_default()
}

/// `text`, a config of pre-commit, with `hook`. Nothing where it has no list of repositories that it could be put in.
pub(super) fn with_hook(text: Option<&str>, hook: &str) -> Option<String> {
    let Some(text) = text else {
        return Some(format!("repos:\n{hook}"));
    };
    if text.contains("seadrift") {
        return Some(text.to_owned());
    }
    let (before, after) = match text.split_once("\nrepos:\n") {
        Some((before, after)) => (format!("{before}\n"), after),
        None => (String::new(), text.strip_prefix("repos:\n")?),
    };
    // Items may stand as far to the left as the key.
    let is_flush = after
        .lines()
        .find(|line| line.trim_start().starts_with("- "));
    let hook = match is_flush.is_some_and(|line| line.starts_with("- ")) {
        true => hook
            .lines()
            .map(|line| format!("{}\n", line.get(2..).unwrap_or(line)))
            .collect(),
        false => hook.to_owned(),
    };
    Some(format!("{before}repos:\n{hook}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_that_are_there_stay() {
        let recipes = "# One\none:\n    a\n\n# Two\n[positional-arguments]\ntwo *rest:\n    b\n";
        assert_eq!(with_recipes(None, recipes), recipes);
        assert_eq!(with_recipes(Some(recipes), recipes), recipes);
        assert_eq!(
            with_recipes(Some("one x:\n    mine\n"), recipes),
            "one x:\n    mine\n\n# Two\n[positional-arguments]\ntwo *rest:\n    b\n"
        );
        assert!(with_recipes(Some("ones:\n"), recipes).contains("\none:\n"));
    }

    #[test]
    fn a_hook_is_put_first() {
        let hook = "  - repo: local\n    hooks: []\n";
        let with = |text| with_hook(text, hook);
        assert_eq!(with(None).unwrap(), format!("repos:\n{hook}"));
        assert_eq!(
            with(Some("a: b\nrepos:\n  - repo: x\nc: d\n")).unwrap(),
            format!("a: b\nrepos:\n{hook}  - repo: x\nc: d\n")
        );
        assert_eq!(
            with(Some("repos:\n- repo: x\n")).unwrap(),
            "repos:\n- repo: local\n  hooks: []\n- repo: x\n"
        );
        let known = "repos: # seadrift\n";
        assert_eq!(with(Some(known)).unwrap(), known);
        assert_eq!(with(Some("repos: []\n")), None);
    }
}
