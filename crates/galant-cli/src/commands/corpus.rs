//! `galant corpus`: what a corpus holds, before it is trained on.

use std::io::Write;
use std::process::ExitCode;

use anyhow::ensure;
use galant_corpus::{Finding, Share, Strictness, Survey, SurveyRow};

use crate::args::CorpusArgs;
use crate::{files, music, progress};

pub(crate) fn run(args: &CorpusArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    ensure!((0.0..1.0).contains(&args.hold_out), "--hold-out is {}; it must be 0 to below 1", args.hold_out);
    let options = args.music.read_options(strictness);
    let mut survey = Survey::new(args.music.tokenizer(args.tokenizer)?, args.hold_out);
    let paths = files::music_files(&args.music.paths)?;
    let bar = progress::bar(paths.len() as u64, "files");
    for path in paths {
        let name = path.display().to_string();
        match music::read_silently(&path, options) {
            Ok(piece) => survey.add(&name, &piece),
            Err(error) => survey.leave_out(&name, format!("{error:#}")),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    print(&survey, args.hold_out, out)?;
    Ok(ExitCode::SUCCESS)
}

fn print(survey: &Survey, hold_out: f64, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{:>5} {:>8} {:>8} {:>8} {:>8}  file", "songs", "notes", "tokens", "unseen", "warnings")?;
    for (row, unseen) in survey.rows().iter().zip(survey.unseen_shares()) {
        let n_songs = u8::from(!matches!(row.finding, Finding::LeftOut { .. }));
        let SurveyRow { name, n_notes, n_tokens, n_warnings, .. } = row;
        write!(out, "{n_songs:>5} {n_notes:>8} {n_tokens:>8} {:>8} {n_warnings:>8}  {name}", percent(unseen))?;
        print_finding(survey, &row.finding, out)?;
        writeln!(out)?;
    }
    let total = survey.total();
    writeln!(
        out,
        "\n{} files: {} songs, {} left out",
        total.n_files,
        total.n_files - total.n_left_out,
        total.n_left_out
    )?;
    let about = if total.is_exact { "" } else { "about " };
    writeln!(
        out,
        "{} notes, {} tokens; {about}{} different ones in the training parts",
        total.n_notes, total.n_tokens, total.n_different
    )?;
    writeln!(
        out,
        "unseen in training: {} of the tokens of the validation parts, the last {} % of each file",
        percent(total.unseen),
        100.0 * hold_out
    )?;
    writeln!(
        out,
        "{} files have the notes of an earlier one, {} of them in another key",
        total.n_duplicates, total.n_transposed
    )?;
    Ok(())
}

fn print_finding(survey: &Survey, finding: &Finding, out: &mut impl Write) -> anyhow::Result<()> {
    match finding {
        Finding::Song => {}
        Finding::Duplicate { first, semitones } => {
            let unit = if semitones.abs() == 1 { "semitone" } else { "semitones" };
            let key = match semitones {
                0 => String::new(),
                n if *n > 0 => format!(", {n} {unit} higher"),
                n => format!(", {} {unit} lower", n.unsigned_abs()),
            };
            write!(out, "  the notes of {}{key}", survey.rows()[*first].name)?;
        }
        Finding::LeftOut { reason } => write!(out, "  left out: {reason}")?,
    }
    Ok(())
}

fn percent(share: Share) -> String {
    if share.n_validation == 0 {
        return "-".to_owned();
    }
    format!("{:.1} %", 100.0 * share.n_unseen as f64 / share.n_validation as f64)
}
