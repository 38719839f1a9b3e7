//! Progress bars, on a terminal only.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Whether the user wants none; set once, before any job.
static SILENT: AtomicBool = AtomicBool::new(false);

/// Hides all bars made from now on.
pub(crate) fn silence() {
    SILENT.store(true, Ordering::Relaxed);
}

/// A bar for a job of `len` things, such as `tokens`, with their rate and the time left.
pub(crate) fn bar(len: u64, things: &'static str) -> ProgressBar {
    let template = format!("{{bar:24}} {{percent:>3}}%  {{rate}} {things}/s, {{eta}} left");
    let style = ProgressStyle::with_template(&template).expect("the template is well-formed");
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        // A bar that cannot be drawn is no reason to fail.
        let _ = write!(out, "{:.0}", state.per_sec());
    };
    let style = style.with_key("rate", rate);
    hidden_if_silent(ProgressBar::new(len).with_style(style))
}

/// A sign of life for a job whose progress is not known.
pub(crate) fn spinner(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {elapsed}  {msg}").expect("the template is well-formed");
    let spinner = hidden_if_silent(ProgressBar::new_spinner().with_style(style).with_message(what));
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}

/// The bar as it is, or drawn nowhere if the user wants none.
pub(crate) fn hidden_if_silent(bar: ProgressBar) -> ProgressBar {
    if SILENT.load(Ordering::Relaxed) {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}
