#!/usr/bin/env python3
"""Writes keys.json: the keys of random notes, found with Python's own correlation.

usage: make_keys.py > keys.json

The profiles are those of C. L. Krumhansl and E. J. Kessler (1982) as printed in Krumhansl, "Cognitive Foundations of
Musical Pitch" (1990), page 30. Each row has notes as [MIDI pitch, length in 480ths of a quarter note, MIDI channel
from 0], the tonic in semitones above C, the mode, and how far the correlation is above that of the second-best key.
A note counts for at most four quarter notes, and notes of channel 9, which is percussion, do not count.
"""
import json
import random
import statistics

MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
MINOR = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
SCALES = {"major": [0, 2, 4, 5, 7, 9, 11], "minor": [0, 2, 3, 5, 7, 8, 10, 11]}


def keys(notes):
    """All keys with their correlations, the best first."""
    weights = [0] * 12
    for pitch, length, channel in notes:
        if channel != 9:
            weights[pitch % 12] += min(length, 4 * 480)
    found = []
    for tonic in range(12):
        for mode, profile in (("major", MAJOR), ("minor", MINOR)):
            # The profile is turned, not the weights.
            turned = [profile[(pitch - tonic) % 12] for pitch in range(12)]
            found.append((statistics.correlation(weights, turned), tonic, mode))
    return sorted(found, reverse=True)


def row(rng):
    tonic, mode = rng.randrange(12), rng.choice(["major", "minor"])
    in_scale = [pitch for pitch in range(36, 90) if (pitch - tonic) % 12 in SCALES[mode]]
    notes = []
    for _ in range(rng.randrange(3, 40)):
        pitch = rng.choice(in_scale) if rng.random() < 0.8 else rng.randrange(36, 90)
        length = rng.choice([120, 240, 480, 720, 960, 1920, 1921, 9600])
        notes.append([pitch, length, rng.choice([0, 1, 9])])
    if all(channel == 9 for _, _, channel in notes):
        return row(rng)
    (best, tonic, mode), (second, _, _) = keys(notes)[:2]
    return {"notes": notes, "tonic": tonic, "mode": mode, "margin": round(best - second, 6)}


if __name__ == "__main__":
    rng = random.Random(1)
    print("[\n" + ",\n".join(json.dumps(row(rng)) for _ in range(100)) + "\n]")
