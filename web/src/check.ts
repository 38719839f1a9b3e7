/** Whether data from a link or a file is a state, before anything trusts it. */

import { MOST_BARS, type Note, type Part, type Piece } from "./piece.js";
import { firstState, type MadeBy, type Settings, type State, type Tab } from "./state.js";

const MOST_PARTS = 64;
const MOST_NOTES = 50_000;
const LONGEST_TEXT = 300;
/** Of the record of a piece: a text may list every bar. */
const LONGEST_RECORD = 20_000;
const MOST_TEXTS = 500;
/** A day at 480 ticks. */
const LAST_TICK = 100_000_000;

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
  return value as Fields;
}

function list(value: unknown, most: number, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list`);
  if (value.length > most) throw new Error(`${what} has ${value.length} entries; at most ${most} are read`);
  return value;
}

function number(value: unknown, low: number, high: number, what: string): number {
  if (typeof value !== "number" || !(low <= value && value <= high)) {
    throw new Error(`${what} is ${String(value).slice(0, 40)}; it must be a number from ${low} to ${high}`);
  }
  return value;
}

function whole(value: unknown, low: number, high: number, what: string): number {
  const found = number(value, low, high, what);
  if (!Number.isInteger(found)) throw new Error(`${what} is ${found}, which is no whole number`);
  return found;
}

function text(value: unknown, what: string, longest = LONGEST_TEXT): string {
  if (typeof value !== "string" || value.length > longest) {
    throw new Error(`${what} is no text of at most ${longest} characters`);
  }
  return value;
}

function textOrNull(value: unknown, what: string): string | null {
  return value === null || value === undefined ? null : text(value, what);
}

function note(value: unknown): Note {
  const [onset, length, pitch, velocity] = list(value, 4, "a note");
  return [
    whole(onset, 0, LAST_TICK, "an onset"),
    whole(length, 0, LAST_TICK, "a length"),
    whole(pitch, 0, 127, "a pitch"),
    whole(velocity, 1, 127, "a velocity"),
  ];
}

function part(value: unknown): Part {
  const found = fields(value, "a part");
  return {
    name: text(found["name"], "the name of a part"),
    program: whole(found["program"], 0, 127, "a program"),
    ...(found["percussion"] === true ? { percussion: true } : {}),
    notes: list(found["notes"], MOST_NOTES, "a part").map(note),
  };
}

/** @throws if the value is no piece; the message says why. */
export function checkPiece(value: unknown): Piece {
  const found = fields(value, "the piece");
  const [beats, unit] = list(found["meter"], 2, "the meter");
  return {
    title: text(found["title"] ?? "", "the title"),
    tempo: number(found["tempo"], 1, 1000, "the tempo"),
    meter: [whole(beats, 1, 64, "the beats of the meter"), whole(unit, 1, 64, "the unit of the meter")],
    key: textOrNull(found["key"], "the key"),
    ticks: whole(found["ticks"], 1, 32_767, "the ticks of a quarter note"),
    bars: whole(found["bars"], 1, Math.max(MOST_BARS, 10_000), "the number of bars"),
    upbeat: whole(found["upbeat"] ?? 0, 0, LAST_TICK, "the upbeat"),
    parts: list(found["parts"], MOST_PARTS, "the piece").map(part),
  };
}

const TABS: readonly Tab[] = ["compose", "continue", "harmonize", "vary"];

function settings(value: unknown): Settings {
  const found = { ...firstState().settings, ...fields(value, "the settings") } as Fields;
  const tab = TABS.find((tab) => tab === found["tab"]);
  if (tab === undefined) throw new Error("the settings name no tab");
  return {
    tab,
    model: text(found["model"], "the model"),
    key: textOrNull(found["key"], "the key"),
    meter: textOrNull(found["meter"], "the meter"),
    style: textOrNull(found["style"], "the style"),
    bars: whole(found["bars"], 1, MOST_BARS, "the number of bars"),
    voice: whole(found["voice"], 0, MOST_PARTS - 1, "the part of the tune"),
    temperature: found["temperature"] === null ? null : number(found["temperature"], 0.05, 5, "the temperature"),
    seed: whole(found["seed"], 0, Number.MAX_SAFE_INTEGER, "the seed"),
    fresh: found["fresh"] === true,
  };
}

/** The texts of a MIDI file, such as the record of what made it. */
export function checkTexts(value: unknown): MadeBy | null {
  if (value === null || value === undefined) return null;
  const texts = list(value, MOST_TEXTS, "what made the piece");
  return texts.map((line) => text(line, "what made the piece", LONGEST_RECORD));
}

/** @throws if the value is no state; the message says why. */
export function checkState(value: unknown): State {
  const found = fields(value, "the link");
  const piece = checkPiece(found["piece"]);
  const lastPart = Math.max(0, piece.parts.length - 1);
  const selected = found["selection"] ?? null;
  const span = selected === null ? null : fields(selected, "the selection");
  const from = span && whole(span["from"], 0, piece.bars - 1, "the first bar selected");
  return {
    piece,
    settings: settings(found["settings"]),
    selection: span && from !== null ? { from, to: whole(span["to"], from + 1, piece.bars, "the last bar selected") } : null,
    frozen: list(found["frozen"], MOST_PARTS, "the parts that stay").map((at) => whole(at, 0, lastPart, "a part that stays")),
    part: whole(found["part"], 0, lastPart, "the part"),
    madeBy: checkTexts(found["madeBy"]),
  };
}
