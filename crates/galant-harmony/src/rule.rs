//! The rules of part-writing by name, and how often they are broken.

use std::fmt;
use std::ops::AddAssign;
use std::str::FromStr;

/// A rule of part-writing.
///
/// A *pair* is two parts; *neighbors* are parts next to each other in the order of the score. A part *moves* when it
/// begins a note of another pitch than it sounded in the step before; a part that was silent then does not move, so a
/// rest ends what a rule compares. Pitches are MIDI pitches, so notes that sound alike are alike, however they would be
/// spelled: seven semitones are a perfect fifth.
///
/// The rules are those of textbooks of harmony for four voices, such as Piston, "Harmony"; Aldwell and Schachter,
/// "Harmony and Voice Leading"; Kostka and Payne, "Tonal Harmony". They do not agree on everything, so each rule says
/// what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A pair moves in the same direction from a perfect fifth, octaves not counted, to another of other notes.
    ///
    /// Both parts must begin their notes together; a diminished fifth before or after it is allowed. A pair that leaps an
    /// octave together only repeats its notes, and does not break the rule, nor does one that crosses in between.
    ParallelFifths,
    /// A pair moves in the same direction from a unison or octave to one of another note.
    ///
    /// A pair that leaps an octave together does not break the rule.
    ParallelOctaves,
    /// A pair moves in opposite directions from a perfect fifth to another, or from a unison or octave to another.
    ///
    /// The exceptions are those of parallels.
    ContraryPerfects,
    /// The outer parts move in the same direction to a perfect fifth, octaves not counted, from another interval, and
    /// the upper of them by more than a whole tone.
    HiddenFifths,
    /// The same to a unison or octave.
    HiddenOctaves,
    /// A part is lower than its lower neighbor, and one of the two begins its note.
    Crossing,
    /// A part moves above the note that its upper neighbor had in the step before, or below that of its lower neighbor.
    ///
    /// A pair that is crossed, before or after, breaks [`Rule::Crossing`] only; and it is once for a pair, if both move.
    Overlap,
    /// Two neighbors, neither of them the lowest part, are more than an octave apart, and one of them begins its note.
    Spacing,
    /// A part begins a note outside its range.
    Range,
    /// A part moves by more than an octave.
    WideLeap,
    /// A part moves by a tritone or a seventh, of six, ten or eleven semitones.
    ///
    /// An augmented fourth is not told from a diminished fifth, which some textbooks allow if the line turns back.
    DissonantLeap,
    /// A part moves by three semitones between the lowered sixth degree of the key and its leading note.
    ///
    /// In another key that may be a minor third. It needs a key.
    AugmentedSecond,
    /// A part leaves the leading note for another note than the tonic when the tonic's triad comes.
    ///
    /// It has the leading note in the step before, and the last chord with a name was the triad or the seventh chord on
    /// the dominant or on the leading note. An inner part may fall a major third, to the fifth of the tonic's triad. It
    /// needs a key, and it is known only when all parts of a step are.
    LeadingNote,
}

impl Rule {
    /// How many rules there are.
    pub const COUNT: usize = 13;

    /// All rules, in the order of reports.
    pub const ALL: [Rule; Rule::COUNT] = [
        Rule::ParallelFifths,
        Rule::ParallelOctaves,
        Rule::ContraryPerfects,
        Rule::HiddenFifths,
        Rule::HiddenOctaves,
        Rule::Crossing,
        Rule::Overlap,
        Rule::Spacing,
        Rule::Range,
        Rule::WideLeap,
        Rule::DissonantLeap,
        Rule::AugmentedSecond,
        Rule::LeadingNote,
    ];

    /// The rules whose breaches are called *hard defects*.
    ///
    /// Bach has fewer than one in 200 chords of his chorales. Crossing is none of them, as he crosses parts in three of
    /// 100 chords.
    pub const HARD: [Rule; 3] = [Rule::ParallelFifths, Rule::ParallelOctaves, Rule::WideLeap];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Rule::ParallelFifths => "parallel-fifths",
            Rule::ParallelOctaves => "parallel-octaves",
            Rule::ContraryPerfects => "contrary-perfects",
            Rule::HiddenFifths => "hidden-fifths",
            Rule::HiddenOctaves => "hidden-octaves",
            Rule::Crossing => "crossing",
            Rule::Overlap => "overlap",
            Rule::Spacing => "spacing",
            Rule::Range => "range",
            Rule::WideLeap => "wide-leap",
            Rule::DissonantLeap => "dissonant-leap",
            Rule::AugmentedSecond => "augmented-second",
            Rule::LeadingNote => "leading-note",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Rule {
    type Err = ParseRuleError;

    fn from_str(text: &str) -> Result<Rule, ParseRuleError> {
        let known = Rule::ALL.into_iter().find(|rule| rule.name() == text);
        known.ok_or_else(|| ParseRuleError { text: text.to_owned() })
    }
}

/// A text that names no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseRuleError {
    /// The text.
    pub text: String,
}

impl fmt::Display for ParseRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Rule::ALL.map(Rule::name).join(", ");
        write!(f, "'{}' is not a rule of part-writing; the rules are {names}", self.text)
    }
}

impl std::error::Error for ParseRuleError {}

/// How often each rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaches {
    by_rule: [u32; Rule::COUNT],
}

impl Breaches {
    /// How often a rule is broken.
    pub fn of(&self, rule: Rule) -> u32 {
        self.by_rule[rule as usize]
    }

    /// How often the rules of [`Rule::HARD`] are broken.
    pub fn hard(&self) -> u32 {
        Rule::HARD.iter().map(|&rule| self.of(rule)).sum()
    }

    /// Whether no rule is broken.
    pub fn is_none(&self) -> bool {
        self.by_rule.iter().all(|&count| count == 0)
    }

    /// Counts a breach.
    pub(crate) fn add(&mut self, rule: Rule) {
        self.by_rule[rule as usize] += 1;
    }
}

impl AddAssign for Breaches {
    fn add_assign(&mut self, other: Breaches) {
        self.by_rule.iter_mut().zip(other.by_rule).for_each(|(count, more)| *count += more);
    }
}

impl FromIterator<Breaches> for Breaches {
    fn from_iter<I: IntoIterator<Item = Breaches>>(all: I) -> Breaches {
        all.into_iter().fold(Breaches::default(), |mut sum, breaches| {
            sum += breaches;
            sum
        })
    }
}
