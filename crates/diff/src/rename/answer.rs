//! What was answered: `user.name=full_name` is a rename, `user.name=` says that it is none.

use std::collections::BTreeMap;

use seadrift_schema::{Column, Dialect, ObjectName, Schema, Type, canonical};

use super::{Rename, said_by_entities};
use crate::{Context, Error};

/// What was answered about one thing that the entities no longer declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer as it was given.
    pub text: String,
    /// What it says.
    pub renames: Option<Rename>,
    /// What it is about, as `--rename` names it.
    pub about: String,
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum AnswerError {
    #[error("the rename `{0}` is not of the form `old=new`")]
    Syntax(String),
    #[error("the rename `{text}` speaks of a `{kind}`, which nothing is")]
    Kind { text: String, kind: String },
    #[error("the rename `{text}` names nothing: the database has no {kind} `{old}`")]
    NoOld {
        text: String,
        old: String,
        kind: &'static str,
    },
    #[error("the rename `{text}` leads nowhere: the entities declare no {kinds} `{new}`")]
    NoNew {
        text: String,
        new: String,
        kinds: String,
    },
    #[error("the rename `{text}` leads to `{new}`, which the database has already")]
    Taken { text: String, new: String },
    #[error("the rename `{text}` may be about {}", .kinds.join(" or "))]
    Ambiguous {
        text: String,
        kinds: Vec<&'static str>,
    },
    #[error("the renames `{one}` and `{other}` contradict each other")]
    Contradiction { one: String, other: String },
    #[error(
        "the rename `{text}` contradicts the entity, by which column `{column}` of table `{table}` was `{was}` (`renamed_from`)"
    )]
    Entity {
        text: String,
        table: ObjectName,
        column: String,
        was: String,
    },
}

/// What `texts` say of the way from `actual` to `desired`.
///
/// Each is `old=new`: `users=user` (a table or an enum), `user.name=full_name` (a column, an index or a foreign key),
/// `mood.sad=unhappy` (a value of an enum), with the schema in front where there is one, and with its kind where that
/// could be read in two ways: `column:user.name=full_name`. Parts of a name may stand in double quotes.
pub fn answer(
    texts: &[String],
    actual: &Schema,
    desired: &Schema,
    context: &Context<'_>,
) -> Result<Vec<Answer>, Error> {
    let form = |schema| canonical::schema(schema, context.dialect, context.own_schema);
    let world = World {
        actual: form(actual)?.into_owned(),
        desired: form(desired)?.into_owned(),
        declared: desired,
        dialect: context.dialect,
        own_schema: context.own_schema,
    };
    let mut questions = vec![];
    for text in texts {
        questions.push(Question::read(text)?);
    }
    // Tables and types first, since the others may be named by the old or the new name of theirs.
    let mut found: Vec<Option<Found>> = questions.iter().map(|_| None).collect();
    let mut known = BTreeMap::new();
    for whole in [true, false] {
        for (found, question) in found.iter_mut().zip(&questions) {
            if found.is_some() || (whole && question.is_part(&world)) {
                continue;
            }
            let reading = world.find(question, &known)?;
            if let Some(Rename::Table { from, to } | Rename::Enum { from, to }) = &reading.renames {
                known.insert(from.clone(), to.clone());
            }
            *found = Some(reading);
        }
    }
    let found: Vec<_> = found.into_iter().flatten().collect();
    for (found_one, question) in found.iter().zip(&questions) {
        let Some(rename) = found_one.renames.as_ref().filter(|_| found_one.is_taken) else {
            continue;
        };
        let after = rename.after();
        let is_freed = found
            .iter()
            .any(|other| other.renames.is_some() && other.about == after);
        if !is_freed {
            return Err(AnswerError::Taken {
                text: question.text.clone(),
                new: question.new.join("."),
            }
            .into());
        }
    }
    let answers = found.into_iter().zip(&questions);
    let answers: Vec<_> = answers
        .map(|(found, question)| Answer {
            text: question.text.clone(),
            renames: found.renames,
            about: found.about,
        })
        .collect();
    contradiction(&answers)?;
    let renames: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.renames.clone())
        .collect();
    let said = said_by_entities(&world.actual, &world.desired, &renames);
    contradicts_entity(&answers, &said)?;
    Ok(answers)
}

