//! One training on many processes, over MPI.
//!
//! A [`Team`] is the processes of a training. With the feature `mpi` these are the processes that `mpirun` or `srun` started;
//! without it, or without such a program, there is one.
//! An engine that trains [among](galant_model::Processes) them shares each batch: a process computes the gradients of some of
//! its windows, adds them to the sums of the processes before it, and passes them on.
//! As every number is added in the order in which one process would add it, any number of processes gives the same bits.
//!
//! ```
//! use galant_model::Processes;
//! use galant_parallel::Team;
//!
//! let team = Team::start()?;
//! team.agree(&[("version", "0.1.0".to_owned())])?;
//! // Whoever has something to say, all get to know it.
//! assert_eq!(team.highest(3), 3);
//! if team.is_first() {
//!     println!("{} processes", team.count());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod agreement;
#[cfg(feature = "mpi")]
mod link;
mod team;
mod traffic;

pub use agreement::Disagreement;
pub use team::{StartError, Team, abort};
pub use traffic::Traffic;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
