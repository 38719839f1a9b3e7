//! The types of the numbers of tensors.

use safetensors::tensor::Dtype;

use crate::floats;

/// How a model file keeps the weights of its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeightType {
    /// As they are: 32 bits each.
    #[default]
    F32,
    /// Rounded to IEEE 754 half precision, 16 bits each: eleven significant bits, up to 65,504.
    F16,
    /// Matrices rounded to 8 bits: of each row, whole numbers from −127 to 127 times a number of the row; biases as they are.
    I8,
}

/// A tensor as a file keeps it.
pub(super) struct Stored {
    pub(super) dtype: Dtype,
    pub(super) bytes: Vec<u8>,
    /// The numbers by which the rows of whole numbers are multiplied, f32.
    pub(super) scales: Option<Vec<u8>>,
}

impl WeightType {
    /// The values of a tensor of a shape.
    pub(super) fn store(self, values: &[f32], shape: &[usize]) -> Stored {
        match self {
            WeightType::I8 if shape.len() > 1 => {
                let rows = || values.chunks(shape[1..].iter().product::<usize>().max(1));
                let scales: Vec<f32> = rows().map(scale).collect();
                let whole = |(row, &scale): (&[f32], &f32)| row.iter().map(|&value| rounded(value, scale)).collect();
                let whole: Vec<Vec<i8>> = rows().zip(&scales).map(whole).collect();
                let bytes = whole.concat().into_iter().map(i8::cast_unsigned).collect();
                Stored { dtype: Dtype::I8, bytes, scales: Some(floats::to_bytes(&scales)) }
            }
            WeightType::F16 => {
                let bytes = values.iter().flat_map(|&value| f16_bits(value).to_le_bytes()).collect();
                Stored { dtype: Dtype::F16, bytes, scales: None }
            }
            WeightType::F32 | WeightType::I8 => {
                Stored { dtype: Dtype::F32, bytes: floats::to_bytes(values), scales: None }
            }
        }
    }
}

/// The largest of the whole numbers.
const MOST: f32 = 127.0;

/// What the whole numbers of a row are multiplied by.
fn scale(row: &[f32]) -> f32 {
    row.iter().fold(0.0, |largest: f32, value| largest.max(value.abs())) / MOST
}

fn rounded(value: f32, scale: f32) -> i8 {
    if scale > 0.0 { (value / scale).round_ties_even().clamp(-MOST, MOST) as i8 } else { 0 }
}

/// What the tensor is called that has the scales of another.
pub(super) fn scales_of(tensor: &str) -> String {
    format!("{tensor}.scale")
}

/// Whether tensors of a type are read.
pub(super) fn is_read(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::I8)
}

/// The numbers in the bytes of a tensor, each exactly; `scales` are the bytes of its rows' scales if it has whole numbers.
///
/// # Panics
///
/// If the type is none that [is read](is_read), or if bytes are left over.
pub(super) fn numbers(dtype: Dtype, bytes: &[u8], scales: &[u8]) -> Vec<f32> {
    let halves = |widen: fn(u16) -> f32| {
        let (numbers, rest) = bytes.as_chunks::<2>();
        assert!(rest.is_empty(), "{} bytes are no whole number of 16-bit numbers", bytes.len());
        numbers.iter().map(|&number| widen(u16::from_le_bytes(number))).collect()
    };
    match dtype {
        Dtype::F32 => floats::from_bytes(bytes).collect(),
        Dtype::F16 => halves(f16_value),
        Dtype::BF16 => halves(|bits| f32::from_bits(u32::from(bits) << 16)),
        Dtype::I8 => {
            let scales: Vec<f32> = floats::from_bytes(scales).collect();
            let width = bytes.len() / scales.len().max(1);
            let rows = bytes.chunks(width.max(1)).zip(scales);
            rows.flat_map(|(row, scale)| row.iter().map(move |byte| f32::from(byte.cast_signed()) * scale)).collect()
        }
        other => panic!("tensors of {other} are not read"),
    }
}

/// The bits of f16's number nearest to a value, of two the even one; infinite above 65,519.
fn f16_bits(value: f32) -> u16 {
    let sign = ((value.to_bits() >> 16) & 0x8000) as u16;
    let magnitude = value.abs();
    if magnitude.is_nan() {
        return sign | 0x7e00;
    }
    // Half way between the largest number and the one that would follow it.
    if magnitude >= 65_520.0 {
        return sign | 0x7c00;
    }
    // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴: adding 0.5 leaves as many bits, rounded to even.
    if magnitude < 6.103_515_6e-5 {
        return sign | ((magnitude + 0.5).to_bits() - 0.5_f32.to_bits()) as u16;
    }
    // 13 bits fewer; the exponent has 112 less. A carry into the exponent is as it should be.
    let bits = magnitude.to_bits();
    let rounded = bits + 0x0fff + ((bits >> 13) & 1);
    sign | ((rounded >> 13) - (112 << 10)) as u16
}

/// The number of f16's bits.
fn f16_value(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(bits >> 10) & 0x1f, u32::from(bits & 0x03ff));
    let magnitude = match exponent {
        // A multiple of 2⁻²⁴, exactly.
        0 => (fraction as f32 / 16_777_216.0).to_bits(),
        0x1f => 0x7f80_0000 | (fraction << 13),
        _ => (exponent + 112) << 23 | (fraction << 13),
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of finite bits by the definition of IEEE 754, in f64.
    fn defined(bits: u16) -> f64 {
        let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x03ff) / 1024.0);
        let magnitude =
            if exponent == 0 { fraction * 2f64.powi(-14) } else { (1.0 + fraction) * 2f64.powi(exponent - 15) };
        if bits >> 15 == 1 { -magnitude } else { magnitude }
    }

    fn is_finite(bits: &u16) -> bool {
        bits >> 10 & 0x1f != 0x1f
    }

    #[test]
    fn every_half_is_widened_exactly_and_comes_back() {
        for bits in (0..=u16::MAX).filter(is_finite) {
            assert_eq!(f64::from(f16_value(bits)), defined(bits), "{bits:#06x}");
            assert_eq!(f16_bits(f16_value(bits)), bits, "{bits:#06x}");
        }
        assert_eq!([0x7c00, 0xfc00].map(f16_value), [f32::INFINITY, f32::NEG_INFINITY]);
        assert!(f16_value(0x7e00).is_nan() && f16_value(f16_bits(f32::NAN)).is_nan());
    }

    #[test]
    fn values_between_two_halves_are_rounded_to_the_nearer_and_of_equals_to_the_even_one() {
        for bits in (0..0x7bff_u16).chain(0x8000..0xfbff) {
            let (here, next) = (f16_value(bits), f16_value(bits + 1));
            let middle = ((f64::from(here) + f64::from(next)) / 2.0) as f32;
            let even = if bits % 2 == 0 { bits } else { bits + 1 };
            assert_eq!(f16_bits(middle), even, "{bits:#06x}");
            let (inner, outer) = (f32::from_bits(middle.to_bits() - 1), f32::from_bits(middle.to_bits() + 1));
            assert_eq!([f16_bits(inner), f16_bits(outer)], [bits, bits + 1], "{bits:#06x}");
        }
        assert_eq!([65_519.996, 65_520.0, 1e30].map(f16_bits), [0x7bff, 0x7c00, 0x7c00]);
    }
}
