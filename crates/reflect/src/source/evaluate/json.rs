//! JSON, as serde_json makes it from literals.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::{Map, Number, Value as Json};
use syn::Lit;

use super::Value;

/// What `json!(tokens)` is.
pub(super) fn of_tokens(tokens: TokenStream) -> Option<Json> {
    let mut tokens = tokens.into_iter();
    let json = one(&mut tokens)?;
    tokens.next().is_none().then_some(json)
}

/// What `ty::name(argument)` is.
pub(super) fn call(ty: &str, name: &str, argument: Option<Value>) -> Option<Json> {
    match (ty, name, argument) {
        (
            "Json" | "JsonValue" | "Value",
            "from" | "String" | "Bool" | "Number" | "Array",
            Some(value),
        ) => of_value(value),
        (_, "to_value", Some(value)) => of_value(value),
        ("Json" | "JsonValue" | "Value", "Null", None) => Some(Json::Null),
        _ => None,
    }
}

fn of_value(value: Value) -> Option<Json> {
    Some(match value {
        Value::Json(json) => json,
        Value::Text(text) => Json::String(text),
        Value::Letter(letter) => Json::String(letter.to_string()),
        Value::Truth(truth) => Json::Bool(truth),
        Value::Integer(number) => Json::Number(Number::from_i128(number)?),
        Value::Float(number) => Json::Number(Number::from_f64(number)?),
        Value::Nothing => Json::Null,
        Value::Some(inner) => of_value(*inner)?,
        Value::List(parts) => {
            let parts = parts.into_iter().map(of_value);
            Json::Array(parts.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// The value that `tokens` begin with.
fn one(tokens: &mut impl Iterator<Item = TokenTree>) -> Option<Json> {
    match tokens.next()? {
        TokenTree::Literal(literal) => of_literal(&Lit::new(literal), false),
        TokenTree::Punct(sign) if sign.as_char() == '-' => match tokens.next()? {
            TokenTree::Literal(literal) => of_literal(&Lit::new(literal), true),
            _ => None,
        },
        TokenTree::Ident(name) if name == "null" => Some(Json::Null),
        TokenTree::Ident(name) if name == "true" => Some(Json::Bool(true)),
        TokenTree::Ident(name) if name == "false" => Some(Json::Bool(false)),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let mut inner = group.stream().into_iter().peekable();
            let mut parts = Vec::new();
            while inner.peek().is_some() {
                parts.push(one(&mut inner)?);
                comma(&mut inner)?;
            }
            Some(Json::Array(parts))
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let mut inner = group.stream().into_iter().peekable();
            let mut all = Map::new();
            let mut last = None;
            while let Some(key) = inner.next() {
                let TokenTree::Literal(key) = key else {
                    return None;
                };
                let Lit::Str(key) = Lit::new(key) else {
                    return None;
                };
                let key = key.value();
                // How others are ordered depends on a feature of serde_json.
                if last.as_ref().is_some_and(|last| *last >= key) {
                    return None;
                }
                match inner.next()? {
                    TokenTree::Punct(colon) if colon.as_char() == ':' => {}
                    _ => return None,
                }
                all.insert(key.clone(), one(&mut inner)?);
                comma(&mut inner)?;
                last = Some(key);
            }
            Some(Json::Object(all))
        }
        _ => None,
    }
}

/// Takes a comma, if there is anything.
fn comma(tokens: &mut impl Iterator<Item = TokenTree>) -> Option<()> {
    match tokens.next() {
        None => Some(()),
        Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => Some(()),
        Some(_) => None,
    }
}

fn of_literal(literal: &Lit, is_negative: bool) -> Option<Json> {
    Some(match literal {
        Lit::Int(number) if number.suffix().is_empty() => {
            let number: i128 = number.base10_digits().parse().ok()?;
            Json::Number(Number::from_i128(if is_negative {
                -number
            } else {
                number
            })?)
        }
        Lit::Float(number) if number.suffix().is_empty() => {
            let number: f64 = number.base10_digits().parse().ok()?;
            Json::Number(Number::from_f64(if is_negative {
                -number
            } else {
                number
            })?)
        }
        Lit::Str(text) if !is_negative => Json::String(text.value()),
        Lit::Bool(truth) if !is_negative => Json::Bool(truth.value),
        Lit::Char(letter) if !is_negative => Json::String(letter.value().to_string()),
        _ => return None,
    })
}
