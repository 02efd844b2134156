//! What comes out of pictures of every kind, and what is refused.

mod kept;

use jpeg_encoder::ColorType as JpegColour;
use png::{BitDepth, ColorType as PngColour};
use proptest::prelude::*;

use super::decoding::{Decoded, decode};
use super::encoding::WEIGHTS;
use super::kind::within_pixels;
use super::samples::{animated_webp, bombs, corners, exif, jpeg, jpeg_of, png, png_of, quarters, webp};
use super::{PIXELS_MAX, PictureRefused, make};

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const YELLOW: [u8; 3] = [230, 220, 20];
const WHITE: [u8; 3] = [255; 3];

fn decoded(jpeg: &[u8]) -> Decoded {
    decode(jpeg).expect("a picture")
}

/// The three sizes of what is uploaded.
fn made(file: &[u8]) -> [Decoded; 3] {
    make(file).expect("a picture").map(|jpeg| decoded(&jpeg))
}

/// The colour in the middle of a quarter: 0 top left, 1 top right, 2 bottom left, 3 bottom right.
#[track_caller]
fn assert_quarters(picture: &Decoded, expected: [[u8; 3]; 4]) {
    for (quarter, expected) in expected.into_iter().enumerate() {
        let (x, y) = (picture.width * (1 + quarter % 2 * 2) / 4, picture.height * (1 + quarter / 2 * 2) / 4);
        let at = (y * picture.width + x) * 3;
        let found = &picture.samples[at..at + 3];
        let is_near = found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) < 24);
        assert!(is_near, "quarter {quarter}: {found:?} instead of {expected:?}");
    }
}

#[test]
fn every_kind_becomes_three_jpegs_of_the_promised_widths() {
    for file in [jpeg(840, 630, 0), png(840, 630, 0), webp(840, 630, 0)] {
        let sizes = made(&file);
        assert_eq!(sizes.each_ref().map(|size| (size.width, size.height)), [(160, 120), (400, 300), (800, 600)]);
        for size in &sizes {
            assert_quarters(size, [RED, GREEN, BLUE, YELLOW]);
        }
    }
}

#[test]
fn nothing_is_enlarged_and_nothing_is_higher_than_twice_its_width() {
    for ((width, height), expected) in [
        ((300, 200), [(160, 107), (300, 200), (300, 200)]),
        ((8, 6), [(8, 6); 3]),
        ((1, 1), [(1, 1); 3]),
        ((60, 3_000), [(6, 320), (16, 800), (32, 1_600)]),
        ((3_000, 2), [(160, 1), (400, 1), (800, 1)]),
        ((804, 603), [(160, 120), (400, 300), (800, 600)]),
    ] {
        let sizes = made(&png(width, height, 0)).map(|size| (size.width, size.height));
        assert_eq!(sizes, expected, "{width} x {height}");
    }
    let [_, medium, large] = make(&png(300, 200, 0)).expect("made");
    assert_eq!(medium, large, "one file stands for both");
}

#[test]
fn a_lively_picture_weighs_what_a_menu_can_bear() {
    let mut noise = 1_u32;
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    };
    let samples: Vec<u8> = quarters(880, 660, 0).into_iter().map(|sample| sample ^ (random() & 0x1f)).collect();
    let sizes = make(&jpeg_of(&samples, 880, 660, JpegColour::Rgb, None)).expect("made");
    for (size, weight) in sizes.iter().zip(WEIGHTS) {
        assert!(size.len() <= weight, "{} instead of {weight}", size.len());
    }
}

