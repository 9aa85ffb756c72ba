//! What is known of the sources while they are read.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use proc_macro2::Span;
use seadrift_schema::ObjectName;

use super::{
    Options,
    entity::{ColumnSource, Declaration, EntityId},
    error::{Kind, Place, Position, Problem},
    files,
    modules::{Module, ModuleId, Named},
    syntax,
};

/// The sources, and what was found to be wrong with them.
pub(super) struct Project<'o> {
    pub options: &'o Options,
    pub modules: RefCell<Vec<Module>>,
    pub entities: RefCell<Vec<Rc<Declaration>>>,
    /// The crates that files belong to, by the folder of their sources.
    pub crates: RefCell<Vec<(PathBuf, ModuleId)>>,
    /// The crates that packages know by a name, or that they have none by path.
    pub dependencies: RefCell<HashMap<(PathBuf, String), Option<ModuleId>>>,
    pub loaded: RefCell<HashMap<PathBuf, ModuleId>>,
    texts: RefCell<Vec<(Arc<Path>, Rc<str>)>>,
    errors: RefCell<BTreeSet<Problem>>,
    warnings: RefCell<BTreeSet<Problem>>,
    /// Whether what is read now is only looked up: nobody asked whether it is right.
    pub looking_up: RefCell<usize>,
    /// Whether the name looked up last led into a file that is broken, which was said.
    pub met_broken: Cell<bool>,
    /// How many constants and functions the one being evaluated is in.
    pub nesting: Cell<usize>,
    /// How many steps the expression being evaluated may still take: constants may double each other.
    pub steps: Cell<usize>,
    /// What is known of the name being looked up.
    pub found: RefCell<HashMap<(ModuleId, String), Option<Named>>>,
    pub tables: RefCell<HashMap<EntityId, Option<ObjectName>>>,
    pub columns: RefCell<HashMap<EntityId, Rc<Vec<ColumnSource>>>>,
}

/// How many steps the expressions of one column or relation may take.
pub(super) const MOST_STEPS: usize = 100_000;

/// A file that was read.
pub(super) type FileId = usize;

impl<'o> Project<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        Self {
            options,
            modules: RefCell::default(),
            entities: RefCell::default(),
            crates: RefCell::default(),
            dependencies: RefCell::default(),
            loaded: RefCell::default(),
            texts: RefCell::default(),
            errors: RefCell::default(),
            warnings: RefCell::default(),
            looking_up: RefCell::default(),
            met_broken: Cell::default(),
            nesting: Cell::default(),
            steps: Cell::new(MOST_STEPS),
            found: RefCell::default(),
            tables: RefCell::default(),
            columns: RefCell::default(),
        }
    }

    /// An error at `span` in the file of `module`.
    pub(super) fn report(&self, module: ModuleId, span: Span, kind: Kind) {
        if *self.looking_up.borrow() == 0 {
            let place = self.place(module, span);
            self.errors.borrow_mut().insert(Problem { place, kind });
        }
    }

    /// A warning at `span` in the file of `module`.
    pub(super) fn warn(&self, module: ModuleId, span: Span, kind: Kind) {
        if *self.looking_up.borrow() == 0 {
            let place = self.place(module, span);
            self.warnings.borrow_mut().insert(Problem { place, kind });
        }
    }

    /// An error of a whole file or folder.
    pub(super) fn report_path(&self, path: &Path, kind: Kind) {
        if *self.looking_up.borrow() == 0 {
            let place = Place {
                path: path.into(),
                position: None,
            };
            self.errors.borrow_mut().insert(Problem { place, kind });
        }
    }

    /// A warning of a whole file.
    pub(super) fn warn_path(&self, path: &Path, kind: Kind) {
        let place = Place {
            path: path.into(),
            position: None,
        };
        self.warnings.borrow_mut().insert(Problem { place, kind });
    }

    /// An error whose place is known.
    pub(super) fn report_problem(&self, problem: Problem) {
        self.errors.borrow_mut().insert(problem);
    }

    /// Whether something is wrong in `folder`.
    pub(super) fn has_error_in(&self, folder: &Path) -> bool {
        let errors = self.errors.borrow();
        errors
            .iter()
            .any(|error| error.place.path.starts_with(folder))
    }

    /// The errors and the warnings, which nobody needs to know twice.
    pub(super) fn take_problems(&self) -> (Vec<Problem>, Vec<Problem>) {
        let list = |problems: &RefCell<BTreeSet<Problem>>| problems.take().into_iter().collect();
        (list(&self.errors), list(&self.warnings))
    }

    /// Where `span` is.
    pub(super) fn place(&self, module: ModuleId, span: Span) -> Place {
        let file = self
            .modules
            .borrow()
            .get(module)
            .and_then(|module| module.file);
        let texts = self.texts.borrow();
        let Some((path, text)) = file.and_then(|file| texts.get(file)) else {
            return Place {
                path: Path::new("").into(),
                position: None,
            };
        };
        let (start, end) = (span.start(), span.end());
        Place {
            path: path.clone(),
            position: Some(position(
                text,
                start.line,
                start.column,
                (start.line == end.line).then_some(end.column),
            )),
        }
    }

    /// The syntax of a file; `None`, and a report, if it has none.
    pub(super) fn parse(&self, path: &Path) -> Option<(FileId, syn::File)> {
        let bytes = match files::read(path) {
            Ok(bytes) => bytes,
            Err(kind) => {
                self.report_path(path, kind);
                return None;
            }
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let whole = String::from_utf8_lossy(error.as_bytes());
                let before = whole.get(..at).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let column = before
                    .rsplit('\n')
                    .next()
                    .map_or(0, |line| line.chars().count());
                self.report_at(path, &whole, line, column, Kind::NotUtf8);
                return None;
            }
        };
        match syntax::file(&text) {
            Ok(file) => {
                let mut texts = self.texts.borrow_mut();
                texts.push((path.into(), text.into()));
                Some((texts.len() - 1, file))
            }
            Err(fault) => {
                let kind = fault.message.map_or(Kind::TooDeep, Kind::Syntax);
                let start = fault.span.map(|span| span.start());
                let (line, column) = start.map_or((1, 0), |at| (at.line, at.column));
                self.report_at(path, &text, line, column, kind);
                None
            }
        }
    }

    fn report_at(&self, path: &Path, text: &str, line: usize, column: usize, kind: Kind) {
        if *self.looking_up.borrow() == 0 {
            let place = Place {
                path: path.into(),
                position: Some(position(text, line, column, None)),
            };
            self.errors.borrow_mut().insert(Problem { place, kind });
        }
    }

    /// What `id` stands for.
    pub(super) fn entity(&self, id: EntityId) -> Rc<Declaration> {
        self.entities.borrow()[id].clone()
    }
}

/// A place in `text`; `line` counts from 1, the columns from 0.
fn position(text: &str, line: usize, column: usize, end: Option<usize>) -> Position {
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let letters = source.chars().count();
    let column = column.min(letters);
    let end = end.unwrap_or(if column < letters { column + 1 } else { column });
    Position {
        line: line.max(1),
        column: column + 1,
        width: end
            .saturating_sub(column)
            .clamp(1, letters.max(column + 1) - column),
        source: source.to_owned(),
    }
}
