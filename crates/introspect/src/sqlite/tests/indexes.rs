//! Indexes and unique constraints.

use seadrift_schema::IndexOrigin;

use super::*;

#[tokio::test]
async fn what_is_more_than_columns_ends_as_a_definition() {
    let table = read_one(
        "CREATE TABLE t (a text, b text COLLATE NOCASE, c int, UNIQUE (b, a));
        CREATE INDEX plain ON t (c, a);
        CREATE INDEX inherits ON t (b);
        CREATE INDEX collated ON t (a COLLATE NOCASE);
        CREATE INDEX descending ON t (a, c DESC);
        CREATE INDEX expression ON t (a, lower(b));
        CREATE UNIQUE INDEX partial ON t (a) WHERE c > 0;",
    )
    .await;
    let found: Vec<_> = table
        .indexes
        .iter()
        .map(|index| {
            (
                index.name.as_str(),
                index.columns.join(" "),
                index.unique,
                index.origin == IndexOrigin::Constraint,
                index.definition.as_deref(),
            )
        })
        .collect();
    let sql = |sql| (String::new(), Some(sql));
    let (collated, descending, expression, partial) = (
        sql("CREATE INDEX collated ON t (a COLLATE NOCASE)"),
        sql("CREATE INDEX descending ON t (a, c DESC)"),
        sql("CREATE INDEX expression ON t (a, lower(b))"),
        sql("CREATE UNIQUE INDEX partial ON t (a) WHERE c > 0"),
    );
    assert_eq!(
        found,
        [
            ("collated", collated.0, false, false, collated.1),
            ("descending", descending.0, false, false, descending.1),
            ("expression", expression.0, false, false, expression.1),
            ("inherits", "b".to_owned(), false, false, None),
            ("partial", partial.0, true, false, partial.1),
            ("plain", "c a".to_owned(), false, false, None),
            ("sqlite_autoindex_t_1", "b a".to_owned(), true, true, None),
        ]
    );
    let in_definitions: Vec<_> = table
        .indexes
        .iter()
        .filter(|index| index.definition.is_some())
        .map(|index| (index.covers.join(" "), index.stands_for.join(" ")))
        .collect();
    let known = |covers: &str, stands_for: &str| (covers.to_owned(), stands_for.to_owned());
    assert_eq!(
        in_definitions,
        [
            known("a", ""),
            known("a c", "a c"),
            known("a b", ""),
            known("a c", ""),
        ]
    );
}
