/** `<galant-panel>`: what a model is asked for, by tab. */

import type { ModelInfo } from "./abi.js";
import type { App } from "./app.js";
import { h, must } from "./dom.js";
import type { Maker } from "./make.js";
import { barNumber } from "./piece.js";
import { isAlone, WORDS } from "./requests.js";
import type { Settings, State, Tab } from "./state.js";

const TONICS = ["C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F"];
const MINOR_TONICS = ["A", "E", "B", "F#", "C#", "G#", "Eb", "Bb", "F", "C", "G", "D"];

export class Panel extends HTMLElement {
  #app!: App;
  #maker!: Maker;
  #info: ModelInfo | null = null;

  connect(app: App, maker: Maker): void {
    this.#app = app;
    this.#maker = maker;
    const keys = [...TONICS.map((tonic) => `${tonic} major`), ...MINOR_TONICS.map((tonic) => `${tonic} minor`)];
    must(this, "#key").append(new Option("any", ""), ...keys.map((key) => new Option(key.replace("#", "♯").replace(/^(.)b/, "$1♭"), key)));
    this.#listenToTabs();
    this.#listenToFields();
    must(this, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (maker.isBusy) maker.stop();
      else void maker.go();
    });
    maker.onProgress = (done) => this.#showProgress(done);
    app.models.listeners.push(() => this.#show(app.store.state));
    app.store.subscribe((state) => this.#show(state));
  }

  #listenToTabs(): void {
    const tabs = [...this.querySelectorAll<HTMLButtonElement>("[role=tab]")];
    for (const [index, tab] of tabs.entries()) {
      tab.addEventListener("click", () => this.#open(tab.dataset["tab"] as Tab));
      tab.addEventListener("keydown", ({ key }) => {
        const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[key];
        const next = to === undefined ? undefined : tabs.at(to % tabs.length);
        next?.focus();
        next?.click();
      });
    }
  }

  #open(tab: Tab): void {
    this.#app.store.adjust((state) => ({ ...state, settings: { ...state.settings, tab } }));
  }

