//! How the network learned: its losses, and what counting pays, in one chart.

use std::fmt::Write as _;

use galant_checkpoint::ModelFile;
use galant_train::overfitting_since;
use galant_types::EpochRecord;

use super::input::{CountingLosses, EpochTime};
use super::page::Page;
use super::words::{escaped, thousands};

/// How many epochs are listed, the last ones.
const MAX_EPOCHS: usize = 200;

/// What it is called that counts the piece, too.
const PPM: &str = "counting the piece, too (PPM)";

/// The width and height of the drawing in its own units.
const SIZE: f64 = 1000.0;

/// The chart with a sentence that says the same, and a table of all epochs.
pub(super) fn add(page: &mut Page, file: &ModelFile, times: &[EpochTime], counting: Option<CountingLosses>) {
    let kept = file.epochs.iter().find(|record| record.epoch == file.kept_epoch);
    page.paragraph(
        "The loss is how much each next token surprises a model, in nats: −ln of the probability that it gave it. Less is \
         better; only the validation loss is of music that the network does not learn from.",
    );
    page.paragraph(&sentence(file, kept, counting));
    let since = overfitting_since(&file.epochs, file.unigram_loss);
    if let Some(epoch) = since {
        page.paragraph(&format!("From epoch {epoch} on it only memorized: the validation loss no longer fell."));
    }
    let lines = lines(file, kept, counting);
    if let Some(chart) = Chart::of(&file.epochs, &lines) {
        page.add(&chart.html(&lines, kept, since));
    }
    page.begin_details("All epochs");
    add_table(page, file, times);
    page.end_details();
}

/// What it came to, in words.
fn sentence(file: &ModelFile, kept: Option<&EpochRecord>, counting: Option<CountingLosses>) -> String {
    let (Some(kept), Some(last)) = (kept, file.epochs.last()) else {
        return "It has not been measured yet.".to_owned();
    };
    let Some(loss) = kept.valid_loss else {
        return format!(
            "The training loss without dropout is {:.3} nats per token after {} epochs. Nothing is held out, so it is not known \
             what unseen music costs.",
            last.train_loss_without_dropout, last.epoch
        );
    };
    let mut text = format!(
        "Unseen music costs the network {loss:.3} nats per token; the weights are those of epoch {} of {}",
        kept.epoch, last.epoch
    );
    let share = |of: f64| {
        let share = 100.0 * (1.0 - loss / of);
        format!("{:.0} % {}", share.abs(), if share < 0.0 { "more" } else { "less" })
    };
    let others = [
        counting.map(|counting| ("PPM, which counts the piece, too".to_owned(), counting.ppm)),
        counting.map(|counting| (format!("counting {}-grams", counting.order), counting.ngrams)),
        file.unigram_loss.map(|loss| ("how frequent each token is".to_owned(), loss)),
    ];
    let others: Vec<String> =
        others.iter().flatten().map(|(name, nats)| format!("{} than {name} ({nats:.3})", share(*nats))).collect();
    if !others.is_empty() {
        let _ = write!(text, ". That is {}", others.join("; "));
    }
    text + "."
}

/// A line of the chart, with its entry in the legend.
struct Line {
    class: &'static str,
    name: String,
    /// The loss to read off it.
    loss: Option<f64>,
    points: Vec<(f64, f64)>,
}

fn lines(file: &ModelFile, kept: Option<&EpochRecord>, counting: Option<CountingLosses>) -> Vec<Line> {
    let curve = |class, name: &str, loss: fn(&EpochRecord) -> Option<f64>| {
        let point = |record: &EpochRecord| Some((record.epoch as f64, loss(record).filter(|loss| loss.is_finite())?));
        let points = file.epochs.iter().filter_map(point).collect();
        Line { class, name: name.to_owned(), loss: kept.and_then(loss), points }
    };
    let last = file.epochs.last().map_or(1.0, |record| record.epoch as f64);
    // From edge to edge, whatever the epochs.
    let level = |class, name: String, loss: f64| Line {
        class,
        name,
        loss: Some(loss),
        points: vec![(f64::NEG_INFINITY, loss), (last, loss), (f64::INFINITY, loss)],
    };
    let unigram = file.unigram_loss.map(|loss| level("unigram", "how frequent each token is".to_owned(), loss));
    let counting = counting.map(|counting| {
        let ngrams = level("counting", format!("counting {}-grams", counting.order), counting.ngrams);
        [ngrams, level("ppm", PPM.to_owned(), counting.ppm)]
    });
    let curves = [
        curve("training", "network, training", |record| Some(record.train_loss_without_dropout)),
        curve("validation", "network, validation", |record| record.valid_loss),
    ];
    unigram
        .into_iter()
        .chain(counting.into_iter().flatten())
        .chain(curves)
        .filter(|line| !line.points.is_empty())
        .collect()
}

