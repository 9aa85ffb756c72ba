//! What is there after which statements.

use sea_orm::DatabaseBackend::{MySql, Postgres, Sqlite};

use super::*;

#[test]
fn what_was_made_is_there_until_it_is_gone() {
    let mut world = World::empty(Postgres);
    let table = |world: &World, name: &str| world.answer(&Question::Table(name.to_owned()));
    let column = |world: &World, table: &str, name: &str| {
        let question = Question::Column(table.to_owned(), name.to_owned());
        world.answer(&question).is_there
    };
    let index = |world: &World, table: &str, name: &str| {
        let question = Question::Index(table.to_owned(), name.to_owned());
        world.answer(&question).is_there
    };
    assert!(table(&world, "user").is_assumed);
    world.run(
        "CREATE TABLE IF NOT EXISTS \"user\" (\"id\" serial PRIMARY KEY, Name varchar(20) DEFAULT 'a, b', \
         CONSTRAINT \"uq\" UNIQUE (\"id\", name)); -- and more\n\
         CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"idx\" ON \"user\" (name)",
    );
    assert!(table(&world, "user").is_there && !table(&world, "User").is_there);
    assert!(column(&world, "user", "id") && column(&world, "user", "name"));
    assert!(!column(&world, "user", "b"));
    assert!(index(&world, "user", "uq") && index(&world, "user", "idx"));
    world.run("ALTER TABLE \"user\" RENAME COLUMN \"name\" TO \"full\", ADD COLUMN IF NOT EXISTS age int CHECK (age > 1, 2), DROP id");
    assert!(column(&world, "user", "full") && column(&world, "user", "age"));
    assert!(!column(&world, "user", "name") && !column(&world, "user", "id"));
    world.run("ALTER INDEX idx RENAME TO idy; DROP INDEX uq; ALTER TABLE ONLY \"user\" RENAME TO \"users\"");
    assert!(index(&world, "users", "idy") && !index(&world, "users", "uq"));
    assert_eq!(
        table(&world, "user"),
        Answer {
            is_there: false,
            is_assumed: false
        }
    );
    world.run("DROP TABLE IF EXISTS \"users\", other CASCADE");
    assert!(!table(&world, "users").is_there && !table(&world, "users").is_assumed);
    // Of a table made elsewhere, only what is done to it is known.
    world.run("ALTER TABLE old ADD COLUMN a int; CREATE TABLE copy AS SELECT 1 AS a; CREATE TEMP TABLE t (a int)");
    assert!(table(&world, "old").is_there && column(&world, "old", "a"));
    let question = Question::Column("copy".to_owned(), "a".to_owned());
    assert!(world.answer(&question).is_assumed);
    assert!(table(&world, "t").is_assumed);
}

#[test]
fn each_engine_in_its_own_words() {
    let mut world = World::empty(MySql);
    let is_there = |world: &World, table: &str, column: &str| {
        let question = Question::Column(table.to_owned(), column.to_owned());
        world.answer(&question).is_there
    };
    world.run("CREATE TABLE `A` (`x` int, KEY `k` (`x`)); RENAME TABLE `A` TO `B`, c TO d");
    world.run("ALTER TABLE `b` CHANGE COLUMN `x` `y` int, ADD UNIQUE KEY `u` (`y`), DROP INDEX k");
    assert!(is_there(&world, "B", "Y") && !is_there(&world, "b", "x"));
    let index = |name: &str| Question::Index("b".to_owned(), name.to_owned());
    assert!(world.answer(&index("u")).is_there && !world.answer(&index("k")).is_there);

    let mut world = World::empty(Sqlite);
    world.run("COMMIT; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; CREATE TABLE [n] ('a', b); DROP TABLE main.o; ALTER TABLE \"n\" RENAME TO \"o\"; COMMIT;");
    assert!(is_there(&world, "o", "a") && is_there(&world, "o", "b"));
    world.run("ALTER TABLE; DROP; CREATE TABLE (; RENAME; ALTER TABLE x RENAME");
}
