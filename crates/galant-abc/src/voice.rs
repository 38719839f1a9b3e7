//! One voice as written: bars of notes, before repeats are expanded.

use galant_types::{Meter, Place, Warnings};

use crate::bar::{Bar, BarNote, Change, WrittenNote};
use crate::bar_line::BarLine;
use crate::cursor::START;
use crate::error::DecodeError;
use crate::key::Key;
use crate::limits::{MAX_BARS, MAX_NOTES, TICKS_PER_QUARTER};
use crate::pitch::Pitches;
use crate::property::Properties;
use crate::time::{Fraction, MAX_PARTS_OF_NOTE, PARTS_PER_TICK, parts, tick};
use crate::tuplet::Tuplet;
use crate::warning::WarningKind;

/// A voice while it is read.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    /// The instrument in General MIDI, counted from 0, if it is named.
    pub(crate) program: Option<u8>,
    /// Whether it plays percussion, whatever its clef.
    pub(crate) is_percussion: bool,
    pub(crate) unit: Fraction,
    /// None for free meter. The tick is not used.
    pub(crate) meter: Option<Meter>,
    pub(crate) pitches: Pitches,
    pub(crate) bars: Vec<Bar>,
    pub(crate) tuplet: Option<Tuplet>,
    /// How many notes and changes the bars have, the one that is read included.
    pub(crate) n_notes: usize,
    pub(crate) n_changes: usize,
    bar: Bar,
    /// How many bars before that one the layer is which is read: an overlay may begin bars ago.
    n_back: usize,
    /// When that layer's bar begins, in ticks.
    bar_start: u64,
    /// Parts of ticks since the beginning of the bar, and the most that a layer of the bar reached.
    now: u64,
    furthest: u64,
    /// The broken rhythm that waits for its second note.
    broken: Option<Broken>,
    last: Option<Last>,
    last_sound: Option<LastSound>,
    /// The last number of the last ending.
    last_ending: u32,
}

/// The last note, chord or rest, which a broken rhythm may still change.
#[derive(Debug, Clone, Copy)]
struct Last {
    onset: u64,
    length: u64,
    first_note: usize,
}

/// A broken rhythm between the last note and the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Broken {
    /// The sign and how many there are of it, for a warning, and where they are.
    pub(crate) sign: char,
    pub(crate) count: u32,
    pub(crate) place: Place,
    /// How much longer both notes become.
    pub(crate) factors: (Fraction, Fraction),
}

/// The notes that a tie apart from them belongs to: of the bar of this number, from the first to before the last.
#[derive(Debug, Clone, Copy)]
struct LastSound {
    bar: usize,
    bar_start: u64,
    first_note: usize,
    end_note: usize,
}

impl Voice {
    pub(crate) fn new(id: &str, unit: Fraction, meter: Option<Meter>, key: Key) -> Voice {
        Voice {
            id: id.to_owned(),
            name: None,
            program: None,
            is_percussion: false,
            unit,
            meter,
            pitches: Pitches::new(key),
            bars: Vec::new(),
            tuplet: None,
            n_notes: 0,
            n_changes: 0,
            bar: Bar::new(meter, key),
            n_back: 0,
            bar_start: 0,
            now: 0,
            furthest: 0,
            broken: None,
            last: None,
            last_sound: None,
            last_ending: 0,
        }
    }

    /// The meter after an upbeat, at the bar line where the first whole bar begins; none without an upbeat.
    pub(crate) fn after_upbeat(&self) -> Option<Meter> {
        let [upbeat, next, ..] = &*self.bars else { return None };
        let is_short = upbeat.length > 0 && upbeat.expected.is_some_and(|expected| upbeat.length < expected);
        next.meter
            .filter(|meter| is_short && upbeat.meter == Some(*meter))
            .map(|meter| Meter { tick: upbeat.length, ..meter })
    }

    /// Takes the properties that are named; the others stay as they are.
    pub(crate) fn set(&mut self, properties: Properties) {
        self.pitches.set(&properties);
        self.name = properties.name.or(self.name.take());
        self.program = properties.program.or(self.program);
        self.is_percussion = properties.is_percussion.unwrap_or(self.is_percussion);
    }

