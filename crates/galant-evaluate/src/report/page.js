'use strict';
/* Plays the pieces of the page: each by its own sound, or, if it has none, by a few oscillators. */

let stopOther = () => {};

for (const piece of document.querySelectorAll('.piece')) {
  if (piece.dataset.places) followed(piece);
}

/** Lets a piece be played, followed by a cursor, and begun anywhere. */
function followed(piece) {
  const at = (name) => piece.querySelector(name);
  const [play, slider, time, roll, strip, cursor] = ['.play', '.at', '.time', '.roll', '.strip', '.cursor'].map(at);
  const audio = at('audio');
  const length = Number(piece.dataset.seconds);
  const numbers = (text) => (text ? text.split(' ').map(Number) : []);
  const places = pairs(numbers(piece.dataset.places));
  const voice = audio ? recorded(audio) : struck(numbers(piece.dataset.notes), length);
  const label = play.getAttribute('aria-label').replace('Play ', '');
  let isPlaying = false;
  if (audio) audio.controls = false, audio.hidden = true;
  at('.player').hidden = false;
  cursor.hidden = false;

  function show(seconds, follows) {
    const share = between(places, seconds, 0, 1);
    cursor.style.left = 100 * share + '%';
    slider.value = seconds;
    slider.setAttribute('aria-valuetext', clock(seconds) + ' of ' + clock(length));
    time.textContent = clock(seconds) + ' / ' + clock(length);
    const x = share * strip.offsetWidth - roll.scrollLeft;
    const width = roll.clientWidth - strip.offsetLeft;
    if (follows && (x < 0 || x > 0.85 * width)) roll.scrollLeft += x - 0.1 * width;
  }
  function frame() {
    if (!isPlaying) return;
    const seconds = voice.now();
    if (seconds >= voice.end()) return stop(0);
    show(Math.min(seconds, length), true);
    requestAnimationFrame(frame);
  }
  function start(seconds) {
    stopOther();
    stopOther = () => stop();
    isPlaying = true;
    play.textContent = 'Pause';
    play.setAttribute('aria-label', 'Pause ' + label);
    voice.start(seconds);
    show(seconds, true);
    requestAnimationFrame(frame);
  }
  function stop(seconds = Math.min(voice.now(), length)) {
    if (isPlaying) voice.stop();
    isPlaying = false;
    stopOther = () => {};
    play.textContent = 'Play';
    play.setAttribute('aria-label', 'Play ' + label);
    show(seconds, seconds === 0);
  }
  function seek(seconds) {
    if (isPlaying) start(seconds); else show(seconds, true);
  }
  play.addEventListener('click', () => {
    if (isPlaying) stop(); else start(Number(slider.value) < length - 0.1 ? Number(slider.value) : 0);
  });
  slider.addEventListener('input', () => seek(Number(slider.value)));
  strip.addEventListener('click', (event) => {
    const share = (event.clientX - strip.getBoundingClientRect().left) / strip.offsetWidth;
    seek(Math.min(between(places, share, 1, 0), length));
  });
  for (const run of piece.querySelectorAll('.from')) {
    run.addEventListener('click', () => start(Number(run.dataset.seconds)));
  }
  show(0, false);
}

/** A piece by its recording. */
function recorded(audio) {
  return {
    start(seconds) { audio.currentTime = seconds; audio.play(); },
    stop() { audio.pause(); },
    now: () => audio.currentTime,
    end: () => (audio.ended ? 0 : Infinity),
  };
}

/** A piece by its notes: seconds, length, pitch and velocity of each. */
function struck(numbers, length) {
  const notes = [];
  for (let i = 0; i + 3 < numbers.length; i += 4) notes.push(numbers.slice(i, i + 4));
  let context, out, wave, zero, next, timer;
  function strike([seconds, held, pitch, velocity]) {
    const begin = Math.max(zero + seconds, context.currentTime);
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const gain = context.createGain(), filter = context.createBiquadFilter(), string = context.createOscillator();
    const loud = 0.22 * (velocity / 127) ** 1.5, decay = Math.min(2.5, 0.4 + 250 / frequency), end = begin + Math.max(held, 0.08);
    string.setPeriodicWave(wave);
    string.frequency.value = frequency;
    filter.frequency.setValueAtTime(Math.min(12000, frequency * 9), begin);
    filter.frequency.setTargetAtTime(frequency * 2.5, begin, decay / 2);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loud, begin + 0.006);
    gain.gain.setTargetAtTime(0, begin + 0.006, decay);
    gain.gain.setTargetAtTime(0, end, 0.07);
    string.connect(filter).connect(gain).connect(out);
    string.start(begin);
    string.stop(end + 0.5);
  }
  function schedule() {
    while (next < notes.length && zero + notes[next][0] < context.currentTime + 0.6) strike(notes[next++]);
  }
  return {
    start(seconds) {
      this.stop();
      if (!context) {
        context = new AudioContext();
        const partials = Float32Array.from({ length: 14 }, (_, n) => (n ? n ** -1.4 * (n % 7 ? 1 : 0.2) : 0));
        wave = context.createPeriodicWave(new Float32Array(14), partials);
      }
      context.resume();
      out = context.createDynamicsCompressor();
      out.connect(context.destination);
      zero = context.currentTime + 0.08 - seconds;
      next = notes.findIndex((note) => note[0] >= seconds - 0.001);
      if (next < 0) next = notes.length;
      timer = setInterval(schedule, 100);
      schedule();
    },
    stop() {
      clearInterval(timer);
      if (out) out.disconnect();
      out = null;
    },
    now: () => Math.max(0, context ? context.currentTime - zero : 0),
    end: () => length + 1.5,
  };
}

function pairs(numbers) {
  const found = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) found.push([numbers[i], numbers[i + 1]]);
  return found;
}

/** The value in column `to` where column `from` has `value`; straight lines lead from row to row. */
function between(rows, value, from, to) {
  let after = rows.findIndex((row) => row[from] > value);
  if (after < 0) return rows[rows.length - 1][to];
  if (after === 0) return rows[0][to];
  const [a, b] = [rows[after - 1], rows[after]];
  return a[to] + ((b[to] - a[to]) * (value - a[from])) / (b[from] - a[from]);
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
}
