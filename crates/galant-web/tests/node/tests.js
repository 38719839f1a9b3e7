// The module in Node, compared with the program: `node tests.js galant_web.wasm GALANT FOLDER`; the folder is for files.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const { start } = require("./module.js");

const [, , wasm, galant, folder] = process.argv;
const program = path.resolve(galant);
const run = (...args) => execFileSync(program, args.flat(), { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
const file = (name) => fs.readFileSync(path.join(folder, name));

// Untrained networks would do: what matters is that both sides compute the same.
const small = "--hidden-size 48 --steps 60 --quiet".split(" ");
const corpora = {
  notes: "--corpus mozart --tokenizer notes",
  rhythm: "--corpus dice --waltzes 400 --tokenizer rhythm",
  chords: "--corpus mozart --tokenizer chords",
  voices: "--corpus choir --tokenizer voices --parts 4",
};

let studio;
const models = {};

before(() => {
  writeChoir(path.join(folder, "choir"));
  studio = start(wasm);
  for (const [name, corpus] of Object.entries(corpora)) {
    run("train", corpus.split(" "), small, "--out", name);
    models[name] = studio.ask({ do: "load", name }, file(`${name}/model.safetensors`));
  }
});

/** A few tunes in four parts, so that there is something to learn: cadences in several keys. */
function writeChoir(to) {
  fs.mkdirSync(to, { recursive: true });
  const chords = [[72, 67, 64, 48], [74, 67, 65, 43], [76, 67, 60, 48], [77, 69, 60, 53], [74, 67, 59, 55], [72, 67, 64, 48]];
  const name = (pitch) => ["c", "^c", "d", "^d", "e", "f", "^f", "g", "^g", "a", "^a", "b"][pitch % 12];
  const abc = (pitch) => {
    const octave = Math.floor(pitch / 12) - 6;
    return name(pitch) + (octave > 0 ? "'".repeat(octave) : ",".repeat(-octave));
  };
  for (let piece = 0; piece < 12; piece++) {
    const voices = [0, 1, 2, 3].map((voice) => {
      const bars = chords.map((_, i) => chords[(i * (1 + (piece % 5)) + piece) % chords.length]);
      return `V:${voice + 1}\n${bars.map((chord) => `${abc(chord[voice] - (piece % 5))}2 ${abc(chord[voice] - (piece % 5))}2`).join(" | ")} |`;
    });
    fs.writeFileSync(path.join(to, `${piece}.abc`), `X:1\nM:4/4\nL:1/4\nK:C\n${voices.join("\n")}\n`);
  }
}

/** A tune of quarter notes in the first of four parts. */
function tune(pitches) {
  const notes = pitches.map((pitch, i) => [480 * i, 480, pitch, 80]);
  return {
    title: "tune", tempo: 96, meter: [4, 4], key: null, ticks: 480, bars: Math.ceil(pitches.length / 4), upbeat: 0,
    parts: [{ name: "soprano", program: 0, notes }],
  };
}

const same = (actual, expected, what) => assert.ok(Buffer.from(actual).equals(expected), `${what}: the bytes differ`);

test("a piece has the bytes of the program's at level scalar", () => {
  const requests = [
    [{}, []],
    [{ seed: 2, bars: 8, temperature: 1.1 }, ["--seed", "2", "--bars", "8", "--temperature", "1.1"]],
    [{ seed: "18446744073709551615", bars: 4, candidates: 2 }, ["--seed", "18446744073709551615", "--bars", "4", "--best-of", "2"]],
    [{ seed: 3, bars: 8, key: "D minor", meter: [3, 4], tempo: 72.5 },
      ["--seed", "3", "--bars", "8", "--key", "D minor", "--meter", "3/4", "--tempo", "72.5"]],
  ];
  for (const name of Object.keys(models)) {
    for (const [request, args] of requests) {
      if (name === "rhythm" && request.key) continue;
      const composed = studio.ask({ do: "compose", model: models[name].model, seed: 1, ...request });
      run("compose", "--quiet", "--level", "scalar", "--model", `${name}/model.safetensors`, "--out", "native.mid", args);
      same(composed.bytes, file("native.mid"), `${name} ${JSON.stringify(request)}`);
      assert.equal(String(composed.settings.seed), String(request.seed ?? 1));
    }
  }
});

test("a harmonized tune has the bytes of the program's at level scalar", () => {
  const piece = tune([72, 74, 76, 77, 74, 72, 71, 72]);
  fs.writeFileSync(path.join(folder, "tune.mid"), studio.ask({ do: "write", as: "mid", piece }).bytes);
  for (const seed of [1, 2, 3]) {
    const harmonized = studio.ask({ do: "harmonize", model: models.voices.model, piece, given: [0], seed });
    run("harmonize", "tune.mid", "--quiet", "--level", "scalar", "--model", "voices/model.safetensors", "--seed", String(seed), "--out", "native.mid");
    same(harmonized.bytes, file("native.mid"), `seed ${seed}`);
    assert.deepEqual(harmonized.piece.parts[0].notes, piece.parts[0].notes, "the tune stays");
    assert.equal(harmonized.piece.parts.length, 4);
  }
});

test("the program reproduces a piece that was composed here", () => {
  fs.writeFileSync(path.join(folder, "page.mid"), studio.ask({ do: "compose", model: models.notes.model, seed: 7 }).bytes);
  run("reproduce", "page.mid", "--quiet", "--model", "notes/model.safetensors", "--out", "again.mid");
  same(file("again.mid"), file("page.mid"), "reproduced");
});

test("what is written is read back note for note, and a record makes the same file", () => {
  const { piece, record, bytes } = studio.ask({ do: "compose", model: models.notes.model, seed: 4, bars: 8 });
  same(studio.ask({ do: "write", as: "mid", piece, texts: record }).bytes, Buffer.from(bytes), "with its record");
  const read = studio.ask({ do: "read", name: "x.mid" }, studio.ask({ do: "write", as: "mid", piece }).bytes);
  assert.deepEqual(read.piece.parts, piece.parts);
  assert.deepEqual(read.warnings, []);
  const xml = studio.ask({ do: "write", as: "musicxml", piece }).bytes;
  const pitches = (piece) => piece.parts.flatMap((part) => part.notes.map((note) => note[2])).sort();
  assert.deepEqual(pitches(studio.ask({ do: "read", name: "x.musicxml" }, xml).piece), pitches(piece));
});

test("a continued piece begins with the given one, and other bars than those asked for stay", () => {
  const { piece } = studio.ask({ do: "compose", model: models.notes.model, seed: 5, bars: 8 });
  const notes = (piece, from, to) => piece.parts.map((part) => part.notes.filter((note) => note[0] >= from && note[0] < to));
  const bar = (480 * 4 * piece.meter[0]) / piece.meter[1] * (piece.ticks / 480);
  const longer = studio.ask({ do: "continue", model: models.notes.model, piece, bars: 4, seed: 6 }).piece;
  const end = Math.max(...piece.parts.flatMap((part) => part.notes.map((note) => note[0] + note[1])));
  assert.deepEqual(notes(longer, 0, end), notes(piece, 0, end));
  assert.ok(notes(longer, end, Infinity).flat().length > 0, "something was added");
  const varied = studio.ask({ do: "vary", model: models.notes.model, piece, from: 2, to: 4, seed: 6 }).piece;
  assert.deepEqual(notes(varied, 0, 2 * bar), notes(piece, 0, 2 * bar));
  assert.deepEqual(notes(varied, 4 * bar, Infinity), notes(piece, 4 * bar, Infinity));
  assert.notDeepEqual(notes(varied, 2 * bar, 4 * bar), notes(piece, 2 * bar, 4 * bar));
});

test("sound has as many frames as it says, and a level", () => {
  const rendered = studio.ask({ do: "render", piece: tune([60, 64, 67, 72]), rate: 22050 });
  const samples = new Float32Array(rendered.bytes.buffer, 0, rendered.bytes.length / 4);
  assert.equal(samples.length, 2 * rendered.frames);
  const peak = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  assert.ok(Math.abs(peak - 0.891_250_9) < 1e-4, `the peak is ${peak}`);
});

test("foreign bytes are refused with a reason, and the module goes on", () => {
  const refused = (request, bytes, why) => assert.throws(() => studio.ask(request, bytes), why);
  const midi = studio.ask({ do: "write", as: "mid", piece: tune([60, 62]) }).bytes;
  refused({ do: "read", name: "cut.mid" }, midi.slice(0, 12), /header|track|cut|ends/i);
  refused({ do: "load" }, midi, /.+/);
  const model = file("notes/model.safetensors");
  refused({ do: "load" }, model.subarray(0, model.length - 1), /.+/);
  refused({ do: "nothing" }, undefined, /unknown variant/);
  refused({ do: "compose", model: 99, seed: 1 }, undefined, /no model 99/);
  refused({ do: "compose", model: models.notes.model, seed: 1, bars: 0 }, undefined, /0 bars/);
  refused({ do: "compose", model: models.notes.model, seed: 1, bars: 1e9 }, undefined, /.+/);
  refused({ do: "write", as: "mid", piece: { ...tune([60]), tempo: 0 } }, undefined, /tempo/);
  assert.equal(studio.exports.alloc(1 << 30), 0);
  assert.ok(studio.ask({ do: "compose", model: models.notes.model, seed: 1, bars: 2 }).bytes.length > 0);
});

test("slices are short, and a job that is dropped leaves nothing behind", () => {
  const whole = studio.ask({ do: "compose", model: models.notes.model, seed: 8 });
  assert.ok(whole.slices.length > 4, `${whole.slices.length} slices`);
  const json = new TextEncoder().encode(JSON.stringify({ do: "compose", model: models.notes.model, seed: 9 }));
  const at = studio.exports.alloc(json.length);
  new Uint8Array(studio.exports.memory.buffer).set(json, at);
  assert.equal(studio.exports.call(at, json.length, 0), 2);
  studio.exports.free(at, json.length);
  same(studio.ask({ do: "compose", model: models.notes.model, seed: 8 }).bytes, Buffer.from(whole.bytes), "after a dropped job");
  assert.equal(studio.exports.resume(), 1);
  assert.match(studio.answer().json.error, /nothing to go on with/);
});
