//! The kinds of findings.

use seadrift_plan::CODES;

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
    /// The migrations and what they do on an empty database.
    Replay,
    /// The entities and what they declared at the newest revision.
    EntitiesLock,
    /// The entities and the database, where there is no lock.
    EntitiesDatabase,
    /// What was declared at the newest revision, and the database.
    LockDatabase,
    /// What revisions do and what is good for those who work with them.
    Habits,
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
            Pair::Replay => "migrations/replay",
            Pair::EntitiesLock => "entities/lock",
            Pair::EntitiesDatabase => "entities/database",
            Pair::LockDatabase => "lock/database",
            Pair::Habits => "habits",
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
    /// A migration does not run where those before it made the database from nothing.
    MigrationFails,
    /// The `down` of a migration does not run.
    DownFails,
    /// The `down` of a migration does not lead back to what was before its `up`.
    DownDiffers,
    /// All migrations together do not make what the lock declares, or where there is none, the entities.
    ReplayDiffers,
    /// The entities declare what no migration brings.
    EntityChanged,
    /// The entities declare what the database is not, and there is no lock.
    EntityNotInDatabase,
    /// The database is not what was declared at its newest revision.
    DatabaseDrifted,
    /// A hazard of a revision, by its code.
    Hazard(&'static str),
    /// A revision changes tables and rows.
    MixesDataAndSchema,
    /// A revision has no way down.
    NoDown,
    /// A revision does not say what it is for.
    EmptyMessage,
    /// A revision drops a table, and says nothing about a backup.
    NoBackup,
    /// A name is longer than the server keeps.
    LongName,
}

impl Kind {
    /// All of them, but for the hazards.
    pub const ALL: [Kind; 23] = [
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
        Kind::MigrationFails,
        Kind::DownFails,
        Kind::DownDiffers,
        Kind::ReplayDiffers,
        Kind::EntityChanged,
        Kind::EntityNotInDatabase,
        Kind::DatabaseDrifted,
        Kind::MixesDataAndSchema,
        Kind::NoDown,
        Kind::EmptyMessage,
        Kind::NoBackup,
        Kind::LongName,
    ];

    /// Those that are about habits.
    pub const HABITS: [Kind; 5] = [
        Kind::MixesDataAndSchema,
        Kind::NoDown,
        Kind::EmptyMessage,
        Kind::NoBackup,
        Kind::LongName,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Kind> {
        Self::ALL.into_iter().chain(CODES.map(Kind::Hazard))
    }

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
            Kind::MigrationFails => "migration-fails",
            Kind::DownFails => "down-fails",
            Kind::DownDiffers => "down-differs",
            Kind::ReplayDiffers => "replay-differs",
            Kind::Hazard(code) => code,
            Kind::MixesDataAndSchema => "mixes-data-and-schema",
            Kind::NoDown => "no-down",
            Kind::EmptyMessage => "empty-message",
            Kind::NoBackup => "no-backup",
            Kind::LongName => "long-name",
        }
    }

    /// Which two disagree.
    pub fn pair(self) -> Pair {
        match self {
            Kind::PendingRevision => Pair::Pending,
            Kind::DeniedHazard | Kind::Hazard(_) => Pair::Hazards,
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
            Kind::MigrationFails | Kind::DownFails | Kind::DownDiffers | Kind::ReplayDiffers => {
                Pair::Replay
            }
            Kind::MixesDataAndSchema
            | Kind::NoDown
            | Kind::EmptyMessage
            | Kind::NoBackup
            | Kind::LongName => Pair::Habits,
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
            Kind::MigrationFails => "migrations do not run from nothing",
            Kind::DownFails => "the way down does not run",
            Kind::DownDiffers => "the way down does not lead back",
            Kind::ReplayDiffers => "the migrations do not make what is declared",
            Kind::Hazard(_) => "revisions have this hazard",
            Kind::MixesDataAndSchema => "revisions change tables and rows at once",
            Kind::NoDown => "revisions have no way down",
            Kind::EmptyMessage => "revisions do not say what they are for",
            Kind::NoBackup => "revisions drop a table and say nothing about a backup",
            Kind::LongName => "names are longer than the server keeps",
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
            Kind::MigrationFails => {
                "no new database can be made: not for tests, nor for a new colleague"
            }
            Kind::DownFails | Kind::DownDiffers => {
                "who goes back after a deploy that went wrong is stopped half-way, or does not get back what there was"
            }
            Kind::ReplayDiffers => {
                "a database that is made from nothing is another one than what the entities are compared with"
            }
            Kind::Hazard(_) => {
                "it loses, stops or keeps waiting something on a database with rows and readers; docs/hazards has a page for it"
            }
            Kind::MixesDataAndSchema => {
                "what changes rows takes long and holds the locks of what changes tables, and neither can be run again by itself"
            }
            Kind::NoDown => "a deploy that went wrong cannot be taken back",
            Kind::EmptyMessage => "nobody who reads the history knows what it is for",
            Kind::NoBackup => {
                "what a table holds is gone with it, and nobody has thought of a copy"
            }
            Kind::LongName => {
                "PostgreSQL cuts it, so that two may become one, and MySQL refuses it"
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
            Kind::MigrationWithoutFile => {
                "take the file back from version control; where it is meant to go, take it out of the `Migrator` and run `lock update`"
            }
            Kind::MigrationDeleted => {
                "take the file back from version control, or, to write it anew, the lock from before it; where it is meant to go, take it out of the `Migrator` and run `lock update`"
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
            Kind::MigrationFails => {
                "mend the file so that it does the same on databases that have it, and run `lock update`"
            }
            Kind::DownFails | Kind::DownDiffers => {
                "mend its `down`; where none is meant, say so in the head of the file: `Allowed: no-down`"
            }
            Kind::ReplayDiffers => {
                "write what is missing as a new revision; databases that have it already are stamped"
            }
            Kind::Hazard(_) => "where it is meant, say so in the head of the file: `Allowed: CODE`",
            Kind::MixesDataAndSchema => "change the rows in a revision of their own",
            Kind::NoDown => {
                "write a `down`; where there can be none, say so in the head of the file: `Allowed: no-down`"
            }
            Kind::EmptyMessage => {
                "say in the first line of the file what it is for: `//! add user bio`"
            }
            Kind::NoBackup => {
                "say in a comment of the file where a backup is, or that none is needed"
            }
            Kind::LongName => {
                "give it a shorter name: 63 bytes on PostgreSQL, 64 characters on MySQL"
            }
        }
    }

    /// Whether it is about a revision by itself, whatever there is beside.
    pub fn is_lint(self) -> bool {
        matches!(self, Kind::Hazard(_)) || Self::HABITS.contains(&self)
    }

    /// Whether a finding of the kind is a change that would make up for it.
    pub fn is_about_changes(self) -> bool {
        matches!(
            self,
            Kind::EntityChanged
                | Kind::EntityNotInDatabase
                | Kind::DatabaseDrifted
                | Kind::ReplayDiffers
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_words() {
        let codes: BTreeSet<_> = Kind::all().map(Kind::code).collect();
        assert_eq!(codes.len(), Kind::all().count());
        for kind in Kind::all() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(kind.code().chars().all(is_kebab), "{kind:?}");
            for words in [kind.title(), kind.why(), kind.remedy()] {
                assert!(!words.is_empty() && !words.ends_with('.'), "{words}");
            }
        }
        assert!(Kind::ALL.is_sorted());
    }
}
