//! Rights on tables: what the project says that every new one gets.

use seadrift_schema::{Change, Grant, ObjectName};

/// Adds the rights on tables that are made, and takes them away with tables that go, so that the way back gives them
/// again.
pub(crate) fn compare(grants: &[Grant], changes: &mut Vec<Change>) {
    let mut rights = vec![];
    let mut each = |table: &ObjectName, change: fn(ObjectName, Grant) -> Change| {
        let grants = grants.iter().cloned();
        rights.extend(grants.map(|grant| change(table.clone(), grant)));
    };
    for change in changes.iter() {
        match change {
            Change::CreateTable(made) => {
                each(&made.name, |table, grant| Change::Grant { table, grant });
            }
            Change::DropTable(gone) => {
                each(&gone.name, |table, grant| Change::Revoke { table, grant });
            }
            _ => {}
        }
    }
    changes.extend(rights);
}
