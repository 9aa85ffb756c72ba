//! What a database has and nobody declares.

use seadrift_schema::{IndexOrigin, ObjectName, Table, canonical};

use super::Sides;

impl Sides {
    /// What the database has that neither the entities nor the lock say, and that is therefore left alone: a line each.
    pub(crate) fn unmanaged(&self) -> Vec<String> {
        // Now, or at the newest revision.
        let declared = |name: &ObjectName| -> Vec<&Table> {
            let both = [Some(&self.desired), self.lock.as_ref()];
            let both = both.into_iter().flatten();
            both.filter_map(|schema| self.table(schema, name)).collect()
        };
        let mut lines = vec![];
        for table in self.actual.tables.values() {
            let known = declared(&table.name);
            if known.is_empty() {
                lines.push(format!("table {}", table.name));
                continue;
            }
            let columns = table.columns.iter().enumerate().filter(|(at, column)| {
                let mut known = known.iter();
                known.all(|known| known.column_near(*at, &column.name).is_none())
            });
            lines.extend(
                columns.map(|(_, column)| format!("column {}.{}", table.name, column.name)),
            );
            let indexes = table.indexes.iter().filter(|index| {
                let mut known = known.iter().flat_map(|known| &known.indexes);
                index.origin != IndexOrigin::ForeignKey
                    && known.all(|known| known.columns != index.columns)
            });
            lines.extend(indexes.map(|index| format!("index {} on {}", index.name, table.name)));
            let keys = table.foreign_keys.iter().filter(|key| {
                let mut known = known.iter().flat_map(|known| &known.foreign_keys);
                known.all(|known| {
                    let target = canonical::object_name(&known.references, &self.own_schema);
                    known.columns != key.columns
                        || known.referenced_columns != key.referenced_columns
                        || target != key.references
                })
            });
            lines.extend(keys.map(|key| {
                format!(
                    "foreign key ({}) -> {} ({}) on {}",
                    key.columns.join(", "),
                    key.references,
                    key.referenced_columns.join(", "),
                    table.name
                )
            }));
            let checks = table.checks.iter().map(|check| &check.expression);
            lines
                .extend(checks.map(|expression| format!("check ({expression}) on {}", table.name)));
            let exclusions = table.exclusions.iter();
            lines.extend(
                exclusions
                    .map(|exclusion| format!("exclusion {} on {}", exclusion.name, table.name)),
            );
        }
        // Such a name may be `touch on post` or `add(integer, integer)`, which quotes would only blur.
        let place = |name: &ObjectName| match &name.schema {
            Some(schema) => format!("{schema}.{}", name.name),
            None => name.name.clone(),
        };
        let objects = self.actual.unmanaged.iter();
        lines.extend(objects.map(|object| format!("{} {}", object.kind, place(&object.name))));
        let is_declared = |name: &ObjectName| {
            let both = [&self.desired, self.lock()];
            let mut columns = both
                .into_iter()
                .flat_map(|schema| schema.tables.values())
                .flat_map(|table| &table.columns);
            columns.any(|column| {
                let ty = canonical::enum_of(&column.ty);
                ty.is_some_and(|ty| canonical::object_name(&ty.name, &self.own_schema) == *name)
            })
        };
        let enums = self.actual.enums.keys();
        lines.extend(
            enums
                .filter(|name| !is_declared(name))
                .map(|name| format!("enum {name}")),
        );
        lines.extend(
            self.actual
                .domains
                .keys()
                .map(|name| format!("domain {name}")),
        );
        lines.extend(
            self.actual
                .sequences
                .keys()
                .map(|name| format!("sequence {name}")),
        );
        lines
    }
}