/// What part of epochs and losses a chart shows.
struct Chart {
    epochs: (f64, f64),
    losses: (f64, f64),
    step: f64,
}

impl Chart {
    /// The chart of these lines; none without epochs.
    fn of(epochs: &[EpochRecord], lines: &[Line]) -> Option<Chart> {
        let (first, last) = (epochs.first()?.epoch as f64, epochs.last()?.epoch as f64);
        let losses = || lines.iter().flat_map(|line| &line.points).map(|point| point.1);
        let (least, most) = (losses().fold(f64::INFINITY, f64::min), losses().fold(f64::NEG_INFINITY, f64::max));
        if !(most - least).is_finite() {
            return None;
        }
        let step = round_step((most - least).max(0.05) / 4.0);
        let losses = ((least / step - 0.2).floor() * step, (most / step + 0.2).ceil() * step);
        let margin = if first == last { 1.0 } else { 0.0 };
        Some(Chart { epochs: (first - margin, last + margin), losses: (losses.0.max(0.0), losses.1), step })
    }

    /// Where an epoch is, as a share of the width.
    fn x(&self, epoch: f64) -> f64 {
        ((epoch - self.epochs.0) / (self.epochs.1 - self.epochs.0)).clamp(0.0, 1.0)
    }

    /// Where a loss is, as a share of the height from the top.
    fn y(&self, loss: f64) -> f64 {
        ((self.losses.1 - loss) / (self.losses.1 - self.losses.0)).clamp(0.0, 1.0)
    }

    fn html(&self, lines: &[Line], kept: Option<&EpochRecord>, memorizing_since: Option<u64>) -> String {
        let mut html = "<figure class=\"curves\">\n".to_owned();
        html.push_str(&legend(lines));
        html.push_str("<div class=\"chart\" aria-hidden=\"true\">\n<div class=\"ys\">");
        for (percent, label) in self.loss_ticks() {
            let _ = write!(html, "<span style=\"top:{percent:.2}%\">{label}</span>");
        }
        let _ = writeln!(
            html,
            "</div>\n<div class=\"plot\"><svg viewBox=\"0 0 {SIZE} {SIZE}\" preserveAspectRatio=\"none\">"
        );
        let grid: String =
            self.loss_ticks().map(|(percent, _)| format!("M0 {:.1}H{SIZE}", SIZE * percent / 100.0)).collect();
        let _ = writeln!(html, "<path class=\"grid\" d=\"{grid}\"/>");
        if let Some(epoch) = memorizing_since {
            let _ = writeln!(html, "<path class=\"since\" d=\"M{:.1} 0V{SIZE}\"/>", SIZE * self.x(epoch as f64));
        }
        for line in lines {
            let place = |&(epoch, loss): &(f64, f64)| format!("{:.1} {:.1}", SIZE * self.x(epoch), SIZE * self.y(loss));
            let places: Vec<String> = line.points.iter().map(place).collect();
            let _ = writeln!(html, "<path class=\"line {}\" d=\"M{}\"/>", line.class, places.join("L"));
        }
        html.push_str("</svg>");
        for line in lines.iter().filter(|line| matches!(line.class, "training" | "validation")) {
            let Some((kept, loss)) = kept.zip(line.loss.filter(|loss| loss.is_finite())) else { continue };
            let (x, y) = (100.0 * self.x(kept.epoch as f64), 100.0 * self.y(loss));
            let _ = write!(html, "<i class=\"dot {}\" style=\"left:{x:.2}%;top:{y:.2}%\"></i>", line.class);
        }
        html.push_str("</div>\n<div class=\"xs\">");
        for epoch in self.epoch_ticks() {
            let _ = write!(html, "<span style=\"left:{:.2}%\">{epoch}</span>", 100.0 * self.x(epoch as f64));
        }
        html + "</div>\n</div>\n<figcaption>Loss in nats per token, epoch by epoch; the dots are the weights that were kept.</figcaption>\n</figure>\n"
    }

