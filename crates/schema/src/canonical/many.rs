//! Many tables at once: where there are enough of them to be worth it, half of them on another thread.

use std::{
    panic,
    sync::{Mutex, PoisonError},
    thread,
};

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
    let is_alone = thread::available_parallelism().is_ok_and(|threads| threads.get() < 2);
    if items.len() < WORTH_IT || is_alone {
        return items.into_iter().map(work).collect();
    }
    let rest = Mutex::new(items.split_off(items.len() / 2));
    let half = |items: Vec<I>| items.into_iter().map(&work).collect::<Result<Vec<T>, E>>();
    let take = || std::mem::take(&mut *rest.lock().unwrap_or_else(PoisonError::into_inner));
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || half(take()));
        let mut made = half(items)?;
        made.extend(match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(rest)) => rest?,
            Ok(Err(panicked)) => panic::resume_unwind(panicked),
            // There was no thread to be had.
            Err(_) => half(take())?,
        });
        Ok(made)
    })
}

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
