//! A migration that is SQL: its files, and how their statements run.

use std::borrow::Cow;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait,
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager, SchemaManagerConnection, async_trait,
};
use seadrift_schema::Dialect;
use seadrift_sql_files::{Purpose, Way};

use crate::{Direction, said, split, tape::one_line};

/// What stands before the place of a statement in the error of one that failed.
pub(crate) const AT: &str = "\n  at ";

/// What stands behind the error of one whose transaction of its own was rolled back.
const UNDONE: &str = "\n  it was rolled back";

/// Whether what a migration had done was undone although it runs outside of a transaction elsewhere; the error, without saying so.
pub(crate) fn undone(error: DbErr) -> (DbErr, bool) {
    match error {
        DbErr::Custom(text) => match text.strip_suffix(UNDONE) {
            Some(rest) => (failure(rest.to_owned()), true),
            None => (DbErr::Custom(text), false),
        },
        other => (other, false),
    }
}

/// What a comment in the head of a file starts with that tells how to run it.
const DIRECTIVE: &str = "seadrift:";
const NO_TRANSACTION: &str = "no-transaction";

/// A migration that is SQL. In a transaction, together with its row in the version table, unless a file says `-- seadrift:
/// no-transaction` in its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlMigration {
    name: Cow<'static, str>,
    files: Vec<File>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    purpose: Purpose,
    text: Cow<'static, str>,
}

impl SqlMigration {
    /// The one of this name, with what its files are for and their texts.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        files: impl IntoIterator<Item = (Purpose, Cow<'static, str>)>,
    ) -> Self {
        let files = files.into_iter();
        Self {
            name: name.into(),
            files: files
                .map(|(purpose, text)| File { purpose, text })
                .collect(),
        }
    }

    /// The one of this name, with the names of its files and their texts. What is no file of a migration is left out.
    pub fn compiled(name: &'static str, files: &[(&str, &'static str)]) -> Self {
        let purpose = |file: &str| Purpose::of(file).ok().flatten();
        let files = files.iter();
        let known = files.filter_map(|(file, text)| Some((purpose(file)?, Cow::from(*text))));
        Self::new(name, known)
    }

    /// The file to run: that of the engine, or else the plain one.
    fn file(&self, direction: Direction, backend: DbBackend) -> Result<&File, DbErr> {
        let way = match direction {
            Direction::Up => Way::Up,
            Direction::Down => Way::Down,
        };
        let find = |engine| {
            let purpose = Purpose { way, engine };
            self.files.iter().find(|file| file.purpose == purpose)
        };
        let engine = match backend {
            DbBackend::Postgres => "postgres",
            DbBackend::MySql => "mysql",
            DbBackend::Sqlite => "sqlite",
            _ => "",
        };
        find(Some(engine)).or_else(|| find(None)).ok_or_else(|| {
            let is_known = self.files.iter().any(|file| file.purpose.way == way);
            let what = match (is_known, direction) {
                (true, _) => "it is not written for this engine",
                (false, Direction::Up) => "there is nothing to apply",
                (false, Direction::Down) => "it cannot be reversed",
            };
            let way = way.word();
            failure(format!(
                "{what}: there is no `{way}.sql` and no `{way}.{engine}.sql`"
            ))
        })
    }

    async fn run(&self, manager: &SchemaManager<'_>, direction: Direction) -> Result<(), DbErr> {
        let file = self.file(direction, manager.get_database_backend())?;
        let place = |line: usize| format!("{}/{}:{line}", self.name, file.purpose.file());
        let script = Script::read(file, manager.get_database_backend(), &place)?;
        let connection = manager.get_connection();
        match (connection, script.outside_transaction) {
            (SchemaManagerConnection::Connection(db), true) if db.is_mock_connection() => {
                script.run(connection, &place).await
            }
            (SchemaManagerConnection::Connection(db), true) => {
                outside(db.begin().await?, &script, &place).await
            }
            (_, true) => Err(failure(format!(
                "`{NO_TRANSACTION}` stands in `{}`, and it runs in a transaction",
                file.purpose.file()
            ))),
            // The other way, or another engine, runs outside of one.
            (SchemaManagerConnection::Connection(db), false) => {
                let transaction = db.begin().await?;
                let outcome = script.run(&transaction, &place).await;
                if let Err(error) = outcome {
                    transaction.rollback().await?;
                    // MySQL has committed what was not about rows.
                    return Err(match db.get_database_backend() {
                        DbBackend::MySql => error,
                        _ => failure(format!("{}{UNDONE}", said(&error))),
                    });
                }
                transaction.commit().await
            }
            (_, false) => script.run(connection, &place).await,
        }
    }
}

