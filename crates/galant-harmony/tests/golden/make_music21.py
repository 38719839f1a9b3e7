#!/usr/bin/env python3
"""Writes music21.json: what music21 says of pairs of parts and of chords.

usage: make_music21.py > music21.json        (music21 10.5.1, from PyPI)

"pairs": two parts that go from one note to the next, drawn with a seed: [upper before, upper after, lower before, lower
after] as MIDI pitches, and the properties of music21's VoiceLeadingQuartet that hold. The notes are those of one scale,
so that music21, which looks at spelled notes, sees a perfect fifth wherever there are seven semitones.

"chords": every set of two to four notes whose bass is C, in semitones above it; the quality, and all roots above the bass
and inversions that some spelling of the set has in music21. No quality: no spelling is a triad or a seventh chord.

"romans": triads and seventh chords on the degrees of some keys, as MIDI pitches, with music21's Roman numeral, without figures, and inversion.
"""
import itertools
import json
import random
import re

from music21 import chord, key, pitch, roman, voiceLeading

LETTERS = "FCGDAEB"
# Triads, and seventh chords by their triad and the semitones of their seventh.
QUALITIES = ["major", "minor", "diminished", "augmented", "major 10", "major 11", "minor 10", "minor 11", "diminished 10",
             "diminished 9", "augmented 11"]
SCALES = [["C", "D", "E", "F", "G", "A", "B"], ["A", "B", "C", "D", "E", "F", "G#"], ["E-", "F", "G", "A-", "B-", "C", "D"]]


def spell(fifths):
    """The name of the note so many fifths above C."""
    letter, sharps = LETTERS[(fifths + 1) % 7], (fifths + 1) // 7
    return letter + ("#" * sharps if sharps > 0 else "-" * -sharps)


def pairs(rng):
    rows = []
    while len(rows) < 800:
        scale = rng.choice(SCALES)

        def near(midi, reach):
            """A note of the scale at most so many semitones away."""
            choices = [pitch.Pitch(f"{name}{octave}") for name in scale for octave in range(8)]
            return rng.choice([note for note in choices if abs(note.midi - midi) <= reach])

        upper = near(67, 9)
        lower = near(upper.midi - rng.choice([0, 4, 7, 12, 12, 19, 19]), 1)
        # Mostly small moves, often of both parts alike.
        move = rng.choice([1, 2, 4, 5, 7, 12]) * rng.choice([-1, 1])
        upper_next = near(upper.midi + move, 2)
        lower_next = near(lower.midi + (move if rng.random() < 0.5 else rng.randrange(-13, 14)), 2)
        quartet = voiceLeading.VoiceLeadingQuartet(
            upper.nameWithOctave, upper_next.nameWithOctave, lower.nameWithOctave, lower_next.nameWithOctave)
        holds = {
            "similar": quartet.similarMotion(),
            "parallel steps": quartet.parallelMotion(allowOctaveDisplacement=True),
            "parallel fifth": quartet.parallelFifth(),
            "parallel octave": quartet.parallelUnisonOrOctave(),
            "hidden fifth": quartet.hiddenFifth(),
            "hidden octave": quartet.hiddenOctave(),
            "overlap": quartet.voiceOverlap(),
            "crossing": quartet.voiceCrossing(),
        }
        notes = [note.midi for note in (upper, upper_next, lower, lower_next)]
        # One in four moves at random; the rest has something to say.
        if any(value for name, value in holds.items() if name not in ("similar", "parallel steps")) or rng.random() < 0.25:
            rows.append([*notes, [name for name, value in holds.items() if value]])
    return rows


def quality_of(spelled):
    """The quality, root and inversion of a spelled chord, if music21 calls it a triad or a seventh chord."""
    if spelled.isIncompleteMajorTriad() or spelled.isIncompleteMinorTriad():
        return "major" if spelled.isIncompleteMajorTriad() else "minor"
    if spelled.isTriad() and spelled.quality != "other":
        return spelled.quality
    if spelled.isSeventh():
        triad = chord.Chord([spelled.root(), spelled.third, spelled.fifth])
        return f"{triad.quality} {spelled.semitonesFromChordStep(7)}"
    return None


def chords():
    rows = []
    for size in (1, 2, 3):
        for above in itertools.combinations(range(1, 12), size):
            found = set()
            for start in range(-11, 5):
                # Twelve consecutive fifths spell each pitch class once.
                names = {fifths * 7 % 12: spell(fifths) for fifths in range(start, start + 12)}
                spelled = chord.Chord([names[0] + "3"] + [names[semitones] + "4" for semitones in above])
                quality = quality_of(spelled)
                if quality in QUALITIES:
                    bass = pitch.Pitch(names[0]).pitchClass
                    found.add((quality, (spelled.root().pitchClass - bass) % 12, spelled.inversion()))
            assert len({quality for quality, _, _ in found}) <= 1, (above, found)
            quality = next((quality for quality, _, _ in found), None)
            rows.append({"above": list(above), "quality": quality, "roots": sorted([root, place] for _, root, place in found)})
    return rows


def numeral(found):
    """The Roman numeral without its figures, in which music21 also says which notes are raised."""
    return re.match("[b#]?[IViv]+[o\u00f8+]?", found.figure)[0]


def romans():
    rows = []
    # In fifths above the tonic: the notes of chords on the degrees of the key.
    major = {0: 0, 2: 2, 4: 4, 5: -1, 7: 1, 9: 3, 11: 5}
    minor = {0: 0, 2: 2, 3: -3, 5: -1, 7: 1, 8: -4, 10: -2, 11: 5}
    for tonic, name in ((0, "C"), (3, "A"), (-3, "E-"), (4, "E")):
        for mode, fifths in (("major", major), ("minor", minor)):
            in_key = key.Key(name if mode == "major" else name.lower())
            steps = sorted(fifths)
            if mode == "major":
                stacks = [[steps[(at + third) % 7] for third in thirds] for at in range(7) for thirds in ((0, 2, 4), (0, 2, 4, 6))]
            else:
                stacks = [[0, 3, 7], [2, 5, 8], [3, 7, 10], [5, 8, 0], [7, 11, 2], [8, 0, 3], [10, 2, 5], [11, 2, 5], [7, 10, 2],
                          [3, 7, 11], [0, 3, 7, 10], [2, 5, 8, 0], [7, 11, 2, 5], [8, 0, 3, 7], [11, 2, 5, 8], [5, 8, 0, 3], [0, 3, 7, 11]]
            for stack in stacks:
                for inversion in range(len(stack)):
                    names = [spell(tonic + fifths[semitones]) for semitones in stack]
                    bass, rest = names[inversion], names[:inversion] + names[inversion + 1:]
                    spelled = chord.Chord([bass + "3"] + [other + "4" for other in rest])
                    rows.append({
                        "tonic": in_key.tonic.pitchClass,
                        "mode": mode,
                        "pitches": [note.midi for note in spelled.pitches],
                        "numeral": numeral(roman.romanNumeralFromChord(spelled, in_key)),
                        "inversion": inversion,
                    })
    return rows


if __name__ == "__main__":
    sections = {"pairs": pairs(random.Random(1)), "chords": chords(), "romans": romans()}
    lines = (f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in sections.items())
    print("{\n" + ",\n".join(lines) + "\n}")
