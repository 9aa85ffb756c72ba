//! cargo and rustc, and what they say.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde::Deserialize;

use super::{
    Error,
    krate::{self, Entity},
    metadata::{Metadata, Project},
};
use crate::runtime::Answer;

/// How many errors of the compiler are shown.
const MOST_ERRORS: usize = 3;

/// The compiler of a folder.
pub(super) struct Compiler {
    /// What it builds for.
    pub host: String,
    /// The conditions that hold there, as in `--cfg`.
    pub cfg: BTreeSet<String>,
}

/// Asks the compiler that is used in `folder`.
pub(super) fn compiler(folder: &Path) -> Result<Compiler, Error> {
    let output = run(Command::new("rustc")
        .args(["--print", "host-tuple", "--print", "cfg"])
        .current_dir(folder))?;
    if !output.status.success() {
        return Err(Error::Metadata(text(&output.stderr)));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut lines = printed.lines().map(str::to_owned);
    Ok(Compiler {
        host: lines.next().unwrap_or_default(),
        cfg: lines.collect(),
    })
}

/// What cargo knows of the package of `manifest` and all that it depends on; without the network where that suffices.
pub(super) fn metadata(
    manifest: &Path,
    beside: &Path,
    host: &str,
    arguments: &[&str],
) -> Result<Metadata, Error> {
    let ask = |offline: &[&str]| {
        run(Command::new("cargo")
            .args(["metadata", "--quiet", "--format-version", "1"])
            .args(["--filter-platform", host])
            .args(arguments)
            .args(offline)
            .arg("--manifest-path")
            .arg(manifest)
            .current_dir(beside))
    };
    let mut output = ask(&["--offline"])?;
    if !output.status.success() {
        output = ask(&[])?;
    }
    if !output.status.success() {
        return Err(Error::Metadata(text(&output.stderr)));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// cargo, for the crate in a folder.
pub(super) struct Cargo<'a> {
    folder: &'a Path,
    target: PathBuf,
    /// Where it runs: its configuration and the compiler are those of the project.
    beside: PathBuf,
    host: String,
}

/// What cargo prints while it builds.
#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    target: Option<Target>,
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: Option<String>,
    code: Option<Code>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    is_primary: bool,
    line_start: usize,
}

impl<'a> Cargo<'a> {
    pub(super) fn new(
        folder: &'a Path,
        target: &Path,
        projects: &[Project],
    ) -> Result<Self, Error> {
        let beside = projects
            .first()
            .map_or(folder, |project| project.folder.as_path());
        Ok(Self {
            folder,
            target: std::path::absolute(target).unwrap_or_else(|_| target.to_owned()),
            beside: beside.to_owned(),
            host: compiler(beside)?.host,
        })
    }

    /// The folders of the packages that it is built from and that may change: those that are here.
    pub(super) fn folders(&self) -> Result<Vec<PathBuf>, Error> {
        let metadata = metadata(
            &self.folder.join("Cargo.toml"),
            &self.beside,
            &self.host,
            &[],
        )?;
        let here = metadata.packages.into_iter();
        let here = here.filter(|package| package.source.is_none());
        let folders = here.filter_map(|package| Some(package.manifest_path.parent()?.to_owned()));
        Ok(folders.filter(|folder| folder != self.folder).collect())
    }

    /// Builds the program, and says where it is.
    pub(super) fn build(&self, entities: &[Entity]) -> Result<PathBuf, Error> {
        let build = |offline: &[&str]| {
            run(Command::new("cargo")
                .args(["build", "--quiet", "--message-format", "json"])
                .args(offline)
                .arg("--manifest-path")
                .arg(self.folder.join("Cargo.toml"))
                .arg("--target-dir")
                .arg(&self.target)
                .current_dir(&self.beside))
        };
        let mut output = build(&["--offline"])?;
        let mut lines = lines(&output.stdout);
        let is_compiled = |lines: &[Line]| lines.iter().any(|line| line.is_error());
        if !output.status.success() && !is_compiled(&lines) {
            output = build(&[])?;
            lines = self::lines(&output.stdout);
        }
        let name = krate::name(self.folder);
        if !output.status.success() {
            return Err(failure(&lines, &name, entities, &output));
        }
        let mut programs = lines.into_iter().filter(|line| line.is_of(&name));
        let program = programs.find_map(|line| line.executable);
        program.ok_or_else(|| Error::Build(text(&output.stderr)))
    }

    /// What the program says.
    pub(super) fn run(&self, program: &Path) -> Result<Answer, Error> {
        let output = run(Command::new(program).current_dir(&self.beside))?;
        if !output.status.success() {
            return Err(Error::Run(text(&output.stderr)));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

impl Line {
    fn is_error(&self) -> bool {
        let message = self.message.as_ref();
        self.reason == "compiler-message" && message.is_some_and(|message| message.level == "error")
    }

    fn is_of(&self, name: &str) -> bool {
        self.target
            .as_ref()
            .is_some_and(|target| target.name == name)
    }
}

/// Why the program called `name` could not be built.
fn failure(lines: &[Line], name: &str, entities: &[Entity], output: &Output) -> Error {
    let errors = lines.iter().filter(|line| line.is_error());
    let mut shown = Vec::new();
    for line in errors {
        let Some(message) = &line.message else {
            continue;
        };
        let is_private = message
            .code
            .as_ref()
            .is_some_and(|code| code.code == "E0603");
        if line.is_of(name) && is_private {
            let primary = message.spans.iter().find(|span| span.is_primary);
            let entity = primary.and_then(|span| krate::entity_at(span.line_start, entities));
            if let Some(entity) = entity {
                return Error::Private {
                    entity: format!("{}::{}", entity.package, entity.path),
                    place: entity.place.clone(),
                };
            }
        }
        // The last only counts the others, and what macros make is often wrong more than once.
        let rendered = message.rendered.as_deref().map(str::trim_end);
        let is_new = |text: &&str| !message.spans.is_empty() && !shown.contains(text);
        shown.extend(rendered.filter(is_new));
    }
    if shown.is_empty() {
        return Error::Build(text(&output.stderr));
    }
    let more = shown.len().saturating_sub(MOST_ERRORS);
    shown.truncate(MOST_ERRORS);
    let mut all = shown.join("\n\n");
    if more > 0 {
        all.push_str(&format!("\n\nnote: {more} more like these"));
    }
    Error::Build(all)
}

fn lines(output: &[u8]) -> Vec<Line> {
    let text = String::from_utf8_lossy(output);
    let lines = text.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn run(command: &mut Command) -> Result<Output, Error> {
    let program = Path::new(command.get_program())
        .file_name()
        .map(OsStr::to_string_lossy)
        .unwrap_or_default()
        .into_owned();
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::NoProgram { program, source })
}

/// What a program said, without the empty lines around it.
fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim().to_owned()
}
