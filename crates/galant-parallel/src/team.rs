use galant_model::Processes;
use thiserror::Error;

use crate::agreement::{Disagreement, compare, text};
#[cfg(feature = "mpi")]
use crate::link::Link;
use crate::traffic::Traffic;

/// The processes of a training.
///
/// All of them must call the same methods in the same order; each of these waits for the others.
#[derive(Debug)]
pub struct Team {
    /// None if there is one process.
    #[cfg(feature = "mpi")]
    link: Option<Link>,
}

/// Why the processes cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StartError {
    /// MPI was started before.
    #[error("MPI is running already; join the processes of a training once")]
    Running,
}

impl Team {
    /// Joins the processes that were started together.
    ///
    /// When the value is dropped, it waits until all others are.
    ///
    /// # Errors
    ///
    /// If the program has done so before.
    pub fn start() -> Result<Team, StartError> {
        #[cfg(feature = "mpi")]
        return Ok(Team { link: Some(Link::start().ok_or(StartError::Running)?).filter(|link| link.count() > 1) });
        #[cfg(not(feature = "mpi"))]
        Ok(Team {})
    }

    /// How many of the processes are on this machine.
    pub fn count_here(&self) -> usize {
        #[cfg(feature = "mpi")]
        if self.link.is_some() {
            let machines = self.texts(&crate::link::machine());
            return machines.iter().filter(|machine| **machine == machines[self.rank()]).count();
        }
        1
    }

    /// Whether this is the process that prints and writes.
    pub fn is_first(&self) -> bool {
        self.rank() == 0
    }

    /// The highest of the numbers that the processes have: a decision of all.
    pub fn highest(&self, own: u8) -> u8 {
        self.gather(&[f64::from(own)]).into_iter().fold(own, |highest, number| highest.max(number as u8))
    }

    /// The numbers of the first process.
    pub fn of_first<const N: usize>(&self, own: [f64; N]) -> [f64; N] {
        *self.gather(&own).first_chunk().unwrap_or(&own)
    }

    /// The texts of all processes, in their order.
    pub fn texts(&self, own: &str) -> Vec<String> {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            let texts = link.gather(own.as_bytes());
            return texts.into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
        }
        vec![own.to_owned()]
    }

    /// Checks that all processes have the same facts, each with its name.
    ///
    /// # Errors
    ///
    /// On all processes, if one differs from the first.
    pub fn agree(&self, facts: &[(&str, String)]) -> Result<(), Disagreement> {
        compare(&self.texts(&text(facts)))
    }

    /// What this process has sent so far.
    pub fn traffic(&self) -> Traffic {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            return link.traffic();
        }
        Traffic::default()
    }
}

impl Processes for Team {
    fn count(&self) -> usize {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            return link.count();
        }
        1
    }

    fn rank(&self) -> usize {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            return link.rank();
        }
        0
    }

    fn relay(&self, rounds: &mut [&mut [f32]], add: &mut dyn FnMut(usize, &mut [f32])) {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            return link.relay(rounds, add);
        }
        rounds.iter_mut().enumerate().for_each(|(number, round)| add(number, round));
    }

    fn gather(&self, own: &[f64]) -> Vec<f64> {
        #[cfg(feature = "mpi")]
        if let Some(link) = &self.link {
            return link.gather(own).concat();
        }
        own.to_vec()
    }
}

/// Ends all processes of the training at once, with this exit code, for one that cannot go on; returns if there are no others.
pub fn abort(code: i32) {
    #[cfg(feature = "mpi")]
    crate::link::abort(code);
    #[cfg(not(feature = "mpi"))]
    let _ = code;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_is_a_team() {
        let team = Team::start().unwrap();
        assert_eq!((team.count(), team.count_here(), team.rank(), team.is_first()), (1, 1, 0, true));
        assert_eq!((team.highest(7), team.of_first([0.5, 2.0])), (7, [0.5, 2.0]));
        assert_eq!(team.texts("a"), ["a"]);
        assert_eq!(team.agree(&[("version", "1".to_owned())]), Ok(()));
        let (mut a, mut b) = ([1.0, 2.0], [3.0]);
        team.relay(&mut [&mut a, &mut b], &mut |round, sums| {
            sums.iter_mut().for_each(|sum| *sum += 10.0 * round as f32);
        });
        assert_eq!((a, b, team.traffic()), ([1.0, 2.0], [13.0], Traffic::default()));
    }
}