  #listenToFields(): void {
    const { store } = this.#app;
    const on = (id: string, change: (value: string) => Partial<Settings> | null): void => {
      const field = must<HTMLInputElement | HTMLSelectElement>(this, `#${id}`);
      field.addEventListener("input", () => {
        const settings = change(field.value);
        if (settings !== null) store.set(settings, `setting ${id}`);
      });
    };
    const whole = (text: string, low: number, high: number): number | null => {
      const number = Number(text);
      return text !== "" && Number.isInteger(number) && number >= low && number <= high ? number : null;
    };
    on("model", (model) => ({ model }));
    on("voice", (voice) => ({ voice: Number(voice) }));
    on("key", (key) => ({ key: key || null }));
    on("meter", (meter) => ({ meter: meter || null }));
    on("style", (style) => ({ style: style || null }));
    on("temperature", (text) => ({ temperature: Number(text) }));
    on("bars", (text) => {
      const bars = whole(text, 1, 256);
      return bars === null ? null : { bars };
    });
    // Who types a seed wants that one.
    on("seed", (text) => {
      const seed = whole(text, 0, Number.MAX_SAFE_INTEGER);
      return seed === null ? null : { seed, fresh: false };
    });
    must(this, "#fresh").addEventListener("click", () => store.set({ fresh: !store.state.settings.fresh }));
    for (const id of ["from-bar", "to-bar"]) {
      must(this, `#${id}`).addEventListener("input", () => {
        const { piece } = store.state;
        const [first, last] = [barNumber(piece, 0), barNumber(piece, piece.bars - 1)];
        const from = whole(must<HTMLInputElement>(this, "#from-bar").value, first, last);
        const to = whole(must<HTMLInputElement>(this, "#to-bar").value, first, last);
        if (from === null || to === null || to < from) return;
        store.change((state) => ({ ...state, selection: { from: from - first, to: to - first + 1 } }), "setting selection");
      });
    }
  }

  #show(state: State): void {
    const { settings, selection, piece } = state;
    for (const tab of this.querySelectorAll<HTMLButtonElement>("[role=tab]")) {
      const isOpen = tab.dataset["tab"] === settings.tab;
      tab.ariaSelected = String(isOpen);
      tab.tabIndex = isOpen ? 0 : -1;
      if (isOpen) must(this, "#panel").setAttribute("aria-labelledby", tab.id);
    }
    for (const field of this.querySelectorAll<HTMLElement>("[data-for]")) {
      field.hidden = !(field.dataset["for"] ?? "").split(" ").includes(settings.tab);
    }
    must(this, "#about").textContent = WORDS[settings.tab].about;
    if (!this.#maker.isBusy) must(this, "#go-text").textContent = WORDS[settings.tab].go;
    must(this, "#bars-label").textContent = settings.tab === "continue" ? "Bars to add" : "Bars";
    this.#fill("bars", String(settings.bars));
    this.#fill("seed", String(settings.seed));
    must(this, "#fresh").ariaPressed = String(settings.fresh);
    this.#fill("from-bar", selection === null ? "" : String(barNumber(piece, selection.from)));
    this.#fill("to-bar", selection === null ? "" : String(barNumber(piece, selection.to - 1)));
    this.#fill("temperature", String(settings.temperature ?? 0.9));
    must(this, "#temperature-shown").textContent = settings.temperature === null ? "the model’s own" : settings.temperature.toFixed(2);
    this.#showModel(state);
  }

  /** Leaves a field alone that is typed in. */
  #fill(id: string, value: string): void {
    const field = must<HTMLInputElement>(this, `#${id}`);
    if (field !== document.activeElement || Number(field.value) !== Number(value)) field.value = value;
  }

  #showModel(state: State): void {
    const { models } = this.#app;
    const select = must<HTMLSelectElement>(this, "#model");
    const names = models.all.map((model) => model.name);
    if (names.join("\n") !== [...select.options].map((option) => option.value).join("\n")) {
      select.replaceChildren(...names.map((name) => new Option(name)));
    }
    if (models.all.length === 0) return;
    this.#maker.model(state).then(({ model, info }) => {
      if (state !== this.#app.store.state) return;
      select.value = model.name;
      this.#offer(info, state);
    }, (error: unknown) => this.#app.fail(error));
  }

  /** Offers what a model can be told. */
  #offer(info: ModelInfo, { settings, piece }: State): void {
    if (info !== this.#info) {
      this.#info = info;
      options(must(this, "#meter"), info.meters.map((meter) => meter.join("/")));
      options(must(this, "#style"), info.styles);
      must(this, "#voice").replaceChildren(...(info.voices ?? []).map(({ name }, at) => new Option(name.toLowerCase() || `part ${at + 1}`, String(at))));
      const parts = info.parts === null ? "one instrument" : `${info.parts} parts`;
      must(this, "#model-about").replaceChildren(h("strong", {}, info.name), ` ${parts}, ${info.network}, ${info.tokenizer}`);
    }
    must<HTMLSelectElement>(this, "#key").value = settings.key ?? "";
    must<HTMLSelectElement>(this, "#meter").value = settings.meter ?? "";
    must<HTMLSelectElement>(this, "#style").value = settings.style ?? "";
    must<HTMLSelectElement>(this, "#voice").value = String(Math.min(settings.voice, (info.parts ?? 1) - 1));
    must<HTMLElement>(this, "#voice-field").hidden = settings.tab !== "harmonize" || info.parts === null || !isAlone(piece);
    const isComposing = settings.tab === "compose";
    must<HTMLElement>(this, "#style-field").hidden = !isComposing || info.styles.length === 0;
    must<HTMLSelectElement>(this, "#key").closest<HTMLElement>(".field")!.hidden = !isComposing || !info.keys;
  }

  #showProgress(done: number | null): void {
    const go = must<HTMLElement>(this, "#go");
    go.style.setProperty("--done", String(done ?? 0));
    go.ariaBusy = String(done !== null);
    must(this, "#go-text").textContent = done === null ? WORDS[this.#app.store.state.settings.tab].go : "Stop";
  }
}

function options(select: HTMLSelectElement, values: readonly string[]): void {
  select.replaceChildren(new Option("any", ""), ...values.map((value) => new Option(value)));
}
