//! Types that are not the server's own: enums and domains, and those that are only listed.

use std::collections::{BTreeMap, HashMap, HashSet};

use seadrift_schema::{Dialect, EnumType, ObjectName, Type, canonical};

use super::{Found, Reader, queries, wording::settled};
use crate::{Error, catalog::Connection};

/// The types of the database that are neither the server's nor an extension's.
#[derive(Default)]
pub(super) struct Types {
    by_id: HashMap<i64, UserType>,
    /// What the types of arrays are arrays of.
    elements: HashMap<i64, i64>,
    /// The types to tell of: those of the schemas that are read, and those that a column there has.
    wanted: HashSet<i64>,
}

struct UserType {
    name: ObjectName,
    /// Its name as SQL, with a schema where it is not the connection's own.
    sql: String,
    kind: Kind,
}

enum Kind {
    Enum(Vec<String>),
    Domain {
        base: i64,
        base_text: String,
        rest: String,
    },
    Other,
}

impl<C: Connection> Reader<'_, C> {
    /// The types. Those that are neither enum nor domain are noted.
    pub(super) async fn types(&self, found: &mut Found) -> Result<Types, Error> {
        let mut types = Types::default();
        let mut rows = self.rows("the types", queries::TYPES).await?;
        while let Some(mut row) = rows.next().await? {
            let id = row.number()?;
            let array = row.number()?;
            let letter = row.text()?;
            let is_read = row.flag()?;
            let name = self.name(row.text()?, row.text()?);
            let sql = row.text()?;
            let base = row.number()?;
            let base_text = row.optional_text()?;
            let rest = row.optional_text()?.map(settled);
            let value = row.optional_text()?;
            if let Some(UserType {
                kind: Kind::Enum(values),
                ..
            }) = types.by_id.get_mut(&id)
            {
                values.extend(value);
                continue;
            }
            if is_read {
                types.wanted.insert(id);
                match letter.as_str() {
                    "b" => found.note("base type", name.clone()),
                    "c" => found.note("composite type", name.clone()),
                    "r" => found.note("range type", name.clone()),
                    _ => {}
                }
            }
            let kind = match letter.as_str() {
                // A column may say more of it than its name.
                "b" => continue,
                "e" => Kind::Enum(value.into_iter().collect()),
                "d" => Kind::Domain {
                    base,
                    base_text: base_text.unwrap_or_default(),
                    rest: rest.unwrap_or_default(),
                },
                _ => Kind::Other,
            };
            types.elements.insert(array, id);
            types.by_id.insert(id, UserType { name, sql, kind });
        }
        Ok(types)
    }
}

impl Types {
    /// The type with that id, which the server calls `text`, for a column that is read.
    pub(super) fn of_column(&mut self, id: i64, text: &str) -> Type {
        if let Some(&element) = self.elements.get(&id) {
            return Type::Array(Box::new(self.of_column(element, text)));
        }
        let Some(ty) = self.by_id.get(&id) else {
            return canonical::parse_type(text, Dialect::Postgres);
        };
        self.wanted.insert(id);
        match &ty.kind {
            Kind::Enum(values) => Type::from(EnumType {
                name: ty.name.clone(),
                values: values.clone(),
            }),
            _ => Type::Other(ty.sql.clone()),
        }
    }

    /// The enums and the domains to tell of.
    pub(super) fn finish(
        mut self,
    ) -> (BTreeMap<ObjectName, EnumType>, BTreeMap<ObjectName, String>) {
        let (mut enums, mut domains) = (BTreeMap::new(), BTreeMap::new());
        let mut open: Vec<i64> = self.wanted.iter().copied().collect();
        while let Some(id) = open.pop() {
            let Some(ty) = self.by_id.get(&id) else {
                continue;
            };
            match &ty.kind {
                Kind::Enum(values) => {
                    let (name, values) = (ty.name.clone(), values.clone());
                    enums.insert(name.clone(), EnumType { name, values });
                }
                Kind::Domain {
                    base,
                    base_text,
                    rest,
                } => {
                    let text = format!("{} {rest}", self.sql(*base, base_text));
                    domains.insert(ty.name.clone(), text.trim_end().to_owned());
                    let base = self.elements.get(base).copied().unwrap_or(*base);
                    if self.by_id.contains_key(&base) && self.wanted.insert(base) {
                        open.push(base);
                    }
                }
                Kind::Other => {}
            }
        }
        (enums, domains)
    }

    /// The type with that id, which the server calls `text`, as SQL.
    fn sql(&self, id: i64, text: &str) -> String {
        let element = self.elements.get(&id);
        let brackets = if element.is_some() { "[]" } else { "" };
        match self.by_id.get(element.unwrap_or(&id)) {
            Some(ty) => format!("{}{brackets}", ty.sql),
            None => text.to_owned(),
        }
    }
}
