#!/usr/bin/env python3
"""Writes real_notes.txt: what mido reads of real and odd MIDI files that are measured but not committed.

usage: make_real_notes.py DATA > real_notes.txt

DATA is the folder ../shared/data beside the checkout. Needs mido 1.3.3.

The notes themselves stay out: a line has the file, the number of its notes and the 64-bit FNV-1a hash of these as
onset:channel:pitch:length in ticks, in this order and joined by spaces. Note-offs are given to notes first in, first out, so
files in which a note-off is missing are left out, and so are files that mido refuses and independent tracks (format 2).
"""
import collections
import pathlib
import sys

import mido

FOLDERS = ["mozart-concertos", "mozart-cc0-quartets", "mozart-mutopia-pd", "odd-midi/jazz-soft", "odd-midi/muspy"]


def fnv1a64(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def notes_of(midi):
    """The notes, or None if one never ends."""
    notes = []
    for track in midi.tracks:
        now, sounding = 0, collections.defaultdict(list)
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            queue = sounding[message.channel, message.note]
            if message.type == "note_on" and message.velocity > 0:
                queue.append(now)
            elif queue:
                onset = queue.pop(0)
                # A note without a length is none.
                if now > onset:
                    notes.append((onset, message.channel, message.note, now - onset))
        if any(sounding.values()):
            return None
    return sorted(notes)


data = pathlib.Path(sys.argv[1])
for folder in FOLDERS:
    for path in sorted((data / folder).glob("*.mid*")):
        try:
            midi = mido.MidiFile(path, clip=True)
        except (EOFError, OSError, ValueError):
            continue
        notes = None if midi.type == 2 else notes_of(midi)
        if notes is not None:
            text = " ".join(":".join(map(str, note)) for note in notes)
            print(path.relative_to(data), len(notes), fnv1a64(text))
