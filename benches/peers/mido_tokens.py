#!/usr/bin/env python3
"""Reads MIDI files with mido and makes chord tokens of them.

usage: mido_tokens.py ORACLE_FOLDER FILE.mid...      (needs: pip install mido)

ORACLE_FOLDER holds lecture_chords.py. Prints one line of JSON: files per second, on one thread.
"""
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from lecture_chords import chord_words

files = [Path(name) for name in sys.argv[2:]]
began = time.perf_counter()
n_tokens = sum(len(chord_words(str(file))) for file in files)
seconds = time.perf_counter() - began
print(json.dumps(dict(peer="mido", task="decode", files=len(files), tokens=n_tokens, files_per_second=round(len(files) / seconds, 2))))
