//! `rebase` writes a generated revision anew where the other branch has changed what it stands on.

use sea_orm::{ConnectionTrait, DbBackend};
use seadrift_schema::{Schema, Table};
use seadrift_testkit::{Backend, Scratch, backends, scratch};

use super::{
    project::{Project, state},
    run::Run,
};

pub(super) const THEIRS: &str = "m20260101_000000_theirs";

pub(super) fn does(project: &Project, arguments: &[&str]) -> Run {
    let run = project.in_place(arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.transcript());
    run
}

/// A project on its first revision with a pending one that goes from `before` to `after`, and a revision of others beside it
/// that is applied and adds `column`.
fn parted(scratch: &Scratch, before: &str, after: &str, column: &str) -> Project {
    let project = Project::sql(&[]).on(scratch);
    project.write_entities(&[before]);
    does(
        &project,
        &[
            "revision",
            "--autogenerate",
            "-m",
            "create",
            "--rev-id",
            "m0_create",
        ],
    );
    does(&project, &["upgrade"]);
    project.write_entities(&[after]);
    does(
        &project,
        &[
            "revision",
            "--autogenerate",
            "-m",
            "mine",
            "--rev-id",
            "m20260102_000000_mine",
        ],
    );
    let head = format!(
        "-- theirs\n--\n-- Revision: {THEIRS}\n-- Revises:  m0_create\n--\n-- Changes\n--     + column user.{column}\n--\n\n"
    );
    let up = |quote: char| format!("{head}ALTER TABLE {quote}user{quote} ADD COLUMN {column};\n");
    project.write_sql(
        &format!("migrations/{THEIRS}"),
        &[("up.sql", &up('`')), ("up.postgres.sql", &up('"'))],
    );
    does(&project, &["upgrade", "theirs"]);
    project
}

fn mine(project: &Project) -> String {
    project.read("migrations/m20260102_000000_mine/up.sql")
}

/// The columns of the table, in order of their names.
async fn columns(scratch: &Scratch) -> Vec<String> {
    let (database, _) = state(scratch).await;
    let mut tables = database.schema.tables.values();
    let user = tables.find(|table| table.name.name == "user").unwrap();
    let mut names: Vec<_> = user
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_the_others_have_made_is_changed() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = parted(&scratch, "user", "user_with_bio", "bio integer");
        assert!(
            mine(&project).contains("+ column user.bio: "),
            "{}",
            mine(&project)
        );
        let run = does(&project, &["rebase"]);
        assert!(
            run.stderr.contains("both sides touch column `user.bio`"),
            "{}",
            run.stderr
        );
        let text = mine(&project);
        assert!(text.contains(&format!("-- Revises:  {THEIRS}\n")), "{text}");
        assert!(text.contains("~ column user.bio: int"), "{text}");
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        does(&project, &["upgrade"]);
        let check = does(&project, &["check"]);
        assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
        does(&project, &["downgrade", "-1"]);
    }
}

#[tokio::test]
async fn what_it_takes_away_is_still_taken_away() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = parted(&scratch, "user_with_bio", "user", "nick integer");
        assert!(
            mine(&project).contains("- column user.bio: "),
            "{}",
            mine(&project)
        );
        does(&project, &["rebase"]);
        let text = mine(&project);
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        assert!(text.contains("- column user.bio: "), "{text}");
        does(&project, &["upgrade"]);
        let columns = columns(&scratch).await;
        assert!(!columns.contains(&"bio".to_owned()), "{columns:?}");
        assert!(columns.contains(&"nick".to_owned()), "{columns:?}");
    }
}

#[tokio::test]
async fn what_somebody_has_edited_stays_as_it_is() {
    let scratch = scratch(Backend::Sqlite).await.unwrap();
    let project = parted(&scratch, "user", "user_with_bio", "bio integer");
    let edited = mine(&project) + "-- by hand\n";
    project.write("migrations/m20260102_000000_mine/up.sql", &edited);
    let run = does(&project, &["rebase"]);
    assert!(
        run.stderr
            .contains("not written anew: `m20260102_000000_mine` was edited by hand\n"),
        "{}",
        run.stderr
    );
    let head = "-- Revises:  m0_create\n";
    assert_eq!(
        mine(&project),
        edited.replace(head, &format!("-- Revises:  {THEIRS}\n"))
    );
}

/// A table with all that an entity may say and cease to say, and one that points to it.
pub(super) const ALL: [(&str, &str); 2] = [
    (
        "user",
        r#"
#[sea_orm(table_name = "user", comment = "who writes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(unique)]
    pub email: String,
    #[sea_orm(indexed)]
    pub name: String,
    #[sea_orm(default_value = 7, comment = "of games")]
    pub score: i32,
    pub about: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
"#,
    ),
    (
        "post",
        r#"
#[sea_orm(table_name = "post")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub author_id: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::AuthorId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}
"#,
    ),
];

