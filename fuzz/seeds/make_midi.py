"""Writes the MIDI files in midi/: oddities of strangers' files, each in a file of its own.

Run it in this folder; it only needs Python.
"""

from pathlib import Path
from struct import pack

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x3c\x64\x0a\x80\x3c\x40"


def header(format=1, n_tracks=1, division=96):
    return b"MThd" + pack(">IHHH", 6, format, n_tracks, division)


def chunk(name, data):
    return name + pack(">I", len(data)) + data


def track(events, end=END):
    return chunk(b"MTrk", events + end)


def one(events, **head):
    return header(**head) + track(events)


def riff(midi):
    form = b"RMID" + b"DISP" + pack("<I", 1) + b"x\0" + b"data" + pack("<I", len(midi)) + midi
    return b"RIFF" + pack("<I", len(form)) + form


def mac_binary(midi):
    name = b"\0\x05Suite".ljust(65, b"\0")
    return (name + b"Midi").ljust(83, b"\0") + pack(">I", len(midi)) + bytes(41) + midi + b"resources"


def meta(kind, data, delta=0):
    return bytes([delta, 0xFF, kind, len(data)]) + data


FILES = {
    "plain": one(NOTE),
    "riff": riff(one(NOTE)),
    "running-status": one(b"\x00\x90\x3c\x64\x0a\x3c\x00\x00\x3e\x64\x0a\x3e\x00"),
    "running-through-meta": one(b"\x00\x90\x3c\x64" + meta(1, b"hm") + b"\x0a\x3c\x00"),
    "running-through-sysex": one(b"\x00\x90\x3c\x64\x00\xf0\x02\x01\xf7\x0a\x3c\x00"),
    "type-2": header(format=2, n_tracks=2) + track(NOTE) + track(NOTE),
    "smpte-25": one(NOTE, division=0xE728),
    "smpte-29": one(NOTE + meta(0x51, b"\x07\xa1\x20"), division=0xE350),
    "zero-ticks": one(NOTE, division=0),
    "zero-length": one(b"\x00\x90\x3c\x64\x00\x80\x3c\x40" + NOTE),
    "delta-2-to-31": one(b"\x00\x90\x3c\x64\x88\x80\x80\x80\x00\x80\x3c\x40" + NOTE),
    "delta-longest": one(b"\x00\x90\x3c\x64\xff\xff\xff\x7f\x80\x3c\x40" + NOTE),
    "flats-128": one(meta(0x59, b"\x80\x00") + NOTE),
    "no-end": header() + track(NOTE, end=b""),
    "no-note-off": one(b"\x00\x90\x3c\x64\x0a\xb0\x01\x01"),
    "latin-1": one(meta(3, "Flöte".encode("latin-1")) + NOTE),
    "shift-jis": one(meta(3, "ピアノ".encode("shift-jis")) + meta(1, "曲".encode("shift-jis")) + NOTE),
    "everything": one(
        meta(3, b"name")
        + meta(0x51, b"\x07\xa1\x20")
        + meta(0x58, b"\x06\x03\x18\x08")
        + meta(0x59, b"\xfd\x01")
        + b"\x00\xc0\x05\x00\xb0\x40\x7f\x00\xe0\x00\x40\x00\xa0\x3c\x01\x00\xd0\x01\x00\xf7\x01\xf8"
        + NOTE
    ),
    "system-messages": one(b"\x00\xf1\x01\x00\xf2\x01\x02\x00\xf3\x01\x00\xf6\x00\xf8\x00\xfe" + NOTE),
    "cut": one(NOTE)[:-7],
    "stray": header() + b"\0\1\2" + track(NOTE) + chunk(b"XFIH", b"\1\2\3") + b"\0",
    "long-header": b"MThd" + pack(">IHHH", 8, 1, 1, 96) + b"ab" + track(NOTE),
    "length-too-long": header(n_tracks=2) + b"MTrk" + pack(">I", 99) + NOTE + END + track(NOTE),
    "length-1-too-long": header(n_tracks=2) + b"MTrk" + pack(">I", 13) + NOTE + END + track(NOTE),
    "repeated": one(b"\x00\x90\x3c\x64\x0a\x3c\x64\x00\x80\x3c\x40\x0a\x3c\x40"),
    "unison": one(b"\x00\x90\x3c\x64\x00\x3c\x50\x0a\x80\x3c\x40\x0a\x3c\x40"),
    "lost-note-off": one(b"\x00\x90\x3c\x64\x0a\x3c\x64\x0a\x3c\x64\x05\x3c\x00\x05\x3c\x00"),
    "velocity-240": one(b"\x00\x90\x3c\xf0\x0a\x80\x3c\xf0"),
    "surplus-track": header() + track(NOTE) + track(NOTE),
    "mode-2": one(meta(0x59, b"\xfd\x02") + NOTE),
    "mac-binary": mac_binary(one(NOTE)),
    "western": one(meta(3, "Bach’s Air".encode("cp1252")) + meta(5, "Prélude".encode("cp1252")) + NOTE),
    "length-too-short": header(n_tracks=2) + b"MTrk" + pack(">I", 9) + NOTE + END + track(NOTE),
}

for name, data in FILES.items():
    Path("midi", name + ".mid").write_bytes(data)
