import assert from "node:assert/strict";
import test from "node:test";

import { barLines, beatLines, gridStep, layout, pitchAt, snapped, tickAt, xOf, yOf } from "../../build/js/layout.js";
import { barAt, emptyPiece, placeName, seconds, ticksAt } from "../../build/js/piece.js";

const room = { width: 800, height: 500, zoom: 1, isCoarse: false };
const piece = { ...emptyPiece([3, 4], 4), upbeat: 480 };

test("what is drawn at a place is found at that place", () => {
  const drawn = layout(piece, room);
  for (let pitch = drawn.low; pitch <= drawn.high; pitch += 1) assert.equal(pitchAt(drawn, yOf(drawn, pitch) + 1), pitch);
  for (const tick of [0, 240, 480, 5000]) assert.ok(Math.abs(tickAt(drawn, xOf(drawn, tick)) - tick) < 1e-6);
});

test("an upbeat is a bar without a number", () => {
  assert.deepEqual(barLines(piece), [0, 480, 1920, 3360, 4800]);
  assert.deepEqual(beatLines(piece).slice(0, 4), [960, 1440, 2400, 2880]);
  assert.equal(placeName(piece, 0), "upbeat");
  assert.equal(placeName(piece, 2400), "bar 2, beat 2");
  assert.deepEqual([0, 479, 1920, 99_999].map((tick) => barAt(piece, tick)), [0, 0, 2, 3]);
});

test("clicks fall on the grid of the bar, whatever the upbeat", () => {
  const late = { ...piece, upbeat: 240 };
  assert.equal(gridStep(late, 1920), 480);
  assert.equal(snapped(late, 700, gridStep(late, 480)), 240);
  assert.equal(snapped(late, 720, gridStep(late, 480)), 720);
});

test("seconds and ticks are each other's inverse", () => {
  assert.equal(seconds({ ...piece, tempo: 120 }, 960), 1);
  assert.equal(ticksAt({ ...piece, tempo: 120 }, 1), 960);
});
