#!/usr/bin/env python3
"""Makes leaks.json: of how many chorales to validate on half of the tune is in the chorales to learn from.

leaks.py train.json valid.json > leaks.json

Both files have a list of pieces, each a list of steps with a pitch for each part, -1 for a rest; equal pitches in a row are
one note. A tune has each note that nothing higher sounds with when it is struck. Its runs of 12 and of 16 intervals are
looked for among those of all pieces to learn from; shares are listed of pieces with half or more.
"""
import json, sys


def intervals(steps):
    line, before = [], [None] * 4
    for step in steps:
        highest = max(step)
        if any(pitch == highest >= 0 and was != pitch for pitch, was in zip(step, before)):
            line.append(highest)
        before = step
    return [b - a for a, b in zip(line, line[1:])]


def runs(tune, n):
    return [tuple(tune[i:i + n]) for i in range(len(tune) - n + 1)]


learned, asked = ([intervals(piece) for piece in json.load(open(path))] for path in sys.argv[1:3])
shares = []
for tune in asked:
    row = []
    for n in (12, 16):
        known = {run for other in learned for run in runs(other, n)}
        row.append(sum(run in known for run in runs(tune, n)) / max(1, len(runs(tune, n))))
    shares.append(row)
found = [[i] + row for i, row in enumerate(shares) if max(row) >= 0.5]
print(json.dumps({"pieces": len(asked), "by_12": sum(s[0] >= 0.5 for s in shares), "by_16": sum(s[1] >= 0.5 for s in shares),
                  "shares": found}))
