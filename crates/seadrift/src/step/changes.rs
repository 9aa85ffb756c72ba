//! Changes as findings: what would bring one side to the other.

use std::path::Path;

use seadrift_plan::order;
use seadrift_render::text;
use seadrift_schema::{Change, Dialect, ObjectName, lock};

use super::together::{self, Group};
use crate::{
    Context, Error,
    entities::Declared,
    finding::{Finding, Kind, Place},
    project,
};

/// A finding of `kind` for each of `changes`, in an order that runs; what comes of one thing is one.
pub(super) fn findings(
    kind: Kind,
    changes: Vec<Change>,
    dialect: Dialect,
    place: &dyn Fn(&ObjectName, Option<&str>) -> Option<Place>,
) -> Vec<Finding> {
    let finding = |group: &Group| {
        let change = group.changes.first()?;
        let mut lines = group
            .changes
            .iter()
            .flat_map(|change| text::lines(change, dialect));
        let (table, object) = (change.table(), change.name());
        let mut finding = Finding::new(kind, lines.next().unwrap_or_default());
        finding.parts = lines.collect();
        finding.place = table.and_then(|table| place(table, object.as_deref()));
        finding.table = table.map(ToString::to_string);
        finding.object = object;
        if let Some(rename) = &group.rename {
            finding.remedy += &format!("; where it was renamed, with `--rename {rename}`");
        }
        Some(finding)
    };
    let groups = together::grouped(order(changes, dialect), dialect);
    groups.iter().filter_map(finding).collect()
}

/// Where the entity of a table is declared, where that is known.
pub(super) struct Entities(Option<std::sync::Arc<Declared>>);

impl Entities {
    pub(super) fn of(context: &Context) -> Result<Self, Error> {
        Ok(Self(Some(context.entities()?)))
    }

    pub(super) fn place(&self, table: &ObjectName) -> Option<Place> {
        let declared = self.0.as_ref()?;
        let source = match &**declared {
            Declared::Source(source) => source,
            Declared::Linked(_) | Declared::Probed(_) => return None,
        };
        let is_it = |name: &ObjectName| name.name == table.name;
        let entity = source.entities().find(|entity| is_it(entity.table))?;
        Some(Place {
            path: entity.place.path.to_path_buf(),
            line: entity.place.position.as_ref().map(|at| at.line),
        })
    }
}

/// Where a lock file speaks of tables and columns.
pub(super) struct LockLines<'a> {
    path: &'a Path,
    text: String,
}

impl<'a> LockLines<'a> {
    /// Nothing is found in one that cannot be read.
    pub(super) fn of(path: &'a Path) -> Self {
        Self {
            path,
            text: project::read(path).unwrap_or_default(),
        }
    }

    /// The line of a column or index of `table`, else that of the table.
    pub(super) fn place(&self, table: &ObjectName, object: Option<&str>) -> Option<Place> {
        let lines = || (1..).zip(self.text.lines());
        let of_table = format!("name = {}", lock::quoted(&table.to_string()));
        let of_table = lines().find(|(_, line)| *line == of_table)?.0;
        let of_object = object.and_then(|object| {
            let name = format!("{{ name = {}", lock::quoted(object));
            let inside = lines()
                .skip(of_table)
                .take_while(|(_, line)| *line != "[[table]]");
            let mut found = inside.filter(|(_, line)| line.trim_start().starts_with(&name));
            found.next()
        });
        Some(Place {
            path: self.path.to_owned(),
            line: Some(of_object.map_or(of_table, |(line, _)| line)),
        })
    }

    /// The line of a migration.
    pub(super) fn migration(&self, name: &str) -> Option<Place> {
        let name = format!("{{ name = {}", lock::quoted(name));
        let line = self
            .text
            .lines()
            .position(|line| line.trim_start().starts_with(&name))?;
        Some(Place {
            path: self.path.to_owned(),
            line: Some(line + 1),
        })
    }
}
