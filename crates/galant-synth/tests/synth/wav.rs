//! WAV files, read byte by byte.

use std::io::Cursor;

use galant_synth::{Levels, PEAK_LEVEL, RenderConfig, Sound, WavFormat, render, write_wav};

use crate::{frames, note, score};

fn wav(format: WavFormat) -> (Vec<u8>, Levels) {
    let rendering = render(&score(&[note(0, 300, 69, 100)]), &Sound::BuiltIn, &RenderConfig::default()).unwrap();
    let mut wav = Cursor::new(Vec::new());
    let levels = write_wav(rendering, format, &mut wav).unwrap();
    (wav.into_inner(), levels)
}

const N_FRAMES: usize = 44_100 * 23 / 10;

#[test]
fn sixteen_bits_have_the_header_of_the_standard_and_round_each_sample() {
    let (bytes, levels) = wav(WavFormat::Int16);
    let data = 4 * N_FRAMES as u32;
    let mut header = b"RIFF".to_vec();
    header.extend((36 + data).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    // PCM, two channels, frames a second, bytes a second, bytes a frame, bits a sample.
    header.extend([1_u8, 0, 2, 0]);
    header.extend(44_100_u32.to_le_bytes());
    header.extend((4 * 44_100_u32).to_le_bytes());
    header.extend([4, 0, 16, 0]);
    header.extend(b"data");
    header.extend(data.to_le_bytes());
    assert_eq!(bytes[..44], header);
    assert_eq!(bytes.len(), 44 + data as usize);

    let written = bytes[44..].as_chunks::<2>().0.iter().map(|&sample| i16::from_le_bytes(sample));
    let rendered = frames(&score(&[note(0, 300, 69, 100)]), &Sound::BuiltIn);
    for (index, (written, &sample)) in written.zip(rendered.as_flattened()).enumerate() {
        assert!((f32::from(written) - 32_767.0 * sample).abs() <= 0.501, "sample {index}: {written} of {sample}");
        assert!(written.unsigned_abs() < 30_000, "sample {index}: {written}");
    }
    assert_eq!(levels.seconds, 2.3);
    assert!((levels.peak - PEAK_LEVEL).abs() < 1e-6);
}

#[test]
fn floats_are_the_rendered_samples_to_the_bit() {
    let (bytes, levels) = wav(WavFormat::Float32);
    let data = bytes.windows(4).position(|four| four == b"data").unwrap() + 8;
    let written: Vec<f32> = bytes[data..].as_chunks::<4>().0.iter().map(|&x| f32::from_le_bytes(x)).collect();
    let rendered = frames(&score(&[note(0, 300, 69, 100)]), &Sound::BuiltIn);
    assert_eq!(written, rendered.as_flattened());
    let mean = written.iter().map(|&x| f64::from(x * x)).sum::<f64>() / written.len() as f64;
    assert!((f64::from(levels.rms) - mean.sqrt()).abs() < 1e-6);
    assert!((Levels::decibels(levels.peak) + 1.0).abs() < 1e-3);
}
