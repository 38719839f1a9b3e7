//! How often each pitch occurs.

use galant_types::Note;

/// The scales of [`PitchCounts::scale_consistency`], a bit for each semitone above the tonic: major and natural minor.
const SCALES: [u16; 2] = [0b1010_1011_0101, 0b0101_1010_1101];

/// How many notes there are of each pitch.
#[derive(Debug, Clone)]
pub(crate) struct PitchCounts {
    counts: [u64; 128],
}

impl PitchCounts {
    pub(crate) fn of<'a>(notes: impl Iterator<Item = &'a Note>) -> PitchCounts {
        let mut counts = [0; 128];
        notes.for_each(|note| counts[usize::from(note.pitch).min(127)] += 1);
        PitchCounts { counts }
    }

    /// How many notes there are of each MIDI pitch, `[128]`.
    pub(crate) fn pitches(&self) -> &[u64] {
        &self.counts
    }

    /// How many notes there are of each pitch class, from C.
    pub(crate) fn classes(&self) -> [u64; 12] {
        let mut classes = [0; 12];
        self.counts.iter().enumerate().for_each(|(pitch, count)| classes[pitch % 12] += count);
        classes
    }

    pub(crate) fn n_notes(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(crate) fn n_pitches(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }

    pub(crate) fn n_classes(&self) -> usize {
        self.classes().iter().filter(|count| **count > 0).count()
    }

    /// From the lowest pitch to the highest, in semitones.
    pub(crate) fn range(&self) -> Option<u8> {
        let lowest = self.counts.iter().position(|count| *count > 0)?;
        let highest = self.counts.iter().rposition(|count| *count > 0)?;
        u8::try_from(highest - lowest).ok()
    }

    /// The share of notes whose pitch class is one of `classes`, a bit each from C.
    pub(crate) fn in_scale_rate(&self, classes: u16) -> Option<f64> {
        let n_notes = self.n_notes();
        let counts = self.classes();
        let n_inside: u64 = (0..12).filter(|class| classes >> class & 1 == 1).map(|class| counts[class]).sum();
        (n_notes > 0).then(|| n_inside as f64 / n_notes as f64)
    }

    /// The largest share of notes in one of the 24 major and natural minor scales.
    pub(crate) fn scale_consistency(&self) -> Option<f64> {
        let scales = SCALES.into_iter().flat_map(|scale| (0..12).map(move |tonic| on(scale, tonic)));
        scales.filter_map(|classes| self.in_scale_rate(classes)).reduce(f64::max)
    }
}

/// A scale on a tonic, a bit for each pitch class from C.
fn on(scale: u16, tonic: u32) -> u16 {
    (scale << tonic | scale >> (12 - tonic)) & 0xfff
}

/// The entropy of what was counted, in bits; none of nothing.
pub(crate) fn entropy_bits(counts: &[u64]) -> Option<f64> {
    let n: u64 = counts.iter().sum();
    let shares = counts.iter().filter(|count| **count > 0).map(|&count| count as f64 / n as f64);
    (n > 0).then(|| shares.map(|share| -share * share.log2()).sum::<f64>().max(0.0))
}

#[cfg(test)]
mod tests {
    use galant_types::Scale;

    use super::*;

    #[test]
    fn the_scales_are_those_of_their_names() {
        for tonic in 0..12_u8 {
            assert_eq!(on(SCALES[0], tonic.into()), Scale::major(tonic).pitch_classes());
        }
        let minor: Scale = "A natural-minor".parse().unwrap();
        assert_eq!(on(SCALES[1], 9), minor.pitch_classes());
    }
}