/// What an answer cannot say, where an entity has `said` what became of the same column, or what the same column was.
fn contradicts_entity(answers: &[Answer], said: &[Rename]) -> Result<(), AnswerError> {
    for rename in said {
        let Rename::Column { table, from, to } = rename else {
            continue;
        };
        let is_other = |answer: &&Answer| {
            let is_of_new = answer.renames.as_ref().map(Rename::after) == Some(rename.after());
            (answer.about == rename.before() || is_of_new)
                && answer.renames.as_ref() != Some(rename)
        };
        if let Some(answer) = answers.iter().find(is_other) {
            return Err(AnswerError::Entity {
                text: answer.text.clone(),
                table: table.clone(),
                column: to.clone(),
                was: from.clone(),
            });
        }
    }
    Ok(())
}

/// What two answers cannot both say: that one thing became two, or that two became one.
fn contradiction(answers: &[Answer]) -> Result<(), AnswerError> {
    for (at, one) in answers.iter().enumerate() {
        for other in &answers[at + 1..] {
            let to = |answer: &Answer| answer.renames.as_ref().map(Rename::after);
            let is_same_new = to(one).is_some() && to(one) == to(other);
            if (one.about == other.about || is_same_new) && one.renames != other.renames {
                return Err(AnswerError::Contradiction {
                    one: one.text.clone(),
                    other: other.text.clone(),
                });
            }
        }
    }
    Ok(())
}

impl Rename {
    /// What is renamed, by its old name, as an answer names it.
    pub fn before(&self) -> String {
        match self {
            Rename::Table { from, .. } => format!("table:{from}"),
            Rename::Enum { from, .. } => format!("enum:{from}"),
            Rename::Column { table, from, .. } => part("column", table, from),
            Rename::Index { table, from, .. } => part("index", table, from),
            Rename::ForeignKey { table, from, .. } => part("key", table, from),
            Rename::EnumValue { ty, from, .. } => part("value", ty, from),
        }
    }

    /// What is renamed, by its new name.
    fn after(&self) -> String {
        match self {
            Rename::Table { to, .. } => format!("table:{to}"),
            Rename::Enum { to, .. } => format!("enum:{to}"),
            Rename::Column { table, to, .. } => part("column", table, to),
            Rename::Index { table, to, .. } => part("index", table, to),
            Rename::ForeignKey { table, to, .. } => part("key", table, to),
            Rename::EnumValue { ty, to, .. } => part("value", ty, to),
        }
    }

    /// The answer that says this.
    pub fn text(&self) -> String {
        let to = match self {
            Rename::Table { to, .. } | Rename::Enum { to, .. } => to.to_string(),
            Rename::Column { to, .. }
            | Rename::Index { to, .. }
            | Rename::ForeignKey { to, .. }
            | Rename::EnumValue { to, .. } => ObjectName::new(to).to_string(),
        };
        format!("{}={to}", self.before())
    }
}

fn part(kind: &str, of: &ObjectName, name: &str) -> String {
    format!("{kind}:{of}.{}", ObjectName::new(name))
}

const KINDS: [&str; 6] = ["table", "enum", "column", "index", "key", "value"];

/// An answer in its parts.
struct Question {
    text: String,
    kind: Option<&'static str>,
    old: Vec<String>,
    /// Empty where nothing was renamed.
    new: Vec<String>,
}

impl Question {
    fn read(text: &str) -> Result<Self, AnswerError> {
        let syntax = || AnswerError::Syntax(text.to_owned());
        let mut rest = Names(text.trim());
        let mut old = rest.path().ok_or_else(syntax)?;
        let mut kind = None;
        if rest.eat(':') {
            let [named] = old.as_slice() else {
                return Err(syntax());
            };
            let known = KINDS.into_iter().find(|known| known == named);
            kind = Some(known.ok_or_else(|| AnswerError::Kind {
                text: text.to_owned(),
                kind: named.clone(),
            })?);
            old = rest.path().ok_or_else(syntax)?;
        }
        if !rest.eat('=') {
            return Err(syntax());
        }
        let new = match rest.0 {
            "" => vec![],
            _ => rest.path().ok_or_else(syntax)?,
        };
        if !rest.0.is_empty() {
            return Err(syntax());
        }
        Ok(Self {
            text: text.to_owned(),
            kind,
            old,
            new,
        })
    }

