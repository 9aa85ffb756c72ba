//! SQL as far as it has to be understood to be kept in a script: its pieces, where statements end, and how a client is
//! told so.

mod pieces;
#[cfg(test)]
mod tests;

use sea_orm::DbBackend;

pub(crate) use pieces::{Kind, Piece, pieces};

/// `sql` cut into its statements, each a row of pieces without comments and without the `;` at its end.
pub(crate) fn statements(backend: DbBackend, sql: &str) -> Vec<Vec<Piece<'_>>> {
    let is_meant = |piece: &Piece<'_>| !matches!(piece.kind, Kind::LineComment | Kind::Comment);
    let pieces: Vec<_> = pieces(backend, sql).into_iter().filter(is_meant).collect();
    pieces
        .split(|piece| piece.is_mark(";"))
        .filter(|statement| !statement.is_empty())
        .map(<[_]>::to_vec)
        .collect()
}

/// `sql` with the end that a command-line client of the engine looks for.
pub(crate) fn terminated(backend: DbBackend, sql: &str) -> String {
    let sql = sql.trim();
    let all = pieces(backend, sql);
    let Some(last) = all.iter().rfind(|piece| !piece.is_comment()) else {
        // Nothing but a comment, which needs no end.
        return sql.to_owned();
    };
    if backend == DbBackend::MySql && has_body(backend, sql) {
        // The client would end it at the first `;` of the body.
        let body = match last.is_mark(";") {
            true => format!("{}{}", &sql[..last.at], &sql[last.at + 1..]),
            false => sql.to_owned(),
        };
        let signs = ["$$", "//", "||", "@@", "$$$$", "////"];
        let sign = signs.into_iter().find(|sign| !sql.contains(sign));
        let sign = sign.unwrap_or("seadrift_end");
        return format!("DELIMITER {sign}\n{}\n{sign}\nDELIMITER ;", body.trim_end());
    }
    let is_in_comment = all
        .last()
        .is_some_and(|piece| piece.kind == Kind::LineComment);
    match (last.is_mark(";"), is_in_comment) {
        (true, _) => sql.to_owned(),
        (false, true) => format!("{sql}\n;"),
        (false, false) => format!("{sql};"),
    }
}

/// Whether `sql`, of MySQL, makes something with statements of its own within.
fn has_body(backend: DbBackend, sql: &str) -> bool {
    let statements = statements(backend, sql);
    statements.len() > 1
        && statements.iter().any(|statement| {
            let mut words = statement.iter();
            let is_first = |word: &str| statement.first().is_some_and(|piece| piece.is(word));
            (is_first("CREATE") || is_first("ALTER"))
                && words.any(|piece| {
                    ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"]
                        .iter()
                        .any(|word| piece.is(word))
                })
                || is_first("BEGIN") && statement.get(1).is_some_and(|piece| piece.is("NOT"))
        })
}
