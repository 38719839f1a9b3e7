/** What the computer keyboard and MIDI keyboards play, and the shortcuts of the page. */

import type { App } from "./app.js";
import { must } from "./dom.js";

/** The keys by their place, so that they are a piano on any layout: the middle row is white, the one above black. */
const SEMITONES: Readonly<Record<string, number>> = {
  KeyA: 0, KeyW: 1, KeyS: 2, KeyE: 3, KeyD: 4, KeyF: 5, KeyT: 6, KeyG: 7, KeyY: 8, KeyH: 9, KeyU: 10, KeyJ: 11, KeyK: 12,
  KeyO: 13, KeyL: 14, KeyP: 15, Semicolon: 16,
};

export function connectKeyboard(app: App, playOrPause: () => void): void {
  let octave = 60;
  addEventListener("keydown", (event) => {
    const target = event.target as Element;
    const isTyping = target.matches("input:not([type=radio], [type=range]), select, textarea");
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !isTyping && ["z", "y"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      must<HTMLButtonElement>(document, event.shiftKey || event.key.toLowerCase() === "y" ? "#redo" : "#undo").click();
      return;
    }
    if (isTyping || isCommand || event.altKey) return;
    if (event.code === "Space" && !target.matches("button, summary, input, a")) {
      event.preventDefault();
      playOrPause();
    } else if (event.key === "Escape" && app.store.state.selection !== null) {
      app.store.change((state) => ({ ...state, selection: null }));
    } else if (must(document, "#keys-play").ariaPressed === "true" && !event.repeat && !event.shiftKey) {
      const semitone = SEMITONES[event.code];
      if (semitone !== undefined) app.playNote(octave + semitone);
      else if (event.code === "KeyZ") octave = Math.max(24, octave - 12);
      else if (event.code === "KeyX") octave = Math.min(96, octave + 12);
    }
  });
}

const NOTE_ON = 0x90;

/** Asks for MIDI keyboards at the first click on a button of the keyboard: browsers ask the user, who must know why. */
export function connectMidi(app: App): void {
  for (const id of ["#keys-write", "#keys-play"]) {
    must(document, id).addEventListener("click", () => void listen(app), { once: true });
  }
  // Who has allowed it before is not asked again.
  navigator.permissions?.query({ name: "midi" as PermissionName })
    .then((permission) => { if (permission.state === "granted") void listen(app); })
    .catch(() => undefined);
}

let isListening = false;

async function listen(app: App): Promise<void> {
  if (isListening || navigator.requestMIDIAccess === undefined) return;
  isListening = true;
  const access = await navigator.requestMIDIAccess().catch(() => null);
  if (access === null) return;
  const attach = (): void => {
    for (const input of access.inputs.values()) {
      input.onmidimessage = ({ data }) => {
        const [status = 0, pitch = 0, velocity = 0] = data ?? [];
        if ((status & 0xf0) === NOTE_ON && velocity > 0) app.playNote(pitch, velocity);
      };
    }
  };
  access.onstatechange = attach;
  attach();
}
