#!/usr/bin/env python3
"""Compares `galant metrics --json` with MusPy 0.5.0, and with judge_pieces.py if it is named, on MIDI files.

check_files.py GALANT [--judge judge_pieces.py] FILE.mid...      needs: muspy==0.5.0, "setuptools<81", mido

A file on which MusPy and Galant read other notes is listed and left out. MusPy counts a controller after the last note as
part of the piece; controllers are removed before it is asked.
"""
import argparse, importlib.util, json, math, subprocess
import muspy

NAMES = ["pitch_range", "n_pitches_used", "n_pitch_classes_used", "polyphony", "polyphony_rate", "scale_consistency",
         "pitch_entropy", "pitch_class_entropy", "empty_beat_rate", "drum_pattern_consistency"]
PITCHES = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]


def of_muspy(path, key):
    music = muspy.read_midi(path)
    for track in music.tracks:
        track.annotations.clear()
    music.tracks = [track for track in music.tracks if track.notes]
    n_notes = sum(len(track.notes) for track in music.tracks)
    if not n_notes:
        return None, 0
    found = {name: getattr(muspy, name)(music) for name in NAMES}
    meter = min(music.time_signatures, key=lambda m: m.time) if music.time_signatures else None
    bar = music.resolution * 4 * meter.numerator // meter.denominator if meter else 4 * music.resolution
    found["empty_measure_rate"] = muspy.empty_measure_rate(music, bar)
    # MusPy allots a row a bar with a cell a tick, for nothing but ones and zeros.
    found["groove_consistency"] = muspy.groove_consistency(music, bar)
    for meter in ("duple", "triple"):
        found[f"drum_in_{meter}_pattern_rate"] = muspy.drum_in_pattern_rate(music, meter)
    if key:
        tonic, mode = key.split()
        found["pitch_in_scale_rate"] = muspy.pitch_in_scale_rate(music, PITCHES.index(tonic), mode)
    return found, n_notes


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("galant"); args.add_argument("--judge"); args.add_argument("files", nargs="+")
    args = args.parse_args()
    judge = None
    if args.judge:
        spec = importlib.util.spec_from_file_location("judge", args.judge)
        judge = importlib.util.module_from_spec(spec); spec.loader.exec_module(judge)
    n_compared = n_values = n_worse = n_judged = 0
    worst = 0.0
    for path in args.files:
        run = subprocess.run([args.galant, "metrics", "--json", path], capture_output=True, text=True)
        if run.returncode:
            print(f"{path}: galant: {run.stderr.strip()}"); continue
        piece = json.loads(run.stdout)["pieces"][0]
        try:
            expected, n_notes = of_muspy(path, piece["key"])
        except Exception as error:
            print(f"{path}: MusPy: {error!r}"); continue
        if expected is None:
            continue
        n_compared += 1
        for name, value in expected.items():
            ours = piece["muspy"][name]
            both_none = ours is None and math.isnan(value)
            error = 0.0 if both_none else abs(ours - value) if ours is not None else math.inf
            worst = max(worst, error); n_values += 1
            if error > 1e-9:
                n_worse += 1
                print(f"{path}: {name}: {ours}, MusPy {value} ({n_notes} notes in MusPy)")
        row = judge and judge.judge(path, None)
        if row:
            n_judged += 1
            for name in ("down", "rep", "chords", "key", "beat", "dens", "end", "tonic", "bars", "notes"):
                if abs(piece["structure"][name] - row[name]) > 1e-9:
                    print(f"{path}: {name}: {piece['structure'][name]}, judge_pieces.py {row[name]}")
    print(f"{n_compared} files, {n_values} values of MusPy, {n_worse} over 1e-9, largest difference {worst:.1e}; {n_judged} judged")


if __name__ == "__main__":
    main()
