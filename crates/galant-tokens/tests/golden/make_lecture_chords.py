#!/usr/bin/env python3
"""Writes lecture_chords.json: what an independent program makes of the music that is measured but not committed.

usage: make_lecture_chords.py ORACLE.py DATA > lecture_chords.json

ORACLE.py is a program for the lecture's chord words, with a function chord_words(path, max_notes) that gives a list
of lists of MIDI pitches; it stands in ../shared/oracle beside the checkout and needs mido.
DATA is the folder ../shared/data beside the checkout.

The words themselves stay out: each row has their number, the number of different ones, and the 64-bit FNV-1a hash of
their texts (pitches joined by full stops) joined by spaces.
"""
import importlib.util
import json
import pathlib
import sys

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


def rows(oracle, data):
    for folder in FOLDERS:
        for path in sorted((data / folder).glob("*.mid*")):
            for top in (0, 2):
                try:
                    words = oracle.chord_words(str(path), top)
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
    lines = [json.dumps(row) for row in rows(load(sys.argv[1]), pathlib.Path(sys.argv[2]))]
    print("[\n" + ",\n".join(lines) + "\n]")
