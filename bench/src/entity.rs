//! The entity of every table. Thousands of entities take a compiler tens of minutes and gigabytes, so one stands for
//! all of them: it says of itself which table it is, and is read as often as there are tables.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use sea_orm::{EntityName, IdenStatic, entity::prelude::*, sea_query};
use seadrift::Entities;

/// The entities of so many tables.
pub fn entities(tables: usize) -> Entities {
    all(tables).fold(Entities::new(), Entities::with)
}

/// The tables one by one. The first call has to be the one with the most of them.
pub fn all(tables: usize) -> impl Iterator<Item = Entity> {
    NAMES.get_or_init(|| (0..tables).map(|n| format!("table_{n:04}")).collect());
    (0..tables).map(|number| Entity { number })
}

static NAMES: OnceLock<Vec<String>> = OnceLock::new();

/// The table that is being read: SeaORM asks a relation for its table without saying of which.
static CURRENT: AtomicUsize = AtomicUsize::new(0);

/// A table of ten columns, two indexes, a unique column, and a foreign key to the table before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity {
    number: usize,
}

impl Default for Entity {
    fn default() -> Self {
        let number = CURRENT.load(Ordering::Relaxed);
        Self { number }
    }
}

impl Iden for Entity {
    fn unquoted(&self) -> &str {
        self.as_str()
    }
}

impl IdenStatic for Entity {
    fn as_str(&self) -> &'static str {
        NAMES
            .get()
            .and_then(|names| names.get(self.number))
            .map_or("", String::as_str)
    }
}

impl EntityName for Entity {
    fn table_name(&self) -> &'static str {
        self.as_str()
    }

    /// Every reader of an entity asks for this, and before it asks for relations.
    fn comment(&self) -> Option<&str> {
        CURRENT.store(self.number, Ordering::Relaxed);
        self.number
            .is_multiple_of(10)
            .then_some("one in ten says what it is for")
    }
}

impl EntityTrait for Entity {
    type Model = Model;
    type ModelEx = Model;
    type ActiveModel = ActiveModel;
    type ActiveModelEx = ActiveModel;
    type Column = Column;
    type Relation = Relation;
    type PrimaryKey = PrimaryKey;
}

#[derive(Clone, Debug, PartialEq, DeriveModel, DeriveActiveModel)]
pub struct Model {
    pub id: i32,
    pub parent_id: Option<i32>,
    pub code: String,
    pub name: String,
    pub body: Option<String>,
    pub amount: Decimal,
    pub active: bool,
    pub visits: i64,
    pub data: Option<Json>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, EnumIter, DeriveColumn)]
pub enum Column {
    Id,
    ParentId,
    Code,
    Name,
    Body,
    Amount,
    Active,
    Visits,
    Data,
    CreatedAt,
}

impl ColumnTrait for Column {
    type EntityName = Entity;

    fn def(&self) -> ColumnDef {
        match self {
            Column::Id => ColumnType::Integer.def(),
            Column::ParentId => ColumnType::Integer.def().null(),
            Column::Code => ColumnType::String(StringLen::N(40)).def().unique(),
            Column::Name => ColumnType::String(StringLen::None).def().indexed(),
            Column::Body => ColumnType::Text.def().null(),
            Column::Amount => ColumnType::Decimal(Some((10, 2))).def().default_value(0),
            Column::Active => ColumnType::Boolean.def().default_value(true),
            Column::Visits => ColumnType::BigInteger.def().default_value(0).indexed(),
            Column::Data => ColumnType::Json.def().null(),
            Column::CreatedAt => ColumnType::TimestampWithTimeZone
                .def()
                .default(Expr::current_timestamp()),
        }
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DerivePrimaryKey)]
pub enum PrimaryKey {
    Id,
}

impl PrimaryKeyTrait for PrimaryKey {
    type ValueType = i32;

    fn auto_increment() -> bool {
        true
    }
}

#[derive(Clone, Copy, Debug, EnumIter)]
pub enum Relation {
    Parent,
}

impl RelationTrait for Relation {
    fn def(&self) -> RelationDef {
        let number = Entity::default().number.saturating_sub(1);
        Entity::belongs_to(Entity { number })
            .from(Column::ParentId)
            .to(Column::Id)
            .on_delete(sea_query::ForeignKeyAction::Cascade)
            .into()
    }
}