impl MigrationName for SqlMigration {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlMigration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.run(manager, Direction::Up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.run(manager, Direction::Down).await
    }

    fn use_transaction(&self) -> Option<bool> {
        // It is not told on which engine, nor which way. What need not run outside of one begins one itself.
        let mut files = self.files.iter();
        Some(!files.any(|file| directives(&file.text).any(|(_, said)| said == NO_TRANSACTION)))
    }
}

/// The statements of a file.
struct Script<'s> {
    statements: Vec<split::Statement<'s>>,
    outside_transaction: bool,
}

impl<'s> Script<'s> {
    /// Takes a file apart, and refuses what could not mean what it says. `place` names a line of it.
    fn read(
        file: &'s File,
        backend: DbBackend,
        place: &impl Fn(usize) -> String,
    ) -> Result<Self, DbErr> {
        let dialect = match backend {
            DbBackend::Postgres => Dialect::Postgres,
            DbBackend::MySql => Dialect::MySql,
            _ => Dialect::Sqlite,
        };
        let wrong = |line: usize, what: String| failure(format!("{what}{AT}{}", place(line)));
        let mut outside_transaction = false;
        for (line, said) in directives(&file.text) {
            if said != NO_TRANSACTION {
                let what =
                    format!("`{DIRECTIVE} {said}` means nothing; there is `{NO_TRANSACTION}`");
                return Err(wrong(line, what));
            }
            outside_transaction = true;
        }
        let all = split::statements(&file.text, dialect);
        let mut statements =
            all.map_err(|unended| wrong(unended.line, "what begins here has no end".to_owned()))?;
        for statement in &statements {
            let words: Vec<_> = statement.words.iter().map(String::as_str).collect();
            let what = match (statement.is_for_client, &words[..]) {
                (true, ["DELIMITER", ..]) => continue,
                (true, _) => "this is for the engine's own client, which does not run it",
                (false, _) if outside_transaction => continue,
                (false, ["BEGIN", "NOT", ..] | ["ROLLBACK", "TO", ..]) => continue,
                (
                    false,
                    ["BEGIN" | "COMMIT" | "ROLLBACK" | "END" | "ABORT", ..]
                    | ["START", "TRANSACTION", ..],
                ) => {
                    "the file runs in a transaction already, and ends with it; without it where `-- seadrift: no-transaction` \
                     stands in its head"
                }
                (false, ["PRAGMA", "FOREIGN_KEYS", ..]) if statement.text.contains('=') => {
                    "SQLite takes no notice of this in a transaction; write `-- seadrift: no-transaction` in the head of the \
                     file, and `BEGIN` and `COMMIT` around what belongs together"
                }
                _ => continue,
            };
            return Err(wrong(statement.line, what.to_owned()));
        }
        statements.retain(|statement| !statement.is_for_client);
        Ok(Self {
            statements,
            outside_transaction,
        })
    }

    async fn run(
        &self,
        db: &impl ConnectionTrait,
        place: &impl Fn(usize) -> String,
    ) -> Result<(), DbErr> {
        for statement in &self.statements {
            let ran = db.execute_unprepared(statement.text).await;
            ran.map_err(|error| {
                let place = place(statement.line);
                let text = one_line(statement.text);
                failure(format!("{}{AT}{place}: {text}", said(&error)))
            })?;
        }
        Ok(())
    }
}

/// Runs `script` outside of a transaction on one connection, which `kept` holds and gives back as it was: a pool would run each
/// statement elsewhere, and what one sets for the next would be lost.
async fn outside(
    kept: DatabaseTransaction,
    script: &Script<'_>,
    place: &impl Fn(usize) -> String,
) -> Result<(), DbErr> {
    kept.execute_unprepared("COMMIT").await?;
    let were_on = foreign_keys(&kept).await?;
    let outcome = script.run(&kept, place).await;
    if outcome.is_err() {
        // What it had begun. Fails where it had not, or where the engine has done it by itself.
        kept.execute_unprepared("ROLLBACK").await.ok();
    }
    if let Some(were_on) = were_on {
        let back = format!("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = {were_on}");
        kept.execute_unprepared(&back).await?;
    }
    // For what now commits it.
    kept.execute_unprepared("BEGIN").await?;
    kept.commit().await?;
    outcome
}

/// Whether SQLite looks after foreign keys on this connection.
async fn foreign_keys(db: &DatabaseTransaction) -> Result<Option<i32>, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA foreign_keys");
    let answer = db.query_one_raw(ask).await?;
    answer.map(|row| row.try_get_by_index(0)).transpose()
}

