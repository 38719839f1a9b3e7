//! One time step of a recurrent layer, from its pre-activations on.
// B rows, H hidden units; gates are [B, 4H] in the order i, f, g, o.

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use crate::activation::FUSED;
use crate::activation::{SEPARATE, sigmoid_loop, tanh_loop};
use crate::level::{Level, at_level, check_len, level};

/// Advances the cells of an LSTM layer by one time step.
///
/// i, f, o = σ(…), g = tanh(…), in place of the pre-activations in `gates`, `[B, 4H]` in the order i, f, g, o;
/// c ← f·c_prev + i·g; `tanh_c` ← tanh(c); h ← o·tanh(c).
/// All but `gates` are `[B, H]`, H the `hidden_size`.
///
/// Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000.
///
/// # Panics
///
/// If a slice's length does not match that of `h`, or the length of `h` is not a multiple of `hidden_size`.
#[track_caller]
pub fn lstm_forward(
    hidden_size: usize,
    gates: &mut [f32],
    c_prev: &[f32],
    c: &mut [f32],
    tanh_c: &mut [f32],
    h: &mut [f32],
) {
    level().lstm_forward(hidden_size, gates, c_prev, c, tanh_c, h);
}

/// Propagates gradients back through one time step of [`lstm_forward`].
///
/// `gates` holds the activated gates and receives the gradients of the pre-activations;
/// `d_h` is the gradient of h; `d_c` is the gradient that c receives from the next step, and becomes that of `c_prev`.
///
/// # Panics
///
/// If a slice's length does not match that of `d_h`, or the length of `d_h` is not a multiple of `hidden_size`.
#[track_caller]
pub fn lstm_backward(
    hidden_size: usize,
    gates: &mut [f32],
    c_prev: &[f32],
    tanh_c: &[f32],
    d_h: &[f32],
    d_c: &mut [f32],
) {
    level().lstm_backward(hidden_size, gates, c_prev, tanh_c, d_h, d_c);
}

/// Advances the cells of a vanilla recurrent layer by one time step: h ← tanh(h), in place of the pre-activations.
pub fn rnn_forward(h: &mut [f32]) {
    level().rnn_forward(h);
}

/// Propagates gradients back through [`rnn_forward`]: `d_pre` ← `d_h`·(1 − h²).
///
/// # Panics
///
/// If the slices differ in length.
#[track_caller]
pub fn rnn_backward(h: &[f32], d_h: &[f32], d_pre: &mut [f32]) {
    level().rnn_backward(h, d_h, d_pre);
}

impl Level {
    /// [`lstm_forward`] at this level.
    #[track_caller]
    pub fn lstm_forward(
        self,
        hidden_size: usize,
        gates: &mut [f32],
        c_prev: &[f32],
        c: &mut [f32],
        tanh_c: &mut [f32],
        h: &mut [f32],
    ) {
        check_rows("lstm_forward", "h", h.len(), hidden_size);
        check_len("lstm_forward", "gates", gates.len(), 4 * h.len());
        check_len("lstm_forward", "c_prev", c_prev.len(), h.len());
        check_len("lstm_forward", "c", c.len(), h.len());
        check_len("lstm_forward", "tanh_c", tanh_c.len(), h.len());
        at_level!(
            self,
            (lstm_forward_rows::<SEPARATE>, lstm_forward_rows::<FUSED>)(
                hidden_size: usize,
                gates: &mut [f32],
                c_prev: &[f32],
                c: &mut [f32],
                tanh_c: &mut [f32],
                h: &mut [f32]
            )
        );
    }

    /// [`lstm_backward`] at this level.
    #[track_caller]
    pub fn lstm_backward(
        self,
        hidden_size: usize,
        gates: &mut [f32],
        c_prev: &[f32],
        tanh_c: &[f32],
        d_h: &[f32],
        d_c: &mut [f32],
    ) {
        check_rows("lstm_backward", "d_h", d_h.len(), hidden_size);
        check_len("lstm_backward", "gates", gates.len(), 4 * d_h.len());
        check_len("lstm_backward", "c_prev", c_prev.len(), d_h.len());
        check_len("lstm_backward", "tanh_c", tanh_c.len(), d_h.len());
        check_len("lstm_backward", "d_c", d_c.len(), d_h.len());
        at_level!(
            self,
            lstm_backward_rows(
                hidden_size: usize,
                gates: &mut [f32],
                c_prev: &[f32],
                tanh_c: &[f32],
                d_h: &[f32],
                d_c: &mut [f32]
            )
        );
    }

    /// [`rnn_forward`] at this level.
    pub fn rnn_forward(self, h: &mut [f32]) {
        self.tanh(h);
    }

    /// [`rnn_backward`] at this level.
    #[track_caller]
    pub fn rnn_backward(self, h: &[f32], d_h: &[f32], d_pre: &mut [f32]) {
        check_len("rnn_backward", "d_h", d_h.len(), h.len());
        check_len("rnn_backward", "d_pre", d_pre.len(), h.len());
        at_level!(self, rnn_backward_loop(h: &[f32], d_h: &[f32], d_pre: &mut [f32]));
    }
}

/// Panics unless `len` elements are whole rows of `hidden_size`.
#[track_caller]
fn check_rows(kernel: &str, what: &str, len: usize, hidden_size: usize) {
    assert!(
        hidden_size > 0 && len.is_multiple_of(hidden_size),
        "{kernel}: {what} has {len} elements, but must have a multiple of the hidden size, {hidden_size}"
    );
}

