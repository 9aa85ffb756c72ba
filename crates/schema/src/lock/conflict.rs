//! What git leaves in a file that two branches changed at the same place.
//! <https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>

/// The texts that a half-merged one is made of, each whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What the branch says that is merged into.
    pub ours: String,
    /// What both started from, where git was told to say it (`merge.conflictStyle = diff3`).
    pub base: Option<String>,
    /// What the other branch says.
    pub theirs: String,
}

/// The number of the first line that marks a conflict, from 1.
pub fn line(source: &str) -> Option<usize> {
    let at = source.lines().position(|line| mark(line).is_some())?;
    Some(at + 1)
}

/// Takes a half-merged text apart. `None` where there is no conflict in it, or its marks are not in order.
pub fn parts(source: &str) -> Option<Parts> {
    let (mut ours, mut base, mut theirs) = (String::new(), String::new(), String::new());
    let mut inside = None;
    let (mut has_conflict, mut has_base) = (false, true);
    let mut has_base_here = false;
    for line in source.split_inclusive('\n') {
        match (mark(line), inside) {
            (Some(Mark::Ours), None) => {
                (inside, has_conflict, has_base_here) = (Some(Mark::Ours), true, false);
            }
            (Some(Mark::Base), Some(Mark::Ours)) => {
                (inside, has_base_here) = (Some(Mark::Base), true);
            }
            (Some(Mark::Theirs), Some(Mark::Ours | Mark::Base)) => inside = Some(Mark::Theirs),
            (Some(Mark::End), Some(Mark::Theirs)) => {
                inside = None;
                has_base &= has_base_here;
            }
            (Some(_), _) => return None,
            (None, None) => {
                for text in [&mut ours, &mut base, &mut theirs] {
                    text.push_str(line);
                }
            }
            (None, Some(Mark::Ours)) => ours.push_str(line),
            (None, Some(Mark::Base)) => base.push_str(line),
            (None, Some(Mark::Theirs | Mark::End)) => theirs.push_str(line),
        }
    }
    (has_conflict && inside.is_none()).then(|| Parts {
        ours,
        base: has_base.then_some(base),
        theirs,
    })
}

/// What a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ours,
    Base,
    Theirs,
    End,
}

/// Seven characters, and then nothing or a space.
fn mark(line: &str) -> Option<Mark> {
    let line = line.trim_end_matches(['\r', '\n']);
    let marks = [
        ("<<<<<<<", Mark::Ours),
        ("|||||||", Mark::Base),
        ("=======", Mark::Theirs),
        (">>>>>>>", Mark::End),
    ];
    let found = marks.into_iter().find(|(start, _)| {
        let rest = line.strip_prefix(start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    found.map(|(_, mark)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_whole() {
        let text = "a\n<<<<<<< HEAD\nb\n||||||| 123\nc\n=======\nd\n>>>>>>> other\ne\n";
        let parts = parts(text).unwrap();
        assert_eq!(parts.ours, "a\nb\ne\n");
        assert_eq!(parts.base.as_deref(), Some("a\nc\ne\n"));
        assert_eq!(parts.theirs, "a\nd\ne\n");
        assert_eq!(line(text), Some(2));
    }

    #[test]
    fn a_start_that_nobody_says_is_none() {
        let text = "<<<<<<< HEAD\r\nb\r\n=======\r\n>>>>>>> other\r\n";
        let parts = parts(text).unwrap();
        assert_eq!((parts.base, parts.ours.as_str()), (None, "b\r\n"));
        assert_eq!(parts.theirs, "");
    }

    #[test]
    fn marks_in_no_order_are_no_conflict() {
        for text in [
            "",
            "a = 1\n",
            "========\n",
            "<<<<<<<x\n=======x\n",
            "=======\n",
            "<<<<<<< a\n",
            "<<<<<<< a\n=======\n",
            "<<<<<<< a\n>>>>>>> b\n",
            "<<<<<<< a\n<<<<<<< a\n=======\n>>>>>>> b\n",
            "<<<<<<< a\n=======\n|||||||\n>>>>>>> b\n",
        ] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }
}
