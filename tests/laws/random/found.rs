//! Pairs that broke a law once, as small as they got.

use seadrift_schema::{Schema, lock};
use seadrift_testkit::Backend;

use super::{Pair, holds};
use crate::database::Database;

/// Each with what it is about and the engines that it broke a law on.
const FOUND: [Found; 13] = [
    (
        &[Backend::Sqlite],
        "a numbered column of a small type",
        &[],
        &[("a", "{ name = 'a', type = 'tiny_integer', auto_increment = true }", "primary_key = { columns = ['a'] }")],
    ),
    (
        &Backend::ALL,
        "another index under the name of one that is kept by its columns",
        &[("a", TWO, "indexes = [{ name = 'x', columns = ['b'], unique = true }]")],
        &[("a", TWO, "indexes = [{ name = 'x', columns = ['b'] }, { name = 'y', columns = ['b'], unique = true }]")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "a foreign key onto a unique index of its own new table",
        &[],
        &[("a", TWO, "indexes = [{ name = 'x', columns = ['a'], unique = true }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
    ),
    (
        &[Backend::MySql],
        "an index that takes over a foreign key under the name of one that goes",
        &[("a", TWO, "primary_key = { columns = ['a'] }
           indexes = [{ name = 'x', columns = ['a', 'b'] }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
        &[("a", TWO, "primary_key = { columns = ['a'] }
           indexes = [{ name = 'x', columns = ['b', 'a'] }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
    ),
    (
        &[Backend::MySql],
        "another index under the name of the one that serves a foreign key",
        &[("a", TWO, "primary_key = { columns = ['a'] }
           indexes = [{ name = 'x', columns = ['b'] }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
        &[("a", TWO, "primary_key = { columns = ['a'] }
           indexes = [{ name = 'x', columns = ['b', 'a'] }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "other types at both ends of a foreign key",
        &[("a", "{ name = 'a', type = 'decimal' }, { name = 'b', type = 'decimal' }", "primary_key = { columns = ['a'] }
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
        &[("a", TWO, "primary_key = { columns = ['a'] }
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "a table that goes and points to a primary key that becomes another",
        &[("a", TWO, "primary_key = { columns = ['a'] }"), ("b", TWO, "foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
        &[("a", TWO, "primary_key = { columns = ['b'] }")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "another column that is numbered",
        &[("a", "{ name = 'a', type = 'integer', auto_increment = true }", "primary_key = { columns = ['a'] }")],
        &[("a", "{ name = 'b', type = 'integer', auto_increment = true }", "primary_key = { columns = ['b'] }")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "a primary key of a column that took NULL",
        &[("a", "{ name = 'a', type = 'integer', auto_increment = true }, { name = 'b', type = 'text', nullable = true }", "primary_key = { columns = ['a'] }")],
        &[("a", "{ name = 'a', type = 'big_integer', nullable = true }, { name = 'b', type = 'string(20)' }", "primary_key = { columns = ['b'] }")],
    ),
    (
        &[Backend::Postgres, Backend::MySql],
        "a default that goes with its value for another that comes",
        &[("a", "{ name = 'a', type = \"enum mood('x', 'y')\", default = \"'y'\" }", "")],
        &[("a", "{ name = 'a', type = \"enum mood('x', 'z')\", default = \"'z'\" }", "")],
    ),
    (
        &[Backend::MySql],
        "an index of a column that becomes text, beside a new one",
        &[("a", "{ name = 'a', type = 'string(20)' }, { name = 'b', type = 'integer' }", "indexes = [{ name = 'x', columns = ['b', 'a'] }]")],
        &[("a", "{ name = 'a', type = 'text' }, { name = 'b', type = 'integer' }", "indexes = [{ name = 'y', columns = ['b'] }]")],
    ),
    (
        &[Backend::MySql],
        "a column with a default that becomes the numbered primary key",
        &[("a", "{ name = 'a', type = 'integer', default = '0' }, { name = 'b', type = 'integer' }", "primary_key = { columns = ['a', 'b'] }")],
        &[("a", "{ name = 'a', type = 'integer', auto_increment = true }, { name = 'b', type = 'integer' }", "primary_key = { columns = ['a'] }")],
    ),
    (
        &[Backend::MySql],
        "a unique index that takes the place of a foreign key's own, which a plain one is as good as",
        &[("a", TWO, "primary_key = { columns = ['a'] }
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
        &[("a", TWO, "primary_key = { columns = ['a'] }
           indexes = [{ name = 'x', columns = ['b'], unique = true }, { name = 'y', columns = ['b'] }]
           foreign_keys = [{ name = 'f', columns = ['b'], references = 'a', referenced_columns = ['a'] }]")],
    ),
];

/// Engines, what it is about, and the tables before and after.
type Found = (
    &'static [Backend],
    &'static str,
    &'static [Table],
    &'static [Table],
);

/// Name, columns and the rest, as the lock file has them.
type Table = (&'static str, &'static str, &'static str);

const TWO: &str = "{ name = 'a', type = 'integer' }, { name = 'b', type = 'integer' }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn found() {
    for backend in Backend::ALL {
        let Some(mut database) = Database::new(backend).await else {
            continue;
        };
        for (backends, what, before, after) in FOUND {
            if !backends.contains(&backend) {
                continue;
            }
            let pair = Pair([schema(before), schema(after)], database.dialect, vec![]);
            if let Err(reason) = holds(&mut database, &pair).await {
                panic!("{what}\n{pair:?}\n{reason}");
            }
        }
    }
}

fn schema(tables: &[Table]) -> Schema {
    let mut text = "version = 1\n".to_owned();
    for (name, columns, rest) in tables {
        text += &format!("[[table]]\nname = '{name}'\ncolumns = [{columns}]\n{rest}\n");
    }
    lock::read(&text).unwrap()
}
