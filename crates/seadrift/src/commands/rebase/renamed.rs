//! What got another name, and how a line about a change says that name.

use seadrift_render::text::gone;

/// An answer that gives another name.
pub(super) struct Renamed<'a> {
    pub answer: &'a str,
    kind: &'a str,
    /// The table, or what else it is of; empty where it is that itself.
    of: &'a str,
    old: &'a str,
    new: &'a str,
}

impl<'a> Renamed<'a> {
    /// Reads `column:user.name=full_name`; none where it says that nothing was renamed.
    pub(super) fn read(answer: &'a str) -> Option<Self> {
        let (before, new) = answer.rsplit_once('=')?;
        let (kind, name) = before.split_once(':')?;
        let (of, old) = match kind {
            "table" | "enum" => ("", name),
            _ => name.rsplit_once('.')?,
        };
        (!new.is_empty()).then_some(Self {
            answer,
            kind,
            of,
            old,
            new,
        })
    }

    /// Whether `line` says that it goes, by its new name.
    pub(super) fn is_taken_away(&self, line: &str) -> bool {
        let Some(subject) = gone::subject(line).filter(|_| line.starts_with('-')) else {
            return false;
        };
        let (kind, name) = subject.split_once(' ').unwrap_or_default();
        let name = name.trim_start();
        let is_it = match self.kind {
            "table" | "enum" => name == self.new,
            "column" => name.rsplit_once('.') == Some((self.of, self.new)),
            _ => false,
        };
        kind == self.kind && is_it
    }

    /// `line`, which was written before, with the new name. None where that cannot be told.
    pub(super) fn said(&self, line: &str) -> Option<String> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let plain = self.old.chars().all(|c| is_word(c) || c == '.');
        if plain
            && !line
                .split(|c| !is_word(c))
                .any(|word| word == last(self.old))
        {
            return Some(line.to_owned());
        }
        match self.kind {
            "table" => Some(self.table(line)),
            "column" => self.column(line),
            // What has a name of its own goes by what it is on, or is named in a text.
            _ => None,
        }
    }

    /// With another name of the table, wherever it stands for one.
    fn table(&self, line: &str) -> String {
        let parts = line.split_once(' ');
        let parts = parts.and_then(|(sign, rest)| Some((sign, rest.split_once(' ')?)));
        let Some((sign, (kind, rest))) = parts else {
            return line.to_owned();
        };
        let name = rest.trim_start();
        let gap = &rest[..rest.len() - name.len()];
        let ends = [" ", ":", "."];
        let is_first = |end: &&str| {
            let rest = name.strip_prefix(self.old);
            rest.is_some_and(|rest| rest.starts_with(end))
        };
        let mut name = name.to_owned();
        if ends.iter().any(is_first) {
            name.replace_range(..self.old.len(), self.new);
        }
        if kind == "key" {
            let target = format!(" -> {} (", self.old);
            name = name.replace(&target, &format!(" -> {} (", self.new));
        }
        format!("{sign} {kind} {gap}{name}")
    }

    /// With another name of the column, where it is one of the table's.
    fn column(&self, line: &str) -> Option<String> {
        let (of, old, new) = (self.of, self.old, self.new);
        let altered = format!("~ column {of}.{old}: ");
        if let Some(rest) = line.strip_prefix(&altered) {
            return Some(format!("~ column {of}.{new}: {rest}"));
        }
        let Some(subject) = gone::subject(line) else {
            return Some(line.to_owned());
        };
        let is_of = gone::table_of(subject) == of;
        match subject.split_once(' ')?.0 {
            "index" if is_of && line.contains('(') => in_list(line, 0, old, new),
            "index" if is_of => None,
            "key" => {
                let target = format!(" -> {of} (");
                let line = match is_of {
                    true => in_list(line, 0, old, new)?,
                    false => line.to_owned(),
                };
                match line.contains(&target) {
                    true => in_list(&line, 1, old, new),
                    false => Some(line),
                }
            }
            // It goes, and something else got another name.
            "column" | "table" | "enum" => Some(line.to_owned()),
            _ if is_of => None,
            _ => Some(line.to_owned()),
        }
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// `line` with `new` for `old` in its list of this number, in parentheses.
fn in_list(line: &str, number: usize, old: &str, new: &str) -> Option<String> {
    let (start, _) = line.match_indices('(').nth(number)?;
    let end = start + line.get(start..)?.find(')')?;
    let names = line.get(start + 1..end)?.split(", ");
    let names: Vec<_> = names
        .map(|name| if name == old { new } else { name })
        .collect();
    let (before, after) = (line.get(..=start)?, line.get(end..)?);
    Some(format!("{before}{}{after}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_the_new_name() {
        for (answer, line, expected) in [
            (
                "column:user.id=key",
                "- key    post (id, b) -> user (id) on delete cascade",
                Some("- key    post (id, b) -> user (key) on delete cascade"),
            ),
            (
                "column:post.id=key",
                "- key    post (id, b) -> user (id)",
                Some("- key    post (key, b) -> user (id)"),
            ),
            (
                "table:user=person",
                "- key    post (user) -> user (id)",
                Some("- key    post (user) -> person (id)"),
            ),
            (
                "table:user=person",
                "~ table  user: comment \"user\" -> none",
                Some("~ table  person: comment \"user\" -> none"),
            ),
            (
                "table:user=person",
                "- index  users (user)",
                Some("- index  users (user)"),
            ),
            (
                "column:post.a=b",
                "- index  user (a)",
                Some("- index  user (a)"),
            ),
            ("column:user.a=b", "- check  user (a > 1)", None),
            ("index:user.a=b", "- index  user a", None),
        ] {
            let renamed = Renamed::read(answer).unwrap();
            assert_eq!(renamed.said(line).as_deref(), expected, "{line}");
        }
        assert!(Renamed::read("column:user.a=").is_none());
    }
}
