//! What a revision takes away, when it is written anew: the lock does not say any more that it was declared once, and the head
//! of the file does.

use sea_orm::DatabaseConnection;
use seadrift_introspect::Scope;
use seadrift_schema::{Schema, Table};

use crate::{
    Error,
    compare::{Both, Lock, introspect_at_once},
};

/// What a line of a head says that a revision takes away.
#[derive(Debug, PartialEq, Eq)]
enum Gone<'l> {
    Table(&'l str),
    Column(&'l str, &'l str),
}

/// Whether `change`, a line of a head, takes something away that can be known from it.
pub(crate) fn is_known(change: &str) -> bool {
    !change.starts_with('-') || read(change).is_some()
}

fn read(change: &str) -> Option<Gone<'_>> {
    let (kind, rest) = change.strip_prefix("- ")?.split_once(' ')?;
    let rest = rest.trim_start();
    match kind {
        "table" => Some(Gone::Table(rest.split_once(" (")?.0)),
        "column" => {
            let (table, column) = rest.split_once(": ")?.0.rsplit_once('.')?;
            Some(Gone::Column(table, column))
        }
        _ => None,
    }
}

/// `both` with a lock that says of what is gone, and that the database still has, that it was declared.
pub(super) async fn declared_once(
    both: Both,
    db: &DatabaseConnection,
    gone: &[String],
) -> Result<Both, Error> {
    let database = introspect_at_once(db, &Scope::default()).await?;
    let mut lock = match &both.lock {
        Lock::Unknown => return Ok(both),
        Lock::Same => both.desired.clone(),
        Lock::Other(lock) => lock.clone(),
    };
    for gone in gone.iter().filter_map(|change| read(change)) {
        take_back(&mut lock, &database.schema, &gone);
    }
    let lock = Lock::Other(lock);
    Ok(Both { lock, ..both })
}

fn take_back(lock: &mut Schema, database: &Schema, gone: &Gone<'_>) {
    let find = |name: &str| -> Option<&Table> {
        let mut tables = database.tables.values();
        tables.find(|table| table.name.to_string() == name)
    };
    match gone {
        Gone::Table(name) => {
            if let Some(table) = find(name) {
                let known = lock.tables.entry(table.name.clone());
                known.or_insert_with(|| table.clone());
            }
        }
        Gone::Column(name, column) => {
            let Some(table) = find(name) else { return };
            let column = table.columns.iter().find(|one| one.name == *column);
            let known = lock.tables.get_mut(&table.name);
            if let (Some(column), Some(known)) = (column, known)
                && known.column(&column.name).is_none()
            {
                known.columns.push(column.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_gone() {
        assert_eq!(read("- table  user (6 columns)"), Some(Gone::Table("user")));
        assert_eq!(
            read("- column a.user.bio: text"),
            Some(Gone::Column("a.user", "bio"))
        );
        for change in [
            "- index user (email)",
            "+ column user.bio: text",
            "- column user",
        ] {
            assert_eq!(read(change), None, "{change}");
        }
        assert!(is_known("+ table  user (6 columns)") && !is_known("- index user (email)"));
    }
}
