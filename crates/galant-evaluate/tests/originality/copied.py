#!/usr/bin/env python3
"""Makes copied.json: what pieces have from a corpus, found by comparing every place with every other.

copied.py CORPUS_DIR FILE.mid... > copied.json      needs: mido

Times are rounded to twelfths of a quarter note, channel 10 is left out. An onset is alike if its pitches above the lowest one
of the onset before and the time to the next onset are. Of each file: its name, the onsets of the longest run that the corpus
has, and the share of the onsets in runs of 8 and more.
"""
import collections, glob, json, os, sys
import mido


def symbols(path):
    midi, struck = mido.MidiFile(path, clip=True), collections.defaultdict(set)
    for track in midi.tracks:
        now = 0
        for m in track:
            now += m.time
            if m.type == "note_on" and m.velocity and m.channel != 9:
                struck[round(now * 12 / midi.ticks_per_beat)].add(m.note)
    times = sorted(struck)
    lowest = [min(struck[t]) for t in times]
    return [(tuple(sorted(p - lowest[max(i - 1, 0)] for p in struck[t])), times[i + 1] - t) for i, t in enumerate(times[:-1])]


def files(folder):
    return sorted(f for f in glob.glob(os.path.join(folder, "**", "*"), recursive=True) if f.endswith((".mid", ".midi")))


corpus = [symbols(path) for path in files(sys.argv[1])]
places = collections.defaultdict(list)
for number, piece in enumerate(corpus):
    for at in range(len(piece) - 2):
        places[tuple(piece[at:at + 3])].append((number, at))
rows = []
for path in sys.argv[2:]:
    piece, longest, covered = symbols(path), 0, set()
    for at in range(len(piece)):
        for number, other in places[tuple(piece[at:at + 3])]:
            there, n = corpus[number], 3
            while at + n < len(piece) and other + n < len(there) and piece[at + n] == there[other + n]:
                n += 1
            longest = max(longest, n)
            if n >= 8:
                covered.update(range(at, at + n))
    for n in (2, 1):
        known = {tuple(there[at:at + n]) for there in corpus for at in range(len(there) - n + 1)}
        if longest < n and any(tuple(piece[at:at + n]) in known for at in range(len(piece) - n + 1)):
            longest = n
    rows.append([os.path.basename(path), longest, len(covered) / max(1, len(piece))])
print("[" + ",\n ".join(map(json.dumps, rows)) + "]")
