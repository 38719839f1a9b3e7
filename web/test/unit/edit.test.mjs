import assert from "node:assert/strict";
import test from "node:test";

import { addNote, newNote, removeNote, replaceNote, withBars, withMeter } from "../../build/js/edit.js";
import { emptyPiece, endTick, noteAt } from "../../build/js/piece.js";

const piece = addNote(emptyPiece([4, 4], 2), 0, newNote(480, 960, 72));

test("a note ends what sounds of its pitch, and nothing of other pitches", () => {
  const both = addNote(addNote(piece, 0, newNote(960, 480, 72)), 0, newNote(960, 480, 76));
  assert.deepEqual(both.parts[0].notes, [[480, 480, 72, 80], [960, 480, 72, 80], [960, 480, 76, 80]]);
});

test("a note that is moved upon another of its pitch takes its place", () => {
  const both = addNote(piece, 0, newNote(0, 480, 72));
  const moved = replaceNote(both, 0, 0, newNote(480, 960, 72));
  assert.deepEqual(moved.parts[0].notes, [[480, 960, 72, 80]]);
});

test("edits leave the piece before as it was", () => {
  const before = JSON.stringify(piece);
  removeNote(piece, 0, 0);
  addNote(piece, 0, newNote(0, 1, 60));
  withBars(piece, 1);
  withMeter(piece, [3, 4]);
  assert.equal(JSON.stringify(piece), before);
});

test("notes stay within MIDI and behind the beginning", () => {
  assert.deepEqual(newNote(-5, 0, 130), [0, 1, 127, 80]);
  assert.deepEqual(newNote(3, 4, -2), [3, 4, 0, 80]);
});

test("a piece grows to hold a note, and fewer bars cut it", () => {
  const grown = addNote(piece, 0, newNote(7 * 480, 960, 60));
  assert.equal(grown.bars, 3);
  const cut = withBars(grown, 1);
  assert.equal(endTick(cut), 1920);
  assert.deepEqual(cut.parts[0].notes, [[480, 960, 72, 80]]);
  assert.deepEqual(withBars(piece, 0).bars, 1);
});

test("another meter keeps every note", () => {
  const waltz = withMeter(addNote(piece, 0, newNote(3000, 480, 60)), [3, 4]);
  assert.equal(waltz.bars, 3);
  assert.equal(waltz.parts[0].notes.length, 2);
});

test("a note is found while it sounds", () => {
  assert.deepEqual([479, 480, 1439, 1440].map((tick) => noteAt(piece.parts[0], tick, 72)), [-1, 0, 0, -1]);
});