/// Passes over a row several times, a few slices at a time.
///
/// The row stays in the first-level cache; with more slices at a time the compiler could not prove that they do not overlap
/// and would not vectorize, and sixteen units at a time, as going back, are slower.
#[inline(always)]
fn lstm_forward_rows<const FUSED: bool>(
    hidden_size: usize,
    gates: &mut [f32],
    c_prev: &[f32],
    c: &mut [f32],
    tanh_c: &mut [f32],
    h: &mut [f32],
) {
    let n_rows = h.len() / hidden_size;
    for row in 0..n_rows {
        let at = row * hidden_size..(row + 1) * hidden_size;
        let (c, tanh_c, h) = (&mut c[at.clone()], &mut tanh_c[at.clone()], &mut h[at.clone()]);
        let gates = &mut gates[4 * at.start..4 * at.end];
        sigmoid_loop::<FUSED>(&mut gates[..2 * hidden_size]);
        tanh_loop::<FUSED>(&mut gates[2 * hidden_size..3 * hidden_size]);
        sigmoid_loop::<FUSED>(&mut gates[3 * hidden_size..]);
        let (i, f, g, o) = split_gates(hidden_size, gates);
        for ((((c, c_prev), i), f), g) in c.iter_mut().zip(&c_prev[at]).zip(i).zip(f).zip(g) {
            *c = *f * c_prev + *i * *g;
        }
        tanh_c.copy_from_slice(c);
        tanh_loop::<FUSED>(tanh_c);
        for ((h, o), tanh_c) in h.iter_mut().zip(o).zip(tanh_c) {
            *h = *o * *tanh_c;
        }
    }
}

#[inline(always)]
fn lstm_backward_rows(
    hidden_size: usize,
    gates: &mut [f32],
    c_prev: &[f32],
    tanh_c: &[f32],
    d_h: &[f32],
    d_c: &mut [f32],
) {
    let n_rows = d_h.len() / hidden_size;
    for row in 0..n_rows {
        let at = row * hidden_size..(row + 1) * hidden_size;
        let (c_prev, tanh_c, d_h) = (&c_prev[at.clone()], &tanh_c[at.clone()], &d_h[at.clone()]);
        let d_c = &mut d_c[at.clone()];
        let (i, f, g, o) = split_gates(hidden_size, &mut gates[4 * at.start..4 * at.end]);
        let n_whole = hidden_size - hidden_size % UNITS;
        for first in (0..n_whole).step_by(UNITS) {
            let mut gates: [[f32; UNITS]; 4] = [units(i, first), units(f, first), units(g, first), units(o, first)];
            let state = [units(c_prev, first), units(tanh_c, first), units(d_h, first)];
            let d_c_prev = lstm_backward_units(&mut gates, &state, &units(d_c, first));
            i[first..first + UNITS].copy_from_slice(&gates[0]);
            f[first..first + UNITS].copy_from_slice(&gates[1]);
            g[first..first + UNITS].copy_from_slice(&gates[2]);
            o[first..first + UNITS].copy_from_slice(&gates[3]);
            d_c[first..first + UNITS].copy_from_slice(&d_c_prev);
        }
        for u in n_whole..hidden_size {
            let mut gates = [[i[u]], [f[u]], [g[u]], [o[u]]];
            [d_c[u]] = lstm_backward_units(&mut gates, &[[c_prev[u]], [tanh_c[u]], [d_h[u]]], &[d_c[u]]);
            [[i[u]], [f[u]], [g[u]], [o[u]]] = gates;
        }
    }
}

/// Units that go back together: all their numbers are read before any is written, so that it does not matter that the
/// compiler cannot prove of so many slices that they do not overlap.
const UNITS: usize = 16;

/// The step of some units: `gates` receives the gradients of the pre-activations, and that of `c_prev` is returned.
#[inline(always)]
fn lstm_backward_units<const N: usize>(
    gates: &mut [[f32; N]; 4],
    [c_prev, tanh_c, d_h]: &[[f32; N]; 3],
    d_c: &[f32; N],
) -> [f32; N] {
    let [i, f, g, o] = gates;
    let mut d_c_prev = [0.0; N];
    for u in 0..N {
        let (activated_i, activated_f, activated_g, activated_o) = (i[u], f[u], g[u], o[u]);
        let d_c = d_c[u] + d_h[u] * activated_o * (1.0 - tanh_c[u] * tanh_c[u]);
        o[u] = d_h[u] * tanh_c[u] * activated_o * (1.0 - activated_o);
        i[u] = d_c * activated_g * activated_i * (1.0 - activated_i);
        g[u] = d_c * activated_i * (1.0 - activated_g * activated_g);
        f[u] = d_c * c_prev[u] * activated_f * (1.0 - activated_f);
        d_c_prev[u] = d_c * activated_f;
    }
    d_c_prev
}

/// `N` numbers from `first` on.
#[inline(always)]
fn units<const N: usize>(x: &[f32], first: usize) -> [f32; N] {
    *x[first..].first_chunk().expect("the units are within the row")
}

/// The four gates of one row: i, f, g, o.
#[inline(always)]
fn split_gates(hidden_size: usize, gates: &mut [f32]) -> (&mut [f32], &mut [f32], &mut [f32], &mut [f32]) {
    let (i, rest) = gates.split_at_mut(hidden_size);
    let (f, rest) = rest.split_at_mut(hidden_size);
    let (g, o) = rest.split_at_mut(hidden_size);
    (i, f, g, o)
}

#[inline(always)]
fn rnn_backward_loop(h: &[f32], d_h: &[f32], d_pre: &mut [f32]) {
    for ((d_pre, h), d_h) in d_pre.iter_mut().zip(h).zip(d_h) {
        *d_pre = d_h * (1.0 - h * h);
    }
}