    /// Whether this is about a part of a table or a type.
    fn is_part(&self, world: &World<'_>) -> bool {
        match self.kind {
            Some(kind) => !["table", "enum"].contains(&kind),
            None => {
                let name = name_of(&self.old);
                let is_whole = name.is_some_and(|name| {
                    world.actual.tables.contains_key(&name)
                        || world.actual.enums.contains_key(&name)
                });
                self.old.len() > 1 && !is_whole
            }
        }
    }
}

/// Reads names: as they are, up to a `.`, `=`, `:` or `"`, or in double quotes with doubled ones inside.
struct Names<'a>(&'a str);

impl Names<'_> {
    /// Takes names with points between them; `None` where one is missing or does not end.
    fn path(&mut self) -> Option<Vec<String>> {
        let mut path = vec![self.name()?];
        while self.eat('.') {
            path.push(self.name()?);
        }
        Some(path)
    }

    fn name(&mut self) -> Option<String> {
        if let Some(quoted) = self.0.strip_prefix('"') {
            let mut name = String::new();
            let mut rest = quoted;
            loop {
                let (part, after) = rest.split_once('"')?;
                name += part;
                let Some(more) = after.strip_prefix('"') else {
                    self.0 = after.trim_start();
                    return Some(name).filter(|name| !name.is_empty());
                };
                name.push('"');
                rest = more;
            }
        }
        let end = self.0.find(['.', '=', ':', '"']).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    fn eat(&mut self, wanted: char) -> bool {
        let rest = self.0.strip_prefix(wanted);
        self.0 = rest.map_or(self.0, str::trim_start);
        rest.is_some()
    }
}

/// `parts` as the name of a table or a type.
fn name_of(parts: &[String]) -> Option<ObjectName> {
    match parts {
        [name] => Some(ObjectName::new(name)),
        [schema, name] => Some(ObjectName::within(schema, name)),
        _ => None,
    }
}

/// Both sides, to look names up in.
struct World<'a> {
    actual: Schema,
    desired: Schema,
    declared: &'a Schema,
    dialect: Dialect,
    own_schema: &'a str,
}

/// What a question comes to if it is of one kind.
enum Reading {
    /// The database has nothing of this name.
    NoOld,
    /// The entities declare nothing of this name.
    NoNew,
    /// It can be read so.
    Found(Found),
}

/// What an answer says of something that there is.
struct Found {
    /// What it is about.
    about: String,
    renames: Option<Rename>,
    /// Whether the database has something of the new name.
    is_taken: bool,
}

