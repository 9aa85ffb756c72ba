//! Rust text as syntax, with bounds: syn goes as deep as its input does.

use proc_macro2::{Delimiter, Group, LexError, Span, TokenStream, TokenTree, token_stream};
use syn::{
    Expr, ExprLit, ExprPath, Ident, Lit, LitStr, Path, PathArguments, PathSegment, parse::Parse,
    spanned::Spanned,
};

use super::items;
use crate::declared::default::quietly;

/// How much stack the bounds below need, generously.
pub(super) const STACK: usize = 256 << 20;

/// How many brackets may be open at once.
const DEEPEST: usize = 250;

/// How many tokens may follow each other without the end of a statement, those around the brackets that are open
/// included. Operators nest without brackets: `!!!!a`, `a = b = c`.
const LONGEST: usize = 20_000;

/// How many `<` may be open at once. Each takes far more of the stack than an operator.
const WIDEST: usize = 1_000;

/// Why a text is no syntax.
#[derive(Debug)]
pub(super) struct Fault {
    /// `None`: it is nested too deeply.
    pub message: Option<String>,
    pub span: Option<Span>,
}

/// The items of a file.
pub(super) fn file(text: &str) -> Result<syn::File, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_script = text.starts_with("#!") && !text[2..].trim_start().starts_with('[');
    if is_script {
        let rest = text.find('\n').map_or("", |end| &text[end..]);
        return parse(rest, None);
    }
    let items = || items::of_file(text.parse().ok()?);
    match is_surely_shallow(text).then(|| quietly(items)) {
        Some(Some(Some(file))) => Ok(file),
        // What is wrong, and where, is for the parser to say.
        _ => parse(text, None),
    }
}

/// The expression that stands in a literal, at the place of the literal.
pub(super) fn expression_in(literal: &LitStr) -> Result<Expr, Fault> {
    expression(&literal.value(), literal.span())
}

/// The expression that `text` is, at `span`.
pub(super) fn expression(text: &str, span: Span) -> Result<Expr, Fault> {
    match plain_path(text, span) {
        Some(path) => Ok(Expr::Path(ExprPath {
            attrs: Vec::new(),
            qself: None,
            path,
        })),
        None => parse(text, Some(span)),
    }
}

/// The path that `text` is, if it is nothing else than names: most of what stands in attributes, and quickly made.
pub(super) fn plain_path(text: &str, span: Span) -> Option<Path> {
    let is_name = |name: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        name.bytes().all(is_letter)
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && (!is_keyword(name) || ["crate", "self", "super", "Self"].contains(&name))
    };
    let segments = text.split("::").map(|name| {
        is_name(name).then(|| PathSegment {
            ident: Ident::new(name, span),
            arguments: PathArguments::None,
        })
    });
    Some(Path {
        leading_colon: None,
        segments: segments.collect::<Option<_>>()?,
    })
}

/// Whether `name` is a word of Rust, of any edition.
pub(super) fn is_keyword(name: &str) -> bool {
    const WORDS: [&str; 53] = [
        "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
        "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
        "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
        "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try",
        "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while",
        "yield",
    ];
    WORDS.binary_search(&name).is_ok()
}

/// What `text` is, at `span` if it is given.
pub(super) fn parse<T: Parse>(text: &str, span: Option<Span>) -> Result<T, Fault> {
    quietly(|| {
        let tokens: TokenStream = text.parse().map_err(|error: LexError| Fault {
            message: Some(error.to_string()),
            span: Some(span.unwrap_or(error.span())),
        })?;
        if !is_surely_shallow(text)
            && let Some(place) = too_deep(&tokens)
        {
            return Err(Fault {
                message: None,
                span: Some(span.unwrap_or(place)),
            });
        }
        let tokens = match span {
            Some(span) => at(tokens, span),
            None => tokens,
        };
        syn::parse2(tokens).map_err(|error| Fault {
            message: Some(error.to_string()),
            span: Some(error.span()),
        })
    })
    .unwrap_or(Err(Fault {
        message: Some("the parser gave up".to_owned()),
        span,
    }))
}

/// `tokens` with all of them at `span`.
fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), at(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    });
    moved.collect()
}

/// Whether `text` has too little of everything to be too deep, which saves looking at it token by token.
fn is_surely_shallow(text: &str) -> bool {
    let count = |wanted: &[u8]| text.bytes().filter(|byte| wanted.contains(byte)).count();
    text.len() <= LONGEST && count(b"([{") <= DEEPEST && count(b"<") <= WIDEST
}

/// Where `tokens` go deeper than they may.
fn too_deep(tokens: &TokenStream) -> Option<Span> {
    struct Level {
        rest: token_stream::IntoIter,
        length: usize,
        after_braces: bool,
        /// The `<` that are open, as far as can be told.
        open: usize,
        last: Option<char>,
    }
    let level = |tokens: TokenStream| Level {
        rest: tokens.into_iter(),
        length: 0,
        after_braces: false,
        open: 0,
        last: None,
    };
    let mut levels = vec![level(tokens.clone())];
    let (mut total, mut total_open) = (0, 0);
    while let Some(last) = levels.last_mut() {
        let Some(token) = last.rest.next() else {
            total -= last.length;
            total_open -= last.open;
            levels.pop();
            continue;
        };
        let ends = match &token {
            TokenTree::Punct(mark) => mark.as_char() == ';',
            TokenTree::Ident(_) | TokenTree::Literal(_) => last.after_braces,
            TokenTree::Group(_) => false,
        };
        if ends {
            total -= last.length;
            last.length = 0;
            total_open -= last.open;
            last.open = 0;
        }
        let mark = match &token {
            TokenTree::Punct(mark) => Some(mark.as_char()),
            _ => None,
        };
        match (last.last, mark) {
            (Some('<'), Some('<' | '=')) | (Some('-' | '='), Some('>')) => {}
            (_, Some('<')) => {
                last.open += 1;
                total_open += 1;
            }
            (_, Some('>')) if last.open > 0 => {
                last.open -= 1;
                total_open -= 1;
            }
            _ => {}
        }
        last.last = mark;
        last.length += 1;
        total += 1;
        last.after_braces = false;
        if total > LONGEST || total_open > WIDEST {
            return Some(token.span());
        }
        if let TokenTree::Group(group) = token {
            last.after_braces = group.delimiter() == Delimiter::Brace;
            if levels.len() > DEEPEST {
                return Some(group.span_open());
            }
            levels.push(level(group.stream()));
        }
    }
    None
}

/// `ident` without `r#`.
pub(super) fn name(ident: &Ident) -> String {
    let name = ident.to_string();
    match name.strip_prefix("r#") {
        Some(plain) => plain.to_owned(),
        None => name,
    }
}

/// The names of a path, without their arguments.
pub(super) fn names(path: &Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| name(&segment.ident)).collect()
}

/// `a::b`.
pub(super) fn path_text(path: &Path) -> String {
    names(path).join("::")
}

/// The last name of a path.
pub(super) fn last_name(path: &Path) -> String {
    let last = path.segments.last();
    last.map(|segment| name(&segment.ident)).unwrap_or_default()
}

/// The text of a string literal.
pub(super) fn string(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// What stood in the source, in one line.
pub(super) fn text_of(part: &impl Spanned) -> String {
    let text = part.span().source_text().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
