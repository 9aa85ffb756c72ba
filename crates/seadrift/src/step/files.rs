//! The list of the `Migrator` ↔ the files ↔ what the lock says of them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use seadrift_schema::lock::{Head, Migration};
use seadrift_sql_files::Folder;

use super::changes::LockLines;
use crate::{
    Context, Error, checksum,
    finding::{Finding, Kind, Level, Place, Report},
    project::{self, Place as Revision, Project},
};

/// The migrations that the project has.
pub(super) struct Files<'a> {
    project: &'a Project,
    /// Those that the `Migrator` lists, in order.
    listed: &'a [String],
    /// The files that hold a migration, by name.
    files: BTreeMap<String, File>,
    /// The modules that `lib.rs` takes from files.
    declared: Vec<String>,
    /// Those that the source of the `Migrator` lists, which may be newer than a program that was built from it.
    in_source: Vec<String>,
}

struct File {
    /// The file, or the one of a folder that has the head.
    path: PathBuf,
    /// All that is said there.
    source: String,
}

impl File {
    fn of(place: &Revision) -> Option<Self> {
        Some(Self {
            path: place.head(),
            source: place.content().ok()?,
        })
    }
}

impl<'a> Files<'a> {
    /// Looks for them beside the `Migrator`.
    pub(super) fn find(context: &'a Context, project: &'a Project) -> Result<Self, Error> {
        let listed = context.migrations.names();
        let failed = |source| Error::Read {
            path: project.source.clone(),
            source,
        };
        let folder = match project.source.as_os_str().is_empty() {
            true => std::path::Path::new("."),
            false => &project.source,
        };
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = project.source.join(entry.map_err(failed)?.file_name());
            if Some(&path) == project.migrator.as_ref() {
                continue;
            }
            if let Ok(Some(folder)) = Folder::read(&path) {
                let (name, place) = (folder.name.clone(), Revision::Sql(folder));
                files.extend(File::of(&place).map(|file| (name, file)));
                continue;
            }
            let path = match path.is_dir() {
                true => path.join("mod.rs"),
                false => path,
            };
            let Some(name) = name(&path) else { continue };
            let Some(file) = File::of(&Revision::Rust(path)) else {
                continue;
            };
            if listed.contains(&name) || holds_migration(&file.source) {
                files.insert(name, file);
            }
        }
        // They may be deeper, or elsewhere.
        for name in listed {
            if let (false, Some(place)) = (files.contains_key(name), project.place(name)) {
                files.extend(File::of(&place).map(|file| (name.clone(), file)));
            }
        }
        let library = match &project.migrator {
            Some(path) => project::read(path)?,
            None => String::new(),
        };
        let modules = library.lines().filter_map(|line| {
            let line = line.trim().strip_prefix("pub ").unwrap_or(line.trim());
            line.strip_prefix("mod ")?.strip_suffix(';')
        });
        Ok(Self {
            project,
            listed,
            files,
            in_source: project.listed_names(),
            declared: modules.map(|name| name.trim().to_owned()).collect(),
        })
    }

    /// What lists the migrations.
    fn list(&self) -> Place {
        Place::file(
            self.project
                .migrator
                .as_ref()
                .unwrap_or(&self.project.source),
        )
    }

    /// Adds what is not in step. Of what is `applied` in the database at hand, nothing may have changed since; what is pending is work
    /// that goes on. Where no database is at hand, nobody knows which it is.
    pub(super) fn check(&self, head: &Head, applied: Option<&[String]>, report: &mut Report) {
        let known: Vec<_> = head.migrations.iter().collect();
        // The files that got another name, while the list has the old one.
        let moved: Vec<_> = known
            .iter()
            .filter(|known| self.is_listed(&known.name) && !self.files.contains_key(&known.name))
            .filter_map(|known| Some((known.name.as_str(), self.renamed(known, head)?)))
            .collect();
        self.check_list(&moved, report);
        if known.is_empty() {
            if !self.listed.is_empty() {
                let line =
                    "the files of the migrations, as the lock does not know them (`lock update`)";
                report.not_compared.push(line.to_owned());
            }
            return;
        }
        let lock = LockLines::of(&self.project.lock);
        // What it weighs that the file of a revision is not what it was.
        let level = |name: &String| match applied {
            Some(applied) if applied.contains(name) => Some(Level::Error),
            Some(_) => None,
            None => Some(Level::Warning),
        };
        let mut renamed_to = vec![];
        for migration in &known {
            let name = &migration.name;
            let found = match (self.files.get(name), self.is_listed(name)) {
                (Some(file), true) => self
                    .edited(migration, file)
                    .filter(|_| level(name).is_some()),
                // What is not listed has been said.
                (Some(_), false) => None,
                // And what has no file, unless it has another name.
                (None, true) => moved
                    .iter()
                    .find(|(old, _)| old == name)
                    .map(|(old, new)| self.renaming(old, new)),
                (None, false) => match self.renamed(migration, head) {
                    Some(new) => {
                        renamed_to.push(new);
                        Some(self.renaming(name, new))
                    }
                    None => Some(
                        Finding::new(Kind::MigrationDeleted, format!("{name} is gone"))
                            .of(name)
                            .at(lock.migration(name)),
                    ),
                },
            };
            let found = found.map(|mut finding| {
                if finding.kind == Kind::MigrationEdited {
                    finding.level = level(name).unwrap_or(Level::Note);
                }
                finding
            });
            report.findings.extend(found);
        }
        // Folders are in the order of their names, whatever came first.
        if self.project.migrator.is_some() {
            report.findings.extend(self.out_of_order(&known));
        }
        for (name, file) in self
            .listed
            .iter()
            .filter_map(|name| Some((name, self.files.get(name)?)))
        {
            let is_known = known.iter().any(|known| known.name == *name)
                || renamed_to.contains(&name.as_str());
            if let (false, Some(level)) = (is_known, level(name)) {
                let what = format!("{name} is not in the lock");
                let mut finding = Finding::new(Kind::MigrationNotInLock, what);
                finding.level = level;
                report
                    .findings
                    .push(finding.of(name).at(Some(Place::file(&file.path))));
            }
        }
    }

    /// The list of the `Migrator` ↔ the files.
    fn check_list(&self, moved: &[(&str, &str)], report: &mut Report) {
        for name in self.listed {
            let is_moved = moved.iter().any(|(old, _)| old == name);
            if !is_moved && !self.files.contains_key(name) && self.declared.contains(name) {
                let what = format!("{name} has no file");
                let finding = Finding::new(Kind::MigrationWithoutFile, what).of(name);
                report.findings.push(finding.at(Some(self.list())));
            }
        }
        for (name, file) in &self.files {
            let is_moved = moved.iter().any(|(_, new)| new == name);
            if !is_moved && !self.is_listed(name) && !self.in_source.contains(name) {
                let what = format!("{name} is not listed");
                let finding = Finding::new(Kind::MigrationNotListed, what).of(name);
                report
                    .findings
                    .push(finding.at(Some(Place::file(&file.path))));
            }
        }
    }

    fn is_listed(&self, name: &str) -> bool {
        self.listed.iter().any(|listed| listed == name)
    }

    fn edited(&self, migration: &Migration, file: &File) -> Option<Finding> {
        let is_same = checksum::of(&file.source) == migration.checksum;
        let name = &migration.name;
        (!is_same).then(|| {
            Finding::new(Kind::MigrationEdited, format!("{name} was edited"))
                .of(name)
                .at(Some(Place::file(&file.path)))
        })
    }

    /// The name that a migration has now, which the lock does not know under it.
    fn renamed(&self, migration: &Migration, head: &Head) -> Option<&str> {
        let is_new = |name: &String| !head.migrations.iter().any(|known| known.name == *name);
        let new = self.files.iter().filter(|(name, _)| is_new(name));
        let mut same =
            new.filter(|(name, file)| checksum::is_renamed(migration, name, &file.source));
        same.next().map(|(name, _)| name.as_str())
    }

    fn renaming(&self, old: &str, new: &str) -> Finding {
        let path = self.files.get(new).map(|file| Place::file(&file.path));
        Finding::new(Kind::MigrationRenamed, format!("{old} is called {new} now"))
            .of(old)
            .at(path)
    }

    /// The fewest that have to move to make the order of the list that of the lock.
    fn out_of_order(&self, known: &[&Migration]) -> Vec<Finding> {
        let place = |name: &str| self.listed.iter().position(|listed| listed == name);
        let both: Vec<_> = known
            .iter()
            .filter_map(|known| Some((known.name.as_str(), place(&known.name)?)))
            .collect();
        let stay = longest_in_order(&both.iter().map(|(_, at)| *at).collect::<Vec<_>>());
        let moved = both.iter().filter(|(_, at)| !stay.contains(at));
        moved
            .map(|(name, _)| {
                let what = format!("{name} has another place than in the lock");
                Finding::new(Kind::MigrationOutOfOrder, what)
                    .of(name)
                    .at(Some(self.list()))
            })
            .collect()
    }
}

