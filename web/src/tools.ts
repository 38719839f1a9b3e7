/** `<galant-tools>`: lengths of notes, bars, meter, zoom. */

import type { App } from "./app.js";
import { must } from "./dom.js";
import { cleared, withBars, withMeter } from "./edit.js";
import { isEmpty, type Piece } from "./piece.js";
import type { Roll } from "./roll.js";
import { withPiece } from "./state.js";

export class Tools extends HTMLElement {
  connect(app: App, roll: Roll): void {
    const dotted = must<HTMLButtonElement>(this, "#dotted");
    const setLength = (): void => {
      const chosen = Number(must<HTMLInputElement>(this, "[name=length]:checked").value);
      app.quarters = dotted.ariaPressed === "true" ? chosen * 1.5 : chosen;
      app.onCell?.();
    };
    this.addEventListener("change", (event) => {
      if ((event.target as Element).matches("[name=length]")) setLength();
    });
    dotted.addEventListener("click", () => { toggle(dotted); setLength(); });

    const bars = (more: number): void => app.store.setPiece(withBars(app.store.state.piece, app.store.state.piece.bars + more));
    must(this, "#fewer-bars").addEventListener("click", () => bars(-1));
    must(this, "#more-bars").addEventListener("click", () => bars(1));
    const meter = must<HTMLSelectElement>(this, "#piece-meter");
    meter.addEventListener("change", () => {
      const [beats = 4, unit = 4] = meter.value.split("/").map(Number);
      app.store.setPiece(withMeter(app.store.state.piece, [beats, unit]));
    });
    must(this, "#zoom-in").addEventListener("click", () => roll.setZoom(roll.zoom * 1.35));
    must(this, "#zoom-out").addEventListener("click", () => roll.setZoom(roll.zoom / 1.35));
    const writes = must<HTMLButtonElement>(this, "#keys-write");
    writes.addEventListener("click", () => {
      app.isWriting = toggle(writes);
      roll.classList.toggle("writing", app.isWriting);
      app.announce(app.isWriting ? "what you play is written at the marked place" : "what you play is only heard");
    });
    const plays = must(this, "#keys-play");
    plays.addEventListener("click", () => toggle(plays));
    must(this, "#clear").addEventListener("click", () => {
      app.store.change((state) => ({ ...withPiece(state, cleared(state.piece)), selection: null, frozen: [0], part: 0 }));
      app.player.stop();
      app.moveCell(0, 72);
    });
    app.store.subscribe(({ piece }) => this.#show(piece));
  }

  #show(piece: Piece): void {
    must(this, "#bars-shown").textContent = `${piece.bars} ${piece.bars === 1 ? "bar" : "bars"}`;
    must<HTMLButtonElement>(this, "#fewer-bars").disabled = piece.bars <= 1;
    must<HTMLButtonElement>(this, "#clear").disabled = isEmpty(piece);
    const meter = must<HTMLSelectElement>(this, "#piece-meter");
    const name = piece.meter.join("/");
    if (![...meter.options].some((option) => option.value === name)) meter.add(new Option(name));
    meter.value = name;
  }
}

/** Presses a button or lets it go; says whether it is pressed now. */
export function toggle(button: Element): boolean {
  const isPressed = button.ariaPressed !== "true";
  button.ariaPressed = String(isPressed);
  return isPressed;
}