/// What the head of a file, its first comments, tells of how to run it, with the numbers of the lines.
fn directives(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // What a project puts on top of its files.
    let mut is_on_top = text.trim_start().starts_with("/*");
    let below = (1..).zip(text.lines()).skip_while(move |(_, line)| {
        let is_above = is_on_top;
        is_on_top &= !line.contains("*/");
        is_above
    });
    let head =
        below.take_while(|(_, line)| line.trim().is_empty() || line.trim_start().starts_with("--"));
    head.filter_map(|(number, line)| {
        let said = line.trim_start().trim_start_matches('-').trim();
        Some((number, said.strip_prefix(DIRECTIVE)?.trim()))
    })
}

fn failure(text: String) -> DbErr {
    DbErr::Custom(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(files: &[(&str, &'static str)]) -> SqlMigration {
        SqlMigration::compiled("m1", files)
    }

    #[test]
    fn the_engine_s_own_file_comes_first() {
        let one = migration(&[
            ("up.sql", "a"),
            ("up.mysql.sql", "b"),
            ("down.sqlite.sql", "c"),
        ]);
        let text = |direction, backend| one.file(direction, backend).map(|file| &*file.text);
        assert_eq!(text(Direction::Up, DbBackend::MySql).unwrap(), "b");
        assert_eq!(text(Direction::Up, DbBackend::Postgres).unwrap(), "a");
        assert_eq!(text(Direction::Down, DbBackend::Sqlite).unwrap(), "c");
        let error = text(Direction::Down, DbBackend::Postgres).unwrap_err();
        assert_eq!(
            said(&error),
            "it is not written for this engine: there is no `down.sql` and no `down.postgres.sql`"
        );
        let error = migration(&[("up.sql", "")])
            .file(Direction::Down, DbBackend::MySql)
            .unwrap_err();
        assert_eq!(
            said(&error),
            "it cannot be reversed: there is no `down.sql` and no `down.mysql.sql`"
        );
    }

    #[test]
    fn a_file_says_in_its_head_how_it_runs() {
        for (text, expected) in [
            ("SELECT 1;\n", true),
            ("-- x\n\n--seadrift: no-transaction\nSELECT 1;\n", false),
            (
                "/* a\n b */\n-- seadrift: no-transaction\nSELECT 1;\n",
                false,
            ),
            ("SELECT 1;\n-- seadrift: no-transaction\n", true),
        ] {
            let one = migration(&[("up.sql", "SELECT 1"), ("down.sql", text)]);
            assert_eq!(one.use_transaction(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_could_not_mean_what_it_says_is_refused() {
        let read = |text: &'static str, backend| {
            let one = migration(&[("up.sql", text)]);
            let file = one.file(Direction::Up, backend)?;
            Script::read(file, backend, &|line| format!("line {line}"))
                .map(|script| script.statements.len())
        };
        for (text, backend, expected) in [
            (
                "-- seadrift: no-transactions\n",
                DbBackend::Sqlite,
                "`seadrift: no-transactions` means nothing; there is `no-transaction`\n  at line 1",
            ),
            (
                "SELECT 1;\nSELECT 'a",
                DbBackend::Postgres,
                "what begins here has no end\n  at line 2",
            ),
            (
                "SELECT 1;\n\\connect a\n",
                DbBackend::Postgres,
                "this is for the engine's own client, which does not run it\n  at line 2",
            ),
        ] {
            assert_eq!(said(&read(text, backend).unwrap_err()), expected, "{text}");
        }
        for text in [
            "BEGIN;",
            "START TRANSACTION;",
            "SELECT 1; COMMIT;",
            "PRAGMA foreign_keys = OFF;",
        ] {
            assert!(read(text, DbBackend::Sqlite).is_err(), "{text}");
        }
        for (text, backend, count) in [
            (
                "-- seadrift: no-transaction\nBEGIN; SELECT 1; COMMIT;",
                DbBackend::Sqlite,
                3,
            ),
            (
                "PRAGMA foreign_key_check; ROLLBACK TO a;",
                DbBackend::Sqlite,
                2,
            ),
            (
                "DELIMITER ;;\nCREATE TRIGGER t BEGIN SELECT 1; END;;\nDELIMITER ;\nSELECT 1",
                DbBackend::MySql,
                2,
            ),
            ("-- nothing\n", DbBackend::Postgres, 0),
        ] {
            assert_eq!(read(text, backend).unwrap(), count, "{text}");
        }
    }
}
