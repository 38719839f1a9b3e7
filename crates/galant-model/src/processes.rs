use std::fmt::Debug;

/// The processes that train one network together, as an engine needs them.
///
/// Every process has the whole batch and calls the same methods in the same order; each computes the gradients of some of its
/// windows, and all of them make the same update.
/// A method that cannot reach the other processes ends this one: without them nothing is left to do.
pub trait Processes: Debug + Send + Sync {
    /// How many there are, at least one.
    fn count(&self) -> usize;

    /// Which of them this is, from 0; the windows of a batch belong to the processes in this order.
    fn rank(&self) -> usize;

    /// Passes running sums along the processes, one round after the other, and the results back to all.
    ///
    /// The first process begins with the numbers in `rounds`, each other one with what the process before it made of them.
    /// `add`, called once for each round in ascending order, adds what this process has to a round.
    /// Afterwards `rounds` has on every process what the last one made of them.
    /// All processes must pass rounds of the same lengths.
    fn relay(&self, rounds: &mut [&mut [f32]], add: &mut dyn FnMut(usize, &mut [f32]));

    /// The numbers of all processes, those of the first one first; processes may have different numbers of them.
    fn gather(&self, own: &[f64]) -> Vec<f64>;
}
