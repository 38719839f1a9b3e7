//! What files of music cost a model, as a table and as JSON.

use std::fmt;

use serde::Serialize;

use crate::counting::{Counting, CountingLikelihood};
use crate::likelihood::Likelihood;

/// What files of music cost a model, one by one and all together.
///
/// Nats per token, perplexity and accuracy are those of the tokens predicted; nats per note and per quarter note include
/// what the tokens cost that the vocabulary lacks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LikelihoodTable {
    rows: Vec<(String, Likelihood)>,
    total: Likelihood,
    counting: Option<CountingLikelihood>,
    /// How many files are clean, and what they cost.
    clean: Option<(usize, Likelihood)>,
}

impl LikelihoodTable {
    /// Adds a file by its name.
    pub fn add(&mut self, name: &str, likelihood: Likelihood) {
        self.total.add(&likelihood);
        self.rows.push((name.to_owned(), likelihood));
    }

    /// Adds what a file costs models that count.
    pub fn add_counting(&mut self, likelihood: &CountingLikelihood) {
        self.counting.get_or_insert_default().add(likelihood);
    }

    /// Says which of the files added are clean: little of them is in what the model learned from.
    ///
    /// # Panics
    ///
    /// If there is another number of files.
    pub fn set_clean(&mut self, are_clean: &[bool]) {
        assert_eq!(are_clean.len(), self.rows.len(), "files, and whether they are clean");
        let mut clean = (0, Likelihood::default());
        for ((_, likelihood), _) in self.rows.iter().zip(are_clean).filter(|(_, is_clean)| **is_clean) {
            clean.0 += 1;
            clean.1.add(likelihood);
        }
        self.clean = Some(clean);
    }

    /// All files together.
    pub fn total(&self) -> &Likelihood {
        &self.total
    }

    /// The table as one JSON object, on one line.
    pub fn to_json(&self) -> String {
        let files = self.rows.iter().map(|(name, likelihood)| Row::of(Some(name), likelihood));
        let json = Json {
            files: files.collect(),
            total: Row::of(None, &self.total),
            clean_files: self.clean.as_ref().map(|(n_files, _)| *n_files),
            clean: self.clean.as_ref().map(|(_, likelihood)| Row::of(None, likelihood)),
            unigram: self.counting.as_ref().map(|counting| Counted::of(&counting.unigram)),
            ngrams: self.counting.as_ref().map(|counting| Counted::of(&counting.ngrams)),
            ppm: self.counting.as_ref().map(|counting| Counted::of(&counting.ppm)),
        };
        serde_json::to_string(&json).expect("numbers and names have a JSON form")
    }
}

/// A row a line, the names last.
impl fmt::Display for LikelihoodTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = [
            "nats/token",
            "perplexity",
            "nats/note",
            "nats/onset",
            "nats/quarter",
            "accuracy",
            "tokens",
            "notes",
            "unknown",
        ];
        self.line(f, "nats/frame", columns.map(str::to_owned), "file")?;
        for (name, likelihood) in &self.rows {
            self.row(f, &Row::of(None, likelihood), name)?;
        }
        self.row(f, &Row::of(None, &self.total), "total")?;
        if let Some((n_files, likelihood)) = &self.clean {
            let name = format!("total of {n_files} of {} files, of which little is in --corpus", self.rows.len());
            self.row(f, &Row::of(None, likelihood), &name)?;
        }
        let Some(CountingLikelihood { unigram, ngrams, ppm }) = &self.counting else { return Ok(()) };
        // Whether a token is the likeliest is not asked of models that count.
        let counted = |likelihood: &Likelihood| Row { accuracy: None, ..Row::of(None, likelihood) };
        self.row(f, &counted(unigram), "by how frequent each token is in --corpus")?;
        self.row(f, &counted(ngrams), &format!("by counting {}-grams in --corpus", Counting::ORDER))?;
        self.row(f, &counted(ppm), "by counting what is in --corpus, and in each file as far as it is read (PPM)")
    }
}

