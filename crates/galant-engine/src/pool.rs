//! Threads that live as long as the engine.

use std::sync::{Mutex, PoisonError};

use rayon_core::{ThreadPool, ThreadPoolBuilder};

use crate::error::EngineError;

/// Threads that wait for work, or none if the calling thread does all of it.
#[derive(Debug)]
pub(crate) struct Pool {
    n_threads: usize,
    /// None if there is one thread, which is the calling one.
    threads: Option<ThreadPool>,
}

/// Whether the target can start threads: WebAssembly without atomics cannot.
const HAS_THREADS: bool = cfg!(not(all(target_family = "wasm", not(target_feature = "atomics"))));

impl Pool {
    /// A pool of so many threads.
    ///
    /// # Errors
    ///
    /// If the system does not start them.
    pub(crate) fn new(n_threads: usize) -> Result<Pool, EngineError> {
        let n_threads = if HAS_THREADS { n_threads.max(1) } else { 1 };
        let builder = ThreadPoolBuilder::new().num_threads(n_threads).thread_name(|i| format!("engine {i}"));
        let threads = if n_threads == 1 { None } else { Some(builder.build()) };
        let threads = threads
            .transpose()
            .map_err(|error| EngineError::NoThreads { threads: n_threads, reason: error.to_string() })?;
        Ok(Pool { n_threads, threads })
    }

    pub(crate) fn n_threads(&self) -> usize {
        self.n_threads
    }

    /// Calls `work` on one of the threads, while the calling one waits.
    ///
    /// What is done inside hands out work without allocating; from outside, each time costs a little.
    pub(crate) fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }

    /// Calls `work` on every item and its number; a thread that is done takes the next one.
    ///
    /// Which thread takes which item makes no difference, because `work` sees only one item.
    pub(crate) fn for_each<T: Send, I: IntoIterator<Item = T, IntoIter: Send>>(
        &self,
        items: I,
        work: impl Fn(usize, T) + Sync,
    ) {
        let mut items = items.into_iter().enumerate();
        let n_threads = self.n_threads.min(items.size_hint().1.unwrap_or(usize::MAX));
        if n_threads <= 1 {
            return items.for_each(|(i, item)| work(i, item));
        }
        let left = Mutex::new(&mut items);
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
        let take_all = || {
            while let Some((i, item)) = next() {
                work(i, item);
            }
        };
        self.run(|| on_each(n_threads, &take_all));
    }
}

/// Calls `work` on so many threads at once, of the pool that the calling thread is one of.
fn on_each(n_threads: usize, work: &(impl Fn() + Sync)) {
    if n_threads == 1 {
        return work();
    }
    let half = n_threads / 2;
    rayon_core::join(|| on_each(n_threads - half, work), || on_each(half, work));
}

#[cfg(test)]
mod tests {
    use std::thread::{ThreadId, current};

    use super::*;

    #[test]
    fn for_each_calls_every_item_once_with_its_number() {
        for threads in [1, 2, 3, 8, 20] {
            let pool = Pool::new(threads).unwrap();
            for len in [0, 1, 2, 8, 100] {
                let mut items = vec![0; len];
                pool.for_each(&mut items, |i, item| *item += i + 1);
                assert_eq!(items, (1..=len).collect::<Vec<_>>(), "{threads} threads");
                // Items need not be in memory.
                pool.for_each(items.chunks_mut(3).filter(|items| items.len() == 3), |i, items| items[0] += i);
                let expected = (1..=len).map(|i| if i % 3 == 1 && i + 2 <= len { i + i / 3 } else { i });
                assert_eq!(items, expected.collect::<Vec<_>>(), "{threads} threads");
            }
        }
    }

    #[test]
    fn one_thread_is_the_calling_thread() {
        let mut ids = vec![None; 5];
        Pool::new(1).unwrap().for_each(&mut ids, |_, id| *id = Some(current().id()));
        assert_eq!(ids, [Some(current().id()); 5]);
    }

    #[test]
    fn the_threads_are_the_same_every_time() {
        let pool = Pool::new(3).unwrap();
        let mut ids: Vec<ThreadId> = Vec::new();
        for _ in 0..50 {
            let mut used = vec![None; 30];
            pool.for_each(&mut used, |_, id| *id = Some(current().id()));
            ids.extend(used.into_iter().flatten());
        }
        let mut different: Vec<ThreadId> = Vec::new();
        ids.into_iter().for_each(|id| {
            if !different.contains(&id) {
                different.push(id);
            }
        });
        assert!(different.len() <= 3, "{} threads", different.len());
    }

    #[test]
    fn a_panic_of_one_item_reaches_the_caller() {
        let pool = Pool::new(2).unwrap();
        let work = || pool.for_each(&mut [0; 8], |i, _| assert!(i != 5, "item five"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
    }
}
