//! What lies beside the tables on PostgreSQL: schemas, extensions, domains and sequences.

use seadrift_schema::{Change, Object, Schema, Unmanaged};

/// Adds what the declared tables need and the database does not have. What is there stays, since other things may need
/// it too; but for domains and sequences that the lock says.
pub(crate) fn compare(actual: &Schema, desired: &Schema, lock: &Schema, changes: &mut Vec<Change>) {
    let create = |object| Change::CreateObject(object);
    let schemas = desired.schemas.difference(&actual.schemas);
    changes.extend(schemas.map(|name| create(Object::Schema(name.clone()))));
    let extensions = desired.extensions.difference(&actual.extensions);
    changes.extend(extensions.map(|name| create(Object::Extension(name.clone()))));

    let domain = |(name, definition): (&_, &String)| Object::Domain {
        name: Clone::clone(name),
        definition: definition.clone(),
    };
    for (name, definition) in &desired.domains {
        match actual.domains.get(name) {
            Some(known) if known == definition => continue,
            Some(known) => changes.push(Change::DropObject(domain((name, known)))),
            None => {}
        }
        changes.push(create(domain((name, definition))));
    }
    let dropped = actual
        .domains
        .iter()
        .filter(|(name, _)| lock.domains.contains_key(name) && !desired.domains.contains_key(name));
    changes.extend(dropped.map(|known| Change::DropObject(domain(known))));

    let sequence = |(name, options): (&_, &String)| Object::Sequence {
        name: Clone::clone(name),
        options: options.clone(),
    };
    let missing = desired
        .sequences
        .iter()
        .filter(|(name, _)| !actual.sequences.contains_key(name));
    changes.extend(missing.map(|wanted| create(sequence(wanted))));
    let dropped = actual.sequences.iter().filter(|(name, _)| {
        lock.sequences.contains_key(name) && !desired.sequences.contains_key(name)
    });
    changes.extend(dropped.map(|known| Change::DropObject(sequence(known))));
}

/// Adds what else differs between two databases: extensions and schemas that only the first one has, and what sequences are
/// like. A schema with something in it that is not compared stays.
pub(crate) fn compare_whole(
    actual: &Schema,
    desired: &Schema,
    lock: &Schema,
    changes: &mut Vec<Change>,
) {
    for name in actual.extensions.difference(&desired.extensions) {
        if lock.extensions.contains(name) {
            changes.push(Change::DropObject(Object::Extension(name.clone())));
        }
    }
    for name in actual.schemas.difference(&desired.schemas) {
        let is_in_it = |object: &Unmanaged| object.name.schema.as_ref() == Some(name);
        if lock.schemas.contains(name) && !actual.unmanaged.iter().any(is_in_it) {
            changes.push(Change::DropObject(Object::Schema(name.clone())));
        }
    }
    for (name, to) in &desired.sequences {
        if let Some(from) = actual.sequences.get(name)
            && from != to
        {
            changes.push(Change::AlterSequence {
                name: name.clone(),
                from: from.clone(),
                to: to.clone(),
            });
        }
    }
}
