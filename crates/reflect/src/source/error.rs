//! What is wrong with entity sources, and where.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::version::SeaOrmVersion;

/// All that is wrong; never empty.
///
/// Displayed, a type that is not known is said once, however many columns have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors {
    /// One after the other, by file and line.
    pub all: Vec<Problem>,
    /// What somebody may want to know beside.
    pub warnings: Vec<Problem>,
}

/// Something that is wrong, or, where it is no error, that somebody may want to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// A place in a source file, or the file itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file or folder.
    pub path: Arc<Path>,
    /// Where in the file, if it is one part of it.
    pub position: Option<Position>,
}

/// A place within a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The number of the line, from 1.
    pub line: usize,
    /// The number of the character in the line, from 1.
    pub column: usize,
    /// How many characters of the line are meant.
    pub width: usize,
    /// The line.
    pub source: String,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Kind {
    #[error("there are no SeaORM entities here")]
    NoEntities,
    #[error("this cannot be read: {0}")]
    Unreadable(String),
    #[error("this symbolic link leads back to a folder that it is in")]
    LinkLoop,
    #[error("the file has {0} bytes, more than any entity")]
    TooLarge(u64),
    #[error("the file is not UTF-8")]
    NotUtf8,
    #[error("this is no Rust: {0}")]
    Syntax(String),
    #[error("this is nested too deeply")]
    TooDeep,
    #[error("table `{table}` is declared by `{entity}`, and by `{first}` in {file}:{line}")]
    SameTable {
        table: String,
        entity: String,
        first: String,
        file: PathBuf,
        line: usize,
    },
    #[error("entity `{entity}` has no `table_name`")]
    NoTableName { entity: String },
    #[error("the column type of `{ty}` is not known (column `{column}` of `{entity}`)")]
    UnknownType {
        ty: String,
        entity: String,
        column: String,
    },
    #[error("type `{ty}` is defined by itself (column `{column}` of `{entity}`)")]
    TypeLoop {
        ty: String,
        entity: String,
        column: String,
    },
    #[error("only the compiler can say what this is: `{expression}` ({subject})")]
    Unevaluated { expression: String, subject: String },
    #[error("`{key}` takes {wanted}")]
    BadAttribute { key: String, wanted: &'static str },
    #[error("there is no entity `{path}` among the sources ({subject})")]
    UnknownEntity { path: String, subject: String },
    #[error("entity `{entity}` has no column `{column}` ({subject})")]
    UnknownColumn {
        entity: String,
        column: String,
        subject: String,
    },
    #[error("there is no `{part}` of `{entity}` among the sources")]
    NoPart { part: String, entity: String },
    #[error("`[types]` has no column type for `{ty}`: `{expression}`")]
    BadTypeEntry { ty: String, expression: String },
    #[error("SeaORM knows no attribute `{key}` here, and does as if it were not there")]
    UnknownAttribute {
        key: String,
        nearest: Option<&'static str>,
    },
    #[error("SeaORM {version} knows no attribute `{key}`, and does as if it were not there")]
    AttributeOfLaterVersion { key: String, version: SeaOrmVersion },
    #[error("no `mod` declares this file, so that it is not compiled, and not read")]
    Undeclared,
    #[error("an entity that a macro makes is not read")]
    EntityInMacro,
    #[error("a column has one `unique_key` at most, so that only `{last}` counts")]
    SeveralUniqueKeys { last: String },
}

impl Errors {
    /// Whether all of it is what sources do not say and the compiler knows, so that a [probe](crate::probe) may tell.
    pub fn are_for_the_compiler(&self) -> bool {
        self.all.iter().all(|problem| {
            matches!(
                problem.kind,
                Kind::UnknownType { .. }
                    | Kind::Unevaluated { .. }
                    | Kind::UnknownEntity { .. }
                    | Kind::NoPart { .. }
            )
        })
    }
}

impl Problem {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match &self.kind {
            Kind::NoEntities => {
                "an entity is a struct `Model` that derives `DeriveEntityModel`, or one that derives `DeriveEntity`"
                    .to_owned()
            }
            Kind::TooLarge(_) => "leave the file out of the folders of entities".to_owned(),
            Kind::SameTable { .. } => {
                "give one of them another `table_name`, or leave it out with a `cfg`".to_owned()
            }
            Kind::NoTableName { .. } => {
                "add `#[sea_orm(table_name = \"…\")]`, or implement `EntityName` by hand".to_owned()
            }
            Kind::UnknownType { ty, .. } => format!(
                "add `#[sea_orm(column_type = \"…\")]` to the field, or \"{ty}\" = \"…\" to `[types]` in seadrift.toml"
            ),
            Kind::Unevaluated { .. } => {
                "write it with literals and what sea-query offers, such as `Expr::cust(\"…\")`".to_owned()
            }
            Kind::UnknownEntity { .. } => {
                "name the folder of that entity as well, or mark the relation `skip_fk`".to_owned()
            }
            Kind::NoPart { .. } => "a macro may define it; then only the compiler knows it".to_owned(),
            Kind::BadTypeEntry { .. } => {
                "write it as in `column_type`, such as \"String(StringLen::N(20))\"".to_owned()
            }
            Kind::UnknownAttribute { nearest, .. } => format!("did you mean `{}`?", (*nearest)?),
            Kind::EntityInMacro => "write it out, or declare it with `seadrift::entities!`".to_owned(),
            Kind::SeveralUniqueKeys { .. }
            | Kind::AttributeOfLaterVersion { .. }
            | Kind::Undeclared
            | Kind::Unreadable(_)
            | Kind::LinkLoop
            | Kind::NotUtf8
            | Kind::Syntax(_)
            | Kind::TooDeep
            | Kind::TypeLoop { .. }
            | Kind::BadAttribute { .. }
            | Kind::UnknownColumn { .. } => return None,
        })
    }
}

