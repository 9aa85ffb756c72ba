//! What a project has run on each new file, as its formatter.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Context, Error,
    config::{Format, Hook},
    output,
    project::shown,
};

/// What stands for the file.
const FILE: &str = "{file}";

/// The hooks that are for new files.
pub(super) struct Hooks<'a> {
    pub context: &'a Context,
    /// What the files are.
    pub format: Format,
}

impl Hooks<'_> {
    /// Runs them in their order on each of `files`. The first that fails is the last that runs.
    pub(super) fn run(&self, files: &[(PathBuf, String)]) -> Result<(), Error> {
        let all = self.context.config.hooks.iter();
        let is_meant = |hook: &&Hook| hook.format.is_none_or(|format| format == self.format);
        for hook in all.filter(is_meant) {
            for (path, _) in files {
                run(hook, path)?;
            }
        }
        Ok(())
    }
}

fn run(hook: &Hook, path: &Path) -> Result<(), Error> {
    let file = path.display().to_string();
    let mut words: Vec<_> = hook
        .command
        .iter()
        .map(|word| word.replace(FILE, &file))
        .collect();
    if !hook.command.iter().any(|word| word.contains(FILE)) {
        words.push(file);
    }
    output::detail(format!("hook: {}", words.join(" ")));
    let failed = |problem: String| Error::Hook {
        command: hook.command.join(" "),
        path: path.to_owned(),
        problem,
    };
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| failed("is empty".to_owned()))?;
    let ended = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    // Results alone go to stdout, and these are none of ours.
    for text in [&ended.stdout, &ended.stderr] {
        for line in String::from_utf8_lossy(text).lines() {
            output::progress(line);
        }
    }
    match ended.status.success() {
        true => Ok(()),
        false => Err(failed(format!(
            "ended with {} on `{}`",
            ended.status,
            shown(path)
        ))),
    }
}
