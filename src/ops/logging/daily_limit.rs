//! Bounds what a day's log files take, so that a fault that is told over and over does not fill the disk with its words.

use std::io::{self, Write};

use crate::clock;

/// Bytes written in one day by one process; two weeks of such days are 0.5 GB.
const DAY_BYTES_MAX: u64 = 32 << 20;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Passes on what fits the day's bound, and says once that more is left out.
pub(super) struct DailyLimit<W> {
    files: W,
    bytes_max: u64,
    day: i64,
    written: u64,
}

impl<W: Write> DailyLimit<W> {
    /// Begins to count.
    pub(super) fn new(files: W) -> Self {
        Self { files, bytes_max: DAY_BYTES_MAX, day: today(), written: 0 }
    }
}

fn today() -> i64 {
    clock::now().as_ms().div_euclid(DAY_MS)
}

impl<W: Write> Write for DailyLimit<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let day = today();
        if day != self.day {
            (self.day, self.written) = (day, 0);
        }
        let had_room = self.written < self.bytes_max;
        self.written = self.written.saturating_add(event.len() as u64);
        if self.written <= self.bytes_max {
            self.files.write_all(event)?;
        } else if had_room {
            self.files.write_all(b"too much was logged today; the rest of the day is left out\n")?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.files.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_a_day_is_left_out_and_said_once() {
        let mut log = DailyLimit { bytes_max: 12, ..DailyLimit::new(Vec::new()) };
        for line in ["first\n", "next\n", "long line\n", "more\n"] {
            log.write_all(line.as_bytes()).expect("written");
        }
        let text = String::from_utf8(log.files.clone()).expect("text");
        assert_eq!(text, "first\nnext\ntoo much was logged today; the rest of the day is left out\n");
        log.day -= 1;
        log.write_all(b"morning\n").expect("written");
        assert!(log.files.ends_with(b"morning\n"));
    }
}
