//! Everything that is printed: results to stdout, the rest to stderr.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    process::{self, ExitCode},
    sync::atomic::{AtomicU8, Ordering},
};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use seadrift_reflect::{Warning, source::Problem};

use crate::{Error, Outcome};

const ADDED: Style = AnsiColor::Green.on_default();
const TAKEN: Style = AnsiColor::Red.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const HAZARD: Style = AnsiColor::Magenta.on_default().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Fixes when colors are used. `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR`.
pub(crate) fn set_color(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// How much is said beside results and errors.
static VOLUME: AtomicU8 = AtomicU8::new(Volume::Usual as u8);

/// How much is said beside results and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    Quiet,
    Usual,
    Verbose,
}

/// Fixes how much is said beside results and errors.
pub(crate) fn set_volume(volume: Volume) {
    VOLUME.store(volume as u8, Ordering::Relaxed);
}

fn is_at_least(volume: Volume) -> bool {
    VOLUME.load(Ordering::Relaxed) >= volume as u8
}

/// Whether nothing is said beside results and errors.
pub(crate) fn is_quiet() -> bool {
    !is_at_least(Volume::Usual)
}

/// A line of the result.
pub(crate) fn result(line: impl AsRef<str>) {
    to_stdout(format_args!("{}", line.as_ref()));
}

/// A text that is the result as it is, whatever it has in it.
pub(crate) fn verbatim(text: &str) {
    let mut stdout = io::stdout().lock();
    is_printed(
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush()),
    );
}

/// A line about a change: `+`, `-` or `~` in front, in its color.
pub(crate) fn change(line: &str) {
    let style = match line.as_bytes().first() {
        Some(b'+') => ADDED,
        Some(b'-') => TAKEN,
        _ => CHANGED,
    };
    to_stdout(format_args!("  {style}{line}{style:#}"));
}

/// A text difference, each line in the color of what it says.
pub(crate) fn difference(text: &str) {
    for line in text.lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') => ADDED,
            Some(b'-') => TAKEN,
            Some(b'@') => HINT,
            _ => Style::new(),
        };
        to_stdout(format_args!("{style}{line}{style:#}"));
    }
}

/// A hazard, with what to do about it on a line of its own.
pub(crate) fn hazard(code: &str, effect: &str, advice: &str) {
    to_stdout(format_args!(
        "  {HAZARD}! {code}{HAZARD:#}  {effect}\n    {advice}"
    ));
}

/// What of the entities cannot be done, each with what to do about it.
pub(crate) fn warnings(warnings: &[Warning]) {
    for warning in warnings {
        to_stderr(format_args!("{HAZARD}warning:{HAZARD:#} {warning}"));
        to_stderr(format_args!("{HINT}hint:{HINT:#} {}", warning.hint()));
    }
}

/// What somebody should look at.
pub(crate) fn warning(message: &str) {
    to_stderr(format_args!("{HAZARD}warning:{HAZARD:#} {message}"));
}

/// What somebody may want to know of sources, each with its place.
pub(crate) fn problems(problems: &[Problem]) {
    for problem in problems {
        to_stderr(format_args!("{HAZARD}warning:{HAZARD:#} {problem}"));
    }
}

/// A line that says what goes on.
pub(crate) fn progress(line: impl AsRef<str>) {
    if is_at_least(Volume::Usual) {
        to_stderr(format_args!("{}", line.as_ref()));
    }
}

/// The beginning of a line that says what goes on.
pub(crate) fn begin(start: impl AsRef<str>) {
    if is_at_least(Volume::Usual) {
        // Nothing is left to say it with.
        let _ = write!(anstream::stderr(), "{}", start.as_ref());
    }
}

/// What to do next.
pub(crate) fn hint(line: &str) {
    progress(format!("hint: {line}"));
}

/// A line that says what goes on, for those who ask.
pub(crate) fn detail(line: impl AsRef<str>) {
    if is_at_least(Volume::Verbose) {
        to_stderr(format_args!("{}", line.as_ref()));
    }
}

/// Prints help to stdout and usage errors to stderr, as clap has them.
pub(crate) fn usage(help_or_usage: &clap::Error) -> ExitCode {
    // Nothing is left to say it with where printing fails.
    let _ = help_or_usage.print();
    if help_or_usage.use_stderr() {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    }
}

/// An error, with what to do about it.
pub(crate) fn error(error: &Error) {
    for message in error.messages() {
        to_stderr(format_args!("{ERROR}error:{ERROR:#} {message}"));
    }
    if let Some(hint) = error.hint() {
        to_stderr(format_args!("{HINT}hint:{HINT:#} {hint}"));
    }
}

/// The exit code, after the error has been printed if there is one.
pub(crate) fn exit_code(outcome: Result<Outcome, Error>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Drift | Outcome::Denied | Outcome::NotWritten) => ExitCode::from(1),
        Err(failed) => {
            error(&failed);
            ExitCode::from(2)
        }
    }
}

fn to_stdout(line: fmt::Arguments<'_>) {
    is_printed(writeln!(anstream::stdout(), "{line}"));
}

/// A reader that went away has read enough; any other failure ends the program, since its result is lost.
fn is_printed(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        to_stderr(format_args!(
            "{ERROR}error:{ERROR:#} cannot print the result: {error}"
        ));
        process::exit(2);
    }
}

fn to_stderr(line: fmt::Arguments<'_>) {
    // Nothing is left to say it with.
    let _ = writeln!(anstream::stderr(), "{line}");
}
