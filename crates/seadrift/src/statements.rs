//! What a revision has sent to the database so far, to name the statement that failed and those that stay.
//!
//! SeaORM hands no statement out with an error, but sqlx tells `tracing` of each that has ended, whoever sent it. Where the program has
//! a subscriber of its own, nothing is recorded, and the statement stays unnamed.
//!
//! A program that calls seadrift as a library may want to have a subscriber for all of it. There, [`Ears`] listen no longer and no further
//! than to one future, and do not hear what SQLite does on its own thread.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber, dispatcher,
    field::{Field, Visit},
    span,
};

/// Whether the program is somebody else's.
static IS_LIBRARY: AtomicBool = AtomicBool::new(false);

/// From now on, nothing is set for all of the program.
pub(crate) fn as_library() {
    IS_LIBRARY.store(true, Ordering::Relaxed);
}

/// What hears of the statements of one future.
pub(crate) enum Ears {
    /// The recorder of the whole program.
    All,
    /// One of its own.
    Own {
        dispatch: Dispatch,
        heard: Arc<Mutex<Vec<String>>>,
    },
}

impl Ears {
    /// Begins to listen.
    pub(crate) fn open() -> Self {
        if !IS_LIBRARY.load(Ordering::Relaxed) {
            record();
            return Ears::All;
        }
        let heard = Arc::new(Mutex::new(vec![]));
        let recorder = Recorder(Some(heard.clone()));
        let dispatch = Dispatch::new(recorder);
        Ears::Own { dispatch, heard }
    }

    /// The output of `future`, to whose statements is listened.
    pub(crate) async fn to<T>(&self, future: impl Future<Output = T>) -> T {
        let Ears::Own { dispatch, .. } = self else {
            return future.await;
        };
        let mut future = pin!(future);
        poll_fn(|context| dispatcher::with_default(dispatch, || future.as_mut().poll(context)))
            .await
    }

    /// The last statement that was heard.
    pub(crate) fn last(&self) -> Option<String> {
        match self {
            Ears::All => take().pop(),
            Ears::Own { heard, .. } => heard.lock().unwrap_or_else(PoisonError::into_inner).pop(),
        }
    }
}

/// The statements since [`forget`].
static ENDED: Mutex<Vec<String>> = Mutex::new(vec![]);

/// Where sqlx tells of statements.
const TARGET: &str = "sqlx::query";

/// Starts to record, if nobody else listens.
pub(crate) fn record() {
    // Somebody else's subscriber stays in its place.
    let _ = tracing::subscriber::set_global_default(Recorder(None));
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

/// Takes notice of statements and of nothing else: for those who listen to it alone, or for all.
struct Recorder(Option<Arc<Mutex<Vec<String>>>>);

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
        match &self.0 {
            Some(heard) => heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text),
            None => ended().push(text),
        }
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
