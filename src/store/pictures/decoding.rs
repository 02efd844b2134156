//! From a file's bytes to samples. The size a file claims is checked before anything of that size is allocated; of an
//! animation the first picture is taken; nothing else of a file (profiles, texts, places) is read.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::PictureRefused;
use super::kind::{Kind, jpeg_is_readable, webp_frames_within, within_pixels};
use super::orientation::Orientation;

/// Bytes that a decoder may take for what is not the picture itself.
const REST_BYTES_MAX: usize = 16 << 20;
/// Passes of a progressive JPEG; cameras and programs need a dozen.
const SCANS_MAX: usize = 40;

/// More than this much is always taken from the system on its own and given back on its own; smaller pieces the
/// allocator would keep for ever. What is not touched costs nothing.
const RESERVED_BYTES: usize = 33 << 20;

/// Room for samples that goes back to the system when it is dropped.
pub(super) fn samples(length: usize) -> Vec<u8> {
    let mut samples = Vec::with_capacity(length.max(RESERVED_BYTES));
    samples.resize(length, 0);
    samples
}

/// A decoded picture, as it lies in its file: at most [`super::PIXELS_MAX`] times four bytes.
pub(super) struct Decoded {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Samples of a pixel: 1 grey, 2 grey and opacity, 3 red green blue, 4 with opacity.
    pub(super) channels: usize,
    pub(super) samples: Vec<u8>,
    pub(super) orientation: Orientation,
}

/// Decodes a picture of a kind that is taken.
pub(super) fn decode(file: &[u8]) -> Result<Decoded, PictureRefused> {
    match Kind::of(file).ok_or(PictureRefused::AnotherKind)? {
        Kind::Jpeg => jpeg(file),
        Kind::Png => png(file),
        Kind::WebP => webp(file),
    }
}

fn broken<E>(_: E) -> PictureRefused {
    PictureRefused::Broken
}

fn jpeg(file: &[u8]) -> Result<Decoded, PictureRefused> {
    // Its own bounds on width and height are about what it can do, not about memory.
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(SCANS_MAX);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or(PictureRefused::Broken)?;
    within_pixels(width as u64, height as u64)?;
    if !jpeg_is_readable(file) {
        return Err(PictureRefused::Broken);
    }
    let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (colours, channels) = if is_grey { (ColorSpace::Luma, 1) } else { (ColorSpace::RGB, 3) };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(colours));
    let orientation = decoder.exif().map_or(Orientation::UPRIGHT, |exif| Orientation::of(exif));
    let mut samples = samples(width * height * channels);
    decoder.decode_into(&mut samples).map_err(broken)?;
    Ok(Decoded { width, height, channels, samples, orientation })
}

fn png(file: &[u8]) -> Result<Decoded, PictureRefused> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), png::Limits { bytes: REST_BYTES_MAX });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    // Palettes, few bits and transparent colours become plain samples, 16 bits become 8.
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(broken)?;
    within_pixels(header.width.into(), header.height.into())?;
    let mut reader = decoder.read_info().map_err(broken)?;
    let orientation = reader.info().exif_metadata.as_deref().map_or(Orientation::UPRIGHT, Orientation::of);
    let mut samples = samples(reader.output_buffer_size().ok_or(PictureRefused::Broken)?);
    let frame = reader.next_frame(&mut samples).map_err(broken)?;
    let (width, height) = (frame.width as usize, frame.height as usize);
    Ok(Decoded { width, height, channels: frame.color_type.samples(), samples, orientation })
}

fn webp(file: &[u8]) -> Result<Decoded, PictureRefused> {
    webp_frames_within(file)?;
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(file)).map_err(broken)?;
    decoder.set_memory_limit(REST_BYTES_MAX);
    let (width, height) = decoder.dimensions();
    within_pixels(width.into(), height.into())?;
    let exif = decoder.exif_metadata().unwrap_or_default();
    let orientation = exif.map_or(Orientation::UPRIGHT, |exif| Orientation::of(&exif));
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut samples = samples(decoder.output_buffer_size().ok_or(PictureRefused::Broken)?);
    decoder.read_image(&mut samples).map_err(broken)?;
    Ok(Decoded { width: width as usize, height: height as usize, channels, samples, orientation })
}
