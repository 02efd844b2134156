//! Pictures that tests upload, made here so that none has to be kept.

use jpeg_encoder::{ColorType, Encoder};

/// Red, green, blue and yellow quarters, so that it shows how it was turned; `shade` is added to make other pictures.
pub(crate) fn quarters(width: u32, height: u32, shade: u8) -> Vec<u8> {
    corners(width, height, [[220, 20, 20], [20, 200, 20], [20, 20, 220], [230, 220, 20]], shade)
}

/// Four quarters: top left, top right, bottom left, bottom right.
pub(crate) fn corners(width: u32, height: u32, colours: [[u8; 3]; 4], shade: u8) -> Vec<u8> {
    let quarter = |x, y| colours[usize::from(y >= height / 2) * 2 + usize::from(x >= width / 2)];
    let lines = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    lines.flat_map(|(x, y)| quarter(x, y).map(|sample| sample.saturating_add(shade))).collect()
}

/// A JPEG of quarters.
pub(crate) fn jpeg(width: u32, height: u32, shade: u8) -> Vec<u8> {
    jpeg_of(&quarters(width, height, shade), width, height, ColorType::Rgb, None)
}

/// A JPEG of samples, with an EXIF orientation and a place if one is asked for.
pub(crate) fn jpeg_of(samples: &[u8], width: u32, height: u32, colours: ColorType, orientation: Option<u8>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    if let Some(orientation) = orientation {
        encoder.add_exif_metadata(&exif(orientation)).expect("it fits");
    }
    let side = |side| u16::try_from(side).expect("a side");
    encoder.encode(samples, side(width), side(height), colours).expect("encoded");
    file
}

/// A JPEG of a camera that was held on its right side: as wide as `height` when it is upright.
pub(crate) fn lying_jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg_of(&quarters(width, height, 0), width, height, ColorType::Rgb, Some(6))
}

/// Width and height of a JPEG, and whether it has EXIF.
pub(crate) fn look_at(jpeg: &[u8]) -> (usize, usize, bool) {
    let mut decoder = zune_jpeg::JpegDecoder::new(zune_core::bytestream::ZCursor::new(jpeg));
    decoder.decode_headers().expect("a JPEG");
    let (width, height) = decoder.dimensions().expect("a size");
    (width, height, decoder.exif().is_some())
}

/// An EXIF block in the byte order of most cameras: where it was taken, and the orientation.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x0f\x01\x02\0\x04\0\0\0Home");
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0");
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

/// A PNG of samples as they are; `palette` and `transparent` for its indexes.
pub(crate) fn png_of(
    samples: &[u8],
    width: u32,
    height: u32,
    kind: (png::ColorType, png::BitDepth),
    palette: Option<(&[u8], &[u8])>,
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(kind.0);
    encoder.set_depth(kind.1);
    if let Some((colours, opacities)) = palette {
        encoder.set_palette(colours);
        encoder.set_trns(opacities);
    }
    encoder.write_header().expect("a header").write_image_data(samples).expect("encoded");
    file
}

/// A PNG of quarters.
pub(crate) fn png(width: u32, height: u32, shade: u8) -> Vec<u8> {
    png_of(&quarters(width, height, shade), width, height, (png::ColorType::Rgb, png::BitDepth::Eight), None)
}

/// A WebP of quarters.
pub(crate) fn webp(width: u32, height: u32, shade: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut file);
    encoder.encode(&quarters(width, height, shade), width, height, image_webp::ColorType::Rgb8).expect("encoded");
    file
}

/// An animated WebP: two frames of quarters.
pub(crate) fn animated_webp(width: u32, height: u32) -> Vec<u8> {
    let number = |number: u32| number.to_le_bytes();
    let side = |side: u32| number(side - 1)[..3].to_vec();
    let mut chunks = Vec::new();
    chunk(&mut chunks, *b"VP8X", &[vec![2, 0, 0, 0], side(width), side(height)].concat());
    chunk(&mut chunks, *b"ANIM", &[0; 6]);
    for shade in [0, 30] {
        let picture = webp(width, height, shade)[12..].to_vec();
        let frame = [vec![0; 6], side(width), side(height), vec![100, 0, 0, 2], picture].concat();
        chunk(&mut chunks, *b"ANMF", &frame);
    }
    let length = u32::try_from(chunks.len() + 4).expect("short");
    [b"RIFF".to_vec(), number(length).to_vec(), b"WEBP".to_vec(), chunks].concat()
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    file.extend(name);
    file.extend(u32::try_from(content.len()).expect("short").to_le_bytes());
    file.extend(content);
    file.extend(vec![0; content.len() % 2]);
}

/// Small files that claim to be huge: a PNG, a JPEG, and WebPs of both kinds and in an animation's frame.
pub(crate) fn bombs() -> Vec<Vec<u8>> {
    let mut jpeg = jpeg(64, 64, 0);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
    let mut crc = flate2::Crc::new();
    crc.update(&png[12..]);
    png.extend(crc.sum().to_be_bytes());
    png.extend(b"\0\0\0\0IEND\xaeB`\x82");
    let mut lossless = webp(64, 64, 0);
    lossless[21..25].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    let lossy = |first: &[u8]| {
        let frame = b"VP8 \x14\0\0\0\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\0\0\0\0\0\0\0\0\0";
        let length = u32::try_from(4 + first.len() + frame.len()).expect("short").to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", first, frame].concat()
    };
    let still = lossy(b"VP8X\x0a\0\0\0\0\0\0\0\x3f\0\0\x3f\0\0");
    let animated = lossy(b"VP8X\x0a\0\0\0\x02\0\0\0\x3f\0\0\x3f\0\0ANIM\x06\0\0\0\0\0\0\0\0\0ANMF\x2c\0\0\0\0\0\0\0\0\0\x3f\0\0\x3f\0\0\x64\0\0\0");
    vec![png, jpeg, lossless, lossy(b""), still, animated]
}
