/** `<galant-transport>`: play, stop, loop, tempo, and where the piece is. */

import type { App } from "./app.js";
import { must } from "./dom.js";
import { barAt, barNumber, endTick, seconds } from "./piece.js";
import { toggle } from "./tools.js";

export class Transport extends HTMLElement {
  #app!: App;
  #isAnimated = false;

  connect(app: App): void {
    this.#app = app;
    const { player, store } = app;
    must(this, "#play").addEventListener("click", () => this.playOrPause());
    must(this, "#stop").addEventListener("click", () => player.stop());
    const loop = must(this, "#loop");
    loop.addEventListener("click", () => player.setLooping(toggle(loop)));
    for (const input of this.querySelectorAll<HTMLInputElement>("#tempo, #tempo-slider")) {
      input.addEventListener("input", () => {
        const tempo = Number(input.value);
        if (tempo >= 20 && tempo <= 300) store.setPiece({ ...store.state.piece, tempo }, null, "tempo");
      });
    }
    store.subscribe(({ piece }) => {
      for (const input of this.querySelectorAll<HTMLInputElement>("#tempo, #tempo-slider")) {
        if (input !== document.activeElement || Number(input.value) !== piece.tempo) input.value = String(Math.round(piece.tempo * 100) / 100);
      }
      this.#show();
    });
    player.listeners.push(() => this.#show());
  }

  playOrPause(): void {
    const { player } = this.#app;
    if (player.isPlaying) player.pause();
    else player.start();
  }

  #show(): void {
    const { player, store } = this.#app;
    const { piece } = store.state;
    const play = must(this, "#play");
    play.ariaLabel = player.isPlaying ? "pause" : "play";
    must(play, "use").setAttribute("href", player.isPlaying ? "#i-pause" : "#i-play");
    const tick = player.tick;
    const place = tick < piece.upbeat ? "upbeat" : `bar ${barNumber(piece, barAt(piece, tick))}`;
    must(this, "#bar-shown").textContent = place;
    must(this, "#time-shown").textContent = `${clock(seconds(piece, tick))} / ${clock(seconds(piece, endTick(piece)))}`;
    (play as HTMLElement).style.setProperty("--level", String(player.isPlaying ? Math.min(1, player.level() * 4) : 0));
    if (player.isPlaying && !this.#isAnimated) {
      this.#isAnimated = true;
      requestAnimationFrame(() => { this.#isAnimated = false; this.#show(); });
    }
  }
}

function clock(time: number): string {
  const whole = Math.floor(time + 1e-6);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
