import assert from "node:assert/strict";
import test from "node:test";

import { exampleTune } from "../../build/js/example.js";
import { decodeState, encodeState } from "../../build/js/link.js";
import { firstState } from "../../build/js/state.js";

const state = {
  ...firstState(),
  piece: { ...exampleTune(), title: "Ä „♯“ 𝄞", key: "C major" },
  selection: { from: 1, to: 3 },
  madeBy: ["galant piece 2", "seed 7"],
};

/** The text of a link that holds any value. */
async function linkOf(value) {
  const packed = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `1.${Buffer.from(await new Response(packed).arrayBuffer()).toString("base64url")}`;
}

test("a link holds the whole state", async () => {
  const text = await encodeState(state);
  assert.match(text, /^1\.[\w-]+$/);
  assert.deepEqual(await decodeState(text), state);
});

test("a link that is cut off, changed or of another kind is refused with a reason", async () => {
  const text = await encodeState(state);
  await assert.rejects(decodeState(text.slice(0, -8)), /cut off or changed/);
  await assert.rejects(decodeState(`2.${text.slice(2)}`), /another version/);
  await assert.rejects(decodeState("1.%%%"), /characters that no link has/);
  await assert.rejects(decodeState(await linkOf([])), /the link is no object/);
});

test("a link that would unpack to more than the limit is refused", async () => {
  await assert.rejects(decodeState(await linkOf("x".repeat(5_000_000))), /more than 4000000 bytes/);
});

test("every number of a link is checked", async () => {
  const changed = (change) => linkOf({ ...state, ...change });
  const piece = (change) => changed({ piece: { ...state.piece, ...change } });
  const note = (...numbers) => piece({ parts: [{ name: "", program: 0, notes: [numbers] }] });
  await assert.rejects(decodeState(await piece({ tempo: 0 })), /the tempo is 0; it must be a number from 1 to 1000/);
  await assert.rejects(decodeState(await piece({ ticks: 0.5 })), /the ticks of a quarter note/);
  await assert.rejects(decodeState(await piece({ bars: 1e9 })), /the number of bars/);
  await assert.rejects(decodeState(await piece({ parts: Array(65).fill(null) })), /at most 64/);
  await assert.rejects(decodeState(await note(0, 1, 128, 1)), /a pitch is 128/);
  await assert.rejects(decodeState(await note(-1, 1, 60, 1)), /an onset is -1/);
  await assert.rejects(decodeState(await note(0, 1, 60)), /a velocity is undefined/);
  await assert.rejects(decodeState(await changed({ part: 4 })), /the part is 4/);
  await assert.rejects(decodeState(await changed({ selection: { from: 3, to: 3 } })), /the last bar selected/);
  await assert.rejects(decodeState(await changed({ settings: { ...state.settings, tab: "x" } })), /name no tab/);
});
