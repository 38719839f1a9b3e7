#!/usr/bin/env python3
"""Counts in Bach's chorales what tests/harmony/chorales.rs expects, without a line of the program.

usage: count_chorales.py FILE...

A file is a list of pieces, a piece a list of sixteenths, a sixteenth the MIDI pitches of soprano, alto, tenor and bass, or
-1; equal pitches in a row are one note. The definitions are those of the documentation of `Rule`.
"""
import json
import math
import sys
from collections import Counter
from itertools import combinations
from statistics import correlation

MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
MINOR = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
CHOIR = [(60, 81), (53, 74), (48, 69), (40, 64)]
RULES = ["parallel-fifths", "parallel-octaves", "contrary-perfects", "hidden-fifths", "hidden-octaves", "crossing", "overlap",
         "spacing", "range", "wide-leap", "dissonant-leap", "augmented-second", "leading-note"]
HARD = ["parallel-fifths", "parallel-octaves", "wide-leap"]
# By the sets of notes above the root: a name, which begins with that of the triad.
NAMES = {"047": "major", "037": "minor", "036": "diminished", "048": "augmented", "047A": "major 7", "047B": "major M7",
         "037A": "minor 7", "037B": "minor M7", "036A": "diminished h7", "0369": "diminished o7", "048B": "augmented M7"}
SHORT = {"04": "major", "03": "minor", "04A": "major 7", "04B": "major M7", "03A": "minor 7"}


def notes_of(piece, part):
    """[pitch, length] of each note of a part, in sixteenths."""
    notes = []
    for at, step in enumerate(piece):
        pitch = step[part]
        if pitch >= 0 and at > 0 and piece[at - 1][part] == pitch:
            notes[-1][1] += 1
        elif pitch >= 0:
            notes.append([pitch, 1])
    return notes


def key_of(piece):
    weights = [0] * 12
    for part in range(4):
        for pitch, length in notes_of(piece, part):
            weights[pitch % 12] += min(length, 16)
    keys = [(tonic, mode) for tonic in range(12) for mode in ("major", "minor")]
    fit = lambda key: correlation(weights, [(MAJOR if key[1] == "major" else MINOR)[(note - key[0]) % 12] for note in range(12)])
    return max(keys, key=fit)


def name_of(step):
    """(root, name) of what sounds."""
    pitches = [pitch for pitch in step if pitch >= 0]
    for names in (NAMES, SHORT):
        # The bass is tried first.
        for root in sorted({pitch % 12 for pitch in pitches}, key=lambda root: (root - min(pitches)) % 12):
            above = "".join("0123456789AB"[note] for note in sorted({(pitch - root) % 12 for pitch in pitches}))
            if above in names:
                return root, names[above]
    return None


def count(piece, tonic, counts, progression):
    silence, chord = [-1] * 4, None
    for before, now in zip([silence] + piece, piece):
        begins = [new >= 0 and new != old for old, new in zip(before, now)]
        if not any(begins):
            continue
        counts["chords"] += 1
        move = [new - old if old >= 0 and begun else 0 for old, new, begun in zip(before, now, begins)]
        for part in range(4):
            counts["range"] += begins[part] and not CHOIR[part][0] <= now[part] <= CHOIR[part][1]
            counts["wide-leap"] += abs(move[part]) > 12
            counts["dissonant-leap"] += abs(move[part]) in (6, 10, 11)
            ends = {(before[part] - tonic) % 12, (now[part] - tonic) % 12}
            counts["augmented-second"] += abs(move[part]) == 3 and ends == {8, 11}
        for upper, lower in combinations(range(4), 2):
            if min(now[upper], now[lower]) < 0:
                continue
            was = before[upper] - before[lower] if min(before[upper], before[lower]) >= 0 else None
            gap = now[upper] - now[lower]
            if move[upper] and move[lower] and abs(gap) % 12 in (0, 7):
                perfect = "fifths" if abs(gap) % 12 == 7 else "octaves"
                together = move[upper] * move[lower] > 0
                if abs(was) % 12 == abs(gap) % 12:
                    if move[upper] % 12 or move[lower] % 12:
                        if perfect == "octaves" or was * gap > 0:
                            counts[f"parallel-{perfect}" if together else "contrary-perfects"] += 1
                elif together and (upper, lower) == (0, 3) and abs(move[upper]) >= 3:
                    counts[f"hidden-{perfect}"] += 1
            if lower == upper + 1 and (begins[upper] or begins[lower]):
                counts["crossing"] += gap < 0
                counts["spacing"] += gap > 12 and lower < 3
                if was is not None and was >= 0 and gap >= 0:
                    past = move[lower] and now[lower] > before[upper] or move[upper] and now[upper] < before[lower]
                    counts["overlap"] += bool(past)
        name = name_of(now)
        if chord and name in [(tonic, "major"), (tonic, "minor")]:
            degree, quality = (chord[0] - tonic) % 12, chord[1]
            if (degree == 7 and quality in ("major", "major 7") or degree == 11 and quality in ("diminished", "diminished h7")
                    or degree % 3 == 2 and quality == "diminished o7"):
                for part in range(4):
                    allowed = (0, 1, -4) if part in (1, 2) else (0, 1)
                    counts["leading-note"] += (before[part] - tonic) % 12 == 11 and move[part] not in allowed
        if name:
            chord = name
            degree = (name[0] - tonic) % 12, name[1].split()[0]
            if progression[-1:] != [degree]:
                progression.append(degree)


def divergence(a, b):
    """Jensen-Shannon, in bits."""
    shares = [{pair: n / sum(counts.values()) for pair, n in counts.items()} for counts in (a, b)]
    bits = 0.0
    for pair in set(a) | set(b):
        p, q = (share.get(pair, 0) for share in shares)
        bits += sum(0.5 * x * math.log2(2 * x / (p + q)) for x in (p, q) if x)
    return bits


for path in sys.argv[1:]:
    pieces = json.load(open(path))
    counts, progressions = Counter(), []
    for piece in pieces:
        progressions.append([])
        count(piece, key_of(piece)[0], counts, progressions[-1])
    print(f"{len(pieces)} pieces, {counts['chords']} chords")
    counts["hard"] = sum(counts[rule] for rule in HARD)
    for rule in RULES + ["hard"]:
        print(f"{rule}: {counts[rule]}, {100 * counts[rule] / counts['chords']:.2f} per 100")
    halves = [Counter(pair for chords in progressions[half::2] for pair in zip(chords, chords[1:])) for half in (0, 1)]
    print(f"between halves: {divergence(*halves):.3f} bits")
    print(f"different chords: {sum(len(set(chords)) for chords in progressions) / len(pieces):.1f} a piece")
