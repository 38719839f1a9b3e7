// Writes small pieces in four parts, `node choir.mjs FOLDER`: something to learn for a model that tests harmonize with.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";

const folder = argv[2];
mkdirSync(folder, { recursive: true });

/** Chords of C major from the soprano down. */
const CHORDS = {
  I: [72, 67, 64, 48], I6: [67, 60, 60, 52], ii: [74, 65, 62, 50], IV: [69, 65, 60, 53], V: [71, 67, 62, 55], V7: [74, 67, 65, 55], vi: [76, 69, 60, 57],
};
const NAMES = ["Soprano", "Alto", "Tenor", "Bass"];
const PHRASES = ["I V I IV V I", "I vi IV V7 I", "I I6 IV V I", "IV I V vi ii V I", "I ii V7 vi IV V I"];
const LETTERS = ["C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B"];

const abc = (pitch) => {
  const octave = Math.floor(pitch / 12) - 5;
  return LETTERS[pitch % 12] + (octave > 0 ? "'".repeat(octave) : ",".repeat(-octave)) + "2";
};

for (let key = -5; key <= 6; key += 1) {
  for (const [number, phrase] of PHRASES.entries()) {
    const chords = phrase.split(" ").map((name) => CHORDS[name]);
    const voices = [0, 1, 2, 3].map((part) => `V:${part + 1} name=${NAMES[part]}\n${chords.map((chord) => `${abc(chord[part] + key)}${abc(chord[part] + key)}`).join("|")}|`);
    writeFileSync(join(folder, `${key + 5}-${number}.abc`), `X:1\nM:4/4\nL:1/4\nK:C\n${voices.join("\n")}\n`);
  }
}
