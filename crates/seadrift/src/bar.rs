//! How far a run is: a line for each revision with its time, and on a terminal a bar below them.

use std::{
    io::{IsTerminal, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use seadrift_runner::Progress;

use crate::{output, statements};

/// Shows how far a run is.
pub(crate) struct Bar {
    /// What is done to each revision: `upgrading`.
    verb: &'static str,
    bar: Option<ProgressBar>,
    /// Whether a line waits for its end.
    is_open: bool,
}

impl Bar {
    /// One that has not begun.
    pub(crate) fn new(verb: &'static str) -> Self {
        Self {
            verb,
            bar: None,
            is_open: false,
        }
    }

    /// Shows what goes on.
    pub(crate) fn show(&mut self, progress: Progress<'_>) {
        if let Progress::Starts { .. } = progress {
            statements::forget();
        }
        match progress {
            Progress::Starts {
                revision,
                number,
                count,
            } => {
                if !stderr().is_terminal() || output::is_quiet() {
                    output::begin(format!("{} {revision}", self.verb));
                    self.is_open = true;
                    return;
                }
                let bar = self.bar.get_or_insert_with(|| new_bar(count));
                bar.set_position(number as u64);
                bar.set_message(format!("{} {revision}", self.verb));
                bar.tick();
            }
            Progress::Ended { revision, took } => {
                let time = time(took);
                match &self.bar {
                    Some(bar) => {
                        bar.println(format!("{} {revision} ({time})", self.verb));
                        bar.inc(1);
                    }
                    None => output::progress(format!(" ({time})")),
                }
                self.is_open = false;
            }
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        match &self.bar {
            Some(bar) => bar.finish_and_clear(),
            None if self.is_open => output::progress(""),
            None => {}
        }
    }
}

fn new_bar(count: usize) -> ProgressBar {
    let bar = ProgressBar::new(count as u64);
    // A template that is wrong is no reason to run nothing.
    let style = ProgressStyle::with_template("[{pos}/{len}] {wide_bar} {msg} {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// `12 ms`, `3.4 s`.
fn time(took: Duration) -> String {
    match took.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}
