//! Several cases at once, a few at a time.

use std::sync::Mutex;
use std::thread;

/// Works on every item, `at_once` at a time; results in the order of the items.
pub fn parallel<T: Send, R: Send>(
    items: Vec<T>,
    at_once: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let queue = Mutex::new(items.into_iter().enumerate());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let next = queue
                        .lock()
                        .expect("no worker panics while it takes an item")
                        .next();
                    let Some((index, item)) = next else { return };
                    let result = work(item);
                    results
                        .lock()
                        .expect("no worker panics while it gives a result")
                        .push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("every worker has ended");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
