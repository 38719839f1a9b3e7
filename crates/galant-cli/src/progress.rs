//! How far a job is: a bar on a terminal, and elsewhere a line every ten seconds.

use std::fmt::Write;
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::numbers::thousands;
use crate::printable;

/// Whether the user wants none; set once, before any job.
static SILENT: AtomicBool = AtomicBool::new(false);

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Hides the progress of all jobs that begin from now on.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// A job that takes a while; its progress disappears with it.
pub(crate) struct Job {
    bar: ProgressBar,
    /// Prints lines until the sender is gone.
    lines: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Begins a job of `len` things, such as `tokens`, whose rate and time left are shown.
pub(crate) fn bar(len: u64, things: &'static str) -> Job {
    let template = format!("{{bar:24}} {{percent:>3}}%  {{rate}} {things}/s{{left}}");
    let bar = ProgressBar::new(len).with_style(style(&template));
    Job::start(bar, move |bar| {
        let of = bar.length().map_or(String::new(), |len| format!(" of {}", thousands(len as usize)));
        format!("{}{of} {things}{}", thousands(bar.position() as usize), left(bar.length(), bar.position(), bar.eta()))
    })
}

/// Begins a job whose progress is not known.
pub(crate) fn spinner(what: &'static str) -> Job {
    let bar = ProgressBar::new_spinner().with_style(style("{spinner} {elapsed}  {msg}")).with_message(what);
    Job::start(bar, |bar| format!("{} for {}", bar.message(), HumanDuration(bar.elapsed())))
}

/// How finely work is counted whose parts are no whole things.
const PARTS: f64 = 10_000.0;

/// Begins work on `n` pieces, of which [`Job::watch`] counts shares.
pub(crate) fn work(what: &'static str, n: usize) -> Job {
    let template = "{bar:24} {percent:>3}%  {msg}{left}";
    let bar = ProgressBar::new((n as f64 * PARTS) as u64).with_style(style(template)).with_message(what);
    Job::start(bar, |bar| {
        let percent = 100 * bar.position() / bar.length().unwrap_or(1).max(1);
        format!("{}: {percent} %{}", bar.message(), left(bar.length(), bar.position(), bar.eta()))
    })
}

/// Begins a training of `n_steps`, if that is known, which says more in messages.
pub(crate) fn training(n_steps: Option<u64>) -> Job {
    let template = match n_steps {
        Some(_) => "{bar:24} step {human_pos} of {human_len}{msg}{left}",
        None => "{spinner} {elapsed}  step {human_pos}{msg}",
    };
    let bar = ProgressBar::no_length().with_style(style(template));
    if let Some(n_steps) = n_steps {
        bar.set_length(n_steps);
    }
    Job::start(bar, |bar| {
        let of = bar.length().map_or(String::new(), |len| format!(" of {}", thousands(len as usize)));
        let left = left(bar.length(), bar.position(), bar.eta());
        format!("step {}{of}{}{left}", thousands(bar.position() as usize), bar.message())
    })
}

impl Job {
    fn start(bar: ProgressBar, describe: impl Fn(&ProgressBar) -> String + Send + 'static) -> Job {
        let is_silent = SILENT.load(Ordering::Relaxed);
        if is_silent {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if !is_silent && stderr().is_terminal() {
            // From the first moment on, also if the first part takes long.
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        let lines = (!is_silent && !stderr().is_terminal()).then(|| print_lines(bar.clone(), describe));
        Job { bar, lines }
    }

    /// More of it is done.
    pub(crate) fn inc(&self, n: u64) {
        self.bar.inc(n);
    }

    /// Counts shares of [work]'s pieces, from any thread.
    pub(crate) fn watch(&self) -> impl Fn(f64) + Send + Sync + use<> {
        let (bar, done) = (self.bar.clone(), Mutex::new(0.0));
        move |share| {
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += share;
            // More is done than was asked for where some of it is thrown away.
            bar.set_position(((PARTS * *done) as u64).min(bar.length().unwrap_or(0).saturating_sub(1)));
        }
    }

    /// There is more to do.
    pub(crate) fn lengthen(&self, n: u64) {
        self.bar.inc_length(n);
    }

    /// So much of it is done.
    pub(crate) fn set_position(&self, position: u64) {
        // What was done before a training was resumed says nothing of its speed.
        if self.bar.position() == 0 && position > 1 {
            self.bar.set_position(position - 1);
            self.bar.reset_eta();
        }
        self.bar.set_position(position);
    }

    pub(crate) fn set_message(&self, message: String) {
        self.bar.set_message(message);
    }

    /// Takes it off the terminal.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Prints something, with the bar out of the way.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Some((sender, thread)) = self.lines.take() {
            drop(sender);
            // A thread that panicked has printed why, and its lines are no result.
            let _ = thread.join();
        }
    }
}

fn print_lines(
    bar: ProgressBar,
    describe: impl Fn(&ProgressBar) -> String + Send + 'static,
) -> (Sender<()>, JoinHandle<()>) {
    let (sender, receiver) = channel::<()>();
    let print = move || {
        while receiver.recv_timeout(LINE_EVERY) == Err(RecvTimeoutError::Timeout) {
            printable::note(&describe(&bar));
        }
    };
    (sender, thread::spawn(print))
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    // What cannot be written is no reason to fail.
    let rate = |state: &ProgressState, out: &mut dyn Write| _ = write!(out, "{:.0}", state.per_sec());
    let left =
        |state: &ProgressState, out: &mut dyn Write| _ = out.write_str(&left(state.len(), state.pos(), state.eta()));
    style.with_key("rate", rate).with_key("left", left)
}

/// ", 3 minutes left", or nothing as long as that is not known.
fn left(len: Option<u64>, position: u64, eta: Duration) -> String {
    let is_known = position > 0 && len.is_some_and(|len| position < len) && eta > Duration::ZERO;
    if is_known { format!(", {} left", HumanDuration(eta)) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_from_any_thread_add_up_and_never_to_all_of_it() {
        let job = work("composing", 2);
        let watch = job.watch();
        thread::scope(|scope| (0..4).for_each(|_| _ = scope.spawn(|| watch(0.25))));
        assert_eq!(job.bar.position(), PARTS as u64);
        (0..3).for_each(|_| watch(1.0));
        assert_eq!(job.bar.position(), 2 * PARTS as u64 - 1);
    }

    #[test]
    fn no_time_is_left_only_where_it_is_known() {
        let seconds = Duration::from_secs;
        assert_eq!(left(Some(10), 0, seconds(0)), "");
        assert_eq!(left(Some(10), 1, seconds(0)), "");
        assert_eq!(left(None, 1, seconds(5)), "");
        assert_eq!(left(Some(10), 1, seconds(180)), ", 3 minutes left");
        assert_eq!(left(Some(10), 10, seconds(1)), "");
    }
}
