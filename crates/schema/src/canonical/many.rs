//! Many tables at once: where there are enough of them to be worth it, half of them on another thread.

use std::{num::NonZero, thread};

/// With fewer, a thread takes longer to begin than it saves.
const WORTH_IT: usize = 200;

/// What `work` makes of each of `items`, in their order, or the error of the first that has one.
pub(super) fn each<I, T, E>(
    mut items: Vec<I>,
    work: impl Fn(I) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E>
where
    I: Send,
    T: Send,
    E: Send,
{
    let is_alone = thread::available_parallelism().is_ok_and(|threads| threads < MIN_THREADS);
    if items.len() < WORTH_IT || is_alone {
        return items.into_iter().map(work).collect();
    }
    let rest = items.split_off(items.len() / 2);
    let half = |items: Vec<I>| items.into_iter().map(&work).collect::<Result<Vec<T>, E>>();
    thread::scope(|scope| {
        let rest = scope.spawn(|| half(rest));
        let mut made = half(items)?;
        match rest.join() {
            Ok(rest) => made.extend(rest?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        Ok(made)
    })
}

const MIN_THREADS: NonZero<usize> = NonZero::new(2).unwrap();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_in_order() {
        for count in [0, 1, WORTH_IT, WORTH_IT + 1] {
            let numbers: Vec<_> = (0..count).collect();
            assert_eq!(each(numbers.clone(), Ok::<_, ()>), Ok(numbers));
        }
    }

    #[test]
    fn the_first_error_is_said() {
        let odd = |number: usize| match number % 150 {
            149 => Err(number),
            _ => Ok(number),
        };
        assert_eq!(each((0..WORTH_IT * 2).collect(), odd), Err(149));
        assert_eq!(each((150..WORTH_IT * 2).collect(), odd), Err(299));
    }
}
