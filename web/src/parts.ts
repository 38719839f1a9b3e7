/** `<galant-parts>`: a chip for each part, to write in it and to freeze it. */

import type { App } from "./app.js";
import { h, s } from "./dom.js";
import type { State } from "./state.js";

export class Parts extends HTMLElement {
  connect(app: App): void {
    app.store.subscribe((state, before) => {
      const isSame = state.piece.parts.length === before.piece.parts.length && this.childElementCount > 0
        && state.part === before.part && state.frozen === before.frozen && state.settings.tab === before.settings.tab
        && state.piece.parts.every((part, index) => part.name === before.piece.parts[index]?.name);
      if (!isSame) this.#show(app, state);
    });
  }

  #show(app: App, { piece, part: chosen, frozen, settings }: State): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset["key"];
    this.replaceChildren(...piece.parts.map((part, index) => {
      const name = part.name || `part ${index + 1}`;
      const isFrozen = frozen.includes(index);
      const choose = h("button", {
        type: "button", "aria-pressed": String(index === chosen), "data-key": `choose ${index}`, title: `write in ${name}`,
        click: () => app.choosePart(index),
      }, h("span", { class: "dab" }), name);
      const freeze = h("button", {
        type: "button", class: "freeze", "aria-pressed": String(isFrozen), "data-key": `freeze ${index}`,
        "aria-label": `keep ${name}`, title: isFrozen ? `${name} stays` : `${name} is written anew`,
        click: () => app.store.change((state) => ({ ...state, frozen: toggled(state.frozen, index) })),
      }, s("svg", { "aria-hidden": "true" }, s("use", { href: isFrozen ? "#i-lock" : "#i-unlock" })));
      // A tune that stands alone stays anyway.
      const hasLock = settings.tab === "harmonize" && piece.parts.length > 1;
      return h("span", { class: index === chosen ? "chip chosen" : "chip" }, choose, hasLock ? freeze : null);
    }));
    if (focused !== undefined) this.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }
}

function toggled(frozen: readonly number[], part: number): number[] {
  return frozen.includes(part) ? frozen.filter((other) => other !== part) : [...frozen, part].sort((a, b) => a - b);
}
