//! How a camera was held: EXIF's orientation, and turning pixels by it.

use super::decoding::samples;
use super::resizing::Pixels;

/// EXIF tag of the orientation.
const TAG: u16 = 0x0112;

/// 1 to 8 as EXIF (JEITA CP-3451) counts them; 1 is upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    pub(super) const UPRIGHT: Self = Self(1);

    /// From an EXIF block, which begins with its TIFF header; upright where that says nothing that can be read.
    pub(super) fn of(exif: &[u8]) -> Self {
        let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
        read(exif).filter(|value| (1..=8).contains(value)).map_or(Self::UPRIGHT, Self)
    }

    /// Whether width and height change places.
    pub(super) const fn is_lying(self) -> bool {
        self.0 >= 5
    }

    /// Turns pixels upright.
    pub(super) fn turn(self, from: Pixels) -> Pixels {
        if self == Self::UPRIGHT {
            return from;
        }
        let (w, h) = (from.width, from.height);
        let (width, height) = if self.is_lying() { (h, w) } else { (w, h) };
        let mut samples = samples(0);
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match self.0 {
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (y, h - 1 - x),
                    7 => (w - 1 - y, h - 1 - x),
                    _ => (w - 1 - y, x),
                };
                let at = (from_y * w + from_x) * 3;
                samples.extend_from_slice(&from.samples[at..at + 3]);
            }
        }
        Pixels { width, height, samples }
    }
}

fn read(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let (first, second) = (u32::from(short(4)?), u32::from(short(6)?));
    let directory = usize::try_from(if is_little { second << 16 | first } else { first << 16 | second }).ok()?;
    let entries = usize::from(short(directory)?);
    let mut places = (0..entries).map(|entry| directory + 2 + entry * 12);
    let place = places.find(|place| short(*place) == Some(TAG))?;
    u8::try_from(short(place + 8)?).ok()
}