impl std::error::Error for Errors {}

impl Errors {
    /// A message for each, with its place and what to do about it. A type that is not known is said once, however many columns
    /// have it.
    pub fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut columns_of: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &self.all {
            if let Kind::UnknownType { ty, .. } = &problem.kind {
                *columns_of.entry(ty).or_default() += 1;
            }
        }
        for problem in &self.all {
            let others = match &problem.kind {
                // Taken out, so that the type is said with its first column only.
                Kind::UnknownType { ty, .. } => match columns_of.remove(ty.as_str()) {
                    Some(columns) => columns - 1,
                    None => continue,
                },
                _ => 0,
            };
            let mut message = problem.to_string();
            if others > 0 {
                let plural = if others == 1 { "" } else { "s" };
                message += &format!("\nnote: {others} more column{plural} of this type");
            }
            messages.push(message);
        }
        messages
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.messages().join("\n\n"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.kind, self.place)?;
        match self.hint() {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let Some(at) = &self.position else {
            return write!(f, " --> {path}");
        };
        let margin = " ".repeat(at.line.to_string().len());
        // Of a very long line, what is around the place.
        const SHOWN: usize = 160;
        let letters = at.source.chars().count();
        let skipped = (at.column - 1).saturating_sub(SHOWN / 2);
        let skipped = skipped.min(letters.saturating_sub(SHOWN));
        let shown: String = at.source.chars().skip(skipped).take(SHOWN).collect();
        // Tabs stay, so that the mark stands below what it marks.
        let before: String = shown
            .chars()
            .take(at.column - 1 - skipped)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        let most = (SHOWN + 1).saturating_sub(at.column - skipped).max(1);
        let mark = "^".repeat(at.width.clamp(1, most));
        writeln!(f, "{margin}--> {path}:{}:{}", at.line, at.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{} | {shown}", at.line)?;
        write!(f, "{margin} | {before}{mark}")
    }
}