impl World<'_> {
    fn find(
        &self,
        question: &Question,
        known: &BTreeMap<ObjectName, ObjectName>,
    ) -> Result<Found, AnswerError> {
        let mut found = vec![];
        let mut no_new = vec![];
        for kind in KINDS {
            if question.kind.is_some_and(|asked| asked != kind) {
                continue;
            }
            let Some(reading) = self.read(kind, question, known) else {
                continue;
            };
            match reading {
                Reading::NoOld => {}
                Reading::NoNew => no_new.push(kind),
                Reading::Found(reading) => found.push((kind, reading)),
            }
        }
        let text = question.text.clone();
        let (old, new) = (question.old.join("."), question.new.join("."));
        if found.len() > 1 {
            let kinds = found.into_iter().map(|(kind, ..)| kind).collect();
            return Err(AnswerError::Ambiguous { text, kinds });
        }
        match found.pop() {
            Some((_, found)) => Ok(found),
            None if !no_new.is_empty() => {
                let kinds = no_new.join(" or ");
                Err(AnswerError::NoNew { text, new, kinds })
            }
            None => {
                let kind = question.kind.unwrap_or("table, column or value");
                Err(AnswerError::NoOld { text, old, kind })
            }
        }
    }

    /// `question`, read as one about something of `kind`; `None` where its form does not fit.
    fn read(
        &self,
        kind: &'static str,
        question: &Question,
        known: &BTreeMap<ObjectName, ObjectName>,
    ) -> Option<Reading> {
        if ["table", "enum"].contains(&kind) {
            return self.read_whole(kind, question);
        }
        let (from, of) = question.old.split_last()?;
        let said = canonical::object_name(&name_of(of)?, self.own_schema);
        let now = known.get(&said).cloned().unwrap_or_else(|| said.clone());
        let before = known
            .iter()
            .find(|(_, to)| **to == now)
            .map_or(now.clone(), |(from, _)| from.clone());
        let to = match question.new.split_last() {
            None => None,
            Some((to, of)) => {
                let fits = of.is_empty()
                    || name_of(of)
                        .is_some_and(|of| canonical::object_name(&of, self.own_schema) == now);
                if !fits {
                    return None;
                }
                Some(to.clone())
            }
        };
        let names = |schema: &Schema, name: &ObjectName, is_old: bool| -> Vec<String> {
            match kind {
                "value" => self.values(name, is_old, known),
                _ => schema.tables.get(name).map_or(vec![], |table| match kind {
                    "column" => table.columns.iter().map(|c| c.name.clone()).collect(),
                    "index" => table
                        .indexes
                        .iter()
                        .map(|index| index.name.clone())
                        .collect(),
                    _ => table
                        .foreign_keys
                        .iter()
                        .filter_map(|key| key.name.clone())
                        .collect(),
                }),
            }
        };
        let old = names(&self.actual, &before, true);
        let new = names(&self.desired, &now, false);
        // What values there are, SQLite does not know.
        let is_there = old.contains(from)
            || (kind == "value" && self.dialect == Dialect::Sqlite && !new.is_empty());
        if !is_there {
            return Some(Reading::NoOld);
        }
        let from = from.clone();
        let Some(to) = to else {
            return Some(Reading::Found(Found {
                about: part(kind, &now, &from),
                renames: None,
                is_taken: false,
            }));
        };
        if !new.contains(&to) {
            return Some(Reading::NoNew);
        }
        let is_taken = old.contains(&to);
        let table = now.clone();
        let rename = match kind {
            "column" => Rename::Column { table, from, to },
            "index" => Rename::Index { table, from, to },
            "key" => Rename::ForeignKey { table, from, to },
            _ => Rename::EnumValue {
                columns: self.columns_of(&now).map(|(place, _)| place).collect(),
                ty: now,
                from,
                to,
            },
        };
        Some(Reading::Found(Found {
            about: rename.before(),
            renames: Some(rename),
            is_taken,
        }))
    }

    fn read_whole(&self, kind: &'static str, question: &Question) -> Option<Reading> {
        let from = canonical::object_name(&name_of(&question.old)?, self.own_schema);
        let has = |schema: &Schema, name: &ObjectName| match kind {
            "table" => schema.tables.contains_key(name),
            _ => schema.enums.contains_key(name),
        };
        if !has(&self.actual, &from) {
            return Some(Reading::NoOld);
        }
        if question.new.is_empty() {
            return Some(Reading::Found(Found {
                about: format!("{kind}:{from}"),
                renames: None,
                is_taken: false,
            }));
        }
        let mut to = canonical::object_name(&name_of(&question.new)?, self.own_schema);
        if question.new.len() == 1 {
            to.schema.clone_from(&from.schema);
        }
        // Neither can be moved to another schema by a rename.
        if !has(&self.desired, &to) || to.schema != from.schema {
            return Some(Reading::NoNew);
        }
        let is_taken = has(&self.actual, &to);
        let rename = match kind {
            "table" => Rename::Table { from, to },
            _ => Rename::Enum { from, to },
        };
        Some(Reading::Found(Found {
            about: rename.before(),
            renames: Some(rename),
            is_taken,
        }))
    }

    /// The columns that entities declare of the enum `ty`.
    fn columns_of(&self, ty: &ObjectName) -> impl Iterator<Item = ((ObjectName, String), &Column)> {
        let is_it = move |column: &&Column| {
            enum_name(&column.ty)
                .is_some_and(|name| canonical::object_name(name, self.own_schema) == *ty)
        };
        self.declared.tables.values().flat_map(move |table| {
            let name = canonical::object_name(&table.name, self.own_schema);
            let columns = table.columns.iter().filter(is_it);
            columns.map(move |column| ((name.clone(), column.name.clone()), column))
        })
    }

    /// The values of the enum `ty`: in the database, or as declared. SQLite does not know them, and any may be there.
    /// Tables may have been `known` by another name before.
    fn values(
        &self,
        ty: &ObjectName,
        in_database: bool,
        known: &BTreeMap<ObjectName, ObjectName>,
    ) -> Vec<String> {
        let declared = || -> Vec<String> {
            let mut columns = self.columns_of(ty);
            let column = columns.find_map(|(_, column)| canonical::enum_of(&column.ty));
            column.map_or(vec![], |ty| ty.values.clone())
        };
        match (self.dialect, in_database) {
            (_, false) => declared(),
            (Dialect::Postgres, true) => {
                let known = self.actual.enums.get(ty);
                known.map_or(vec![], |ty| ty.values.clone())
            }
            (Dialect::MySql | Dialect::MariaDb, true) => {
                let mut values = vec![];
                for ((table, name), _) in self.columns_of(ty) {
                    let before = known.iter().find(|(_, to)| **to == table);
                    let before = before.map_or(&table, |(from, _)| from);
                    let Some(actual) = self.actual.tables.get(before) else {
                        continue;
                    };
                    // A column that has another name now may be any that has an enum.
                    let is_it = |column: &&Column| match actual.column(&name) {
                        Some(same) => column.name == same.name,
                        None => true,
                    };
                    let enums = actual.columns.iter().filter(is_it);
                    let enums = enums.filter_map(|column| canonical::enum_of(&column.ty));
                    values.extend(enums.flat_map(|ty| ty.values.clone()));
                }
                values
            }
            (Dialect::Sqlite, true) => vec![],
        }
    }
}

