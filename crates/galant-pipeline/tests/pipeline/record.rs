//! The record of a piece in its MIDI file comes back.

use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::RangeInclusive;

use galant_checkpoint::Sha256Hash;
use galant_pipeline::{
    Avoided, ConstraintSettings, EndingSettings, Method, PiecePlan, PieceSettings, PrimerSettings, Record, parse_tokens,
};
use galant_sample::{Beam, Draw, EntropyFloor, LoopControl, NgramBlock, Repetition, Selection, Truncation};
use galant_tokens::Tokenizer;
use galant_tokens::constraint::{Return, Veto};
use galant_types::{Playback, Scale, Seed};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{CHORDS, notes, rhythm};

/// Numbers whose shortest decimal form is long, tiny or huge, and any others.
fn float() -> impl Strategy<Value = f64> {
    let odd = proptest::sample::select(vec![1e-300, 0.1 + 0.2, 0.0, 0.5, f64::MAX, f64::MIN_POSITIVE / 8.0]);
    prop_oneof![odd, 0.0..10.0_f64, any::<u64>().prop_map(f64::from_bits).prop_filter("a number", |n| !n.is_nan())]
}

fn method() -> impl Strategy<Value = Method> {
    let control = (vec(1..1024_usize, 1..5), any::<usize>(), float(), float(), float(), float());
    let control = control.prop_map(|(lengths, shortest, raise, lower, min, max)| LoopControl {
        lengths,
        shortest,
        raise,
        lower,
        min,
        max,
    });
    let truncation = prop_oneof![
        Just(Truncation::None),
        any::<usize>().prop_map(Truncation::TopK),
        float().prop_map(Truncation::TopP),
        float().prop_map(Truncation::MinP),
    ];
    let floor = (float(), any::<usize>()).prop_map(|(nats, window)| EntropyFloor { nats, window });
    let draw = (float(), option::of(control), truncation, option::of(floor)).prop_map(
        |(temperature, loop_control, truncation, entropy_floor)| {
            Method::Draw(Draw { temperature, loop_control, truncation, entropy_floor })
        },
    );
    let best = (float(), float())
        .prop_map(|(length_normalization, diversity)| Selection::Best { length_normalization, diversity });
    let selection = prop_oneof![best, float().prop_map(|temperature| Selection::Drawn { temperature })];
    let beam = (any::<usize>(), selection, 1..=usize::MAX).prop_map(|(width, selection, rank)| Method::Beam {
        beam: Beam { width, selection },
        rank: NonZeroUsize::new(rank).unwrap(),
    });
    prop_oneof![Just(Method::Greedy), draw, beam]
}

fn scale() -> impl Strategy<Value = Scale> {
    let key = proptest::sample::select(vec!["C major", "F# minor", "Bb dorian", "Eb minor-pentatonic"]);
    key.prop_map(|key| key.parse().unwrap())
}

fn ending() -> impl Strategy<Value = Option<EndingSettings>> {
    option::of((1..=u64::MAX, option::of(scale()), any::<bool>())).prop_map(|ending| {
        ending.map(|(n_bars, key, downbeats)| EndingSettings {
            n_bars: NonZeroU64::new(n_bars).unwrap(),
            key,
            downbeats,
        })
    })
}

/// Bars that come back, up to the last that a record may have.
fn returns() -> impl Strategy<Value = Vec<Return>> {
    let one = prop_oneof![1..40_usize, 1..1_usize << 17].prop_flat_map(|bar| (Just(bar), 0..bar));
    vec(one.prop_map(|(bar, of)| Return { bar, of }), 0..6)
}

fn plan() -> impl Strategy<Value = PiecePlan> {
    let style = proptest::sample::select(vec!["chopin", "two words", " a  b = c ", "", "Händel/Op. 1"]);
    (option::of(any::<u64>()), option::of(scale()), option::of(style)).prop_map(|(n_bars, key, style)| PiecePlan {
        n_bars,
        key,
        style: style.map(str::to_owned),
    })
}

