#!/usr/bin/env python3
"""Writes notes.txt: small MIDI files with repeated notes and unisons, and the notes that other programs read of them.

usage: make_notes.py > notes.txt

Needs pretty_midi 0.2.11 and symusic 0.6.0. A line has the file in hexadecimal and its notes as onset:pitch:length in
ticks, in this order. A key is struck while it sounds at the very tick of its note-off only, before or after that; in files
of unisons, notes struck together may end apart. symusic must find the notes that were written in all files, pretty_midi
in all but those of unisons, as it ends all notes of a key at once.
"""
import io
import random
from struct import pack

import pretty_midi
import symusic

TICKS = 480


def draw(rng, has_unisons):
    """Notes as (onset, pitch, length), without overlaps."""
    notes = []
    for pitch in rng.sample(range(20, 110), rng.randint(1, 3)):
        tick = rng.choice([0, 0, 120])
        for _ in range(rng.randint(1, 6)):
            n_together = rng.choice([1, 1, 2, 3]) if has_unisons else 1
            lengths = [rng.choice([60, 240, 480]) for _ in range(n_together)]
            notes += [(tick, pitch, length) for length in lengths]
            tick += max(lengths) + rng.choice([0, 0, 0, 120])
    return notes


def file_of(notes, rng):
    """The bytes of notes; note-ons and note-offs at one tick are in any order."""
    messages = []
    for onset, pitch, length in notes:
        messages += [(onset, rng.random(), 0x90, pitch), (onset + length, rng.random(), 0x80, pitch)]
    track, now = b"", 0
    for tick, _, status, pitch in sorted(messages):
        delta = tick - now
        track += bytes([delta >> 7 | 0x80, delta & 0x7F] if delta > 127 else [delta]) + bytes([status, pitch, 64])
        now = tick
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + pack(">I", len(track)) + track


def by_pretty_midi(data):
    midi = pretty_midi.PrettyMIDI(io.BytesIO(data))
    tick = midi.time_to_tick
    return sorted((tick(n.start), n.pitch, tick(n.end) - tick(n.start)) for i in midi.instruments for n in i.notes)


def by_symusic(data):
    score = symusic.Score.from_midi(data)
    return sorted((n.time, n.pitch, n.duration) for track in score.tracks for n in track.notes)


rng = random.Random(20)
for number in range(60):
    has_unisons = number >= 40
    notes = sorted(draw(rng, has_unisons))
    data = file_of(notes, rng)
    assert by_symusic(data) == notes, (number, notes, by_symusic(data))
    assert has_unisons or by_pretty_midi(data) == notes, (number, notes, by_pretty_midi(data))
    print(data.hex(), *(":".join(map(str, note)) for note in notes))
