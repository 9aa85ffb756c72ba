//! The one instability in how PostgreSQL words expressions: a list of `varchar`s is an array of them that is cast as a whole
//! when it is first written, and an array of casts when those words are read again, as `pg_dump` and `down` do.

use std::borrow::Cow;

/// `sql` in the words that the server has when it reads its own:
/// `(ARRAY['a'::character varying])::text[]` is `ARRAY[('a'::character varying)::text]`.
pub(super) fn settled(sql: String) -> String {
    match settle(&sql) {
        Cow::Borrowed(_) => sql,
        Cow::Owned(settled) => settled,
    }
}

fn settle(sql: &str) -> Cow<'_, str> {
    let mut settled = String::new();
    let mut rest = sql;
    while let Some(at) = outside_quotes(rest, "(ARRAY[") {
        let (before, from) = rest.split_at(at);
        settled += before;
        match cast_array(from) {
            Some((array, after)) => {
                settled += &array;
                rest = after;
            }
            None => {
                settled.push('(');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    match settled.is_empty() {
        true => Cow::Borrowed(sql),
        false => Cow::Owned(settled + rest),
    }
}

/// `(ARRAY[…])::type[]` at the start of `sql`, with the cast at each element, and what follows.
fn cast_array(sql: &str) -> Option<(String, &str)> {
    let inner = sql.strip_prefix("(ARRAY[")?;
    let end = closing(inner)?;
    let (elements, rest) = inner.split_at(end);
    let rest = rest.strip_prefix("])::")?;
    let end = outside_quotes(rest, "[]")?;
    let (ty, rest) = rest.split_at(end);
    let is_of_type = |c: char| c.is_alphanumeric() || " _$\".(,)".contains(c) || !c.is_ascii();
    if !ty.chars().all(is_of_type) || ty.matches('(').count() != ty.matches(')').count() {
        return None;
    }
    let elements = parts(elements);
    if elements
        .iter()
        .any(|element| element.starts_with(['[']) || element.starts_with("ARRAY["))
    {
        return None;
    }
    let elements: Vec<_> = elements
        .iter()
        .map(|element| format!("({})::{ty}", settle(element)))
        .collect();
    Some((format!("ARRAY[{}]", elements.join(", ")), rest.get(2..)?))
}

/// Where `wanted` stands in `sql` but not in a text or a quoted name.
fn outside_quotes(sql: &str, wanted: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in sql.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if sql.get(at..)?.starts_with(wanted) => return Some(at),
            None if c == '\'' || c == '"' => quote = Some(c),
            None => {}
        }
    }
    None
}

/// Where the bracket closes that is open at the start of `sql`.
fn closing(sql: &str) -> Option<usize> {
    let mut places = depths(sql);
    places
        .find(|(_, c, depth)| *c == ']' && *depth < 0)
        .map(|(at, ..)| at)
}

/// The parts of a list between its commas.
fn parts(sql: &str) -> Vec<&str> {
    let mut parts = vec![];
    let mut from = 0;
    for (at, c, depth) in depths(sql) {
        if c == ',' && depth == 0 {
            parts.extend(sql.get(from..at).map(str::trim));
            from = at + 1;
        }
    }
    parts.extend(sql.get(from..).map(str::trim));
    parts
}

/// The characters outside of quotes, with how deep in parentheses and brackets each leaves.
fn depths(sql: &str) -> impl Iterator<Item = (usize, char, i32)> {
    let mut quote = None;
    let mut depth = 0;
    sql.char_indices().filter_map(move |(at, c)| {
        match (quote, c) {
            (Some(open), _) => {
                quote = (c != open).then_some(open);
                return None;
            }
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, _) => {}
        }
        Some((at, c, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn a_cast_of_an_array_is_one_of_each_element() {
        for (first, again) in [
            (
                "((s)::text = ANY ((ARRAY['a'::character varying, 'b,]'::character varying])::text[]))",
                "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b,]'::character varying)::text]))",
            ),
            (
                "((s)::text <> ALL ((ARRAY['a'::character varying, (lower('B'::text))::character varying])::text[])) AND (v > 1)",
                "((s)::text <> ALL (ARRAY[('a'::character varying)::text, ((lower('B'::text))::character varying)::text])) AND (v > 1)",
            ),
            (
                "(ARRAY[f((ARRAY['a'::x])::y[])])::app.\"Big\"[]",
                "ARRAY[(f(ARRAY[('a'::x)::y]))::app.\"Big\"]",
            ),
        ] {
            assert_eq!(settled(first.to_owned()), again);
            assert_eq!(settled(again.to_owned()), again);
        }
    }

    #[test]
    fn all_else_stays() {
        for sql in [
            "(v > 1)",
            "(s = '(ARRAY[1])::text[]'::text)",
            "((ARRAY[1, 2])[1] > 0)",
            "((ARRAY[ARRAY[1], ARRAY[2]])::text[] = x)",
            "(ARRAY[1",
            "((ARRAY[1])::text || 'a[]'::text)",
        ] {
            assert_eq!(settled(sql.to_owned()), sql);
        }
    }
}
