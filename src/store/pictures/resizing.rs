//! From a decoded picture to three upright sizes in red, green and blue. Nothing is enlarged; what is transparent lies on
//! white. A picture is first averaged down in whole steps, which takes hardly any memory, then resampled smoothly.

use super::decoding::{Decoded, samples};
use super::orientation::Orientation;

/// Widths of the three sizes in pixels: lists, cards, sheets.
pub(super) const WIDTHS: [usize; 3] = [160, 400, 800];
/// A picture is at most so many times higher than its size is wide.
const TALLEST: usize = 2;

/// Upright red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<u8>,
}

/// The three sizes, smallest first.
pub(super) fn sizes(picture: Decoded) -> [Pixels; 3] {
    let [small, medium, large] = WIDTHS;
    let orientation = picture.orientation;
    let lying = orientation.is_lying();
    let (width, height) = if lying { (picture.height, picture.width) } else { (picture.width, picture.height) };
    let (wide, high) = fit(width, height, large);
    let averaged = average(&picture, (width / wide).min(height / high));
    // It may be a hundred megabytes, which nobody needs any more.
    drop(picture);
    let large = resample(orientation.turn(averaged), wide, high);
    let smaller = |widest| {
        let (wide, high) = fit(large.width, large.height, widest);
        let step = (large.width / wide).min(large.height / high);
        let Pixels { width, height, samples } = large.clone();
        let large = Decoded { width, height, channels: 3, samples, orientation: Orientation::UPRIGHT };
        resample(average(&large, step), wide, high)
    };
    [smaller(small), smaller(medium), large]
}

/// Width and height within a size, with the picture's own proportions.
fn fit(width: usize, height: usize, widest: usize) -> (usize, usize) {
    let part = |side: usize, of: usize, whole: usize| ((side * of + whole / 2) / whole).max(1);
    let (wide, high) = if width > widest { (widest, part(height, widest, width)) } else { (width, height) };
    let highest = widest * TALLEST;
    if high > highest { (part(width, highest, height), highest) } else { (wide, high) }
}

/// Averages squares of `step` pixels; less than a square at the right and at the foot is left out.
fn average(picture: &Decoded, step: usize) -> Pixels {
    let (width, height) = (picture.width / step, picture.height / step);
    let mut samples = samples(0);
    let mut sums = vec![0_u32; width * 3];
    let pixels = u32::try_from(step * step).unwrap_or(u32::MAX);
    for square in picture.samples.chunks_exact(picture.width * picture.channels * step).take(height) {
        sums.fill(0);
        for line in square.chunks_exact(picture.width * picture.channels) {
            let places = line.chunks_exact(picture.channels * step).zip(sums.chunks_exact_mut(3));
            for (pixels, sum) in places {
                for pixel in pixels.chunks_exact(picture.channels) {
                    for (sum, sample) in sum.iter_mut().zip(on_white(pixel)) {
                        *sum += u32::from(sample);
                    }
                }
            }
        }
        samples.extend(sums.iter().map(|sum| u8::try_from((sum + pixels / 2) / pixels).unwrap_or(u8::MAX)));
    }
    Pixels { width, height, samples }
}

fn on_white(pixel: &[u8]) -> [u8; 3] {
    let lay = |sample: u8, opacity: u8| {
        let shown = u32::from(sample) * u32::from(opacity) + 255 * u32::from(255 - opacity);
        u8::try_from((shown + 127) / 255).unwrap_or(u8::MAX)
    };
    match *pixel {
        [grey] => [grey; 3],
        [grey, opacity] => [lay(grey, opacity); 3],
        [red, green, blue] => [red, green, blue],
        [red, green, blue, opacity] => [red, green, blue].map(|sample| lay(sample, opacity)),
        _ => [u8::MAX; 3],
    }
}

fn resample(from: Pixels, width: usize, height: usize) -> Pixels {
    if (from.width, from.height) == (width, height) {
        return from;
    }
    let across = Pass { lines: from.height, line: from.width * 3, place: 3, line_out: width * 3, place_out: 3 };
    let narrowed = across.run(&from.samples, &taps(from.width, width));
    let down = Pass { lines: width, line: 3, place: width * 3, line_out: 3, place_out: width * 3 };
    Pixels { width, height, samples: down.run(&narrowed, &taps(from.height, height)) }
}

/// Which source pixels make one result pixel, and with what weight.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places in a picture are small"
)]
fn taps(from: usize, to: usize) -> Vec<Taps> {
    let scale = from as f32 / to as f32;
    let tap = |place: usize| {
        let centre = (place as f32 + 0.5) * scale;
        let first = (centre - 2.0 * scale).floor().max(0.0) as usize;
        let last = ((centre + 2.0 * scale).ceil() as usize).min(from);
        let mut weights: Vec<_> =
            (first..last).map(|at| catmull_rom((at as f32 + 0.5 - centre).abs() / scale)).collect();
        let sum: f32 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        Taps { first, weights }
    };
    (0..to).map(tap).collect()
}

/// The cubic of Catmull and Rom, which keeps edges sharp.
fn catmull_rom(x: f32) -> f32 {
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// One direction of resampling: how far lines and the places in them lie apart, before and after.
struct Pass {
    lines: usize,
    line: usize,
    place: usize,
    line_out: usize,
    place_out: usize,
}

impl Pass {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 255")]
    fn run(&self, from: &[u8], taps: &[Taps]) -> Vec<u8> {
        let mut out = samples(self.lines * taps.len() * 3);
        for line in 0..self.lines {
            for (place, tap) in taps.iter().enumerate() {
                let mut sums = [0.0_f32; 3];
                for (step, weight) in tap.weights.iter().enumerate() {
                    let at = line * self.line + (tap.first + step) * self.place;
                    for (sum, sample) in sums.iter_mut().zip(&from[at..at + 3]) {
                        *sum += weight * f32::from(*sample);
                    }
                }
                let at = line * self.line_out + place * self.place_out;
                out[at..at + 3].copy_from_slice(&sums.map(|sum| sum.round().clamp(0.0, 255.0) as u8));
            }
        }
        out
    }
}