impl LikelihoodTable {
    fn row(&self, f: &mut fmt::Formatter<'_>, row: &Row<'_>, name: &str) -> fmt::Result {
        let number =
            |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
        let unit = if row.accuracy.is_some() { " %" } else { "" };
        let columns = [
            number(row.nats_per_token, 4),
            number(row.perplexity, 2),
            number(row.nats_per_note, 4),
            number(row.nats_per_onset, 4),
            number(row.nats_per_quarter, 4),
            number(row.accuracy.map(|share| 100.0 * share), 1) + unit,
            row.tokens.to_string(),
            row.notes.to_string(),
            row.unknown.to_string(),
        ];
        self.line(f, &number(row.nats_per_frame, 4), columns, name)
    }

    /// A line of the table, with its first column only if there are frames, which tokens without a grid have not.
    fn line(&self, f: &mut fmt::Formatter<'_>, frame: &str, columns: [String; 9], name: &str) -> fmt::Result {
        if self.total.n_frames > 0 {
            write!(f, "{frame:>10} ")?;
        }
        for (column, width) in columns.iter().zip([10, 10, 9, 10, 12, 8, 7, 7, 7]) {
            write!(f, "{column:>width$} ")?;
        }
        writeln!(f, " {name}")
    }
}

#[derive(Serialize)]
struct Json<'a> {
    files: Vec<Row<'a>>,
    total: Row<'a>,
    /// How many files have little in common with the corpus, if one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    clean_files: Option<usize>,
    /// What these cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    clean: Option<Row<'a>>,
    /// What all files cost a model that knows how frequent each token is in --corpus.
    #[serde(skip_serializing_if = "Option::is_none")]
    unigram: Option<Counted>,
    /// What they cost n-grams that count --corpus.
    #[serde(skip_serializing_if = "Option::is_none")]
    ngrams: Option<Counted>,
    /// What they cost PPM, which counts --corpus, and each file as far as it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    ppm: Option<Counted>,
}

/// What all files cost a model that counts.
#[derive(Serialize)]
struct Counted {
    nats_per_token: Option<f64>,
    perplexity: Option<f64>,
    nats_per_note: Option<f64>,
    nats_per_onset: Option<f64>,
    nats_per_quarter: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nats_per_frame: Option<f64>,
}

impl Counted {
    fn of(likelihood: &Likelihood) -> Counted {
        Counted {
            nats_per_token: likelihood.nats_per_token(),
            perplexity: likelihood.perplexity(),
            nats_per_note: likelihood.nats_per_note_of_all(),
            nats_per_onset: likelihood.nats_per_onset(),
            nats_per_quarter: likelihood.nats_per_quarter(),
            nats_per_frame: likelihood.nats_per_frame(),
        }
    }
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
    /// Notes that all tokens but the first strike.
    notes: u64,
    /// Different onsets of these notes.
    onsets: u64,
    /// From the beginning of the piece to its last onset, which counts as one more.
    quarters: f64,
    /// Of the tokens predicted.
    nats_per_token: Option<f64>,
    perplexity: Option<f64>,
    /// Unknown tokens included; comparable between tokenizers.
    nats_per_note: Option<f64>,
    /// Unknown tokens included.
    nats_per_onset: Option<f64>,
    /// Unknown tokens included.
    nats_per_quarter: Option<f64>,
    /// Steps of the grid, of tokens that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<u64>,
    /// Unknown tokens included.
    #[serde(skip_serializing_if = "Option::is_none")]
    nats_per_frame: Option<f64>,
    /// What the first tokens would cost by chance; in no other figure.
    first_nats: f64,
    /// What the unknown tokens cost in all.
    unknown_nats: f64,
    /// Notes that the predicted tokens strike.
    known_notes: u64,
    nats_per_known_note: Option<f64>,
    /// The share of tokens that the model held for the likeliest.
    accuracy: Option<f64>,
}

