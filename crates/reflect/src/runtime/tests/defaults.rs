//! Defaults as values and as expressions.

use seadrift_schema::{
    DefaultValue::{self, *},
    Dialect,
};

use super::{Entities, table_on};

mod values {
    use sea_orm::{
        ExprTrait,
        entity::prelude::*,
        sea_query::{BinOper, Func, Keyword},
    };

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
    pub enum Mood {
        #[sea_orm(string_value = "ok")]
        Ok,
    }

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "values")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(default_value = true)]
        pub flag: bool,
        #[sea_orm(default_value = -7)]
        pub number: i32,
        #[sea_orm(default_value = 1.5)]
        pub float: f64,
        #[sea_orm(default_value = "it's \\ \n new")]
        pub text: String,
        #[sea_orm(default_value = 'é')]
        pub letter: String,
        #[sea_orm(default_value = "")]
        pub empty: String,
        #[sea_orm(default_value = "ok")]
        pub mood: Mood,
        #[sea_orm(default_expr = "Expr::val(Mood::Ok).as_enum(\"mood\")")]
        pub cast: Mood,
        #[sea_orm(default_expr = "Option::<i32>::None")]
        pub none: Option<i32>,
        #[sea_orm(default_expr = "Keyword::Null")]
        pub null: Option<i32>,
        #[sea_orm(default_expr = "Decimal::new(150, 2)")]
        pub price: Decimal,
        #[sea_orm(default_expr = "Uuid::nil()")]
        pub uuid: Uuid,
        #[sea_orm(default_expr = "Date::from_ymd_opt(2026, 1, 31).unwrap_or_default()")]
        pub day: Date,
        #[sea_orm(default_expr = "Json::from(\"it's\")")]
        pub json: Json,
        #[sea_orm(default_expr = "Vec::<i32>::new()")]
        pub none_yet: Vec<i32>,
        #[sea_orm(default_expr = "Expr::current_timestamp()")]
        pub at: DateTimeUtc,
        #[sea_orm(default_expr = "Keyword::CurrentDate")]
        pub today: Date,
        #[sea_orm(default_expr = "Expr::cust(\"now()\")")]
        pub now: DateTimeUtc,
        #[sea_orm(default_expr = "Expr::cust(\"'x'\")")]
        pub quoted: String,
        #[sea_orm(default_expr = "Expr::cust(\"gen_random_uuid()\")")]
        pub random: Uuid,
        #[sea_orm(default_expr = "Expr::val(1).binary(BinOper::Add, 2)")]
        pub sum: i32,
        #[sea_orm(default_expr = "Func::lower(\"X\")")]
        pub lower: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn defaults(dialect: Dialect) -> Vec<(String, DefaultValue)> {
    let columns = table_on(values::Entity, dialect).columns;
    let default = |column: seadrift_schema::Column| Some((column.name, column.default?));
    columns.into_iter().filter_map(default).collect()
}

#[test]
fn defaults_are_values_where_they_can_be() {
    let text = |text: &str| Text(text.to_owned());
    let number = |digits: &str| Number(digits.to_owned());
    let expression = |sql: &str| Expression(sql.to_owned());
    let wanted = [
        ("flag", Bool(true)),
        ("number", number("-7")),
        ("float", number("1.5")),
        ("text", text("it's \\ \n new")),
        ("letter", text("é")),
        ("empty", text("")),
        ("mood", text("ok")),
        ("cast", text("ok")),
        ("none", Null),
        ("null", Null),
        ("price", number("1.50")),
        ("uuid", text("00000000-0000-0000-0000-000000000000")),
        ("day", text("2026-01-31")),
        ("json", text("\"it's\"")),
        ("none_yet", text("{}")),
        ("at", CurrentTimestamp),
        ("today", expression("CURRENT_DATE")),
        ("now", expression("now()")),
        ("quoted", text("x")),
        ("random", expression("gen_random_uuid()")),
        ("sum", expression("1 + 2")),
        ("lower", expression("LOWER('X')")),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    for dialect in [
        Dialect::Postgres,
        Dialect::MySql,
        Dialect::MariaDb,
        Dialect::Sqlite,
    ] {
        assert_eq!(defaults(dialect), wanted, "{dialect}");
    }
}

mod bytes {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bytes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(default_expr = "vec![0u8, 255]")]
        pub bytes: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn bytes_have_the_notation_of_the_dialect() {
    let default = |dialect| table_on(bytes::Entity, dialect).columns[1].default.clone();
    assert_eq!(default(Dialect::Postgres), Some(Text("\\x00FF".into())));
    for dialect in [Dialect::MySql, Dialect::MariaDb, Dialect::Sqlite] {
        assert_eq!(default(dialect), Some(Expression("x'00FF'".into())));
    }
}

mod foreign {
    use sea_orm::{entity::prelude::*, sea_query::extension::postgres::PgFunc};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "foreign")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(default_expr = "PgFunc::gen_random_uuid()")]
        pub token: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn an_expression_that_the_dialect_lacks_is_an_error() {
    let entities = || Entities::new().with(foreign::Entity);
    let postgres = entities().schema(Dialect::Postgres).unwrap();
    let token = &postgres.tables.values().next().unwrap().columns[1];
    assert_eq!(token.default, Some(Expression("GEN_RANDOM_UUID()".into())));
    let error = entities().schema(Dialect::Sqlite).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the default of column `foreign.token` is an expression that SQLite cannot write"
    );
}
