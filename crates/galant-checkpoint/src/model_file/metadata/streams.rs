//! The text of streams and openings, which came with format 4.

use galant_model::{Inputs, StreamSpec};
use galant_tokens::Tokenizer;
use galant_tokens::stream::{Stream, StreamSet, StreamValues};
use galant_types::{Meter, TokenId};
use serde::{Deserialize, Serialize};

use crate::{DecodeModelError, Opening};

/// The streams of a network, and what their values stand for.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamsText {
    inputs: Vec<InputText>,
    meters: Vec<String>,
    n_positions: usize,
    styles: Vec<String>,
}

/// An input of the network apart from the tokens; how many values it has follows from what they stand for.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InputText {
    name: String,
    embedding_size: usize,
    skip: bool,
}

/// How a piece of the corpus begins.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpeningText {
    token: u32,
    meter: String,
    key: Option<String>,
    style: Option<String>,
}

impl StreamsText {
    pub(super) fn of(streams: &StreamSet, inputs: &Inputs) -> StreamsText {
        let StreamValues { meters, n_positions, styles } = streams.values();
        let input = |(stream, spec): (&Stream, &StreamSpec)| InputText {
            name: stream.to_string(),
            embedding_size: spec.embedding_size,
            skip: spec.skip,
        };
        StreamsText {
            inputs: streams.streams().iter().zip(&inputs[1..]).map(input).collect(),
            meters: meters.iter().map(meter_text).collect(),
            n_positions: *n_positions,
            styles: styles.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The streams, and the inputs of a network that reads them beside `tokens`.
    pub(super) fn streams(
        &self,
        tokenizer: Tokenizer,
        tokens: StreamSpec,
    ) -> Result<(StreamSet, Inputs), DecodeModelError> {
        let names = self.inputs.iter().map(|input| input.name.parse()).collect::<Result<Vec<Stream>, _>>()?;
        let values = StreamValues {
            meters: self.meters.iter().map(|text| meter(text)).collect::<Result<_, _>>()?,
            n_positions: self.n_positions,
            styles: self.styles.clone(),
        };
        let streams = StreamSet::new(tokenizer, names, values)?;
        let sizes = streams.vocab_sizes(tokens.vocab_size);
        let specs = self.inputs.iter().zip(sizes).map(|(input, vocab_size)| StreamSpec {
            vocab_size,
            embedding_size: input.embedding_size,
            skip: input.skip,
        });
        // There are no more streams than a network has inputs beside the tokens.
        let inputs = specs.fold(Inputs::new(tokens), Inputs::with);
        Ok((streams, inputs))
    }
}

impl OpeningText {
    pub(super) fn of(opening: &Opening) -> OpeningText {
        OpeningText {
            token: opening.token.0,
            meter: meter_text(&opening.meter),
            key: opening.key.map(|key| key.to_string()),
            style: opening.style.clone(),
        }
    }

    pub(super) fn opening(self) -> Result<Opening, DecodeModelError> {
        let OpeningText { token, meter: text, key, style } = self;
        let key = key.map(|text| text.parse().map_err(|source| DecodeModelError::Key { source })).transpose()?;
        Ok(Opening { token: TokenId(token), meter: meter(&text)?, key, style })
    }
}

/// A meter as it is printed: `3/4`.
fn meter_text(meter: &Meter) -> String {
    format!("{}/{}", meter.numerator, 1_u32 << meter.denominator_log2.min(31))
}

fn meter(text: &str) -> Result<Meter, DecodeModelError> {
    let refused = || DecodeModelError::Meter { text: text.to_owned() };
    let (numerator, denominator) = text.split_once('/').ok_or_else(refused)?;
    let numerator = numerator.parse().map_err(|_| refused())?;
    let denominator: u32 = denominator.parse().map_err(|_| refused())?;
    if !denominator.is_power_of_two() {
        return Err(refused());
    }
    Ok(Meter { tick: 0, numerator, denominator_log2: denominator.ilog2() as u8 })
}
