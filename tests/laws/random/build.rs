//! From a draft to the schemas it stands for, kept to what the engine allows.

use seadrift_schema::{
    Column, Dialect, EnumType, ForeignKey, Index, IndexOrigin, ObjectName, PrimaryKey,
    ReferentialAction, Schema, Table, Type, canonical,
};

use super::draft::{self, Draft, Named, Renaming, Versions};
use super::types::{default, enum_type, families, is_indexable};
use super::words::TEXTS;

/// Before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// The schemas before and after.
pub fn build(draft: &Draft, dialect: Dialect) -> [Schema; 2] {
    [Side::Before, Side::After].map(|side| {
        let builder = Builder::new(draft, side, dialect);
        let mut schema = Schema::default();
        for number in 0..draft.tables.len() {
            if let Some(table) = builder.table(number) {
                schema.tables.insert(table.name.clone(), table);
            }
        }
        schema
    })
}

struct Builder<'a> {
    draft: &'a Draft,
    side: Side,
    dialect: Dialect,
    families: Vec<Vec<Type>>,
}

impl<'a> Builder<'a> {
    fn new(draft: &'a Draft, side: Side, dialect: Dialect) -> Self {
        let mut builder = Self {
            draft,
            side,
            dialect,
            families: vec![],
        };
        let enums: [EnumType; 2] = [0, 1].map(|number| {
            let choice = builder.version(&draft.enums[number]);
            enum_type(number, choice.copied().unwrap_or_default())
        });
        builder.families = families(dialect, &enums);
        builder
    }

