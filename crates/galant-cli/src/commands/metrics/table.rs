//! The figures of pieces as a table.

use std::fmt::Write as _;

use galant_metrics::{FIGURES, Group, Metric, SetDistance};

use super::set::{Set, Summary};

/// The table: of one piece a value each, of several a summary.
pub(super) fn text(set: &Set, compared: Option<(&Set, &SetDistance)>) -> String {
    let figures = set.figures();
    let reference = compared.map(|(reference, _)| reference.figures());
    let shape = match (&reference, set.pieces.len()) {
        (Some(_), _) => Shape::Compared,
        (None, 1) => Shape::Value,
        (None, _) => Shape::Summary,
    };
    let mut text = String::new();
    line(&mut text, &title(set, compared.map(|(reference, _)| reference)));
    for group in Group::ALL {
        let of_group = || figures.iter().enumerate().filter(|(_, (metric, _))| metric.group == group);
        if of_group().all(|(_, (_, values))| values.is_empty()) {
            line(&mut text, &format!("\n{}: {}", group_name(group), missing(group)));
            continue;
        }
        line(&mut text, &format!("\n{:<28} {}", group_name(group), heading(shape)));
        for (at, (metric, values)) in of_group() {
            let of_reference = reference.as_ref().map_or(&[][..], |figures| figures[at].1.as_slice());
            line(&mut text, &row(metric, values, of_reference, shape));
        }
    }
    if let Some((_, distance)) = compared {
        write_distance(&mut text, distance);
    }
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", line.trim_end_matches(' ')).expect("a string can be written to");
}

fn title(set: &Set, reference: Option<&Set>) -> String {
    let count = |set: &Set| match set.names.as_slice() {
        [name] => name.clone(),
        names => format!("{} pieces", names.len()),
    };
    let against = reference.map(|reference| format!(", compared with {}", count(reference))).unwrap_or_default();
    let key = match set.pieces.as_slice() {
        [piece] => piece.structure.map(|structure| format!(": {}", structure.key)),
        _ => None,
    };
    format!("{}{}{against}", count(set), key.unwrap_or_default())
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The value of a single piece.
    Value,
    /// Mean, standard deviation, least, median and greatest, and of how many pieces.
    Summary,
    /// Mean and standard deviation, and those of the reference.
    Compared,
}

fn heading(shape: Shape) -> String {
    let names: &[&str] = match shape {
        Shape::Value => &["value"],
        Shape::Summary => &["mean", "sd", "least", "median", "greatest", "of"],
        Shape::Compared => &["mean", "sd", "reference", "sd"],
    };
    names.iter().map(|name| format!("{name:>9}")).collect::<Vec<_>>().join(" ")
}

fn group_name(group: Group) -> &'static str {
    match group {
        Group::Muspy => "MusPy",
        Group::Structure => "bars, key, chords",
        Group::Harmonization => "harmonization",
        Group::PartWriting => "part-writing",
    }
}

/// Why a group has no figures.
fn missing(group: Group) -> &'static str {
    match group {
        Group::Muspy | Group::Structure => "no notes with a pitch",
        Group::Harmonization => "nothing accompanies the highest line",
        Group::PartWriting => "no piece has 2 to 8 parts of single notes",
    }
}

fn row(metric: &Metric, values: &[f64], reference: &[f64], shape: Shape) -> String {
    let summary = Summary::of(values);
    let mean = |summary: Option<Summary>| number(summary.map(|summary| summary.mean));
    let deviation = |summary: Option<Summary>| number(summary.and_then(|summary| summary.deviation));
    let columns = match shape {
        Shape::Value => vec![mean(summary)],
        Shape::Summary => vec![
            mean(summary),
            deviation(summary),
            number(summary.map(|summary| summary.least)),
            number(summary.map(|summary| summary.median)),
            number(summary.map(|summary| summary.greatest)),
            format!("{:>9}", values.len()),
        ],
        Shape::Compared => {
            let reference = Summary::of(reference);
            vec![mean(summary), deviation(summary), mean(reference), deviation(reference)]
        }
    };
    format!("  {:<27}{}  {}", metric.name, columns.join(" "), metric.meaning)
}

/// Three decimals, or none of numbers from 1000 on; a dash where there is none.
fn number(value: Option<f64>) -> String {
    let text = match value {
        None => "-".to_owned(),
        Some(value) if value.abs() >= 1000.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.3}"),
    };
    format!("{text:>9}")
}

fn write_distance(text: &mut String, distance: &SetDistance) {
    let SetDistance { n_pieces, n_reference, features, figure_distance, reference_halves } = distance;
    line(text, &format!("\ndistance of {n_pieces} pieces from {n_reference}"));
    line(text, &format!("{:<31} {:>9} {:>9}", "features of Yang and Lerch", "overlap", "KL, nats"));
    for feature in features {
        let overlap = feature.overlap.as_ref();
        let (area, nats) = (overlap.map(|found| found.area), overlap.map(|found| found.divergence_nats));
        line(text, &format!("  {:<29} {} {}", feature.feature.name(), number(area), number(nats)));
    }
    let n_figures = FIGURES.len();
    line(text, &format!("Fréchet distance of {n_figures} figures  {}", number(*figure_distance)));
    line(text, &format!("of halves of the reference      {}", number(*reference_halves)));
}