/// The longest part of `numbers` that counts up.
fn longest_in_order(numbers: &[usize]) -> Vec<usize> {
    let mut ending_at: Vec<Vec<usize>> = vec![];
    for number in numbers {
        let before = ending_at.iter().filter(|part| part.last() < Some(number));
        let mut part = before
            .max_by_key(|part| part.len())
            .cloned()
            .unwrap_or_default();
        part.push(*number);
        ending_at.push(part);
    }
    ending_at
        .into_iter()
        .rev()
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

/// The name of the revision that the file at `path` would hold.
fn name(path: &std::path::Path) -> Option<String> {
    if path.extension()? != "rs" {
        return None;
    }
    let stem = path.file_stem()?.to_str()?;
    let name = match stem {
        "mod" => path.parent()?.file_name()?.to_str()?,
        stem => stem,
    };
    (!["lib", "main"].contains(&name)).then(|| name.to_owned())
}

/// Whether a file implements a migration, and does so by the name of its module.
fn holds_migration(source: &str) -> bool {
    source.contains("impl MigrationTrait for") && source.contains("DeriveMigrationName")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_as_can_be_have_moved() {
        for (numbers, stay) in [
            (&[][..], &[][..]),
            (&[0, 1, 2], &[0, 1, 2]),
            (&[1, 0], &[1]),
            (&[2, 0, 1], &[0, 1]),
            (&[0, 3, 1, 2], &[0, 1, 2]),
            (&[2, 1, 0], &[2]),
        ] {
            assert_eq!(longest_in_order(numbers), stay, "{numbers:?}");
        }
    }
}