#[test]
fn a_camera_held_in_any_way_gives_an_upright_picture() {
    // What the first line and the first column of the file show, as EXIF says.
    let sides = [
        "top left",
        "top right",
        "bottom right",
        "bottom left",
        "left top",
        "right top",
        "right bottom",
        "left bottom",
    ];
    for (value, sides) in (1..=8).zip(sides) {
        let (line, column) = sides.split_once(' ').expect("two sides");
        let opposite = |side: &str| match side {
            "top" => "bottom",
            "bottom" => "top",
            "left" => "right",
            _ => "left",
        };
        let colour = |one: &str, other: &str| match (one, other) {
            ("top", "left") | ("left", "top") => RED,
            ("top", "right") | ("right", "top") => GREEN,
            ("bottom", "left") | ("left", "bottom") => BLUE,
            _ => YELLOW,
        };
        let (last_line, last_column) = (opposite(line), opposite(column));
        let stored = [
            colour(line, column),
            colour(line, last_column),
            colour(last_line, column),
            colour(last_line, last_column),
        ];
        let (width, height) = if value >= 5 { (240, 320) } else { (320, 240) };
        let samples = corners(width, height, stored, 0);
        let file = jpeg_of(&samples, width, height, JpegColour::Rgb, Some(value));
        let [small, .., large] = made(&file);
        assert_eq!((large.width, large.height, small.width), (320, 240, 160), "{value}");
        assert_quarters(&large, [RED, GREEN, BLUE, YELLOW]);
    }
}

#[test]
fn what_is_no_orientation_leaves_a_picture_as_it_is() {
    for value in [0, 9, 255] {
        let file = jpeg_of(&quarters(64, 48, 0), 64, 48, JpegColour::Rgb, Some(value));
        assert_quarters(&made(&file)[2], [RED, GREEN, BLUE, YELLOW]);
    }
    let whole = exif(6);
    for length in 0..whole.len() {
        let _ = super::orientation::Orientation::of(&whole[..length]);
    }
}

#[test]
fn no_metadata_comes_out() {
    let uploaded = jpeg_of(&quarters(400, 300, 0), 400, 300, JpegColour::Rgb, Some(6));
    assert!(uploaded.windows(4).any(|four| four == b"Home"), "it tells where it was taken");
    for jpeg in make(&uploaded).expect("made") {
        assert!(!jpeg.windows(4).any(|four| four == b"Home" || four == b"Exif"));
    }
}

#[test]
fn what_is_transparent_lies_on_white() {
    let colours = |opacity: u8| {
        let opaque = quarters(40, 30, 0);
        opaque.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], opacity]).collect::<Vec<_>>()
    };
    let rgba = |opacity| png_of(&colours(opacity), 40, 30, (PngColour::Rgba, BitDepth::Eight), None);
    assert_quarters(&made(&rgba(255))[2], [RED, GREEN, BLUE, YELLOW]);
    assert_quarters(&made(&rgba(0))[2], [WHITE; 4]);
    let half = |[red, green, blue]: [u8; 3]| [red, green, blue].map(|sample| sample / 2 + 127);
    assert_quarters(&made(&rgba(128))[2], [half(RED), half(GREEN), half(BLUE), half(YELLOW)]);
    let grey = png_of(&[0, 0].repeat(64), 8, 8, (PngColour::GrayscaleAlpha, BitDepth::Eight), None);
    assert_quarters(&made(&grey)[2], [WHITE; 4]);
    let mut file = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut file);
    encoder.encode(&colours(0), 40, 30, image_webp::ColorType::Rgba8).expect("encoded");
    assert_quarters(&made(&file)[2], [WHITE; 4]);
}

#[test]
fn palettes_few_bits_many_bits_and_grey_are_taken() {
    let places = corners(40, 30, [[0; 3], [1; 3], [2; 3], [3; 3]], 0);
    let indexes: Vec<u8> = places.chunks_exact(3).map(|pixel| pixel[0]).collect();
    let palette = [RED, GREEN, BLUE, YELLOW].concat();
    let kind = (PngColour::Indexed, BitDepth::Eight);
    let indexed = png_of(&indexes, 40, 30, kind, Some((&palette, &[255, 255, 255, 0])));
    assert_quarters(&made(&indexed)[2], [RED, GREEN, BLUE, WHITE]);
    let bits = png_of(&[0x0f; 16], 8, 16, (PngColour::Grayscale, BitDepth::One), None);
    assert_quarters(&made(&bits)[2], [[0; 3], WHITE, [0; 3], WHITE]);
    let deep: Vec<u8> = quarters(40, 30, 0).into_iter().flat_map(|sample| [sample, 0x80]).collect();
    let deep = png_of(&deep, 40, 30, (PngColour::Rgb, BitDepth::Sixteen), None);
    assert_quarters(&made(&deep)[2], [RED, GREEN, BLUE, YELLOW]);
    let grey = jpeg_of(&[100; 64 * 48], 64, 48, JpegColour::Luma, None);
    let [.., large] = made(&grey);
    assert_quarters(&Decoded { channels: 3, ..large }, [[100; 3]; 4]);
}

