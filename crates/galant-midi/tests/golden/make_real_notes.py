#!/usr/bin/env python3
"""Writes real_notes.txt: what mido reads of real and odd MIDI files that are measured but not committed.

usage: make_real_notes.py DATA > real_notes.txt

DATA is the folder ../shared/data beside the checkout. Needs mido 1.3.3.

The notes themselves stay out: a line has the file, the number of its notes and the 64-bit FNV-1a hash of these as
onset:channel:pitch:length in ticks, in this order and joined by spaces. The channel is 9 where GS, XG or General MIDI 2
make another one of percussion. Note-offs are given to notes first in, first out, so
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


class Drums:
    """Which channels play percussion."""

    XG_ON, GM2_ON = "4c 00 00 7e", "09 03"

    def __init__(self):
        self.banks, self.bank, self.channels = (), {}, set()

    def follow(self, message):
        if message.type == "control_change" and message.control == 0:
            self.bank[message.channel] = message.value
        elif message.type == "program_change" and self.banks:
            self.turn(message.channel, self.bank.get(message.channel, 0) in self.banks)
        elif message.type == "sysex":
            data = bytes(message.data)
            text = data.hex(" ")
            if data[:1] == b"\x7e" and text[6:11] == self.GM2_ON:
                self.banks = (120,)
            elif data[:1] == b"\x43" and text[6:17] == self.XG_ON:
                self.banks = (126, 127)
            elif data[:1] == b"\x7e" and text[6:11] == "09 01" or text[:2] == "41" and text[6:20] == "42 12 40 00 7f":
                self.banks = ()
            if text[:2] == "41" and text[6:14] == "42 12 40" and len(data) > 7 and data[5] >> 4 == 1 and data[6] == 0x15:
                self.turn([9, *range(9), *range(10, 16)][data[5] & 15], data[7] > 0)
            if text[:2] == "43" and text[6:11] == "4c 08" and len(data) > 6 and data[4] < 16 and data[5] == 7:
                self.turn(data[4], data[6] > 0)

    def turn(self, channel, plays_drums):
        (self.channels.add if plays_drums else self.channels.discard)(channel)


def notes_of(midi):
    """The notes, or None if one never ends."""
    notes, drums = [], Drums()
    for track in midi.tracks:
        now, sounding = 0, collections.defaultdict(list)
        for message in track:
            now += message.time
            drums.follow(message)
            if message.type not in ("note_on", "note_off"):
                continue
            channel = 9 if message.channel in drums.channels else message.channel
            queue = sounding[channel, message.note]
            if message.type == "note_on" and message.velocity > 0:
                queue.append(now)
            elif queue:
                onset = queue.pop(0)
                # A note without a length is none.
                if now > onset:
                    notes.append((onset, channel, message.note, now - onset))
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
