//! `galant dice`: a waltz by the throws of two dice.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use galant_dice::{BarNote, Repeats, Throws, bar_entropy, played_bars, position_nats, score, sum_entropy, sum_nats};
use galant_types::{Score, Seed};

use crate::args::{DiceArgs, repeats};
use crate::format::Format;
use crate::{files, sound};

pub(crate) fn run(args: &DiceArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let throws = args.throws.unwrap_or_else(|| Throws::roll(Seed(args.seed)));
    let playback = repeats(args.repeat);
    let waltz = score(&throws, playback);
    let seconds = write(&args.out, &waltz)?;
    print(&throws, playback, out)?;
    let n_bars = playback.n_bars();
    writeln!(out, "wrote {}: {n_bars} bars, {seconds:.1} s", args.out.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes sound if the name ends in .wav, else music; returns how long it lasts.
fn write(path: &Path, waltz: &Score) -> anyhow::Result<f64> {
    let is_sound = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wav"));
    if is_sound {
        return sound::write_score(path, waltz);
    }
    // Any other name is MIDI, as it always was.
    let format = Format::of_name(path).unwrap_or(Format::Midi);
    files::write(path, &format.encode(waltz, path)?)?;
    Ok(waltz.tempo_map().seconds(waltz.end()))
}

fn print(throws: &Throws, playback: Repeats, out: &mut impl Write) -> anyhow::Result<()> {
    let sums = throws.sums().map(|sum| sum.to_string());
    writeln!(out, "throws   {}", sums.join(","))?;
    let bars = played_bars(throws, playback);
    for (number, part) in bars.chunks(N_BARS_OF_LINE).enumerate() {
        let label = if number == 0 { "bars" } else { "" };
        let line: String = part.iter().map(|bar| format!("{:>4}", bar.number())).collect();
        writeln!(out, "{label:<6}{line}")?;
    }
    let [of_sums, of_bars] = [sum_nats(throws), position_nats(throws, <[BarNote]>::to_vec).iter().sum()];
    writeln!(out, "chance   of these throws {}: {of_sums:.2} nats; on average {:.2}", one_in(of_sums), sum_entropy())?;
    writeln!(
        out,
        "         of this music {}: {of_bars:.2} nats; on average {:.2}, with equal bars counted as one",
        one_in(of_bars),
        bar_entropy()
    )?;
    Ok(())
}

/// As in the print, whose tables have eight bars for each part.
const N_BARS_OF_LINE: usize = 8;

/// A probability of e^−`nats`.
fn one_in(nats: f64) -> String {
    format!("1 in {:.1e}", nats.exp())
}