impl<'a> Row<'a> {
    fn of(name: Option<&'a String>, likelihood: &Likelihood) -> Row<'a> {
        Row {
            file: name.map(String::as_str),
            tokens: likelihood.loss.n_tokens,
            unknown: likelihood.n_unknown,
            notes: likelihood.n_notes + likelihood.n_unknown_notes,
            onsets: likelihood.n_onsets,
            quarters: likelihood.n_quarters,
            nats_per_token: likelihood.nats_per_token(),
            perplexity: likelihood.perplexity(),
            nats_per_note: likelihood.nats_per_note_of_all(),
            nats_per_onset: likelihood.nats_per_onset(),
            nats_per_quarter: likelihood.nats_per_quarter(),
            frames: Some(likelihood.n_frames).filter(|n_frames| *n_frames > 0),
            nats_per_frame: likelihood.nats_per_frame(),
            first_nats: likelihood.first_nats,
            unknown_nats: likelihood.unknown_loss.nats,
            known_notes: likelihood.n_notes,
            nats_per_known_note: likelihood.nats_per_note(),
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
    fn clean_files_have_a_total_of_their_own() {
        let mut table = LikelihoodTable::default();
        for (name, nats) in [("a.mid", 2.0), ("b.mid", 8.0), ("c.mid", 6.0)] {
            table.add(name, Likelihood { loss: Loss { nats, n_tokens: 4 }, n_notes: 4, ..Likelihood::default() });
        }
        table.set_clean(&[true, false, true]);
        let text = table.to_string();
        let clean = text.lines().find(|line| line.ends_with("total of 2 of 3 files, of which little is in --corpus"));
        assert!(clean.is_some_and(|line| line.trim_start().starts_with("1.0000 ")), "{text}");
        assert!(table.to_json().contains(r#""clean_files":2,"clean":{"tokens":8,"#), "{}", table.to_json());
    }

    #[test]
    fn files_are_rows_and_a_file_without_predicted_tokens_has_dashes() {
        let mut table = LikelihoodTable::default();
        let loss = Loss { nats: 2.0, n_tokens: 4 };
        let unknown_loss = Loss { nats: 10.0, n_tokens: 1 };
        let known = Likelihood { loss, n_notes: 8, n_correct: 3, ..Likelihood::default() };
        let unknown = Likelihood { n_unknown: 1, unknown_loss, n_unknown_notes: 2, ..known };
        table.add("a.mid", Likelihood { n_quarters: 6.0, ..unknown });
        table.add("b.mid", Likelihood { n_unknown: 2, ..Likelihood::default() });
        expect![[r#"
            nats/token perplexity nats/note nats/onset nats/quarter accuracy  tokens   notes unknown  file
                0.5000       1.65    1.2000          -       2.0000   75.0 %       4      10       1  a.mid
                     -          -         -          -            -        -       0       0       2  b.mid
                0.5000       1.65    1.2000          -       2.0000   75.0 %       4      10       3  total
        "#]]
        .assert_eq(&table.to_string());
        expect![[r#"{"files":[{"file":"a.mid","tokens":4,"unknown":1,"notes":10,"onsets":0,"quarters":6.0,"nats_per_token":0.5,"perplexity":1.6487212707001282,"nats_per_note":1.2,"nats_per_onset":null,"nats_per_quarter":2.0,"first_nats":0.0,"unknown_nats":10.0,"known_notes":8,"nats_per_known_note":0.25,"accuracy":0.75},{"file":"b.mid","tokens":0,"unknown":2,"notes":0,"onsets":0,"quarters":0.0,"nats_per_token":null,"perplexity":null,"nats_per_note":null,"nats_per_onset":null,"nats_per_quarter":null,"first_nats":0.0,"unknown_nats":0.0,"known_notes":0,"nats_per_known_note":null,"accuracy":null}],"total":{"tokens":4,"unknown":3,"notes":10,"onsets":0,"quarters":6.0,"nats_per_token":0.5,"perplexity":1.6487212707001282,"nats_per_note":1.2,"nats_per_onset":null,"nats_per_quarter":2.0,"first_nats":0.0,"unknown_nats":10.0,"known_notes":8,"nats_per_known_note":0.25,"accuracy":0.75}}"#]].assert_eq(&table.to_json());
    }
}
