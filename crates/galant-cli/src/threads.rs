//! How many threads there is hardware for.

/// One thread per core.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}
