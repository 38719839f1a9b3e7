//! Pixels as a PNG file, and files as data URIs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// RGB pixels, `[height, width, 3]`, as a PNG file.
pub(crate) fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    written.expect("writing to memory succeeds, and the pixels fill the picture");
    bytes
}

/// The bytes of a file as a data URI.
pub(crate) fn data_uri(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}
