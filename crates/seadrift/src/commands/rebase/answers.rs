//! What the revisions of a branch say of renames and of what they take away, as one revision would say it.

use seadrift_render::text::gone;

/// What the head of a revision tells.
pub(super) struct Told<'a> {
    pub name: &'a str,
    /// What was answered about renames.
    pub answers: Vec<String>,
    pub changes: &'a [String],
}

/// What one says for all.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct United {
    pub answers: Vec<String>,
    /// The lines of what goes.
    pub gone: Vec<String>,
}

/// What all of `told` say together, the oldest first: what was renamed twice was renamed once, and what one has added the database
/// does not have. An error in words where that cannot be told.
pub(super) fn united(told: &[Told<'_>]) -> Result<United, String> {
    for (at, one) in told.iter().enumerate() {
        let others = told.iter().enumerate().filter(|(other, _)| *other != at);
        for (_, other) in others {
            refuse_other_name(one, other)?;
        }
    }
    let mut united = United::default();
    let mut added: Vec<&str> = vec![];
    for one in told {
        for answer in &one.answers {
            add_answer(&mut united.answers, answer);
        }
        let is_its_own = |subject: &str| {
            let table = gone::table_of(subject);
            added
                .iter()
                .any(|known| *known == subject || is_table(known, table))
        };
        let lines = one.changes.iter().filter(|line| {
            let subject = gone::subject(line);
            // A column that changes may lose a part, which only the whole line tells.
            !line.starts_with('+') && !subject.is_some_and(is_its_own)
        });
        let lines: Vec<_> = lines.cloned().collect();
        united.gone.extend(lines);
        let new = one.changes.iter().filter(|line| line.starts_with('+'));
        added.extend(new.filter_map(|line| gone::subject(line)));
    }
    Ok(united)
}

/// Whether `subject` is this table.
fn is_table(subject: &str, table: &str) -> bool {
    subject.starts_with("table ") && gone::table_of(subject) == table
}

/// Adds `answer`, which may go on from where an earlier one ends.
fn add_answer(answers: &mut Vec<String>, answer: &str) {
    let Some((old, new)) = answer.rsplit_once('=') else {
        return;
    };
    let goes_on = |known: &&mut String| after(known).is_some_and(|after| after == old);
    if let Some(known) = answers.iter_mut().find(goes_on) {
        if let Some((before, _)) = known.rsplit_once('=') {
            *known = format!("{before}={new}");
        }
    } else if !answers.iter().any(|known| known == answer) {
        answers.push(answer.to_owned());
    }
}

/// What `answer` names by the name that it has afterwards, as the next one would name it.
fn after(answer: &str) -> Option<String> {
    let (old, new) = answer.rsplit_once('=')?;
    if new.is_empty() {
        return None;
    }
    let (kind, name) = old.split_once(':')?;
    match kind {
        "table" | "enum" => Some(format!("{kind}:{new}")),
        _ => {
            let (of, _) = name.rsplit_once('.')?;
            Some(format!("{kind}:{of}.{new}"))
        }
    }
}

/// What one calls otherwise, another may take away, or have taken away, under a name that is not the database's.
fn refuse_other_name(one: &Told<'_>, other: &Told<'_>) -> Result<(), String> {
    for answer in &one.answers {
        let Some((old, new)) = answer.rsplit_once('=') else {
            continue;
        };
        if new.is_empty() {
            continue;
        }
        let before = old.rsplit([':', '.']).next().unwrap_or(old);
        let names = [before, new].map(|name| name.trim_matches('"'));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let speaks_of_it = |line: &&String| {
            let mut words = line.split(|c| !is_word(c));
            line.starts_with('-') && words.any(|word| names.contains(&word))
        };
        if let Some(line) = other.changes.iter().find(speaks_of_it) {
            return Err(format!(
                "`{}` has `{line}`, and `{}` has another name for that: `{answer}`",
                other.name, one.name
            ));
        }
        let is_ended = |answer: &&String| answer.strip_suffix('=').map(str::to_owned) == after(&format!("{old}={new}"));
        if let Some(line) = other.answers.iter().find(is_ended) {
            return Err(format!(
                "`{}` takes away what `{}` has given another name: `{line}`",
                other.name, one.name
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(told: &[(&[&str], &[&str])]) -> Result<United, String> {
        let lines = |lines: &[&str]| -> Vec<String> {
            lines.iter().map(|line| (*line).to_owned()).collect()
        };
        let changes: Vec<_> = told.iter().map(|(_, changes)| lines(changes)).collect();
        let told = told.iter().zip(&changes).zip(["m1", "m2", "m3"]);
        let told = told.map(|(((answers, _), changes), name)| Told {
            name,
            answers: lines(answers),
            changes,
        });
        united(&told.collect::<Vec<_>>())
    }

    #[test]
    fn what_was_renamed_twice_was_renamed_once() {
        let united = of(&[
            (&["column:user.a=b", "table:x=y"], &[]),
            (&["column:user.b=c", "column:user.k="], &["~ column user.b: renamed to c"]),
            (&["table:y=z"], &[]),
        ]);
        assert_eq!(
            united.unwrap().answers,
            ["column:user.a=c", "table:x=z", "column:user.k="]
        );
    }

    #[test]
    fn what_one_has_added_the_database_does_not_have() {
        let united = of(&[
            (
                &[],
                &["- column user.old: text", "+ column user.new: text", "+ table  post (2 columns)"],
            ),
            (
                &[],
                &["- column user.new: varchar", "- index  post (id)", "- index  user (id)"],
            ),
            (&[], &["~ column user.bio: default 'x' -> none"]),
        ]);
        assert_eq!(
            united.unwrap().gone,
            [
                "- column user.old: text",
                "- index  user (id)",
                "~ column user.bio: default 'x' -> none"
            ]
        );
    }

    #[test]
    fn what_goes_under_another_name_is_refused() {
        for told in [
            &[
                (&["column:user.a=b"][..], &[][..]),
                (&[], &["- column user.b: text"]),
            ],
            &[
                (&[][..], &["- column user.c: text"][..]),
                (&["table:user=person"], &[]),
            ],
            &[(&["column:user.a=b"][..], &[][..]), (&["column:user.b="], &[])],
        ] {
            assert!(of(told).is_err(), "{told:?}");
        }
    }
}