/// The same, which cease to say it.
pub(super) const LESS: [(&str, &str); 2] = [
    (
        "user",
        r#"
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub email: String,
    pub name: String,
    pub score: i32,
    #[sea_orm(column_type = "Text")]
    pub about: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
"#,
    ),
    (
        "post",
        r#"
#[sea_orm(table_name = "post")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub author_id: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
"#,
    ),
];

/// From now on with these entities.
pub(super) fn declares(project: &Project, entities: &[(&str, &str)]) {
    project.write_entities(&[]);
    let mut library = String::new();
    for (name, model) in entities {
        let source = format!(
            "use sea_orm::entity::prelude::*;\n\n#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]{model}\nimpl ActiveModelBehavior for ActiveModel {{}}\n"
        );
        project.write(&format!("entity/src/{name}.rs"), source);
        library += &format!("pub mod {name};\n");
    }
    project.write("entity/src/lib.rs", library);
}

pub(super) fn generates(project: &Project, name: &str) {
    let message = name.rsplit('_').next().unwrap();
    let arguments = [
        "revision",
        "--autogenerate",
        "--no-renames",
        "-m",
        message,
        "--rev-id",
        name,
    ];
    does(project, &arguments);
}

/// A revision of others, which is applied, of this statement, which says these changes.
pub(super) fn theirs(project: &Project, changes: &[&str], statement: &str) {
    let lines: String = changes
        .iter()
        .map(|change| format!("--     {change}\n"))
        .collect();
    let head = format!(
        "-- theirs\n--\n-- Revision: {THEIRS}\n-- Revises:  m0_create\n--\n-- Changes\n{lines}--\n\n"
    );
    let up = |quote| format!("{head}{}\n", statement.replace('`', quote));
    project.write_sql(
        &format!("migrations/{THEIRS}"),
        &[("up.sql", &up("`")), ("up.postgres.sql", &up("\""))],
    );
    does(project, &["upgrade", "theirs"]);
}

/// Runs `statement` with quotes in backticks.
pub(super) async fn runs(scratch: &Scratch, statement: &str) {
    let db = scratch.connect().await;
    let statement = match db.get_database_backend() {
        DbBackend::Postgres => statement.replace('`', "\""),
        _ => statement.to_owned(),
    };
    db.execute_unprepared(&statement).await.unwrap();
    db.close().await.unwrap();
}

/// How many rows a table has.
pub(super) async fn rows(scratch: &Scratch, table: &str) -> usize {
    let db = scratch.connect().await;
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => format!("SELECT id FROM \"{table}\""),
        _ => format!("SELECT id FROM `{table}`"),
    };
    let query = sea_orm::Statement::from_string(backend, sql);
    let rows = db.query_all_raw(query).await.unwrap();
    db.close().await.unwrap();
    rows.len()
}

pub(super) fn table<'a>(schema: &'a Schema, name: &str) -> &'a Table {
    let mut tables = schema.tables.values();
    tables.find(|table| table.name.name == name).unwrap()
}

pub(super) const ROWS: [&str; 2] = [
    "INSERT INTO `user` (id, email, name, score, about) VALUES (1, 'a', 'b', 3, ''), (2, 'c', 'd', 4, 'x')",
    "INSERT INTO post (id, author_id) VALUES (1, 1), (2, 2)",
];

#[tokio::test]
async fn what_is_neither_table_nor_column_is_still_taken_away() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        declares(&project, &ALL);
        generates(&project, "m0_create");
        does(&project, &["upgrade"]);
        for row in ROWS {
            runs(&scratch, row).await;
        }
        declares(&project, &LESS);
        generates(&project, "m20260102_000000_mine");
        let before = mine(&project);
        let changes = |text: &str| -> Vec<String> {
            let lines = text.lines().map(|line| line.trim_start_matches(['-', ' ']));
            let lines = lines.skip_while(|line| *line != "Changes").skip(1);
            let mut lines: Vec<_> = lines
                .take_while(|line| !line.is_empty())
                .map(str::to_owned)
                .collect();
            lines.sort();
            lines
        };
        let told = changes(&before);
        let mut wanted = vec![
            "index  user (email) unique",
            "index  user (name)",
            "key    post (author_id) -> user (id) on delete cascade",
            "~ column user.score: default 7 -> none",
        ];
        if backend != Backend::Sqlite {
            wanted[3] = "~ column user.score: default 7 -> none, comment \"of games\" -> none";
            wanted.push("~ table  user: comment \"who writes\" -> none");
        }
        // That is a type that would do, too, if nobody had said another before.
        let retyped = told
            .iter()
            .find(|told| told.starts_with("~ column user.about: varchar"));
        assert!(
            retyped.is_some_and(|line| line.ends_with(" -> text")),
            "{told:?}"
        );
        for line in &wanted {
            assert!(told.iter().any(|told| told == line), "{line}: {told:?}");
        }
        theirs(
            &project,
            &["+ column user.nick: integer"],
            "ALTER TABLE `user` ADD COLUMN nick integer;",
        );
        does(&project, &["rebase"]);
        let text = mine(&project);
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        assert!(text.contains(&format!("-- Revises:  {THEIRS}\n")), "{text}");
        assert_eq!(changes(&text), told);

        does(&project, &["upgrade"]);
        let check = does(&project, &["check"]);
        assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
        let (database, _) = state(&scratch).await;
        let user = table(&database.schema, "user");
        let score = user.column("score").unwrap();
        assert_eq!((user.indexes.len(), &user.comment), (0, &None));
        assert_eq!((&score.default, &score.comment), (&None, &None));
        assert!(user.column("nick").is_some());
        assert!(table(&database.schema, "post").foreign_keys.is_empty());
        does(&project, &["downgrade", "-1"]);
        let (database, _) = state(&scratch).await;
        let user = table(&database.schema, "user");
        assert_eq!(user.indexes.len(), 2);
        assert!(user.column("score").unwrap().default.is_some());
        assert_eq!(table(&database.schema, "post").foreign_keys.len(), 1);
        assert_eq!(rows(&scratch, "post").await, 2);
        assert_eq!(rows(&scratch, "user").await, 2);
    }
}

