//! What files of music cost a model, as a table and as JSON.

use std::fmt;

use serde::Serialize;

use crate::likelihood::Likelihood;

/// What files of music cost a model, one by one and all together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LikelihoodTable {
    rows: Vec<(String, Likelihood)>,
    total: Likelihood,
}

impl LikelihoodTable {
    /// Adds a file by its name.
    pub fn add(&mut self, name: &str, likelihood: Likelihood) {
        self.total.add(&likelihood);
        self.rows.push((name.to_owned(), likelihood));
    }

    /// All files together.
    pub fn total(&self) -> &Likelihood {
        &self.total
    }

    /// The table as one JSON object, on one line.
    pub fn to_json(&self) -> String {
        let files = self.rows.iter().map(|(name, likelihood)| Row::of(Some(name), likelihood));
        let json = Json { files: files.collect(), total: Row::of(None, &self.total) };
        serde_json::to_string(&json).expect("numbers and names have a JSON form")
    }
}

/// A row a line, the names last.
impl fmt::Display for LikelihoodTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number =
            |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
        writeln!(
            f,
            "{:>10} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  file",
            "nats/token", "perplexity", "nats/note", "accuracy", "tokens", "notes", "unknown"
        )?;
        let rows = self.rows.iter().map(|(name, likelihood)| (name.as_str(), likelihood));
        for (name, likelihood) in rows.chain([("total", &self.total)]) {
            let row = Row::of(None, likelihood);
            let unit = if row.accuracy.is_some() { " %" } else { "" };
            writeln!(
                f,
                "{:>10} {:>10} {:>9} {:>8} {:>7} {:>7} {:>7}  {name}",
                number(row.nats_per_token, 4),
                number(row.perplexity, 2),
                number(row.nats_per_note, 4),
                number(row.accuracy.map(|share| 100.0 * share), 1) + unit,
                row.tokens,
                row.notes,
                row.unknown
            )?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Json<'a> {
    files: Vec<Row<'a>>,
    total: Row<'a>,
}

/// What one piece costs, or all together.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    /// Tokens predicted: all but the first and those that the vocabulary lacks.
    tokens: u64,
    /// Tokens that the vocabulary lacks.
    unknown: u64,
    /// Notes that the predicted tokens strike.
    notes: u64,
    nats_per_token: Option<f64>,
    perplexity: Option<f64>,
    /// Comparable between tokenizers.
    nats_per_note: Option<f64>,
    /// The share of tokens that the model held for the likeliest.
    accuracy: Option<f64>,
}

impl<'a> Row<'a> {
    fn of(name: Option<&'a String>, likelihood: &Likelihood) -> Row<'a> {
        Row {
            file: name.map(String::as_str),
            tokens: likelihood.loss.n_tokens,
            unknown: likelihood.n_unknown,
            notes: likelihood.n_notes,
            nats_per_token: likelihood.nats_per_token(),
            perplexity: likelihood.perplexity(),
            nats_per_note: likelihood.nats_per_note(),
            accuracy: likelihood.accuracy(),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use galant_model::Loss;

    use super::*;

    #[test]
    fn files_are_rows_and_a_file_without_predicted_tokens_has_dashes() {
        let mut table = LikelihoodTable::default();
        let loss = Loss { nats: 2.0, n_tokens: 4 };
        table.add("a.mid", Likelihood { loss, n_notes: 8, n_correct: 3, n_unknown: 1 });
        table.add("b.mid", Likelihood { n_unknown: 2, ..Likelihood::default() });
        expect![[r#"
            nats/token perplexity nats/note accuracy  tokens   notes unknown  file
                0.5000       1.65    0.2500   75.0 %       4       8       1  a.mid
                     -          -         -        -       0       0       2  b.mid
                0.5000       1.65    0.2500   75.0 %       4       8       3  total
        "#]]
        .assert_eq(&table.to_string());
        expect![[r#"{"files":[{"file":"a.mid","tokens":4,"unknown":1,"notes":8,"nats_per_token":0.5,"perplexity":1.6487212707001282,"nats_per_note":0.25,"accuracy":0.75},{"file":"b.mid","tokens":0,"unknown":2,"notes":0,"nats_per_token":null,"perplexity":null,"nats_per_note":null,"accuracy":null}],"total":{"tokens":4,"unknown":3,"notes":8,"nats_per_token":0.5,"perplexity":1.6487212707001282,"nats_per_note":0.25,"accuracy":0.75}}"#]].assert_eq(&table.to_json());
    }
}
