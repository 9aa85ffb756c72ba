//! Types, comments and the rest of what a column can say, but its default.

use seadrift_schema::Dialect;

use super::{lines, table, table_on};

pub(super) mod kinds {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "Mood")]
    pub enum Mood {
        #[sea_orm(string_value = "it's")]
        Sad,
        #[sea_orm(string_value = "very ok")]
        Ok,
    }

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(1))")]
    pub enum Letter {
        #[sea_orm(string_value = "A")]
        A,
    }

    #[derive(Clone, Debug, PartialEq, Eq, DeriveValueType)]
    pub struct Title(pub String);

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "kinds")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub text: String,
        pub title: Title,
        pub option: Option<i16>,
        #[sea_orm(nullable)]
        pub nullable: u32,
        #[sea_orm(column_type = "Text")]
        pub long: String,
        #[sea_orm(column_type = "String(StringLen::N(20))")]
        pub short: String,
        #[sea_orm(column_type = "String(StringLen::Max)")]
        pub longest: String,
        #[sea_orm(column_type = "VarBinary(StringLen::Max)")]
        pub bytes: Vec<u8>,
        #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
        pub price: Decimal,
        #[sea_orm(column_type = "Money(Some((19, 4)))")]
        pub money: Decimal,
        pub at: DateTimeUtc,
        pub local: DateTime,
        pub day: Date,
        pub json: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub binary: Json,
        pub uuid: Uuid,
        pub double: f64,
        pub flag: bool,
        pub mood: Option<Mood>,
        pub letter: Letter,
        pub numbers: Vec<i32>,
        pub moods: Vec<Mood>,
        #[sea_orm(column_type = "custom(\"citext\")")]
        pub insensitive: String,
        #[sea_orm(column_type = "Interval(None, None)")]
        pub interval: String,
        #[sea_orm(
            column_type = "Interval(Some(sea_orm::sea_query::PgInterval::YearToMonth), None)"
        )]
        pub months: String,
        #[sea_orm(
            column_type = "Interval(Some(sea_orm::sea_query::PgInterval::DayToSecond), Some(3))"
        )]
        pub seconds: String,
        #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Uuid))")]
        pub uuids: Vec<Uuid>,
        #[sea_orm(column_type = "Inet")]
        pub address: String,
        #[sea_orm(ignore)]
        pub ignored: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn types_are_said_in_neutral_words() {
    assert_eq!(
        lines(&table(kinds::Entity)),
        [
            "id: big_integer auto_increment",
            "text: string",
            "title: string",
            "option: small_integer null",
            "nullable: unsigned null",
            "long: text",
            "short: string(20)",
            "longest: string",
            "bytes: var_binary",
            "price: decimal(10, 2)",
            "money: money",
            "at: timestamp_with_time_zone",
            "local: date_time",
            "day: date",
            "json: json",
            "binary: json_binary",
            "uuid: uuid",
            "double: double",
            "flag: boolean",
            "mood: enum \"Mood\"('it''s', 'very ok') null",
            "letter: string(1)",
            "numbers: array integer",
            "moods: array enum \"Mood\"('it''s', 'very ok')",
            "insensitive: other citext",
            "interval: interval",
            "months: other interval year to month",
            "seconds: other interval day to second(3)",
            "uuids: array uuid",
            "address: inet",
        ]
    );
}

#[test]
fn mysql_has_a_longest_string_and_no_money() {
    let postgres = table(kinds::Entity);
    for dialect in [Dialect::MySql, Dialect::MariaDb] {
        let mysql = table_on(kinds::Entity, dialect);
        let differing: Vec<_> = lines(&mysql)
            .into_iter()
            .filter(|line| !lines(&postgres).contains(line))
            .collect();
        assert_eq!(
            differing,
            [
                "longest: string(65535)",
                "bytes: var_binary(65535)",
                "money: decimal(19, 4)"
            ]
        );
    }
    assert_eq!(table_on(kinds::Entity, Dialect::Sqlite), postgres);
}

mod said {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(
        schema_name = "app",
        table_name = "na\"me; `x'",
        comment = "it's a table"
    )]
    pub struct Model {
        #[sea_orm(primary_key, column_name = "I d", comment = "num\"ber")]
        pub id: i32,
        #[sea_orm(renamed_from = "old")]
        pub moved: i32,
        #[sea_orm(
            comment = "renamed_from \"decoy\"; renamed_from \"x\"",
            renamed_from = "o\"; renamed_from \"ld",
            extra = "COLLATE \"C\" CHECK (x <> '')"
        )]
        pub odd: String,
        #[sea_orm(comment = "was renamed_from \"decoy\"")]
        pub still: String,
        #[sea_orm(comment = "", renamed_from = "before", column_name = "ü`\"'")]
        pub empty: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn what_a_column_says_beside_its_type() {
    for dialect in [Dialect::Postgres, Dialect::MariaDb, Dialect::Sqlite] {
        let table = table_on(said::Entity, dialect);
        assert_eq!(table.name.schema.as_deref(), Some("app"));
        assert_eq!(table.name.name, "na\"me; `x'");
        assert_eq!(table.comment.as_deref(), Some("it's a table"));
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|column| {
                (
                    column.name.as_str(),
                    column.comment.as_deref(),
                    column.renamed_from.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            columns,
            [
                ("I d", Some("num\"ber"), None),
                ("moved", None, Some("old")),
                (
                    "odd",
                    Some("renamed_from \"decoy\"; renamed_from \"x\""),
                    Some("o\"; renamed_from \"ld")
                ),
                ("still", Some("was renamed_from \"decoy\""), None),
                ("ü`\"'", Some(""), Some("before")),
            ]
        );
        assert_eq!(
            table.columns[2].extra.as_deref(),
            Some("COLLATE \"C\" CHECK (x <> '')")
        );
        assert_eq!(table.primary_key.unwrap().columns, ["I d"]);
    }
}
