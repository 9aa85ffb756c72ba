//! Enum types and rights (PostgreSQL).

use seadrift_schema::{Change, EnumType, Grant, ObjectName, Privilege, Type};
use sqlparser::ast::{
    AlterType, AlterTypeOperation, GrantObjects, Grantee, GranteeName, GranteesType, Privileges,
    UserDefinedTypeRepresentation,
};

use super::Reader;

impl Reader {
    pub(super) fn create_type(
        &mut self,
        name: ObjectName,
        representation: Option<&UserDefinedTypeRepresentation>,
    ) {
        self.now.does.changes_schema = true;
        let Some(UserDefinedTypeRepresentation::Enum { labels }) = representation else {
            return;
        };
        let values = labels.iter().map(|label| label.value.clone()).collect();
        let ty = EnumType {
            name: name.clone(),
            values,
        };
        self.enums.insert(name, ty);
    }

    pub(super) fn alter_type(&mut self, alter: &AlterType) {
        let name = self.name(&alter.name);
        self.now.does.changes_schema = true;
        match &alter.operation {
            AlterTypeOperation::Rename(rename) => {
                let to = ObjectName {
                    name: self.ident(&rename.new_name),
                    ..name.clone()
                };
                if let Some(ty) = self.enums.remove(&name) {
                    self.enums.insert(to.clone(), ty);
                }
                self.push(Change::RenameEnum { from: name, to });
            }
            AlterTypeOperation::RenameValue(rename) => {
                let (from, to) = (rename.from.value.clone(), rename.to.value.clone());
                if let Some(ty) = self.enums.get_mut(&name) {
                    for value in ty.values.iter_mut().filter(|value| **value == from) {
                        value.clone_from(&to);
                    }
                }
                self.push(Change::RenameEnumValue {
                    ty: name,
                    from,
                    to,
                    columns: vec![],
                });
            }
            AlterTypeOperation::AddValue(add) => {
                if let Some(ty) = self.enums.get_mut(&name) {
                    ty.values.push(add.value.value.clone());
                }
            }
        }
    }

    /// A type that goes. Where it was put aside for another one of its name, its columns have got that.
    pub(super) fn drop_type(&mut self, name: &ObjectName) {
        let gone = self.enums.remove(name);
        let changes = &mut self.now.does.changes;
        let aside = changes
            .iter()
            .position(|change| matches!(change, Change::RenameEnum { to, .. } if to == name));
        let (Some(from), Some(at)) = (gone, aside) else {
            return;
        };
        let Some(Change::RenameEnum { from: old, .. }) = changes.get(at) else {
            return;
        };
        let Some(to) = self.enums.get(old).cloned() else {
            return;
        };
        changes.remove(at);
        let of_tables = self.tables.values().flat_map(|table| {
            let columns = table
                .columns
                .iter()
                .filter(|column| is_of(&column.ty, &to.name));
            columns.map(|column| (table.name.clone(), column.clone()))
        });
        let columns: Vec<_> = of_tables.collect();
        self.push(Change::AlterEnum { from, to, columns });
    }

    /// Rights that are given or taken. Of others than on tables, nothing is known.
    pub(super) fn rights(
        &mut self,
        objects: Option<&GrantObjects>,
        grantees: &[Grantee],
        privileges: &Privileges,
        change: fn(ObjectName, Grant) -> Change,
    ) -> bool {
        let Some(GrantObjects::Tables(tables)) = objects else {
            return false;
        };
        let privileges = match privileges {
            Privileges::All { .. } => vec![Privilege::All],
            Privileges::Actions(actions) => actions
                .iter()
                .filter_map(|action| privilege(&action.to_string()))
                .collect(),
        };
        for grantee in grantees {
            let role = match (&grantee.grantee_type, &grantee.name) {
                (GranteesType::Public, _) => "public".to_owned(),
                (_, Some(GranteeName::ObjectName(name))) => self.name(name).name,
                _ => return false,
            };
            for table in tables {
                let (table, role) = (self.name(table), role.clone());
                let privileges = privileges.clone();
                self.push(change(table, Grant { role, privileges }));
            }
        }
        true
    }
}

/// Whether a column of this type has values of the type `name`.
fn is_of(ty: &Type, name: &ObjectName) -> bool {
    match ty {
        Type::Array(element) => is_of(element, name),
        Type::Other(text) => {
            let text = text.trim_matches('"');
            text.eq_ignore_ascii_case(&name.name) || text == name.to_string()
        }
        Type::Enum(ty) => ty.name == *name,
        _ => false,
    }
}

fn privilege(words: &str) -> Option<Privilege> {
    use Privilege::*;
    let all = [
        Select, Insert, Update, Delete, Truncate, References, Trigger, Maintain,
    ];
    let first = words.split([' ', '(']).next()?.to_uppercase();
    all.into_iter().find(|one| one.to_string() == first)
}