    /// Adds a note, or the notes of a chord, which lasts as long as its first note.
    pub(crate) fn sound(
        &mut self,
        notes: &[WrittenNote],
        chord_length: Fraction,
        warnings: &mut Warnings,
    ) -> Result<(), DecodeError> {
        let Some(first) = notes.first() else { return Ok(()) };
        self.n_notes += notes.len();
        if self.n_notes > MAX_NOTES {
            return Err(DecodeError::TooManyNotes);
        }
        let tuplet = Tuplet::step(&mut self.tuplet);
        let length_of = |note: &WrittenNote, warnings: &mut Warnings| {
            length_of(&[self.unit, chord_length, tuplet, note.length], note.place, warnings)
        };
        let lengths: Vec<u64> = notes.iter().map(|note| length_of(note, warnings)).collect();
        let factor = self.settle_broken(lengths[0], warnings);
        let first_note = self.written_bar().notes.len();
        for (note, &length) in notes.iter().zip(&lengths) {
            let Some(pitch) = self.pitches.pitch(note, self.bar_start + tick(self.now), warnings) else { continue };
            let onset = tick(self.now);
            let length = (tick(self.now + factor.of(length)) - onset).max(1);
            if note.is_tied {
                self.pitches.tie(note.letter, pitch, self.bar_start + onset + length);
            }
            let WrittenNote { letter, is_tied, place, .. } = *note;
            self.written_bar().notes.push(BarNote { onset, length, pitch, letter, is_tied, place });
        }
        self.last_sound = Some(LastSound {
            bar: self.bars.len() - self.n_back,
            bar_start: self.bar_start,
            first_note,
            end_note: self.written_bar().notes.len(),
        });
        self.advance(factor.of(lengths[0]), first_note, first.place);
        Ok(())
    }

    pub(crate) fn rest(&mut self, length: Fraction, place: Place, warnings: &mut Warnings) {
        let tuplet = Tuplet::step(&mut self.tuplet);
        let length = length_of(&[self.unit, tuplet, length], place, warnings);
        let factor = self.settle_broken(length, warnings);
        self.last_sound = None;
        let first_note = self.written_bar().notes.len();
        self.advance(factor.of(length), first_note, place);
    }

    fn advance(&mut self, length: u64, first_note: usize, place: Place) {
        self.written_bar().place.get_or_insert(place);
        self.last = Some(Last { onset: self.now, length, first_note });
        self.now += length;
    }

    /// The bar that the layer which is read belongs to.
    fn written_bar(&mut self) -> &mut Bar {
        match self.n_back {
            0 => &mut self.bar,
            n_back => {
                let index = self.bars.len() - n_back;
                &mut self.bars[index]
            }
        }
    }

    /// Rests for `n_bars` whole bars; false if the meter is free or the bar has begun.
    pub(crate) fn rest_bars(&mut self, n_bars: u32, place: Place) -> Result<bool, DecodeError> {
        let Some(length) = self.expected().filter(|_| self.now == 0 && self.n_back == 0) else { return Ok(false) };
        if self.furthest > 0 && n_bars > 1 {
            return Ok(false);
        }
        for bar in 0..n_bars {
            if bar > 0 {
                self.end_bar(BarLine::default())?;
            }
            self.advance(length * PARTS_PER_TICK, 0, place);
        }
        self.last = None;
        self.last_sound = None;
        Ok(true)
    }

    /// Makes the last note longer and the next shorter, or the other way round; false if there is no last note.
    pub(crate) fn break_rhythm(&mut self, broken: Broken) -> bool {
        if self.last.is_some() {
            self.broken = Some(broken);
        }
        self.last.is_some()
    }

    /// Makes the last note as long as the broken rhythm after it says, if the next note is as long as it; returns the factor
    /// of the next note.
    fn settle_broken(&mut self, next_length: u64, warnings: &mut Warnings) -> Fraction {
        let (Some(broken), Some(last)) = (self.broken.take(), self.last) else { return Fraction::ONE };
        if last.length != next_length {
            let text = std::iter::repeat_n(broken.sign, broken.count as usize).collect();
            let why = "a broken rhythm is between two notes of the same length";
            warnings.push(broken.place, WarningKind::Skipped { text, why });
            return Fraction::ONE;
        }
        let (factor, next_factor) = broken.factors;
        let bar_start = self.bar_start;
        let mut ends = Vec::new();
        for note in &mut self.written_bar().notes[last.first_note..] {
            note.length = factor.of(note.length).max(1);
            if note.is_tied {
                ends.push((note.letter, bar_start + note.onset + note.length));
            }
        }
        ends.into_iter().for_each(|(letter, end)| self.pitches.move_tie(letter, end));
        self.now = last.onset + factor.of(last.length);
        next_factor
    }

    /// Ties the last note or chord to the next; false if a rest or nothing is before.
    pub(crate) fn tie_last(&mut self) -> bool {
        let Some(LastSound { bar, bar_start, first_note, end_note }) = self.last_sound.take() else { return false };
        let bar = if bar == self.bars.len() { &mut self.bar } else { &mut self.bars[bar] };
        for note in &mut bar.notes[first_note..end_note] {
            note.is_tied = true;
            self.pitches.tie(note.letter, note.pitch, bar_start + note.onset + note.length);
        }
        true
    }

