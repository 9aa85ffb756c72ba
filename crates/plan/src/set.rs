//! MySQL's `SET`, which entities declare in the server's own words.

use seadrift_schema::Type;

/// The values of a `SET`, if `ty` is one.
pub(crate) fn members(ty: &Type) -> Option<Vec<String>> {
    let Type::Other(text) = ty else {
        return None;
    };
    let (word, list) = text.trim().split_at_checked(3)?;
    if !word.eq_ignore_ascii_case("set") {
        return None;
    }
    let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut members = vec![];
    let mut rest = list.trim();
    loop {
        let inner = rest.strip_prefix('\'')?;
        let mut member = String::new();
        let mut chars = inner.char_indices().peekable();
        let end = loop {
            match chars.next()? {
                (at, '\'') => match chars.next_if(|&(_, next)| next == '\'') {
                    Some(_) => member.push('\''),
                    None => break at + 1,
                },
                (_, c) => member.push(c),
            }
        };
        members.push(member);
        rest = inner.get(end..)?.trim();
        if rest.is_empty() {
            return Some(members);
        }
        rest = rest.strip_prefix(',')?.trim();
    }
}

/// The bytes that a `SET` of so many values is kept in. (<https://dev.mysql.com/doc/refman/8.4/en/storage-requirements.html>)
pub(crate) fn bytes(members: usize) -> usize {
    match members.div_ceil(8) {
        bytes @ ..=4 => bytes,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_members() {
        let members = |text: &str| members(&Type::Other(text.to_owned()));
        let some = |all: &[&str]| Some(all.iter().map(|&one| one.to_owned()).collect());
        assert_eq!(members("set('a','b')"), some(&["a", "b"]));
        assert_eq!(members("SET ( 'it''s' , ')' )"), some(&["it's", ")"]));
        for none in [
            "set",
            "set('a'",
            "set('a' 'b')",
            "settled('a')",
            "é",
            "set()",
        ] {
            assert_eq!(members(none), None, "{none}");
        }
        assert_eq!([1, 8, 9, 24, 32, 33, 64].map(bytes), [1, 1, 2, 3, 4, 8, 8]);
    }
}
