//! What a model is told beside the tokens.

use std::cell::RefCell;
use std::convert::Infallible;

use galant_checkpoint::ModelFile;
use galant_corpus::dice::DiceGame;
use galant_corpus::{CorpusBuilder, Piece, ReadOptions, bundled, read_piece};
use galant_dice::{Repeats, medley};
use galant_engine::Generator;
use galant_evaluate::dice::{DiceCorpus, evaluate};
use galant_evaluate::{GradientProbe, LayerStates, PieceReading, PieceTokens, model_summary, note_surprise};
use galant_model::{Loss, Reference, StepModel, surprise};
use galant_tokens::stream::{Frame, StreamSet};
use galant_tokens::{ChordRules, ChordTokenizer, Tokenizer};
use galant_types::{Batch, Positions, Score, Seed, StreamTracker, TokenId};

use crate::{model_file_with, notes, rhythm};

const CHORDS: Tokenizer = Tokenizer::Chords(ChordTokenizer { rules: ChordRules::Standard, top: None });

fn minuet() -> Piece {
    bundled::collection("mozart").unwrap()[0].read().unwrap()
}

fn abc(music: &str) -> Piece {
    let text = format!("X:1\nM:3/4\nL:1/4\nK:C\n{music}\n");
    read_piece("tune.abc", text.as_bytes(), ReadOptions::default()).unwrap()
}

/// The inputs of each step, `[T][K]`, by a tracker that follows the tokens.
fn inputs(file: &ModelFile, frame: Frame, ids: &[TokenId]) -> Vec<Vec<TokenId>> {
    let mut tracker = file.streams.tracker(&file.vocabulary, frame);
    let told = |&id: &TokenId| {
        tracker.advance(id);
        [&[id], tracker.values()].concat()
    };
    ids.iter().map(told).collect()
}

fn frame(file: &ModelFile, score: &Score, style: Option<&str>) -> Frame {
    Frame::of_score(score, file.tokenizer.grid().unwrap_or_default(), style)
}

/// What the tokens but the first cost a model that is stepped by hand.
fn surprises_by_hand<M: StepModel>(model: &M, inputs: &[Vec<TokenId>]) -> Vec<f64> {
    let (mut state, mut logits) = (model.zero_state(), vec![0.0; model.vocab_size()]);
    let cost = |pair: &[Vec<TokenId>]| {
        model.step(&pair[0], &mut state, &mut logits).unwrap();
        surprise(&logits, pair[1][0].index())
    };
    inputs.windows(2).map(cost).collect()
}

#[test]
fn a_reading_costs_what_stepping_the_model_by_hand_costs() {
    let piece = minuet();
    for (tokenizer, streams) in
        [(rhythm(), ["position", "bars-left"]), (notes(), ["lookback-1", "meter"]), (CHORDS, ["key", "style"])]
    {
        let file = model_file_with(tokenizer, std::slice::from_ref(&piece), &streams);
        let model = Reference::new(&file.weights);
        assert_eq!(model.n_inputs(), 3);
        let reading = PieceReading::new(&file, &piece.score, Some("quartets"));
        let frame = frame(&file, &piece.score, Some("quartets"));
        let nats = surprises_by_hand(&model, &inputs(&file, frame, &reading.encoded().ids));
        let loss = Loss { nats: nats.iter().sum(), n_tokens: nats.len() as u64 };
        assert_eq!(reading.likelihood(&model, None).unwrap().loss, loss, "{streams:?}");

        let each: Vec<Option<f64>> = [None].into_iter().chain(nats.iter().copied().map(Some)).collect();
        let by_hand = note_surprise(&piece.score, tokenizer, reading.tokens(), &each).unwrap();
        assert_eq!(reading.surprise(&model, &mut || ()).unwrap(), by_hand);
    }
}

#[test]
fn the_states_of_a_layer_are_those_of_a_model_that_is_told_the_streams() {
    let piece = minuet();
    let file = model_file_with(rhythm(), std::slice::from_ref(&piece), &["position", "key"]);
    let reading = PieceReading::new(&file, &piece.score, None);
    let (generator, ids) = (Generator::new(file.weights.clone()), &reading.encoded().ids[..40]);
    let recorded = LayerStates::record(&generator, ids, reading.streams(), 1).unwrap();
    let (mut state, mut logits) = (generator.zero_state(), vec![0.0; generator.vocab_size()]);
    let mut hidden = Vec::new();
    for inputs in inputs(&file, frame(&file, &piece.score, None), ids) {
        generator.step(&inputs, &mut state, &mut logits).unwrap();
        hidden.extend_from_slice(state.hidden(0));
    }
    assert_eq!(recorded.records[0].values, hidden);
}

#[test]
fn all_after_an_unknown_token_keeps_its_place_in_the_bar() {
    // A half note is read as the quarter note, the nearest that is known.
    let (known, other) = (abc("CDE|CDE|c3|"), abc("C2E|CDE|C2D|c3|"));
    let streams = ["position", "bars-left", "lookback-1"];
    for tokenizer in [rhythm(), notes()] {
        let file = model_file_with(tokenizer, std::slice::from_ref(&known), &streams);
        let knows_all = model_file_with(tokenizer, &[known.clone(), other.clone()], &streams);
        let reading = PieceReading::new(&file, &other.score, None);
        let told = PieceReading::new(&knows_all, &other.score, None);
        assert!(told.encoded().unknown.is_empty());
        assert_eq!(reading.encoded().unknown.is_empty(), tokenizer == notes());
        assert_eq!(reading.streams()[..2], told.streams()[..2]);
        // What is looked back to is read as the nearest too.
        let nearest = |value: &TokenId| match knows_all.vocabulary.token(*value) {
            Some(token) => file.vocabulary.nearest(token),
            None => TokenId(file.vocabulary.len() as u32),
        };
        assert_eq!(reading.streams()[2], told.streams()[2].iter().map(nearest).collect::<Vec<_>>());
    }
}