    /// What is there on this side.
    fn version<'v, T>(&self, versions: &'v Versions<T>) -> Option<&'v T> {
        match (self.side, &versions.before, &versions.after) {
            (Side::After, _, after) => after.as_ref(),
            (Side::Before, before, _) => before.as_ref(),
        }
    }

    fn table(&self, number: usize) -> Option<Table> {
        let draft = &self.draft.tables[number];
        let header = self.version(&draft.header.versions)?;
        let mut table = Table::new(self.table_name(number));
        table.comment = text(header.comment);
        table.columns = self.own_columns(draft);
        table.primary_key = self.primary_key(number, &mut table.columns);
        for (at, key) in self.present(&draft.foreign_keys) {
            let columns = self.key_columns(at, &draft.foreign_keys[at], key);
            if key.in_primary_key {
                let names = columns.iter().map(|column| column.name.clone());
                let primary = table.primary_key.get_or_insert(PrimaryKey {
                    name: None,
                    columns: vec![],
                });
                primary.columns.extend(names);
            }
            if let (true, Some(target)) = (key.tied, self.target(key)) {
                let name = draft.foreign_keys[at].stem.name_of_key('f', number, at);
                let names = columns.iter().map(|column| column.name.clone()).collect();
                let referenced = self.referenced(target, key);
                let referenced = referenced.into_iter().map(|column| column.name).collect();
                let mut foreign = ForeignKey::new(names, self.table_name(target), referenced);
                foreign.name = Some(name);
                foreign.on_delete = self.action(key.on_delete, key);
                foreign.on_update = self.action(key.on_update, key);
                table.foreign_keys.push(foreign);
            }
            table.columns.extend(columns);
        }
        if let Some(key) = &mut table.primary_key
            && key.columns.len() > 1
        {
            key.name = Some(format!("pk-{number}"));
        }
        table.indexes.extend(self.alternate(number));
        for (at, index) in self.present(&draft.indexes) {
            let name = draft.indexes[at].stem.name_of_key('i', number, at);
            table.indexes.extend(self.index(name, index, &table));
        }
        Some(table)
    }

    fn table_name(&self, number: usize) -> ObjectName {
        let draft = &self.draft.tables[number];
        let name = draft.header.stem.name(number);
        match self.dialect {
            Dialect::Postgres if draft.elsewhere => ObjectName::within("else\"where", name),
            _ => ObjectName::new(name),
        }
    }

    /// The unique index of the alternate key, if there is one on this side.
    fn alternate(&self, number: usize) -> Option<Index> {
        let draft = &self.draft.tables[number];
        let choice = self.version(&draft.header.versions)?.alternate?;
        let columns = self.own_columns(draft);
        let fits = |column: &&Column| {
            is_indexable(&column.ty, self.dialect)
                && !matches!(column.ty, Type::Array(_))
                // MySQL lets nothing that takes no NULL follow what does.
                && !(self.dialect.is_mysql() && column.nullable)
        };
        let fitting: Vec<_> = columns.iter().filter(fits).collect();
        let column = fitting[usize::from(choice).checked_rem(fitting.len())?];
        let mut index = Index::new(format!("alternate{number}"), vec![column.name.clone()]);
        index.unique = true;
        Some(index)
    }

    /// Those that are there on this side, by their place in the draft.
    fn present<'v, T>(
        &self,
        all: &'v [Named<T>],
    ) -> impl Iterator<Item = (usize, &'v T)> + use<'v, '_, 'a, T> {
        all.iter()
            .enumerate()
            .filter_map(|(at, named)| Some((at, self.version(&named.versions)?)))
    }

    fn present_columns<'v>(
        &self,
        draft: &'v draft::Table,
    ) -> impl Iterator<Item = (usize, &'v draft::Column)> + use<'v, '_, 'a> {
        let columns = draft.columns.iter().enumerate();
        columns.filter_map(|(at, (named, _))| Some((at, self.version(&named.versions)?)))
    }

    /// The columns that do not come with a foreign key.
    fn own_columns(&self, draft: &draft::Table) -> Vec<Column> {
        let mut columns: Vec<_> = self
            .present_columns(draft)
            .map(|(at, column)| self.column(at, &draft.columns[at], column))
            .collect();
        if columns.is_empty() {
            columns.push(Column::new("only", Type::Integer));
        }
        columns
    }

    fn column(
        &self,
        at: usize,
        (named, renaming): &(Named<draft::Column>, Renaming),
        draft: &draft::Column,
    ) -> Column {
        let before = named.versions.before.as_ref();
        let family = self.family(before.unwrap_or(draft).family, draft.family);
        let ty = family[usize::from(draft.member) % family.len()].clone();
        let mut column = Column::new(named.stem.name(at), ty);
        if self.side == Side::After && before.is_some() {
            match renaming {
                Renaming::Stays => {}
                Renaming::Recased => column.name.make_ascii_uppercase(),
                Renaming::Renamed => {
                    let new = format!("{}_new", column.name);
                    column.renamed_from = Some(std::mem::replace(&mut column.name, new));
                }
            }
        }
        column.nullable = draft.nullable;
        column.default = draft
            .default
            .and_then(|choice| default(&column.ty, choice, self.dialect));
        column.comment = text(draft.comment);
        column
    }

    /// The types of a column that began in the family `before`: those, unless it becomes a text or was one.
    fn family(&self, before: u8, now: u8) -> &[Type] {
        let at = |family: u8| usize::from(family) % self.families.len();
        let is_text = |family| self.families[at(family)].contains(&Type::Text);
        match is_text(before) || is_text(now) {
            true if self.dialect != Dialect::Sqlite => &self.families[at(now)],
            _ => &self.families[at(before)],
        }
    }

    /// The primary key of a table that is no junction, of its own columns.
    fn primary_key(&self, number: usize, columns: &mut [Column]) -> Option<PrimaryKey> {
        let draft = &self.draft.tables[number];
        if self.is_junction(number) {
            return None;
        }
        let header = self.version(&draft.header.versions)?;
        // PostgreSQL's foreign keys want no arrays of some types, and fail to change the other columns beside an enum.
        let fits = |column: &&mut Column| {
            let is_odd = match column.ty {
                Type::Array(_) => true,
                Type::Enum(_) => matches!(header.primary_key, draft::PrimaryKey::Composite),
                _ => false,
            };
            is_indexable(&column.ty, self.dialect) && !(self.dialect == Dialect::Postgres && is_odd)
        };
        let is_integer = |column: &Column| canonical::is_integer(&column.ty);
        let mut key: Vec<&mut Column> = match header.primary_key {
            draft::PrimaryKey::None => return None,
            draft::PrimaryKey::Numbered if columns.iter().any(is_integer) => {
                let mut integers = columns.iter_mut().filter(|column| is_integer(column));
                let column = integers.next()?;
                column.auto_increment = true;
                column.default = None;
                vec![column]
            }
            draft::PrimaryKey::Composite => columns.iter_mut().filter(fits).take(2).collect(),
            _ => columns.iter_mut().filter(fits).take(1).collect(),
        };
        for column in &mut key {
            column.nullable = false;
        }
        let columns: Vec<_> = key.iter().map(|column| column.name.clone()).collect();
        (!columns.is_empty()).then_some(PrimaryKey {
            name: None,
            columns,
        })
    }

    fn is_junction(&self, number: usize) -> bool {
        self.present(&self.draft.tables[number].foreign_keys)
            .any(|(_, key)| key.in_primary_key)
    }

    /// The table that `key` points to, if it is one that can be pointed to on this side.
    fn target(&self, key: &draft::ForeignKey) -> Option<usize> {
        let number = usize::from(key.target) % self.draft.tables.len();
        (!self.referenced(number, key).is_empty()).then_some(number)
    }

    /// The columns of the primary key of the `number`th table, where they are its own, or of the alternate one.
    fn referenced(&self, number: usize, key: &draft::ForeignKey) -> Vec<Column> {
        let draft = &self.draft.tables[number];
        if self.version(&draft.header.versions).is_none() {
            return vec![];
        }
        let mut columns = self.own_columns(draft);
        if let (true, Some(index)) = (key.onto_alternate, self.alternate(number)) {
            columns.retain(|column| index.columns.contains(&column.name));
            return columns;
        }
        let Some(key) = self.primary_key(number, &mut columns) else {
            return vec![];
        };
        columns.retain(|column| key.columns.contains(&column.name));
        columns
    }

    /// The columns that come with a foreign key, of the types of those that it points to.
    fn key_columns(
        &self,
        at: usize,
        named: &Named<draft::ForeignKey>,
        key: &draft::ForeignKey,
    ) -> Vec<Column> {
        let target = self.target(key).map(|target| self.referenced(target, key));
        let types: Vec<_> = match target {
            Some(columns) => columns.into_iter().map(|column| column.ty).collect(),
            None => vec![Type::Integer],
        };
        types
            .into_iter()
            .enumerate()
            .map(|(place, ty)| {
                // A column of another family is another column.
                let family = self.families.iter().position(|family| family.contains(&ty));
                let name = named.stem.name(100 + 10 * at + place);
                let name = format!("{name}_{}", family.unwrap_or_default());
                let mut column = Column::new(name, ty);
                column.nullable = key.nullable && !key.in_primary_key;
                column
            })
            .collect()
    }

    fn action(&self, choice: Option<u8>, key: &draft::ForeignKey) -> Option<ReferentialAction> {
        use ReferentialAction::*;
        let mut actions = vec![Cascade, NoAction, Restrict];
        if key.nullable && !key.in_primary_key {
            actions.push(SetNull);
        }
        if !self.dialect.is_mysql() {
            actions.push(SetDefault);
        }
        choice.map(|choice| actions[usize::from(choice) % actions.len()])
    }

    /// An index, unless the table has the same already or no columns for it.
    fn index(&self, name: String, draft: &draft::Index, table: &Table) -> Option<Index> {
        let fits: Vec<_> = table
            .columns
            .iter()
            .filter(|column| is_indexable(&column.ty, self.dialect))
            .map(|column| &column.name)
            .collect();
        let mut index = Index::new(name, vec![]);
        for choice in &draft.columns {
            let at = usize::from(*choice).checked_rem(fits.len())?;
            if !index.columns.contains(fits[at]) {
                index.columns.push(fits[at].clone());
            }
        }
        index.unique = draft.unique;
        if index.unique && draft.constraint && self.dialect == Dialect::Postgres {
            index.origin = IndexOrigin::Constraint;
        }
        let same = |other: &Index| other.columns == index.columns && other.unique == index.unique;
        (!table.indexes.iter().any(same)).then_some(index)
    }
}

fn text(choice: Option<u8>) -> Option<String> {
    choice.map(|choice| TEXTS[usize::from(choice) % TEXTS.len()].to_owned())
}