fn enum_name(ty: &Type) -> Option<&ObjectName> {
    canonical::enum_of(ty).map(|ty| &ty.name)
}

#[cfg(test)]
mod tests {
    use seadrift_schema::{EnumType, Table};

    use super::*;
    use crate::Strict;

    fn schema(table: &str, column: &str, values: &[&str]) -> Schema {
        let ty = EnumType {
            name: ObjectName::new("mood"),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let mut made = Table::new(ObjectName::new(table));
        made.columns.push(Column::new(column, Type::from(ty)));
        let mut schema = Schema::default();
        schema.tables.insert(made.name.clone(), made);
        schema
    }

    /// An entity that says what its column was, and an answer that says otherwise.
    #[test]
    fn an_entity_is_not_contradicted() {
        let mut before = schema("note", "old", &["x"]);
        let mut after = schema("note", "new", &["x"]);
        let name = ObjectName::new("note");
        let ty = Type::Text;
        let columns = |schema: &mut Schema| schema.tables.remove(&name).unwrap();
        let (mut was, mut is) = (columns(&mut before), columns(&mut after));
        was.columns.push(Column::new("other", ty.clone()));
        is.columns[0].renamed_from = Some("old".to_owned());
        is.columns.push(Column::new("further", ty));
        before.tables.insert(name.clone(), was);
        after.tables.insert(name.clone(), is);
        for dialect in [
            Dialect::MariaDb,
            Dialect::MySql,
            Dialect::Sqlite,
            Dialect::Postgres,
        ] {
            let context = Context {
                dialect,
                own_schema: "own",
                lock: &before,
                strict: Strict::default(),
                renames: &[],
                grants: &[],
            };
            let said = |text: &str| {
                answer(&[text.to_owned()], &before, &after, &context)
                    .map_err(|error| error.to_string())
            };
            for text in ["note.old=new", "note.other=further", "note.other="] {
                assert!(said(text).is_ok(), "{text}");
            }
            for text in ["note.old=", "note.old=further", "note.other=new"] {
                assert_eq!(
                    said(text),
                    Err(format!(
                        "the rename `{text}` contradicts the entity, by which column `new` of table `note` was `old` (`renamed_from`)"
                    ))
                );
            }
        }
    }

    /// MySQL knows an enum by its column alone, which may have another name, in a table of another name.
    #[test]
    fn a_value_is_found_whatever_else_is_renamed() {
        let before = schema("notes", "state", &["happy", "it's sad"]);
        let after = schema("note", "mood", &["happy", "low"]);
        let texts = ["notes=note", "notes.state=mood", "mood.\"it's sad\"=low"];
        for dialect in [
            Dialect::MariaDb,
            Dialect::MySql,
            Dialect::Sqlite,
            Dialect::Postgres,
        ] {
            let context = Context {
                dialect,
                own_schema: "own",
                lock: &before,
                strict: Strict::default(),
                renames: &[],
                grants: &[],
            };
            let answers = answer(&texts.map(str::to_owned), &before, &after, &context).unwrap();
            let last = answers.last().and_then(|answer| answer.renames.clone());
            assert_eq!(
                last,
                Some(Rename::EnumValue {
                    ty: ObjectName::new("mood"),
                    from: "it's sad".to_owned(),
                    to: "low".to_owned(),
                    columns: vec![(ObjectName::new("note"), "mood".to_owned())],
                }),
                "{dialect}"
            );
        }
    }
}