    /// Begins another layer as many bar lines ago as there are signs.
    pub(crate) fn overlay(&mut self, n_signs: u32, place: Place, warnings: &mut Warnings) {
        // Where the bar is empty, its own bar line is behind.
        let has_music = self.has_begun();
        if self.n_back == 0 {
            self.furthest = self.furthest.max(self.now);
        }
        let n_back = self.n_back + n_signs as usize - usize::from(has_music);
        self.n_back = n_back.min(self.bars.len());
        if n_back > self.n_back {
            warnings.push(place, WarningKind::Overlay { why: "begins before the first bar; it was read from there" });
        }
        let (end, n_bars) = (self.bars.len(), self.n_back);
        let elapsed = self.bars.last().map_or(0, |bar| bar.start + bar.length);
        self.bar_start = self.bars[end - n_bars..].first().map_or(elapsed, |bar| bar.start);
        self.begin_layer();
    }

    fn begin_layer(&mut self) {
        self.now = 0;
        self.pitches.end_bar();
        self.last = None;
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.n_changes += 1;
        let now = tick(self.now);
        self.written_bar().changes.push((now, change));
        if !self.has_begun() {
            (self.bar.meter, self.bar.key) = (self.meter, self.pitches.key);
        }
    }

    fn has_begun(&self) -> bool {
        self.now > 0 || self.furthest > 0 || self.n_back > 0
    }

    /// Whether a number that follows a bar line, but not directly, is that of an ending: the first, or the next.
    pub(crate) fn may_begin_ending(&self, number: u32) -> bool {
        let follows_bar = !self.bars.is_empty() && !self.has_begun() && self.bar.ending.is_empty();
        follows_bar && (number == 1 || number == self.last_ending + 1)
    }

    /// Begins the part of this label here, with a bar of its own.
    pub(crate) fn begin_part(&mut self, label: char) -> Result<(), DecodeError> {
        if self.has_begun() {
            self.end_bar(BarLine { is_heavy: true, ..BarLine::default() })?;
        }
        self.label_next(label);
        Ok(())
    }

    /// Begins the part of this label with the bar that comes next, or with this one if nothing is in it yet.
    pub(crate) fn label_next(&mut self, label: char) {
        if !self.has_begun() {
            self.bar.label = Some(label);
        }
    }

    /// Ends the bar; a bar line where no bar has begun adds to the one before it.
    pub(crate) fn end_bar(&mut self, line: BarLine) -> Result<(), DecodeError> {
        if self.n_back > 0 {
            self.end_bar_of_layer();
            return Ok(());
        }
        if self.has_begun() {
            if self.bars.len() == MAX_BARS {
                return Err(DecodeError::TooManyBars { voice: self.id.clone() });
            }
            let length = tick(self.furthest.max(self.now)).max(1);
            let mut bar = std::mem::replace(&mut self.bar, Bar::new(self.meter, self.pitches.key));
            (bar.start, bar.length, bar.expected) = (self.bar_start, length, self.expected());
            self.bars.push(bar);
            self.bar_start += length;
            self.furthest = 0;
        }
        self.begin_layer();
        if let Some(before) = self.bars.last_mut() {
            before.repeats = before.repeats.max(line.repeats);
            before.is_heavy |= line.is_heavy;
        }
        self.bar.begins_repeat |= line.begins;
        if let Some(&last) = line.ending.last() {
            self.last_ending = last;
            self.bar.ending = line.ending;
        }
        Ok(())
    }

    /// Goes on with the layer in the next bar, which is there already.
    fn end_bar_of_layer(&mut self) {
        let reached = tick(self.now);
        let bar = self.written_bar();
        bar.has_long_layer |= reached > bar.length;
        let length = bar.length;
        self.bar_start += length;
        self.n_back -= 1;
        self.begin_layer();
    }

    /// Warns of groups that the bar leaves unfinished, and forgets them.
    pub(crate) fn end_groups(&mut self, place: Place, warnings: &mut Warnings) {
        if self.tuplet.take().is_some() {
            warnings.push(place, WarningKind::UnfinishedGroup { what: "tuplet" });
        }
        if self.broken.take().is_some() {
            warnings.push(place, WarningKind::UnfinishedGroup { what: "broken rhythm" });
        }
    }

    /// Ends the last bar, and the layers that end before it.
    pub(crate) fn end_layers(&mut self) -> Result<(), DecodeError> {
        while self.n_back > 0 {
            self.end_bar_of_layer();
        }
        self.end_bar(BarLine::default())
    }

    pub(crate) fn has_part(&self, label: char) -> bool {
        self.bars.iter().any(|bar| bar.label == Some(label))
    }

    /// Where its last bar is.
    pub(crate) fn last_place(&self) -> Place {
        self.bars.last().and_then(|bar| bar.place).unwrap_or(START)
    }

    /// How long a bar is by the meter.
    fn expected(&self) -> Option<u64> {
        self.meter.map(|meter| meter.ticks_per_bar(TICKS_PER_QUARTER))
    }
}

/// The product of factors of a whole note in parts of ticks, or the longest length allowed, with a warning.
fn length_of(factors: &[Fraction], place: Place, warnings: &mut Warnings) -> u64 {
    parts(factors).unwrap_or_else(|| {
        warnings.push(place, WarningKind::TooLong);
        MAX_PARTS_OF_NOTE
    })
}
