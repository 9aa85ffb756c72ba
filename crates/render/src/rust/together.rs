//! What lists have in common, and where they part: the statements and lines of one file for several backends.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of several lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stretch<T> {
    /// All lists have this here.
    Common(T),
    /// What the lists have here each: those, by their places, that have the same. Some may have nothing.
    Parted(Vec<(Vec<usize>, Vec<T>)>),
}

/// The stretches of `lists`: taken one after the other, they give each list again.
pub(super) fn stretches<T: PartialEq + Clone>(lists: &[Vec<T>]) -> Vec<Stretch<T>> {
    let shared = shared(lists);
    let mut rests: Vec<&[T]> = lists.iter().map(Vec::as_slice).collect();
    let mut stretches = vec![];
    for item in &shared {
        let at = |rest: &[T]| rest.iter().position(|known| known == item);
        let parts: Vec<_> = rests
            .iter_mut()
            .map(|rest| {
                let (before, after) = rest.split_at(at(rest).unwrap_or(rest.len()));
                *rest = after.get(1..).unwrap_or_default();
                before
            })
            .collect();
        stretches.extend(parted(&parts));
        stretches.push(Stretch::Common(item.clone()));
    }
    stretches.extend(parted(&rests));
    stretches
}

/// The lists' own parts, unless none has any.
fn parted<T: PartialEq + Clone>(parts: &[&[T]]) -> Option<Stretch<T>> {
    let mut groups: Vec<(Vec<usize>, Vec<T>)> = vec![];
    for (at, part) in parts.iter().enumerate() {
        match groups.iter_mut().find(|(_, known)| known == part) {
            Some((places, _)) => places.push(at),
            None => groups.push((vec![at], part.to_vec())),
        }
    }
    let is_any = groups.iter().any(|(_, part)| !part.is_empty());
    is_any.then_some(Stretch::Parted(groups))
}

/// What all lists have, in an order that is each one's own.
fn shared<T: PartialEq + Clone>(lists: &[Vec<T>]) -> Vec<T> {
    let mut known: Vec<&T> = vec![];
    let mut numbered: Vec<Vec<usize>> = vec![];
    for list in lists {
        let mut numbers = vec![];
        for item in list {
            let number = known.iter().position(|other| *other == item);
            numbers.push(number.unwrap_or_else(|| {
                known.push(item);
                known.len() - 1
            }));
        }
        numbered.push(numbers);
    }
    let common = numbered.into_iter().reduce(|one, other| {
        let operations = capture_diff_slices(Algorithm::Lcs, &one, &other);
        let equal = operations.iter().filter_map(|operation| match *operation {
            DiffOp::Equal { old_index, len, .. } => one.get(old_index..old_index + len),
            _ => None,
        });
        equal.flatten().copied().collect()
    });
    let common = common.unwrap_or_default();
    common
        .into_iter()
        .map(|number| known[number].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the list at `place` has, read from the stretches.
    fn of(stretches: &[Stretch<u8>], place: usize) -> Vec<u8> {
        let mut list = vec![];
        for stretch in stretches {
            match stretch {
                Stretch::Common(item) => list.push(*item),
                Stretch::Parted(groups) => {
                    let mut its = groups.iter().filter(|(places, _)| places.contains(&place));
                    list.extend(&its.next().expect("each list is in a group").1);
                    assert_eq!(its.next(), None);
                }
            }
        }
        list
    }

    proptest! {
        #[test]
        fn each_list_comes_out_again(lists in prop::collection::vec(prop::collection::vec(0u8..6, 0..9), 1..4)) {
            let stretches = stretches(&lists);
            for (place, list) in lists.iter().enumerate() {
                prop_assert_eq!(&of(&stretches, place), list);
            }
            let parted = |stretch: &Stretch<u8>| matches!(stretch, Stretch::Parted(_));
            prop_assert!(!stretches.windows(2).any(|two| two.iter().all(parted)));
            if lists.iter().all(|list| *list == lists[0]) {
                prop_assert!(!stretches.iter().any(parted));
            }
        }
    }

    #[test]
    fn what_is_the_same_is_said_once() {
        let lists = [
            vec!['a', 'b', 'c'],
            vec!['a', 'x', 'c'],
            vec!['a', 'b', 'c', 'd'],
        ];
        assert_eq!(
            stretches(&lists),
            [
                Stretch::Common('a'),
                Stretch::Parted(vec![(vec![0, 2], vec!['b']), (vec![1], vec!['x'])]),
                Stretch::Common('c'),
                Stretch::Parted(vec![(vec![0, 1], vec![]), (vec![2], vec!['d'])]),
            ]
        );
    }
}
