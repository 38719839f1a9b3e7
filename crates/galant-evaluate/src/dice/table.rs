//! What a network knows of the dice game, as a table and as JSON.

use std::fmt;

use serde::Serialize;

use super::{ComposedWaltzes, DiceEvaluation, N_WALTZES};

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

impl DiceEvaluation {
    /// The evaluation as one JSON object, on one line.
    pub fn to_json(&self) -> String {
        let composed = |waltzes: &ComposedWaltzes| {
            let ComposedWaltzes { temperature, bars_of_game, bars_in_place, legal, legal_and_new } = *waltzes;
            ComposedJson { temperature, bars_of_game, bars_in_place, legal, legal_and_new }
        };
        let parts = self.parts.iter();
        let json = Json {
            waltzes: N_WALTZES,
            parts: parts
                .map(|part| PartJson { name: part.name, model_nats: part.model, chance_nats: part.chance })
                .collect(),
            entropy_nats: self.entropy.map(|entropy| entropy.nats),
            tokens_per_waltz: self.entropy.map(|entropy| entropy.tokens),
            composed: self.composed.as_ref().map(|all| all.iter().map(composed).collect()),
        };
        serde_json::to_string(&json).expect("numbers and names have a JSON form")
    }
}

/// Tables of what waltzes cost and of what was composed, a row a line.
impl fmt::Display for DiceEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{N_WALTZES} new waltzes, each read after another; nats per waltz")?;
        writeln!(f, "{:<20} {:>8} {:>8} {:>8}", "", "model", "chance", "more")?;
        for part in &self.parts {
            write!(f, "{:<20} {:>8.2} {:>8.2}", part.name, part.model, part.chance)?;
            if part.chance > 0.0 {
                write!(f, " {:>6.1} %", 100.0 * (part.model / part.chance - 1.0))?;
            }
            writeln!(f)?;
        }
        if let Some(entropy) = self.entropy {
            let (nats, tokens) = (entropy.nats, entropy.tokens);
            writeln!(f, "over all waltzes, chance costs {nats:.4} nats per waltz of {tokens:.1} tokens")?;
        }
        match &self.composed {
            Some(composed) => write_composed(composed, f),
            None => {
                writeln!(f, "\ncomposed waltzes are only judged for tokens with rhythm; this model has chord tokens")
            }
        }
    }
}

fn write_composed(composed: &[ComposedWaltzes], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let temperature = |waltzes: &ComposedWaltzes| format!(" {:>9}", format!("at T={:.1}", waltzes.temperature));
    let columns: String = composed.iter().map(temperature).collect();
    writeln!(f, "\n{:<34}{columns}", format!("composed, {N_WALTZES} waltzes each"))?;
    type Share = fn(&ComposedWaltzes) -> Option<f64>;
    let rows: [(&str, Share); 4] = [
        ("bars of the game", |waltzes| Some(waltzes.bars_of_game)),
        ("bars where the dice can put them", |waltzes| Some(waltzes.bars_in_place)),
        ("whole waltzes that are legal", |waltzes| Some(waltzes.legal)),
        ("legal and not in the corpus", |waltzes| waltzes.legal_and_new),
    ];
    for (name, share) in rows {
        if let Some(shares) = composed.iter().map(share).collect::<Option<Vec<f64>>>() {
            let shares: String = shares.iter().map(|share| format!(" {:>7.1} %", 100.0 * share)).collect();
            writeln!(f, "{name:<34}{shares}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::dice::{PartCost, WaltzEntropy};

    use super::*;

    fn evaluation() -> DiceEvaluation {
        let part = |name, model, chance| PartCost { name, model, chance };
        let composed = |temperature, legal_and_new| ComposedWaltzes {
            temperature,
            bars_of_game: 1.0,
            bars_in_place: 0.975,
            legal: 0.5,
            legal_and_new,
        };
        DiceEvaluation {
            parts: vec![part("first part", 15.0, 14.0), part("first part repeated", 0.25, 0.0)],
            entropy: Some(WaltzEntropy { nats: 31.9896, tokens: 78.5 }),
            composed: Some(vec![composed(0.5, Some(0.25)), composed(1.0, Some(0.5))]),
        }
    }

    #[test]
    fn an_evaluation_is_two_tables() {
        expect![[r#"
            200 new waltzes, each read after another; nats per waltz
                                    model   chance     more
            first part              15.00    14.00    7.1 %
            first part repeated      0.25     0.00
            over all waltzes, chance costs 31.9896 nats per waltz of 78.5 tokens

            composed, 200 waltzes each          at T=0.5  at T=1.0
            bars of the game                     100.0 %   100.0 %
            bars where the dice can put them      97.5 %    97.5 %
            whole waltzes that are legal          50.0 %    50.0 %
            legal and not in the corpus           25.0 %    50.0 %
        "#]]
        .assert_eq(&evaluation().to_string());
        let without = DiceEvaluation { composed: None, entropy: None, ..evaluation() };
        expect![[r#"
            200 new waltzes, each read after another; nats per waltz
                                    model   chance     more
            first part              15.00    14.00    7.1 %
            first part repeated      0.25     0.00

            composed waltzes are only judged for tokens with rhythm; this model has chord tokens
        "#]]
        .assert_eq(&without.to_string());
    }

    #[test]
    fn shares_that_are_not_known_have_no_row() {
        let mut evaluation = evaluation();
        evaluation.composed.iter_mut().flatten().for_each(|waltzes| waltzes.legal_and_new = None);
        assert!(!evaluation.to_string().contains("not in the corpus"));
    }

    #[test]
    fn an_evaluation_is_one_json_object() {
        expect![[r#"{"waltzes":200,"parts":[{"name":"first part","model_nats":15.0,"chance_nats":14.0},{"name":"first part repeated","model_nats":0.25,"chance_nats":0.0}],"entropy_nats":31.9896,"tokens_per_waltz":78.5,"composed":[{"temperature":0.5,"bars_of_game":1.0,"bars_in_place":0.975,"legal":0.5,"legal_and_new":0.25},{"temperature":1.0,"bars_of_game":1.0,"bars_in_place":0.975,"legal":0.5,"legal_and_new":0.5}]}"#]].assert_eq(&evaluation().to_json());
    }
}
