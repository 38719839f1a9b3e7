//! A small room around the instrument.

/// A feedback delay network: eight delay lines whose outputs are mixed, damped and fed back.
///
/// The mixing matrix is the Householder reflection I − (2/N)·11ᵀ, which loses no energy, so only the gains of the lines
/// determine how fast the room falls silent.
///
/// Jot and Chaigne 1991, "Digital delay networks for designing artificial reverberators".
#[derive(Debug)]
pub(crate) struct Room {
    lines: [Line; N_LINES],
    /// The share of a line's old output in its new one: walls absorb treble first.
    damping: f32,
    /// For how many frames nothing was fed back.
    n_quiet: usize,
}

#[derive(Debug)]
struct Line {
    buffer: Vec<f32>,
    place: usize,
    gain: f32,
    damped: f32,
}

const N_LINES: usize = 8;

/// In milliseconds and without common divisors, so that echoes do not coincide; a room about 10 m across.
const DELAYS_MS: [f64; N_LINES] = [23.3, 29.7, 34.1, 38.9, 43.7, 48.1, 53.3, 59.9];

/// The time to fall by 60 dB, in seconds: that of a music room with a carpet.
const T60_SECONDS: f64 = 0.8;

/// Above this frequency, in hertz, echoes lose treble.
const DAMPING_HZ: f64 = 4500.0;

/// The level of the room relative to the instrument, about 18 dB below it.
const WET: f32 = 0.16;

/// Smaller numbers are far below audibility, and would become denormal numbers, with which processors are slow.
const SILENCE: f32 = 1e-20;

fn audible(sample: f32) -> f32 {
    if sample.abs() < SILENCE { 0.0 } else { sample }
}

impl Room {
    pub(crate) fn new(sample_rate: u32) -> Room {
        let rate = f64::from(sample_rate);
        let line = |delay_ms: f64| {
            let length = (delay_ms * rate / 1000.0).round().max(1.0);
            // −60 dB are a thousandth.
            let gain = 0.001_f64.powf(length / rate / T60_SECONDS) as f32;
            Line { buffer: vec![0.0; length as usize], place: 0, gain, damped: 0.0 }
        };
        let damping = (-std::f64::consts::TAU * DAMPING_HZ / rate).exp() as f32;
        Room { lines: DELAYS_MS.map(line), damping, n_quiet: 0 }
    }

    /// Adds the room's response to a block.
    pub(crate) fn process(&mut self, block: &mut [[f32; 2]]) {
        if self.is_silent() && block.as_flattened().iter().all(|&sample| sample == 0.0) {
            return;
        }
        for frame in block {
            let echo = self.step(0.5 * (frame[0] + frame[1]));
            frame[0] += WET * echo[0];
            frame[1] += WET * echo[1];
        }
    }

    /// Whether nothing is on its way, so that the room answers silence by silence.
    fn is_silent(&self) -> bool {
        self.lines.iter().all(|line| line.damped == 0.0 && line.buffer.len() <= self.n_quiet)
    }

    fn step(&mut self, input: f32) -> [f32; 2] {
        let mut outputs = [0.0; N_LINES];
        for (output, line) in outputs.iter_mut().zip(&mut self.lines) {
            let heard = line.gain * line.buffer[line.place];
            line.damped = audible(heard + self.damping * (line.damped - heard));
            *output = line.damped;
        }
        let reflection = 2.0 / N_LINES as f32 * outputs.iter().sum::<f32>();
        let mut is_quiet = true;
        for (&output, line) in outputs.iter().zip(&mut self.lines) {
            let fed = input + output - reflection;
            let fed = audible(fed);
            is_quiet &= fed == 0.0;
            line.buffer[line.place] = fed;
            line.place = if line.place + 1 == line.buffer.len() { 0 } else { line.place + 1 };
        }
        self.n_quiet = if is_quiet { self.n_quiet.saturating_add(1) } else { 0 };
        let [a, b, c, d, e, f, g, h] = outputs;
        // Differences, so that what the lines have in common does not add up and the sides differ.
        [0.5 * (a - c + e - g), 0.5 * (b - d + f - h)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_responds_to_a_clap_and_falls_silent() {
        let mut room = Room::new(44_100);
        let mut clap = vec![[0.0_f32; 2]; 2 * 44_100];
        clap[0] = [1.0, 1.0];
        room.process(&mut clap);
        let energy = |from: f64, to: f64| -> f64 {
            let frames = &clap[(from * 44_100.0) as usize..(to * 44_100.0) as usize];
            frames.iter().flatten().map(|&x| f64::from(x) * f64::from(x)).sum()
        };
        assert_eq!(energy(0.001, 0.023), 0.0, "nothing before the shortest way");
        let (early, late) = (energy(0.1, 0.2), energy(0.9, 1.0));
        assert!(early > 1e-5, "{early}");
        // 60 dB in 0.8 s; treble goes faster.
        assert!(late < 1e-6 * early, "{late} of {early}");
    }

    /// All numbers that a room holds.
    fn held(room: &Room) -> impl Iterator<Item = f32> {
        room.lines.iter().flat_map(|line| line.buffer.iter().copied().chain([line.damped]))
    }

    #[test]
    fn a_silent_room_holds_no_slow_numbers() {
        let mut room = Room::new(44_100);
        let mut block = vec![[0.0_f32; 2]; 512];
        block[0] = [1.0, 1.0];
        // A clap falls by 400 dB, to where the room is silent, in less than six seconds.
        for _ in 0..6 * 44_100 / 512 {
            room.process(&mut block);
            assert!(!held(&room).any(f32::is_subnormal));
            block.fill([0.0; 2]);
        }
        assert!(room.is_silent() && held(&room).all(|number| number == 0.0));
    }

    #[test]
    fn a_silent_room_answers_as_a_new_one() {
        let clap = |room: &mut Room| {
            let mut block = vec![[0.0_f32; 2]; 8 * 44_100];
            block[0] = [1.0, 0.5];
            block.chunks_mut(512).for_each(|block| room.process(block));
            block
        };
        let mut room = Room::new(44_100);
        let first = clap(&mut room);
        assert!(room.is_silent());
        assert_eq!(clap(&mut room), first);
    }
}
