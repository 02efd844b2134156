//! What a file is by its first bytes, and what can be told of it before anything of its size is allocated. Names and
//! media types are not asked: they say what somebody believes.

use memchr::memmem;

use super::PictureRefused;

/// Pixels of an uploaded picture.
pub const PIXELS_MAX: u64 = 25_000_000;

/// A kind of picture that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl Kind {
    /// By the first bytes; SVG, GIF, HEIC and everything else is none.
    pub(super) fn of(file: &[u8]) -> Option<Self> {
        if file.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if file.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else {
            None
        }
    }
}

/// Refuses what would be too large in memory.
pub(super) fn within_pixels(width: u64, height: u64) -> Result<(), PictureRefused> {
    match width.saturating_mul(height) {
        0 => Err(PictureRefused::Broken),
        1..=PIXELS_MAX => Ok(()),
        _ => Err(PictureRefused::TooManyPixels),
    }
}

/// Whether a JPEG has its end and is of a form that zune-jpeg reads rightly. Decoders, like browsers, show grey where one
/// was cut off; and up to 0.5.15 this one gives wrong colours where a picture that is not progressive has halved colours
/// and a scan for each (zune-image issue 422). Cameras and editors write no such files.
pub(super) fn jpeg_is_readable(file: &[u8]) -> bool {
    let (mut at, mut colours_in_first_scan) = (2, 0);
    while let Some(&[first, marker, high, low]) = file.get(at..at + 4) {
        let content = file.get(at + 4..).unwrap_or_default();
        match (first, marker) {
            // In the picture itself 0xff never stands before 0xd9.
            (0xff, 0xda) => {
                let is_known = content.first().is_some_and(|colours| *colours >= colours_in_first_scan);
                return is_known && memmem::find(content, b"\xff\xd9").is_some();
            }
            (0xff, 0x02..=0xcf | 0xd9..=0xfe) => {
                if let (0xc0 | 0xc1, [_, _, _, _, _, colours, each @ ..]) = (marker, content) {
                    let is_halved = each.chunks_exact(3).take((*colours).into()).any(|colour| colour[1] != 0x11);
                    colours_in_first_scan = if is_halved { *colours } else { 0 };
                }
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
            _ => at += 1,
        }
    }
    false
}

/// Looks at the frames inside a WebP, whose size its first chunk need not tell truly.
pub(super) fn webp_frames_within(file: &[u8]) -> Result<(), PictureRefused> {
    const CHUNK_HEADER: usize = 8;
    const FRAME_HEADER: usize = 16;
    let mut at = 12;
    while let Some(&[a, b, c, d, ref size @ ..]) = file.get(at..at + CHUNK_HEADER) {
        let size = usize::try_from(u32::from_le_bytes([size[0], size[1], size[2], size[3]])).unwrap_or(usize::MAX);
        let content = file.get(at + CHUNK_HEADER..).unwrap_or_default();
        let side = |low: u8, high: u8| u64::from(u16::from_le_bytes([low, high]) & 0x3fff);
        match (&[a, b, c, d], content) {
            (b"VP8 ", [_, _, _, _, _, _, w, width, h, height, ..]) => {
                within_pixels(side(*w, *width), side(*h, *height))?;
            }
            (b"VP8L", [_, first, second, third, fourth, ..]) => {
                let bits = u32::from_le_bytes([*first, *second, *third, *fourth]);
                within_pixels(u64::from(bits & 0x3fff) + 1, u64::from(bits >> 14 & 0x3fff) + 1)?;
            }
            // The frame of an animation: its chunks stand behind its header.
            (b"ANMF", _) => {
                at = at.saturating_add(CHUNK_HEADER + FRAME_HEADER);
                continue;
            }
            _ => {}
        }
        at = at.saturating_add(CHUNK_HEADER).saturating_add(size).saturating_add(size % 2);
    }
    Ok(())
}
