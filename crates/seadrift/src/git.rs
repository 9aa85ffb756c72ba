//! The `git` of this machine.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::Error;

/// Runs git with `arguments` in `folder`, and returns what came of it, whatever it is.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Result<Output, Error> {
    let here = folder.as_os_str().is_empty();
    let folder = if here { Path::new(".") } else { folder };
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null());
    // What git tells a hook of its repository is told from another folder.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.output().map_err(Error::Git)
}

/// What git prints with `arguments` in `folder`; nothing where it fails.
pub(crate) fn said(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Error> {
    let output = run(folder, arguments)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(text))
}
