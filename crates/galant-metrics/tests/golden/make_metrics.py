#!/usr/bin/env python3
"""Writes metrics.json and distances.json beside it, from pieces.json, which a test of this crate writes.

make_metrics.py      needs: muspy==0.5.0 smg-metrics==5.4.3 scipy==1.17.1 "setuptools<81"

The metrics of MusPy are MusPy's, and the entropy of chords is that of smg-metrics; all else is computed here from the
definitions in the articles: Yang and Lerch 2018, Yeh et al. 2021, and the Fréchet distance by singular values.
"""
import json, math, os, tempfile
import muspy, numpy as np
from scipy.stats import gaussian_kde
from smg_metrics.harmony import chord_histogram_entropy

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = [(0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8), (0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6, 9), (0, 5, 7), (0, 2, 7)]
LENGTHS = [96, 48, 24, 12, 6, 72, 36, 18, 9, 32, 16, 8]
MUSPY = ["pitch_range", "n_pitches_used", "n_pitch_classes_used", "polyphony", "polyphony_rate", "scale_consistency",
         "pitch_entropy", "pitch_class_entropy", "empty_beat_rate", "drum_pattern_consistency"]
FIGURES = ["pitch_range", "n_pitches_used", "n_pitch_classes_used", "polyphony", "polyphony_rate", "scale_consistency",
           "pitch_entropy", "pitch_class_entropy", "empty_beat_rate", "down", "rep", "chords", "beat", "dens",
           "average_pitch_interval", "average_inter_onset_interval"]


def null(value):
    return None if isinstance(value, float) and math.isnan(value) else float(value)


def to_muspy(piece):
    tracks = {}
    for onset, length, pitch, channel, track in piece["notes"]:
        notes = tracks.setdefault((track, channel), [])
        notes.append(muspy.Note(time=onset, pitch=pitch, duration=length, velocity=64))
    made = [muspy.Track(program=0, is_drum=channel == 9, notes=notes) for (_, channel), notes in tracks.items()]
    return muspy.Music(resolution=piece["resolution"], tracks=made)


def of_muspy(piece):
    music, bar = to_muspy(piece), piece["bar"]
    found = {name: null(getattr(muspy, name)(music)) for name in MUSPY}
    found["empty_measure_rate"] = null(muspy.empty_measure_rate(music, bar))
    found["groove_consistency"] = null(muspy.groove_consistency(music, bar))
    for meter in ("duple", "triple"):
        found[f"drum_in_{meter}_pattern_rate"] = null(muspy.drum_in_pattern_rate(music, meter))
    found["pitch_in_c_major"] = null(muspy.pitch_in_scale_rate(music, 0, "major"))
    found["pitch_in_d_minor"] = null(muspy.pitch_in_scale_rate(music, 2, "minor"))
    return found


def smg_che(piece):
    """The entropy that smg-metrics finds in a MIDI file of the pitched notes."""
    pitched = dict(piece, notes=[note for note in piece["notes"] if note[3] != 9])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "piece.mid")
        to_muspy(pitched).write_midi(path)
        return chord_histogram_entropy(path)


def pitched(piece):
    return sorted((note for note in piece["notes"] if note[3] != 9), key=lambda note: (note[0], note[2]))


def steps(piece):
    """Judge's notes: twelfths of a quarter, each once."""
    scale = 12 / piece["resolution"]
    return sorted({(round(o * scale), max(1, round(l * scale)), p) for o, l, p, _, _ in pitched(piece)})