fn constraints() -> impl Strategy<Value = ConstraintSettings> {
    let key = option::of((scale(), any::<bool>()));
    let range = (any::<u8>(), any::<u8>()).prop_map(|(low, high)| RangeInclusive::new(low, high));
    let classes = || option::of(0..1_u16 << 12);
    let max_notes = option::of(1..=usize::MAX);
    (key, ending(), returns(), option::of(range), classes(), classes(), max_notes, avoided()).prop_map(
        |(key, ending, returns, pitch_range, only_notes, no_notes, max_notes, avoided)| ConstraintSettings {
            ending,
            returns,
            key: key.map(|(key, _)| key),
            // Without a key there is no tonic to end on.
            end_on_tonic: key.is_some_and(|(_, end_on_tonic)| end_on_tonic),
            pitch_range,
            only_notes,
            no_notes,
            max_notes: max_notes.and_then(NonZeroUsize::new),
            avoided,
        },
    )
}

fn avoided() -> impl Strategy<Value = Option<Avoided>> {
    let veto = (any::<usize>(), vec(any::<u8>(), 1..4)).prop_map(|(place, pitches)| Veto { place, pitches });
    let avoided = (1..=usize::MAX, vec(veto, 0..4))
        .prop_map(|(n_most, vetoes)| NonZeroUsize::new(n_most).map(|n_most| Avoided { n_most, vetoes }));
    option::of(avoided).prop_map(Option::flatten)
}

fn playback() -> impl Strategy<Value = Playback> {
    let us_per_quarter = 1..=Playback::MAX_US_PER_QUARTER;
    (us_per_quarter, 1..=u8::MAX, 0..=Playback::MAX_BEAT_LOG2, 0..128_u8, 1..128_u8).prop_map(
        |(us_per_quarter, beats, beat_log2, program, velocity)| Playback {
            us_per_quarter,
            beats,
            beat_log2,
            program,
            velocity,
        },
    )
}

fn settings(primers: &'static [&'static str], parsed_by: Tokenizer) -> impl Strategy<Value = PieceSettings> {
    let primer = (proptest::sample::select(primers), any::<bool>()).prop_map(move |(text, is_omitted)| {
        PrimerSettings { tokens: parse_tokens(text, parsed_by).unwrap(), is_omitted }
    });
    let repetition = (float(), any::<usize>()).prop_map(|(factor, window)| Repetition { factor, window });
    let block = (any::<usize>(), any::<usize>()).prop_map(|(n, window)| NgramBlock { n, window });
    let head = (any::<usize>(), option::of(any::<u64>()), any::<u64>(), option::of(primer), playback());
    let programs = vec(0..128_u8, 0..5);
    (head, programs, method(), option::of(repetition), option::of(block), constraints(), plan()).prop_map(
        |(
            (n_tokens, n_steps, seed, primer, playback),
            programs,
            method,
            repetition,
            ngram_block,
            constraints,
            plan,
        )| {
            PieceSettings {
                n_tokens,
                n_steps,
                seed: Seed(seed),
                primer,
                playback,
                programs,
                method,
                repetition,
                ngram_block,
                constraints,
                plan,
            }
        },
    )
}

#[track_caller]
fn comes_back(settings: &PieceSettings, tokenizer: Tokenizer) {
    let record = Record::new(Sha256Hash([0xa5; 32]), settings.clone());
    // A file may have other texts before.
    let texts: Vec<String> = ["a text of another kind".to_owned()].into_iter().chain(record.to_texts()).collect();
    assert_eq!(Record::parse(&texts, tokenizer).as_ref(), Ok(&record), "{texts:#?}");
    assert_eq!(Record::parse_model(&texts), Ok(record.model));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(13), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_recorded_comes_back(
        rhythm_piece in settings(&["60+6>6", "60.64.67+12>0 >48 72+1>1"], rhythm()),
        notes_piece in settings(&[">6 60 +6", "60"], notes()),
        chords_piece in settings(&["60.64.67 60", "0.127"], CHORDS),
    ) {
        comes_back(&rhythm_piece, rhythm());
        comes_back(&notes_piece, notes());
        comes_back(&chords_piece, CHORDS);
    }
}
