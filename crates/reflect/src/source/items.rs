//! A file item by item. What no entity depends on is passed over: parsing it takes time, and above all memory.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, File, parse::Parser};

/// The traits whose `impl`s say something of an entity.
const ASKED: [&str; 10] = [
    "ActiveEnum",
    "ColumnTrait",
    "EntityName",
    "EntityTrait",
    "Iden",
    "IdenStatic",
    "PrimaryKeyToColumn",
    "PrimaryKeyTrait",
    "RelationTrait",
    "ValueType",
];

/// The items of a file that matter. `None` where they cannot be told apart, or one is no Rust: the parser knows more.
pub(super) fn of_file(tokens: TokenStream) -> Option<File> {
    let mut rest = Vec::from_iter(tokens).into_iter();
    let mut inner = 0;
    while let [first, second, third, ..] = rest.as_slice().get(inner..)?
        && is_mark(first, '#')
        && is_mark(second, '!')
        && is_group(third, Delimiter::Bracket)
    {
        inner += 3;
    }
    let attrs = Attribute::parse_inner.parse2(rest.by_ref().take(inner).collect());
    let mut file = File {
        shebang: None,
        attrs: attrs.ok()?,
        items: Vec::new(),
    };
    while !rest.as_slice().is_empty() {
        let (length, matters) = first(rest.as_slice())?;
        let tokens = rest.by_ref().take(length);
        if matters {
            file.items.push(syn::parse2(tokens.collect()).ok()?);
        } else {
            tokens.for_each(drop);
        }
    }
    Some(file)
}

/// How many of `tokens` the first item is, and whether it matters.
fn first(tokens: &[TokenTree]) -> Option<(usize, bool)> {
    let mut at = 0;
    while is_mark(tokens.get(at)?, '#') && is_group(tokens.get(at + 1)?, Delimiter::Bracket) {
        at += 2;
    }
    if word(tokens.get(at)?)? == "pub" {
        at += 1;
        if is_group(tokens.get(at)?, Delimiter::Parenthesis) {
            at += 1;
        }
    }
    let mut kind = word(tokens.get(at)?)?;
    loop {
        let next = tokens.get(at + 1).and_then(word);
        let is_before_fn = matches!(next.as_deref(), Some("fn" | "unsafe" | "async" | "extern"));
        match kind.as_str() {
            "unsafe" | "async" | "const" if is_before_fn => at += 1,
            "unsafe" if matches!(next.as_deref(), Some("impl" | "trait")) => at += 1,
            "extern" if matches!(tokens.get(at + 1), Some(TokenTree::Literal(_))) => {
                match tokens.get(at + 2).and_then(word) {
                    Some(_) => at += 2,
                    None => break,
                }
            }
            _ => break,
        }
        kind = word(tokens.get(at)?)?;
    }
    let has_value = ["const", "static", "type", "use"].contains(&kind.as_str())
        || kind == "extern" && tokens.get(at + 1).and_then(word).is_some();
    let ends =
        |token: &TokenTree| is_mark(token, ';') || !has_value && is_group(token, Delimiter::Brace);
    let end = at + tokens.get(at..)?.iter().position(ends)?;
    let matters = match kind.as_str() {
        "fn" | "trait" => false,
        "impl" => is_asked(tokens.get(at + 1..end)?),
        _ => true,
    };
    Some((end + 1, matters))
}

/// Whether the `impl` with this between itself and its braces is of a trait that matters. It does where that is not clear.
fn is_asked(head: &[TokenTree]) -> bool {
    let mut open = 0_usize;
    let (mut last, mut of) = (None, None);
    for (at, token) in head.iter().enumerate() {
        let is_arrow = at > 0 && head.get(at - 1).is_some_and(|before| is_mark(before, '-'));
        if is_mark(token, '<') {
            open += 1;
        } else if is_mark(token, '>') && !is_arrow {
            open = open.saturating_sub(1);
        } else if open == 0
            && let Some(name) = word(token)
        {
            if name == "for" {
                of = Some(last.take());
                break;
            }
            last = Some(name);
        }
    }
    match of {
        Some(Some(name)) => ASKED.contains(&name.as_str()),
        Some(None) => true,
        // It belongs to no trait.
        None => false,
    }
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}