#[test]
fn pictures_for_printing_get_their_colours() {
    let inks = |[red, green, blue]: [u8; 3]| [255 - red, 255 - green, 255 - blue, 0];
    let samples: Vec<u8> =
        quarters(64, 48, 0).chunks_exact(3).flat_map(|pixel| inks([pixel[0], pixel[1], pixel[2]])).collect();
    for kind in [JpegColour::Cmyk, JpegColour::CmykAsYcck] {
        assert_quarters(&made(&jpeg_of(&samples, 64, 48, kind, None))[2], [RED, GREEN, BLUE, YELLOW]);
    }
}

#[test]
fn of_an_animation_the_first_picture_is_taken() {
    assert_quarters(&made(&animated_webp(64, 48))[2], [RED, GREEN, BLUE, YELLOW]);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 64, 48);
    encoder.set_color(PngColour::Rgb);
    encoder.set_animated(2, 0).expect("frames");
    let mut writer = encoder.write_header().expect("a header");
    for shade in [0, 30] {
        writer.write_image_data(&quarters(64, 48, shade)).expect("a frame");
    }
    writer.finish().expect("its end");
    assert_quarters(&made(&file)[2], [RED, GREEN, BLUE, YELLOW]);
}

#[test]
fn progressive_jpegs_are_taken() {
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
    encoder.set_progressive(true);
    encoder.encode(&quarters(640, 480, 0), 640, 480, JpegColour::Rgb).expect("encoded");
    assert_quarters(&made(&file)[2], [RED, GREEN, BLUE, YELLOW]);
}

#[test]
fn a_form_that_the_decoder_gets_wrong_is_refused_instead() {
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
    encoder.set_optimized_huffman_tables(true);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.encode(&quarters(64, 48, 0), 64, 48, JpegColour::Rgb).expect("encoded");
    assert!(matches!(make(&file), Err(PictureRefused::Broken)));
}

#[test]
fn what_is_no_picture_of_the_three_kinds_is_told_so() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>"#;
    let others: [&[u8]; 8] =
        [b"", b"x", svg, b"GIF89a\x01\0\x01\0", b"\0\0\0\x18ftypheic", b"BM", b"RIFF\x04\0\0\0WAVE", b"%PDF-1.7"];
    for file in others {
        assert!(matches!(make(file), Err(PictureRefused::AnotherKind)), "{file:?}");
    }
}

#[test]
fn a_small_file_that_claims_to_be_huge_is_refused_by_what_it_claims() {
    for (place, bomb) in bombs().iter().enumerate() {
        assert!(bomb.len() < 2_000);
        assert!(matches!(make(bomb), Err(PictureRefused::TooManyPixels)), "{place}: {:?}", make(bomb).err());
    }
    assert!(matches!(within_pixels(5_000, 5_000), Ok(())));
    assert_eq!(PIXELS_MAX, 5_000 * 5_000);
    assert!(matches!(within_pixels(5_000, 5_001), Err(PictureRefused::TooManyPixels)));
    assert!(matches!(within_pixels(0, 5_000), Err(PictureRefused::Broken)));
}

#[test]
fn one_that_was_cut_off_is_refused_wherever_it_ends() {
    for whole in [jpeg(200, 150, 0), png(200, 150, 0), webp(200, 150, 0)] {
        for part in [12, 30, whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10] {
            assert!(matches!(make(&whole[..part]), Err(PictureRefused::Broken)), "{part} of {}", whole.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A decoder may be led astray, the program may not: whatever comes is made or refused.
    #[test]
    fn damaged_pictures_are_made_or_refused(
        which in 0_usize..4,
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut file = vec![jpeg(48, 36, 0), png(48, 36, 0), webp(48, 36, 0), animated_webp(48, 36)].swap_remove(which);
        for (place, byte) in hits {
            let at = place.index(file.len());
            file[at] = byte;
        }
        let _ = std::panic::catch_unwind(|| make(&file));
    }
}
