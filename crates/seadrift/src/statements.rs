//! What a revision has sent to the database so far, to name the statement that failed and those that stay.
//!
//! SeaORM hands no statement out with an error, but sqlx tells `tracing` of each that has ended, whoever sent it. Where the program has
//! a subscriber of its own, nothing is recorded, and the statement stays unnamed.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// The statements since [`forget`].
static ENDED: Mutex<Vec<String>> = Mutex::new(vec![]);

/// Where sqlx tells of statements.
const TARGET: &str = "sqlx::query";

/// Starts to record, if nobody else listens.
pub(crate) fn record() {
    // Somebody else's subscriber stays in its place.
    let _ = tracing::subscriber::set_global_default(Recorder);
    forget();
}

/// Forgets what was recorded.
pub(crate) fn forget() {
    ended().clear();
}

/// What was recorded, in order.
pub(crate) fn take() -> Vec<String> {
    std::mem::take(&mut ended())
}

fn ended() -> std::sync::MutexGuard<'static, Vec<String>> {
    ENDED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes notice of statements and of nothing else.
struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // sqlx asks before it makes the event.
        metadata.target() == TARGET
    }

    fn event(&self, event: &Event<'_>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        let Statement { short, whole } = statement;
        let text = if whole.trim().is_empty() {
            short
        } else {
            whole
        };
        ended().push(text);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// A statement as sqlx tells of it: a few words of it, and the whole where that is more.
#[derive(Default)]
struct Statement {
    short: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.short),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// A statement on one line, as much of it as is needed to know it.
pub(crate) fn short(statement: &str) -> String {
    const LONGEST: usize = 200;
    let words: Vec<_> = statement.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
