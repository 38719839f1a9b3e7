/** A tune for who has none at hand: "Ah, vous dirai-je, Maman", of the 18th century. */

import { barTicks, isEmpty, VELOCITY, type Note, type Piece } from "./piece.js";
import { must } from "./dom.js";
import type { App } from "./app.js";

/** Pitches of quarter notes; a half note ends each line. */
const LINES = [[72, 72, 79, 79, 81, 81, 79], [77, 77, 76, 76, 74, 74, 72]];

export function exampleTune(): Piece {
  const ticks = 480;
  let onset = 0;
  const notes = LINES.flatMap((line) => line.map((pitch, index): Note => {
    const length = index === line.length - 1 ? 2 * ticks : ticks;
    onset += length;
    return [onset - length, length, pitch, VELOCITY];
  }));
  const piece: Piece = {
    title: "Ah, vous dirai-je, Maman", tempo: 100, meter: [4, 4], key: "C major", ticks, bars: 1, upbeat: 0,
    parts: [{ name: "Tune", program: 0, notes }],
  };
  return { ...piece, bars: onset / barTicks(piece) };
}

export function connectExample(app: App): void {
  const welcome = must<HTMLElement>(document, "#welcome");
  must(welcome, "#example").addEventListener("click", () => {
    app.store.setPiece(exampleTune());
    app.announce("a tune of four bars; press Harmonize");
  });
  app.store.subscribe(({ piece }) => { welcome.hidden = !isEmpty(piece); });
}