def structure(piece):
    notes, bar = steps(piece), piece["bar"] * 12 // piece["resolution"]
    onsets = sorted({o for o, _, _ in notes})
    n_bars = onsets[-1] // bar + 1
    bars = [tuple((o % bar, l, p) for o, l, p in notes if o // bar == b) for b in range(n_bars)]
    chords = {tuple(sorted({p for q, _, p in notes if q == o})) for o in onsets}
    return {"down": sum(b * bar in onsets for b in range(n_bars)) / n_bars,
            "rep": sum(bool(b) and b in bars[:i] for i, b in enumerate(bars)) / n_bars,
            "chords": len(chords) / len(onsets), "beat": sum(o % 12 == 0 for o in onsets) / len(onsets),
            "dens": len(notes) * 12 / max(o + l for o, l, _ in notes)}


def features(piece):
    notes, quarter = pitched(piece), piece["resolution"]
    classes, lengths = np.zeros(12), np.zeros(12)
    class_pairs, length_pairs, intervals, before = np.zeros((12, 12)), np.zeros((12, 12)), [], {}
    kind = lambda length: int(np.argmin([abs(length * 24 - of * quarter) for of in LENGTHS]))
    for onset, length, pitch, channel, track in notes:
        classes[pitch % 12] += length
        lengths[kind(length)] += 1
        last = before.get((track, channel))
        if last:
            class_pairs[last[2] % 12, pitch % 12] += 1
            length_pairs[kind(last[1]), kind(length)] += 1
            intervals.append(abs(last[2] - pitch))
        before[track, channel] = (onset, length, pitch)
    share = lambda counts: (counts / counts.sum() if counts.sum() else counts).flatten().tolist()
    pitches = [note[2] for note in notes]
    gap = float(np.mean(np.diff([note[0] for note in notes]))) / quarter if len(notes) > 1 else 0.0
    return {"pitch_count": [len(set(pitches))], "pitch_class_histogram": share(classes),
            "pitch_class_transition_matrix": share(class_pairs), "pitch_range": [max(pitches) - min(pitches)],
            "average_pitch_interval": [float(np.mean(intervals)) if intervals else 0.0], "note_count": [len(notes)],
            "average_inter_onset_interval": [gap], "note_length_histogram": share(lengths),
            "note_length_transition_matrix": share(length_pairs)}


def centroid(classes):
    at = np.array(sorted(classes), float)
    turn = [r * f(at * w * np.pi) for r, w in ((1, 7 / 6), (1, 3 / 2), (0.5, 2 / 3)) for f in (np.sin, np.cos)]
    return np.array([part.mean() for part in turn])


def template(counts):
    if not counts.any():
        return None
    best, chord = 0, None
    for root in range(12):
        for notes in KINDS:
            classes = [(root + note) % 12 for note in notes]
            fit = counts[classes].sum() / math.sqrt(len(classes)) / np.linalg.norm(counts)
            if fit > best + 1e-9:
                best, chord = fit, tuple(classes)
    return chord if best >= 0.5 - 1e-9 else None


def harmonization(piece):
    names = ["CHE", "CC", "CTD", "CTnCTR", "PCS", "MCTD"]
    notes, quarter = pitched(piece), piece["resolution"]
    # The highest note that begins at an onset, if no higher note is held there.
    top = []
    for onset in sorted({note[0] for note in notes}):
        highest = max((note for note in notes if note[0] == onset), key=lambda note: (note[2], -note[1]))
        if not any(o < onset < o + l and p > highest[2] for o, l, p, _, _ in notes):
            top.append(highest)
    rest = list(notes)
    for note in top:
        rest.remove(note)
    melody = [(o, min(l, top[i + 1][0] - o) if i + 1 < len(top) else l, p) for i, (o, l, p, _, _) in enumerate(top)]
    if not rest:
        return dict.fromkeys(names)
    span = piece["bar"] // 2
    chords, last = [], None
    for at in range(max(o + l for o, l, _, _, _ in rest) // span + 1):
        counts = np.zeros(12)
        for o, _, p, _, _ in rest:
            counts[p % 12] += o // span == at
        last = template(counts) or last
        chords.append(last)
    at = lambda tick: chords[min(tick // span, len(chords) - 1)]
    known = [chord for chord in chords if chord]
    shares = np.array([known.count(chord) for chord in set(known)]) / len(known)
    moves = [float(np.linalg.norm(centroid(a) - centroid(b))) for a, b in zip(known, known[1:])]
    fits = []
    for i, (o, _, p) in enumerate(melody):
        if at(o):
            steps_on = i + 1 < len(melody) and abs(melody[i + 1][2] - p) <= 2
            fits.append(p % 12 in at(o) or steps_on)
    sixteenth, scores, weights, distances = quarter // 4, [], [], []
    for o, l, p in melody:
        first = -(-o // sixteenth) * sixteenth
        for tick in range(first, o + l, sixteenth):
            if at(tick):
                scores += [{0: 1, 3: 1, 4: 1, 7: 1, 8: 1, 9: 1, 5: 0}.get((p - note) % 12, -1) for note in at(tick)]
        if at(o):
            weights.append(l); distances.append(float(np.linalg.norm(centroid([p % 12]) - centroid(at(o)))))
    mean = lambda values: float(np.mean(values)) if values else None
    return dict(zip(names, [float(-(shares * np.log2(shares)).sum()), len(set(known)), mean(moves), mean(fits), mean(scores),
                            float(np.average(distances, weights=weights))]))


def compare(within, between):
    """Overlapping area, and divergence of the first density from the second, as sums over one thousand points."""
    densities = [gaussian_kde(samples) for samples in (within, between)]
    ends = [(samples.min() - 4 * kde.factor * samples.std(ddof=1), samples.max() + 4 * kde.factor * samples.std(ddof=1))
            for kde, samples in zip(densities, (within, between))]
    points = np.linspace(min(low for low, _ in ends), max(high for _, high in ends), 1000)
    p, q = (kde(points).clip(np.finfo(float).tiny) for kde in densities)
    p, q = p / p.sum(), q / q.sum()
    return [float(np.minimum(p, q).sum()), float((p * np.log(p / q)).sum())]


def changed(piece):
    kept = [note for at, note in enumerate(piece["notes"], 1) if at % 3]
    return dict(piece, notes=[[o, l, p + 1 + p % 2, c, t] for o, l, p, c, t in kept])


def frechet(ours, others):
    scale = others.std(axis=0, ddof=1)
    keep = scale > 1e-12
    ours, others = ours[:, keep] / scale[keep], others[:, keep] / scale[keep]
    # With S = X'X, the trace of the root of S1 S2 is the sum of the singular values of X1 X2'.
    a, b = [(set_ - set_.mean(axis=0)) / math.sqrt(len(set_) - 1) for set_ in (ours, others)]
    mean = ours.mean(axis=0) - others.mean(axis=0)
    cross = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return math.sqrt(max(0.0, mean @ mean + (a * a).sum() + (b * b).sum() - 2 * cross))


def main():
    pieces = json.load(open(os.path.join(HERE, "pieces.json")))
    made = {piece["name"]: {"muspy": of_muspy(piece), "smg_che": smg_che(piece), "harmonization": harmonization(piece),
                            "features": features(piece)} for piece in pieces}
    json.dump(made, open(os.path.join(HERE, "metrics.json"), "w"), indent=1)
    reference, ours = pieces[:6], [changed(piece) for piece in pieces[:6]]
    of = lambda set_: [features(piece) for piece in set_]
    theirs, mine = of(reference), of(ours)
    distances = {}
    for name in theirs[0]:
        apart = lambda a, b: float(np.linalg.norm(np.array(a[name]) - np.array(b[name])))
        within = np.array([apart(a, b) for i, a in enumerate(theirs) for j, b in enumerate(theirs) if i != j])
        between = np.array([apart(a, b) for a in mine for b in theirs])
        distances[name] = compare(within, between)
    vector = lambda piece: [({**of_muspy(piece), **structure(piece), **{k: v[0] for k, v in features(piece).items()}})[name]
                            for name in FIGURES]
    both = [np.array([vector(piece) for piece in set_], float) for set_ in (ours, reference)]
    json.dump({"features": distances, "frechet": frechet(*both)}, open(os.path.join(HERE, "distances.json"), "w"), indent=1)


if __name__ == "__main__":
    main()
