//! From pixels to progressive JPEG without any metadata: quality 78 with halved colour, less where a size would weigh too much for a
//! menu of two hundred dishes on a shop's Wi-Fi.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::resizing::Pixels;

/// Qualities that are tried, best first; the last one stands whatever it weighs.
const QUALITIES: [u8; 5] = [78, 70, 62, 54, 46];
/// Bytes that the three sizes should not weigh more than.
pub(super) const WEIGHTS: [usize; 3] = [8 << 10, 25_000, 80_000];

/// Encodes the three sizes.
///
/// # Errors
/// A fault of the encoder, in words.
pub(super) fn encode(sizes: &[Pixels; 3]) -> Result<[Vec<u8>; 3], String> {
    let [small, medium, large] = sizes;
    Ok([jpeg(small, WEIGHTS[0])?, jpeg(medium, WEIGHTS[1])?, jpeg(large, WEIGHTS[2])?])
}

fn jpeg(pixels: &Pixels, bytes_max: usize) -> Result<Vec<u8>, String> {
    let side = |side: usize| u16::try_from(side).map_err(|error| error.to_string());
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        jpeg.clear();
        let mut encoder = Encoder::new(&mut jpeg, quality);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.set_progressive(true);
        encoder.set_optimized_huffman_tables(true);
        encoder.encode(&pixels.samples, width, height, ColorType::Rgb).map_err(|error| error.to_string())?;
        if jpeg.len() <= bytes_max {
            break;
        }
    }
    Ok(jpeg)
}
