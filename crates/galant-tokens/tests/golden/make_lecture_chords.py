#!/usr/bin/env python3
"""Writes lecture_chords.json: what an independent program makes of the music that is measured but not committed.

usage: make_lecture_chords.py ORACLE.py DATA > lecture_chords.json

ORACLE.py is a program for the lecture's chord words, with a function chord_words(path, max_notes) that gives a list
of lists of MIDI pitches; it stands in ../shared/oracle beside the checkout and needs mido.
DATA is the folder ../shared/data beside the checkout.

Percussion (MIDI channel 10) is no chord here, as its pitches are instruments: the program is given a copy of each file with
percussion from which it is taken out.

The words themselves stay out: each row has their number, the number of different ones, and the 64-bit FNV-1a hash of
their texts (pitches joined by full stops) joined by spaces.
"""
import importlib.util
import json
import pathlib
import sys
import tempfile

import mido

# The last two folders hold odd and damaged files; those that the oracle refuses are left out.
FOLDERS = ["mozart-concertos", "mozart-cc0-quartets", "mozart-mutopia-pd", "odd-midi/jazz-soft", "odd-midi/muspy"]


def fnv1a64(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def load(path):
    spec = importlib.util.spec_from_file_location("oracle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_percussion(path, folder):
    """The file, or a copy in `folder` without the notes of channel 10."""
    try:
        midi = mido.MidiFile(path)
    except (EOFError, OSError, ValueError):
        return path
    is_drum = lambda message: message.type in ("note_on", "note_off") and message.channel == 9
    if not any(is_drum(message) for track in midi.tracks for message in track):
        return path
    for track in midi.tracks:
        time, kept = 0, []
        for message in track:
            time += message.time
            if not is_drum(message):
                kept.append(message.copy(time=time))
                time = 0
        track[:] = kept
    copy = pathlib.Path(folder) / path.name
    midi.save(copy)
    return copy


def rows(oracle, data, scratch):
    for folder in FOLDERS:
        for path in sorted((data / folder).glob("*.mid*")):
            for top in (0, 2):
                try:
                    words = oracle.chord_words(str(without_percussion(path, scratch)), top)
                except (EOFError, OSError):
                    continue
                yield {
                    "file": str(path.relative_to(data)),
                    "top": top,
                    "n_words": len(words),
                    "n_chords": len({tuple(word) for word in words}),
                    "fnv1a64": fnv1a64(" ".join(".".join(map(str, word)) for word in words)),
                }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        lines = [json.dumps(row) for row in rows(load(sys.argv[1]), pathlib.Path(sys.argv[2]), scratch)]
    print("[\n" + ",\n".join(lines) + "\n]")