    /// Round losses, as a percentage of the height from the top, with their labels.
    fn loss_ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let n = ((self.losses.1 - self.losses.0) / self.step).round().clamp(0.0, 20.0) as u32;
        let n_decimals = if self.step >= 1.0 {
            0
        } else if self.step >= 0.1 {
            1
        } else {
            2
        };
        (0..=n).map(move |at| {
            let loss = self.losses.0 + f64::from(at) * self.step;
            (100.0 * self.y(loss), format!("{loss:.n_decimals$}"))
        })
    }

    /// The first epoch, and round ones.
    fn epoch_ticks(&self) -> impl Iterator<Item = u64> {
        let (first, last) = (self.epochs.0.max(1.0) as u64, self.epochs.1 as u64);
        let step = (round_step((last - first) as f64 / 5.0) as u64).max(1);
        let is_single = last - first <= 1 && self.epochs.0 < 1.0;
        let last = if is_single { first } else { last };
        std::iter::once(first)
            .chain((first / step + 1..).map(move |n| n * step).take_while(move |epoch| *epoch <= last))
    }
}

/// The least of 1, 2 and 5 times a power of ten that is no less.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].map(|step| step * power).into_iter().find(|step| *step >= least * 0.999).unwrap_or(10.0 * power)
}

fn legend(lines: &[Line]) -> String {
    let item = |line: &Line| {
        let loss = line.loss.filter(|loss| loss.is_finite()).map_or(String::new(), |loss| format!(" <b>{loss:.3}</b>"));
        format!("<li><i class=\"sample {}\"></i>{}{loss}</li>", line.class, escaped(&line.name))
    };
    format!("<ul class=\"legend\">{}</ul>\n", lines.iter().map(item).collect::<String>())
}

fn add_table(page: &mut Page, file: &ModelFile, times: &[EpochTime]) {
    let columns = ["epoch", "seconds", "tokens/s", "training", "without dropout", "validation"];
    let mut rows = vec![columns.map(str::to_owned)];
    let skipped = file.epochs.len().saturating_sub(MAX_EPOCHS);
    for record in &file.epochs[skipped..] {
        let time = times.iter().find(|time| time.epoch == record.epoch);
        let [seconds, speed] = time.map_or(["–".to_owned(), "–".to_owned()], |time| {
            [format!("{:.1}", time.seconds), thousands(time.tokens_per_second.round() as u64)]
        });
        let kept = if record.epoch == file.kept_epoch { " (kept)" } else { "" };
        let loss = |loss: f64| format!("{loss:.4}");
        rows.push([
            format!("{}{kept}", record.epoch),
            seconds,
            speed,
            loss(record.train_loss),
            loss(record.train_loss_without_dropout),
            record.valid_loss.map_or("–".to_owned(), loss),
        ]);
    }
    let which =
        if skipped > 0 { format!("The last {MAX_EPOCHS} of {} epochs. ", file.epochs.len()) } else { String::new() };
    let caption = format!("{which}Seconds are counted from the beginning; losses are in nats per token.");
    page.table(&caption, &rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!([0.013, 0.2, 0.21, 3.0, 7.0].map(round_step), [0.02, 0.2, 0.5, 5.0, 10.0]);
        let chart = |first, last| Chart { epochs: (first, last), losses: (1.0, 2.0), step: 0.5 };
        assert_eq!(chart(1.0, 23.0).epoch_ticks().collect::<Vec<_>>(), [1, 5, 10, 15, 20]);
        assert_eq!(chart(0.0, 2.0).epoch_ticks().collect::<Vec<_>>(), [1]);
        assert_eq!(chart(1.0, 2.0).epoch_ticks().collect::<Vec<_>>(), [1, 2]);
        let ticks: Vec<_> = chart(1.0, 2.0).loss_ticks().collect();
        assert_eq!(ticks, [(100.0, "1.0".to_owned()), (50.0, "1.5".to_owned()), (0.0, "2.0".to_owned())]);
    }
}
