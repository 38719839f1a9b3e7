//! How well a network knows the waltzes of the dice game.

use std::io::Write;

use galant_evaluate::dice::{ComposedWaltzes, DiceCorpus, DiceEvaluation, N_WALTZES, evaluate};
use galant_pipeline::{LoadedModel, Seeds};
use serde::Serialize;

/// The evaluation as one JSON object.
#[derive(Serialize)]
struct Json {
    waltzes: usize,
    parts: Vec<PartJson>,
    /// Exact, over all waltzes.
    entropy_nats: Option<f64>,
    tokens_per_waltz: Option<f64>,
    composed: Option<Vec<ComposedJson>>,
}

#[derive(Serialize)]
struct PartJson {
    name: &'static str,
    model_nats: f64,
    chance_nats: f64,
}

#[derive(Serialize)]
struct ComposedJson {
    temperature: f64,
    bars_of_game: f64,
    bars_in_place: f64,
    legal: f64,
    legal_and_new: Option<f64>,
}

/// Evaluates and prints, as text or JSON.
pub(super) fn run(model: &LoadedModel, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let corpus = DiceCorpus::of(model.file(), Seeds::of(model.file().settings.seed).corpus);
    let evaluation = evaluate(model.generator(), model.file(), &corpus)?;
    if json {
        writeln!(out, "{}", serde_json::to_string(&to_json(&evaluation))?)?;
        return Ok(());
    }
    print_costs(&evaluation, out)?;
    match &evaluation.composed {
        Some(composed) => print_composed(composed, out),
        None => {
            writeln!(out, "\nonly tokens with rhythm are composed and judged; train with --tokenizer rhythm")?;
            Ok(())
        }
    }
}

fn to_json(evaluation: &DiceEvaluation) -> Json {
    let composed = |waltzes: &ComposedWaltzes| {
        let ComposedWaltzes { temperature, bars_of_game, bars_in_place, legal, legal_and_new } = *waltzes;
        ComposedJson { temperature, bars_of_game, bars_in_place, legal, legal_and_new }
    };
    let parts = evaluation.parts.iter();
    Json {
        waltzes: N_WALTZES,
        parts: parts
            .map(|part| PartJson { name: part.name, model_nats: part.model, chance_nats: part.chance })
            .collect(),
        entropy_nats: evaluation.entropy.map(|entropy| entropy.nats),
        tokens_per_waltz: evaluation.entropy.map(|entropy| entropy.tokens),
        composed: evaluation.composed.as_ref().map(|all| all.iter().map(composed).collect()),
    }
}

fn print_costs(evaluation: &DiceEvaluation, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "{N_WALTZES} fresh waltzes, each read after another; nats per waltz")?;
    writeln!(out, "{:<20} {:>8} {:>8} {:>8}", "", "model", "chance", "more")?;
    for part in &evaluation.parts {
        write!(out, "{:<20} {:>8.2} {:>8.2}", part.name, part.model, part.chance)?;
        if part.chance > 0.0 {
            write!(out, " {:>6.1} %", 100.0 * (part.model / part.chance - 1.0))?;
        }
        writeln!(out)?;
    }
    if let Some(entropy) = evaluation.entropy {
        let (nats, tokens) = (entropy.nats, entropy.tokens);
        writeln!(out, "over all waltzes, chance costs {nats:.4} nats per waltz of {tokens:.1} tokens")?;
    }
    Ok(())
}

fn print_composed(composed: &[ComposedWaltzes], out: &mut impl Write) -> anyhow::Result<()> {
    let row = |name: &str, share: fn(&ComposedWaltzes) -> Option<f64>, out: &mut dyn Write| {
        let shares: Option<Vec<f64>> = composed.iter().map(share).collect();
        let Some(shares) = shares else { return Ok(()) };
        let shares: String = shares.iter().map(|share| format!(" {:>7.1} %", 100.0 * share)).collect();
        writeln!(out, "{name:<34}{shares}")
    };
    let columns: String =
        composed.iter().map(|waltzes| format!(" {:>9}", format!("at T={:.1}", waltzes.temperature))).collect();
    writeln!(out, "\n{:<34}{columns}", format!("composed, {N_WALTZES} waltzes each"))?;
    row("bars of the game", |waltzes| Some(waltzes.bars_of_game), out)?;
    row("bars where the dice can put them", |waltzes| Some(waltzes.bars_in_place), out)?;
    row("whole waltzes that are legal", |waltzes| Some(waltzes.legal), out)?;
    row("legal and not in the corpus", |waltzes| waltzes.legal_and_new, out)?;
    Ok(())
}
