//! What the revisions of a branch say of renames and of what they take away, as one revision would say it.

use seadrift_render::text::gone;

use super::renamed::Renamed;

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
    let mut united = United::default();
    let mut added: Vec<String> = vec![];
    let mut renamed: Vec<Renamed<'_>> = vec![];
    for one in told {
        for line in one.changes {
            if let Some(known) = renamed.iter().find(|known| known.is_taken_away(line)) {
                return Err(format!(
                    "`{}` takes away what the branch has given another name before: `{}`",
                    one.name, known.answer
                ));
            }
        }
        for answer in &one.answers {
            // What the branch has made itself is under no name in the database.
            if let Some(new) = name_of_added(answer, &added) {
                added.extend(new);
                continue;
            }
            add_answer(&mut united.answers, answer);
            let Some(new) = Renamed::read(answer) else {
                continue;
            };
            // From then on, what goes is known by the new name.
            for line in &mut united.gone {
                *line = new.said(line).ok_or_else(|| {
                    format!(
                        "`{}` has another name for something in `{line}`, which goes before that: `{answer}`",
                        one.name
                    )
                })?;
            }
            renamed.push(new);
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
        united.gone.extend(lines.cloned());
        let new = one.changes.iter().filter(|line| line.starts_with('+'));
        added.extend(new.filter_map(|line| gone::subject(line).map(str::to_owned)));
    }
    Ok(united)
}

/// Whether `subject` is this table.
fn is_table(subject: &str, table: &str) -> bool {
    subject.starts_with("table ") && gone::table_of(subject) == table
}

/// Where `answer` is about what was `added`, the name that it has from then on, if it is another.
fn name_of_added(answer: &str, added: &[String]) -> Option<Option<String>> {
    let (before, new) = answer.rsplit_once('=')?;
    let (kind, name) = before.split_once(':')?;
    let subject = |name: &str| match kind {
        // As wide as the others.
        "table" => format!("table  {name}"),
        _ => format!("{kind} {name}"),
    };
    let of = name.rsplit_once('.').map(|(of, _)| of);
    let is_new = |known: &String| {
        let is_of_new = kind != "table" && of.is_some_and(|of| is_table(known, of));
        *known == subject(name) || is_of_new
    };
    if !added.iter().any(is_new) {
        return None;
    }
    let full = match (kind, of) {
        ("column", Some(of)) => format!("{of}.{new}"),
        _ => new.to_owned(),
    };
    Some((!new.is_empty()).then(|| subject(&full)))
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
            (
                &["column:user.b=c", "column:user.k="],
                &["~ column user.b: renamed to c"],
            ),
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
                &[
                    "- column user.old: text",
                    "+ column user.new: text",
                    "+ table  post (2 columns)",
                ],
            ),
            (
                &[],
                &[
                    "- column user.new: varchar",
                    "- index  post (id)",
                    "- index  user (id)",
                ],
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
    fn what_one_has_added_has_any_name() {
        let united = of(&[
            (&[], &["+ column user.a: text", "+ table  post (2 columns)"]),
            (
                &[
                    "column:user.a=b",
                    "table:post=text",
                    "column:post.c=d",
                    "column:user.k=l",
                ],
                &["~ column user.a: renamed to b"],
            ),
            (
                &["column:user.b="],
                &["- column user.b: text", "- table  text (2 columns)"],
            ),
        ])
        .unwrap();
        assert_eq!(united.answers, ["column:user.k=l"]);
        assert_eq!(united.gone, ["~ column user.a: renamed to b"]);
    }

    #[test]
    fn what_goes_before_a_rename_is_known_by_the_new_name() {
        let united = of(&[
            (
                &[],
                &[
                    "- index  user (a, b)",
                    "- column user.c: text",
                    "~ column user.a: default 1 -> none",
                ],
            ),
            (&["column:user.a=x", "table:user=person"], &[]),
            (&[], &["- index  person (x)"]),
        ]);
        assert_eq!(
            united.unwrap().gone,
            [
                "- index  person (x, b)",
                "- column person.c: text",
                "~ column person.x: default 1 -> none",
                "- index  person (x)",
            ]
        );
    }

    #[test]
    fn what_goes_after_a_rename_is_refused() {
        let rename = (&["column:user.a=b", "table:x=y"][..], &[][..]);
        for line in ["- column user.b: text", "- table  y (2 columns)"] {
            assert!(of(&[rename, (&[], &[line])]).is_err(), "{line}");
        }
        let other = of(&[rename, (&[], &["- column user.c: text"])]);
        assert!(other.is_ok());
    }
}
