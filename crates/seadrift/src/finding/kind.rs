//! The kinds of findings.

use super::Level;

/// What is not in step with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pair {
    /// What waits to be applied.
    Pending,
    /// What the revisions risk.
    Hazards,
    /// The revisions among each other.
    Graph,
    /// The list of the `Migrator` and the files.
    MigratorFiles,
    /// The files of the migrations and what the lock says of them.
    MigrationsLock,
    /// The entities and what they declared at the newest revision.
    EntitiesLock,
    /// The entities and the database, where there is no lock.
    EntitiesDatabase,
    /// What was declared at the newest revision, and the database.
    LockDatabase,
}

impl Pair {
    /// Its name in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Pair::Pending => "pending",
            Pair::Hazards => "hazards",
            Pair::Graph => "graph",
            Pair::MigratorFiles => "migrator/files",
            Pair::MigrationsLock => "migrations/lock",
            Pair::EntitiesLock => "entities/lock",
            Pair::EntitiesDatabase => "entities/database",
            Pair::LockDatabase => "lock/database",
        }
    }
}

/// What a finding is, in the order in which findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A revision that the database does not have yet.
    PendingRevision,
    /// A pending revision with a hazard that nobody let pass.
    DeniedHazard,
    /// The revisions part, and nothing joins them again.
    SeveralHeads,
    /// A revision that the database does not have, though it has one that follows on it.
    SkippedRevision,
    /// The `Migrator` lists a migration that has no file.
    MigrationWithoutFile,
    /// A file holds a migration that the `Migrator` does not list.
    MigrationNotListed,
    /// A file is not what it was when the lock was written.
    MigrationEdited,
    /// The lock knows a migration that is gone.
    MigrationDeleted,
    /// A migration that the lock knows has another name now.
    MigrationRenamed,
    /// A migration has another place in the order.
    MigrationOutOfOrder,
    /// The lock does not know a migration.
    MigrationNotInLock,
    /// The entities declare what no migration brings.
    EntityChanged,
    /// The entities declare what the database is not, and there is no lock.
    EntityNotInDatabase,
    /// The database is not what was declared at its newest revision.
    DatabaseDrifted,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 14] = [
        Kind::PendingRevision,
        Kind::DeniedHazard,
        Kind::SeveralHeads,
        Kind::SkippedRevision,
        Kind::MigrationWithoutFile,
        Kind::MigrationNotListed,
        Kind::MigrationEdited,
        Kind::MigrationDeleted,
        Kind::MigrationRenamed,
        Kind::MigrationOutOfOrder,
        Kind::MigrationNotInLock,
        Kind::EntityChanged,
        Kind::EntityNotInDatabase,
        Kind::DatabaseDrifted,
    ];

    /// Its code, which stays.
    pub fn code(self) -> &'static str {
        match self {
            Kind::PendingRevision => "pending-revision",
            Kind::DeniedHazard => "denied-hazard",
            Kind::SeveralHeads => "several-heads",
            Kind::SkippedRevision => "skipped-revision",
            Kind::MigrationWithoutFile => "migration-without-file",
            Kind::MigrationNotListed => "migration-not-listed",
            Kind::MigrationEdited => "migration-edited",
            Kind::MigrationDeleted => "migration-deleted",
            Kind::MigrationRenamed => "migration-renamed",
            Kind::MigrationOutOfOrder => "migration-out-of-order",
            Kind::MigrationNotInLock => "migration-not-in-lock",
            Kind::EntityChanged => "entity-changed",
            Kind::EntityNotInDatabase => "entity-not-in-database",
            Kind::DatabaseDrifted => "database-drifted",
        }
    }

    /// Which two disagree.
    pub fn pair(self) -> Pair {
        match self {
            Kind::PendingRevision => Pair::Pending,
            Kind::DeniedHazard => Pair::Hazards,
            Kind::SeveralHeads | Kind::SkippedRevision => Pair::Graph,
            Kind::MigrationWithoutFile | Kind::MigrationNotListed => Pair::MigratorFiles,
            Kind::MigrationEdited
            | Kind::MigrationDeleted
            | Kind::MigrationRenamed
            | Kind::MigrationOutOfOrder
            | Kind::MigrationNotInLock => Pair::MigrationsLock,
            Kind::EntityChanged => Pair::EntitiesLock,
            Kind::EntityNotInDatabase => Pair::EntitiesDatabase,
            Kind::DatabaseDrifted => Pair::LockDatabase,
        }
    }

    /// How much it weighs, unless something tells otherwise.
    pub fn level(self) -> Level {
        match self {
            Kind::PendingRevision => Level::Note,
            _ => Level::Error,
        }
    }

    /// What all of the kind have in common, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Kind::PendingRevision => "revisions are pending",
            Kind::DeniedHazard => "a pending revision has a hazard that is denied",
            Kind::SeveralHeads => "the revisions have several heads",
            Kind::SkippedRevision => "revisions are not applied, though later ones are",
            Kind::MigrationWithoutFile => "the `Migrator` lists migrations that have no file",
            Kind::MigrationNotListed => "files hold migrations that the `Migrator` does not list",
            Kind::MigrationEdited => "migrations are not what the lock says",
            Kind::MigrationDeleted => "migrations that the lock knows are gone",
            Kind::MigrationRenamed => "migrations that the lock knows have other names",
            Kind::MigrationOutOfOrder => "migrations are in another order than the lock says",
            Kind::MigrationNotInLock => "migrations are not in the lock",
            Kind::EntityChanged => "the entities declare what no migration brings",
            Kind::EntityNotInDatabase => "the entities declare what the database is not",
            Kind::DatabaseDrifted => "the database is not what its migrations made of it",
        }
    }

    /// Why it matters.
    pub fn why(self) -> &'static str {
        match self {
            Kind::PendingRevision => {
                "the program expects a schema that this database does not have yet"
            }
            Kind::DeniedHazard => {
                "the project does not let such a migration run without a word about it"
            }
            Kind::SeveralHeads => {
                "nobody has said what comes after what, and two databases may get there on different ways"
            }
            Kind::SkippedRevision => {
                "what follows was written for a database that has it, and ran on one that has not"
            }
            Kind::MigrationWithoutFile => "the migration crate does not build without it",
            Kind::MigrationNotListed => "it never runs, and what it does is missing everywhere",
            Kind::MigrationEdited => {
                "databases that have it got something else than those that will get it now"
            }
            Kind::MigrationDeleted => {
                "databases that have it name a revision that nothing can reverse, and new databases do not get what it did"
            }
            Kind::MigrationRenamed => {
                "databases that have it under its old name would get it a second time"
            }
            Kind::MigrationOutOfOrder => {
                "new databases run the migrations in another order than the old ones did"
            }
            Kind::MigrationNotInLock => "nobody would see that its file is edited",
            Kind::EntityChanged | Kind::EntityNotInDatabase => {
                "queries that use it fail on a database that all migrations made"
            }
            Kind::DatabaseDrifted => {
                "the database differs from others with the same revisions, and the next migration may fail on it"
            }
        }
    }

    /// What mends it.
    pub fn remedy(self) -> &'static str {
        match self {
            Kind::PendingRevision => "run `upgrade`",
            Kind::DeniedHazard => "where that is meant, say so in the head of the file",
            Kind::SeveralHeads => "`merge` joins them, and `rebase` puts one on top of the other",
            Kind::SkippedRevision => {
                "`upgrade` runs it now; where the database has what it brings, `stamp` says so without running it"
            }
            Kind::MigrationWithoutFile | Kind::MigrationDeleted => {
                "take the file back from version control; where it is meant to go, take it out of the `Migrator` and run `lock update`"
            }
            Kind::MigrationNotListed => {
                "add it to the list of the `Migrator`, or delete the file if it is left over"
            }
            Kind::MigrationEdited => {
                "take the file back from version control and write a new revision; if no other database has it yet, run `lock update`"
            }
            Kind::MigrationRenamed => {
                "give it its old name back; if no database has it yet, run `lock update`"
            }
            Kind::MigrationOutOfOrder => {
                "bring the list of the `Migrator` back in order; where the new order is meant, run `lock update`"
            }
            Kind::MigrationNotInLock => "run `lock update`",
            Kind::EntityChanged | Kind::EntityNotInDatabase => {
                "write a migration with `revision --autogenerate`"
            }
            Kind::DatabaseDrifted => {
                "undo by hand what was done by hand; where every database has it, declare it, or write what brings it back with `revision --autogenerate`"
            }
        }
    }

    /// Whether a finding of the kind is a change that would make up for it.
    pub fn is_about_changes(self) -> bool {
        matches!(
            self,
            Kind::EntityChanged | Kind::EntityNotInDatabase | Kind::DatabaseDrifted
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_words() {
        let codes: BTreeSet<_> = Kind::ALL.map(Kind::code).into();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(kind.code().chars().all(is_kebab), "{kind:?}");
            for words in [kind.title(), kind.why(), kind.remedy()] {
                assert!(!words.is_empty() && !words.ends_with('.'), "{words}");
            }
        }
        assert!(Kind::ALL.is_sorted());
    }
}
