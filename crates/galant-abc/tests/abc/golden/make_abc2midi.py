"""Writes abc2midi.txt and abc2midi_programs.txt: what abc2midi plays of the tunes in tunes.abc.

It needs abc2midi 4.84 (the package abcmidi) and mido (PyPI):

    python make_abc2midi.py

A line of the first is the number of a tune, and for each note its onset in 480ths of a quarter note and its MIDI pitch.
A line of the second is the number of a tune, and for each voice its channel and its program, both counted from 0.
abc2midi rolls chords and begins a tick late; the first is switched off, the second taken back.
"""

import subprocess
import tempfile
from pathlib import Path

import mido

HERE = Path(__file__).parent


def notes(midi: Path) -> list[tuple[int, int]]:
    found = []
    file = mido.MidiFile(midi)
    assert file.ticks_per_beat == 480
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity > 0:
                # Single notes begin a tick late, those of tuplets by a part of it.
                found.append((now, message.note))
    return sorted(found)


def programs(midi: Path) -> list[tuple[int, int]]:
    """The channel of each voice, and the program on it when its first note begins."""
    found, of_channel = [], {}
    # The program of one channel may be set in the track of another.
    for track in mido.MidiFile(midi).tracks:
        channel = None
        for message in track:
            if message.type == "program_change":
                of_channel[message.channel] = message.program
            if message.type == "note_on" and message.velocity > 0:
                channel = message.channel
                break
        if channel is not None:
            found.append(channel)
    return [(channel, of_channel.get(channel, 0)) for channel in found]


def main() -> None:
    book = (HERE / "tunes.abc").read_text()
    tunes = [part for part in book.split("\n\n") if part.startswith("X:")]
    lines, program_lines = [], []
    with tempfile.TemporaryDirectory() as folder:
        for tune in tunes:
            number = tune.split("\n")[0][2:]
            abc, midi = Path(folder) / "tune.abc", Path(folder) / "tune.mid"
            abc.write_text(tune.replace("\nK:", "\n%%MIDI chordattack 0\nK:", 1) + "\n")
            command = ["abc2midi", abc, number, "-o", midi, "-silent", "-NGRA", "-NFER", "-NGUI"]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
            played = " ".join(f"{onset}:{pitch}" for onset, pitch in notes(midi))
            lines.append(f"{number} {played}\n")
            voices = " ".join(f"{channel}:{program}" for channel, program in programs(midi))
            program_lines.append(f"{number} {voices}\n")
    (HERE / "abc2midi.txt").write_text("".join(lines))
    (HERE / "abc2midi_programs.txt").write_text("".join(program_lines))


if __name__ == "__main__":
    main()