#[tokio::test]
async fn what_could_be_one_of_two_stays() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        declares(&project, &ALL);
        generates(&project, "m0_create");
        does(&project, &["upgrade"]);
        let all = [
            (ALL[0].0, ALL[0].1.replace("    #[sea_orm(indexed)]\n", "")),
            (ALL[1].0, ALL[1].1.to_owned()),
        ];
        declares(
            &project,
            &all.each_ref().map(|(name, text)| (*name, text.as_str())),
        );
        generates(&project, "m20260102_000000_mine");
        let before = mine(&project);
        assert!(before.contains("- index  user (name)\n"), "{before}");
        theirs(
            &project,
            &["+ index  user (name)"],
            "CREATE INDEX ours ON `user` (name);",
        );
        let run = does(&project, &["rebase"]);
        let why = "not written anew: of what it takes away the database has several: `- index  user (name)`\n";
        assert!(run.stderr.contains(why), "{}", run.stderr);
        let head = "-- Revises:  m0_create\n";
        assert_eq!(
            mine(&project),
            before.replace(head, &format!("-- Revises:  {THEIRS}\n"))
        );
    }
}

const MOODS: (&str, &str) = (
    "tag",
    r#"
#[sea_orm(table_name = "tag")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub mood: Mood,
}

#[derive(Clone, Debug, PartialEq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
pub enum Mood {
    #[sea_orm(string_value = "good")]
    Good,
    #[sea_orm(string_value = "bad")]
    Bad,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
"#,
);

#[tokio::test]
async fn a_table_is_taken_away_whatever_it_has_by_now() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = Project::sql(&[]).on(&scratch);
        declares(&project, &[LESS[0], MOODS]);
        generates(&project, "m0_create");
        does(&project, &["upgrade"]);
        declares(&project, &LESS[..1]);
        generates(&project, "m20260102_000000_mine");
        let text = mine(&project);
        assert!(text.contains("- table  tag (2 columns)\n"), "{text}");
        let has_enum = text.contains("- enum   mood (good, bad)\n");
        assert_eq!(has_enum, backend == Backend::Postgres, "{text}");
        theirs(
            &project,
            &["+ column tag.nick: integer"],
            "ALTER TABLE tag ADD COLUMN nick integer;",
        );
        does(&project, &["rebase"]);
        let text = mine(&project);
        assert!(text.contains("- table  tag (3 columns)\n"), "{text}");
        assert!(text.contains("-- Verified: up, then down"), "{text}");
        does(&project, &["upgrade"]);
        let check = does(&project, &["check"]);
        assert!(check.stdout.ends_with("no drift\n"), "{}", check.stdout);
        let (database, _) = state(&scratch).await;
        let mut tables = database.schema.tables.keys();
        assert!(!tables.any(|table| table.name == "tag"));
        assert!(database.schema.enums.is_empty());
        does(&project, &["downgrade", "-1"]);
    }
}

#[tokio::test]
async fn what_is_denied_is_not_moved_either() {
    for backend in backends() {
        let scratch = scratch(backend).await.unwrap();
        let project = parted(&scratch, "user", "user_with_bio", "bio integer");
        let before = project.files();
        let run = project.in_place(&["rebase", "--deny", "all"]);
        assert_eq!(run.code, Some(1), "{}", run.transcript());
        let said = "not written: the plan has hazards that are denied\n";
        assert!(run.stdout.starts_with(said), "{}", run.stdout);
        assert!(project.files() == before);

        let text = mine(&project);
        let run = does(&project, &["rebase", "--as-is"]);
        let said = "their statements are as they were: ";
        assert!(run.stderr.contains(said), "{}", run.stderr);
        let head = "-- Revises:  m0_create\n";
        assert_eq!(
            mine(&project),
            text.replace(head, &format!("-- Revises:  {THEIRS}\n"))
        );
    }
}