#[test]
fn a_piece_has_a_quarter_note_for_each_of_quarter_notes_with_any_tokenizer() {
    // A rest, eight notes, and one that is held.
    let piece = abc("zCD|EFG|ABc|d3|");
    for tokenizer in [rhythm(), notes(), CHORDS] {
        let file = model_file_with(tokenizer, std::slice::from_ref(&piece), &[]);
        let tokens = PieceTokens::of_score(&file, &piece.score, None);
        assert_eq!(tokens.n_quarters(0), 10.0, "{}", tokenizer.name());
        let a_note_before = |place: usize| tokens.tokens()[..place].iter().any(|token| !token.pitches().is_empty());
        let last = tokens.tokens().iter().rposition(|token| !token.pitches().is_empty()).unwrap();
        for from in (0..=last).filter(|&from| a_note_before(from)) {
            assert_eq!(tokens.n_quarters(from), 10.0 - tokens.quarters()[from], "{} from {from}", tokenizer.name());
        }
        assert_eq!(tokens.n_quarters(last), 1.0);
        assert_eq!(tokens.n_quarters(last + 1), 0.0);
    }
}

#[test]
fn gradients_are_those_of_windows_with_streams() {
    let piece = abc("CDE|FGA|c3|");
    let file = model_file_with(rhythm(), std::slice::from_ref(&piece), &["position", "lookback-1"]);
    let ids = PieceReading::new(&file, &piece.score, None).encoded().ids.clone();
    let n_steps = ids.len() - 1;
    let probe = GradientProbe { window: n_steps, n_windows: 1, seed: Seed(1) };
    let mut builder = CorpusBuilder::new(rhythm());
    builder.add(&piece);
    let measured = probe.of_model(&file, builder.build(0..=0).unwrap()).unwrap();

    let told = inputs(&file, frame(&file, &piece.score, None), &ids[..n_steps]);
    let stream = |number: usize| told.iter().map(|inputs| inputs[number]).collect::<Vec<_>>();
    let batch = Batch::new(1, n_steps, ids[..n_steps].to_vec(), ids[1..].to_vec(), Positions::LastToken).unwrap();
    let batch = batch.with_streams(vec![stream(1), stream(2)]).unwrap();
    let mut expected = Reference::new(&file.weights).gradients(&batch, None).unwrap().hidden_norms.remove(0);
    expected.reverse();
    assert_eq!(measured.iter().map(|norm| norm.norm).collect::<Vec<_>>(), expected);
}

/// A model that knows nothing and keeps what it is told.
struct Listener {
    vocab_size: usize,
    n_inputs: usize,
    told: RefCell<Vec<Vec<TokenId>>>,
}

impl StepModel for Listener {
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    fn zero_state(&self) {}

    fn step(&self, inputs: &[TokenId], (): &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        self.told.borrow_mut().push(inputs.to_vec());
        logits.fill(0.0);
        Ok(())
    }
}

#[test]
fn waltzes_are_read_and_composed_with_the_streams_of_their_scores() {
    let game = DiceGame { n_waltzes: 1600, repeats: Repeats::Straight };
    let pieces: Vec<Piece> = game.pieces(Seed(3)).collect();
    let file = model_file_with(rhythm(), &pieces, &["position", "bars-left"]);
    let model = Listener { vocab_size: file.vocabulary.len(), n_inputs: 3, told: RefCell::default() };
    evaluate(&model, &file, &DiceCorpus::default()).unwrap();

    let told = model.told.into_inner();
    // Any two waltzes have the same bar lines and as many bars.
    let score = medley(&game.roll(Seed(1))[0][..2], Repeats::Straight);
    let frame = frame(&file, &score, None);
    let of_song = |start: usize, n_tokens: usize| {
        let ids: Vec<TokenId> = told[start..start + n_tokens].iter().map(|inputs| inputs[0]).collect();
        assert_eq!(told[start..start + n_tokens], inputs(&file, frame.clone(), &ids), "from {start}");
    };
    of_song(0, 150);
    // The last song is composed; it begins where there are more bars left than just before.
    let is_new = |pair: &[Vec<TokenId>]| pair[1][2] > pair[0][2];
    let start = 1 + told.windows(2).rposition(is_new).unwrap();
    of_song(start, told.len() - start);
}

#[test]
fn a_summary_lists_the_streams_with_their_meters_and_styles() {
    let mut file = model_file_with(rhythm(), &[minuet()], &["meter", "bars-left", "style"]);
    let lines = |file: &ModelFile| -> Vec<String> {
        let summary = model_summary(file, &[]);
        let is_of_streams =
            |line: &&str| ["streams", "  meters", "  styles", "openings"].iter().any(|name| line.starts_with(name));
        summary.lines().filter(is_of_streams).map(str::to_owned).collect()
    };
    assert_eq!(lines(&file), ["streams     meter, bars-left, style", "  meters    3/4", "  styles    quartets"]);
    file.streams = StreamSet::default();
    assert_eq!(lines(&file), [""; 0]);
}
