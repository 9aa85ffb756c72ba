//! Foreign keys that do something else to rows than before when what these point to goes or changes.

use seadrift_schema::{Change, ForeignKey, ObjectName, ReferentialAction};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "changes-key-action",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AddForeignKey { table, key } = change else {
        return None;
    };
    let old = former(table, key, whole)?;
    let columns = key.columns.join(", ");
    let deletes = told(old.on_delete, key.on_delete, &columns, "deletes").map(|(new, old)| {
        format!(
            "deleting a row of {} {new} from now on; so far it {old}",
            key.references
        )
    });
    let changes = told(old.on_update, key.on_update, &columns, "changes").map(|(new, old)| {
        format!(
            "changing the ({}) of a row of {} {new} from now on; so far it {old}",
            key.referenced_columns.join(", "),
            key.references
        )
    });
    let all: Vec<_> = deletes.into_iter().chain(changes).collect();
    if all.is_empty() {
        return None;
    }
    Risk::new(
        format!("{table}: {}", all.join(", and ")),
        "look for what deletes and changes such rows, in programs and by hand, before",
    )
}

/// The foreign key that the plan drops for this one.
fn former<'a>(table: &ObjectName, key: &ForeignKey, whole: &Whole<'a>) -> Option<&'a ForeignKey> {
    whole.changes.iter().find_map(|change| match change {
        Change::DropForeignKey {
            table: of,
            key: old,
        } => {
            let is_same = of == table
                && old.columns == key.columns
                && old.references == key.references
                && old.referenced_columns == key.referenced_columns;
            is_same.then_some(old)
        }
        _ => None,
    })
}

/// What each of two actions does, the new one first; `None` where that is the same.
fn told(
    old: Option<ReferentialAction>,
    new: Option<ReferentialAction>,
    columns: &str,
    cascades: &str,
) -> Option<(String, String)> {
    let does = |action: Option<ReferentialAction>| match action {
        // When in the transaction it fails is all that differs.
        None | Some(ReferentialAction::NoAction | ReferentialAction::Restrict) => {
            "fails while rows point to it".to_owned()
        }
        Some(ReferentialAction::Cascade) => format!("{cascades} the rows that point to it"),
        Some(ReferentialAction::SetNull) => {
            format!("sets ({columns}) to NULL in the rows that point to it")
        }
        Some(ReferentialAction::SetDefault) => {
            format!("sets ({columns}) to the default in the rows that point to it")
        }
    };
    let (old, new) = (does(old), does(new));
    (old != new).then_some((new, old))
}
