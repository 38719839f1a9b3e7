import assert from "node:assert/strict";
import test from "node:test";

import { exampleTune } from "../../build/js/example.js";
import { requestFor } from "../../build/js/requests.js";
import { firstState } from "../../build/js/state.js";

const choir = { parts: 4 };
const piano = { parts: null };
const first = firstState();
const state = { ...first, piece: exampleTune() };
const at = (tab, settings = {}) => ({ ...state, settings: { ...state.settings, tab, ...settings } });

test("a tune is harmonized as the part that is locked, without the notes of the others", () => {
  const [tune] = state.piece.parts;
  const bass = { name: "bass", program: 0, notes: [[0, 480, 48, 80]] };
  const piece = { ...state.piece, parts: [tune, bass] };
  const request = requestFor({ ...at("harmonize", { seed: 3 }), piece, frozen: [1] }, choir);
  assert.deepEqual(request.given, [1]);
  assert.deepEqual(request.piece.parts, [{ ...tune, notes: [] }, bass]);
  assert.equal(request.seed, 3);
});

test("a tune that stands alone may be any part", () => {
  const request = requestFor({ ...at("harmonize", { voice: 3 }), frozen: [] }, choir);
  assert.deepEqual(request.given, [3]);
  assert.deepEqual(request.piece.parts.map((part) => part.notes.length), [0, 0, 0, 14]);
  assert.deepEqual(requestFor(at("harmonize", { voice: 3 }), { parts: 2 }).given, [1]);
});

test("what cannot be done is said", () => {
  assert.throws(() => requestFor(at("harmonize"), piano), /choose a model of voices/);
  assert.throws(() => requestFor(at("vary"), piano), /no bars are selected/);
  assert.throws(() => requestFor({ ...first, settings: { ...first.settings, tab: "continue" } }, piano), /no notes yet/);
  const parts = Array(4).fill(state.piece.parts[0]);
  assert.throws(() => requestFor({ ...at("harmonize"), piece: { ...state.piece, parts }, frozen: [] }, choir), /no part with notes is locked/);
  assert.throws(() => requestFor({ ...at("harmonize"), piece: { ...state.piece, parts }, frozen: [0, 1, 2, 3] }, choir), /all parts are locked/);
});

test("composing tells key, meter, style and bars", () => {
  const { key, meter, style, bars } = requestFor(at("compose", { key: "G major", meter: "3/4", bars: 16 }), piano);
  assert.deepEqual({ key, meter, style, bars }, { key: "G major", meter: [3, 4], style: null, bars: 16 });
});
