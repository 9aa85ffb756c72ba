//! Database URLs that are wrong in one place, for tests of what is said then.

use url::Url;

/// `url` with another password.
pub fn with_password(url: &str, password: &str) -> String {
    let mut url = parse(url);
    url.set_password(Some(password))
        .unwrap_or_else(|()| panic!("`{url}` cannot have a password"));
    url.into()
}

/// `url` with another database. For SQLite: with another file in the same folder, which is not made if it is missing.
pub fn with_database(url: &str, database: &str) -> String {
    let mut url = parse(url);
    url.path_segments_mut()
        .unwrap_or_else(|()| panic!("the URL has no place for a database"))
        .pop()
        .push(database);
    if url.scheme() == "sqlite" {
        url.set_query(Some("mode=rw"));
    }
    url.into()
}

/// The password in `url`: what must not be seen in any output.
pub fn password(url: &str) -> Option<String> {
    parse(url).password().map(str::to_owned)
}

pub(crate) fn parse(url: &str) -> Url {
    Url::parse(url).unwrap_or_else(|error| panic!("not a database URL: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_replaced() {
        let url = "postgres://me:secret@127.0.0.1:5432/here?sslmode=disable";
        assert_eq!(
            with_password(url, "wrong"),
            "postgres://me:wrong@127.0.0.1:5432/here?sslmode=disable"
        );
        assert_eq!(
            with_database(url, "no_such_db"),
            "postgres://me:secret@127.0.0.1:5432/no_such_db?sslmode=disable"
        );
        assert_eq!(password(url).as_deref(), Some("secret"));
    }

    #[test]
    fn another_sqlite_file_is_not_made() {
        assert_eq!(
            with_database("sqlite:///tmp/a/scratch.db?mode=rwc", "none.db"),
            "sqlite:///tmp/a/none.db?mode=rw"
        );
    }
}
