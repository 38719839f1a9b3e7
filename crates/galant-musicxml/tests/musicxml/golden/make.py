"""Writes the pieces of this folder, and beside each the notes that music21 reads in it.

Run with music21 10.5.1: python3 make.py. Each line of NAME.txt is a note as played: part, onset and length in quarter notes
as fractions, MIDI pitch. Repeats are expanded by music21; ties are joined here, by the rule that a note with the end of a tie
goes on from one of its pitch in its part that ends where it begins.
"""

import pathlib

from music21 import converter

HERE = pathlib.Path(__file__).parent


def note(step, octave, duration, *, alter=None, chord=False, tie="", voice=1, staff=None, tuplet=None):
    ties = "".join(f'<tie type="{kind}"/>' for kind in tie.split())
    return (
        "<note>"
        + ("<chord/>" if chord else "")
        + f"<pitch><step>{step}</step>"
        + (f"<alter>{alter}</alter>" if alter is not None else "")
        + f"<octave>{octave}</octave></pitch><duration>{duration}</duration>{ties}<voice>{voice}</voice>"
        + (f"<time-modification><actual-notes>{tuplet}</actual-notes><normal-notes>2</normal-notes></time-modification>" if tuplet else "")
        + (f"<staff>{staff}</staff>" if staff else "")
        + "</note>"
    )


def rest(duration, voice=1):
    return f"<note><rest/><duration>{duration}</duration><voice>{voice}</voice></note>"


def attributes(divisions, fifths, beats, beat_type, extra=""):
    return (
        f"<attributes><divisions>{divisions}</divisions><key><fifths>{fifths}</fifths><mode>major</mode></key>"
        f"<time><beats>{beats}</beats><beat-type>{beat_type}</beat-type></time>{extra}</attributes>"
    )


def bar(number, content, implicit=False):
    return f'<measure number="{number}"{" implicit=%syes%s" % (chr(34), chr(34)) if implicit else ""}>{content}</measure>'


def score(parts):
    names = "".join(f'<score-part id="P{n}"><part-name>{name}</part-name></score-part>' for n, (name, _) in enumerate(parts, 1))
    music = "".join(f'<part id="P{n}">{"".join(bars)}</part>' for n, (_, bars) in enumerate(parts, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<score-partwise version="4.0">'
        f"<part-list>{names}</part-list>{music}</score-partwise>\n"
    ).replace("<measure", "\n<measure")


FORWARD = '<barline location="left"><repeat direction="forward"/></barline>'
BACKWARD = '<barline location="right"><repeat direction="backward"/></barline>'


def ending(number, location, kind, repeat=""):
    return f'<barline location="{location}"><ending number="{number}" type="{kind}"/>{repeat}</barline>'


def back(duration):
    return f"<backup><duration>{duration}</duration></backup>"


# Upbeat, chords, voices on two staves, ties over bar lines and within chords, triplets, other divisions in each part, an
# instrument in B flat.
DUET = score(
    [
        (
            "Clarinet",
            [
                bar(0, attributes(2, 2, 3, 4, "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>") + note("A", 4, 2), True),
                bar(1, note("D", 5, 3) + note("C", 5, 1, alter=1) + note("B", 4, 2)),
                bar(2, note("A", 4, 6, tie="start")),
                bar(3, note("A", 4, 2, tie="stop") + rest(2) + note("E", 5, 2)),
                bar(4, note("D", 5, 6)),
            ],
        ),
        (
            "Piano",
            [
                bar(0, attributes(6, 0, 3, 4, "<staves>2</staves>") + note("E", 5, 6, staff=1) + back(6) + rest(6, voice=5), True),
                bar(
                    1,
                    note("C", 5, 12, staff=1)
                    + note("E", 5, 12, chord=True, tie="start", staff=1)
                    + note("E", 5, 6, tie="stop", staff=1)
                    + back(18)
                    + "<forward><duration>6</duration></forward>"
                    + note("A", 4, 12, voice=2, staff=1)
                    + back(18)
                    + note("C", 3, 18, voice=5, staff=2, tie="start"),
                ),
                bar(
                    2,
                    note("F", 5, 2, tuplet=3, staff=1)
                    + note("E", 5, 2, tuplet=3, staff=1)
                    + note("D", 5, 2, tuplet=3, staff=1)
                    + note("C", 5, 6, staff=1)
                    + note("B", 4, 6, alter=-1, staff=1)
                    + back(18)
                    + note("C", 3, 18, voice=5, staff=2, tie="stop"),
                ),
                bar(3, note("C", 5, 18, staff=1) + note("A", 4, 18, chord=True, staff=1) + back(18) + note("F", 2, 18, voice=5, staff=2)),
                bar(4, note("C", 5, 18, staff=1) + back(18) + note("C", 3, 18, voice=5, staff=2)),
            ],
        ),
    ]
)

# A repeat with two endings, one without, a change of meter and key.
REPEATS = score(
    [
        (
            "Violin",
            [
                bar(1, attributes(1, 1, 2, 4) + FORWARD + note("G", 4, 1) + note("A", 4, 1)),
                bar(2, ending("1", "left", "start") + note("B", 4, 2) + ending("1", "right", "stop", '<repeat direction="backward"/>')),
                bar(3, ending("2", "left", "start") + note("G", 4, 2) + ending("2", "right", "discontinue")),
                bar(4, attributes(1, -1, 3, 4) + FORWARD + note("F", 4, 1) + note("G", 4, 1) + note("A", 4, 1)),
                bar(5, note("B", 4, 3, alter=-1) + BACKWARD),
                bar(6, note("F", 4, 3)),
            ],
        )
    ]
)


def played(path):
    lines = []
    piece = converter.parse(path, forceSource=True).toSoundingPitch()
    if "repeat" in path.read_text():
        piece = piece.expandRepeats()
    number, before = -1, None
    for part in piece.parts:
        # The staves of a piano are parts of music21, but one part of the file.
        base = str(part.id).split("-Staff")[0]
        number += base != before
        before = base
        notes, open_ties = [], []
        found = [(n.offset, n.quarterLength, p, (n if not n.isChord else n[i]).tie) for n in part.flatten().notes for i, p in enumerate(n.pitches)]
        for onset, length, pitch, tie in sorted(found, key=lambda note: note[0]):
            kind = tie.type if tie else ""
            held = [note for note in open_ties if note[2] == pitch.midi and note[0] + note[1] == onset]
            if kind in ("stop", "continue") and held:
                open_ties.remove(held[0])
                held[0][1] += length
                current = held[0]
            else:
                current = [onset, length, pitch.midi]
                notes.append(current)
            if kind in ("start", "continue"):
                open_ties.append(current)
        lines += [f"{number} {onset} {length} {midi}" for onset, length, midi in notes]
    return lines


for name, xml in (("duet", DUET), ("repeats", REPEATS)):
    path = HERE / f"{name}.musicxml"
    path.write_text(xml)
    (HERE / f"{name}.txt").write_text("\n".join(sorted(played(path))) + "\n")
