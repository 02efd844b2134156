//! Log lines: to the terminal or journald where there is one, else to files in `logs/`, one a day, two weeks of them. One
//! event is one line, whatever a guest typed; callers never log secrets or personal words.

mod daily_limit;

use std::borrow::Cow;
use std::fs::DirBuilder;
use std::io::{self, IsTerminal as _, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::clock;
use crate::config;
use daily_limit::DailyLimit;

/// Daily files kept.
const FILES_MAX: usize = 14;
/// Lines that may wait to be written to a file; more are dropped. Their places are reserved at the start.
const WAITING_LINES_MAX: usize = 4_096;

/// Keeps log files written until it is dropped at the end of the program.
#[derive(Debug)]
#[must_use = "log lines to files stop when it is dropped"]
pub struct Logging {
    /// The folder of the log files; absent where stderr takes the lines.
    pub folder: Option<PathBuf>,
    _writer: Option<WorkerGuard>,
}

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// Somebody or journald reads stderr.
    Stderr,
    /// Nobody reads stderr.
    Files,
}

impl Destination {
    /// Of this process: stderr if it is a terminal or goes to journald. `journal_stream` is the environment's
    /// `JOURNAL_STREAM` ([`crate::config::journal_stream`]), which names device and inode of journald's socket.
    #[must_use]
    pub fn of_process(journal_stream: Option<&str>) -> Self {
        if io::stderr().is_terminal() || stderr_is(journal_stream) { Self::Stderr } else { Self::Files }
    }
}

/// Whether stderr is the very stream that systemd made for this process, not one inherited from a session.
fn stderr_is(journal_stream: Option<&str>) -> bool {
    let named = journal_stream.and_then(|stream| {
        let (device, inode) = stream.split_once(':')?;
        Some((device.parse::<u64>().ok()?, inode.parse::<u64>().ok()?))
    });
    let own = std::fs::metadata("/proc/self/fd/2").ok().map(|stderr| (stderr.dev(), stderr.ino()));
    named.is_some() && named == own
}

/// Starts logging for this process. `filter` was checked by the settings; a second call changes nothing.
///
/// # Errors
/// When the folder for log files cannot be made or written. A shop opens all the same: the caller says so on stderr.
pub fn start(filter: &str, destination: Destination, folder: &Path) -> io::Result<Logging> {
    let filter = config::log_targets(filter).unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_timer(UtcClock);
    let log = tracing_subscriber::registry().with(filter);
    match destination {
        Destination::Stderr => {
            let _ = log.with(lines.with_writer(OneLine(io::stderr))).try_init();
            Ok(Logging { folder: None, _writer: None })
        }
        Destination::Files => {
            let (writer, guard) = NonBlockingBuilder::default()
                .buffered_lines_limit(WAITING_LINES_MAX)
                .finish(DailyLimit::new(daily_files(folder)?));
            let _ = log.with(lines.with_writer(OneLine(writer))).try_init();
            Ok(Logging { folder: Some(folder.to_owned()), _writer: Some(guard) })
        }
    }
}

fn daily_files(folder: &Path) -> io::Result<RollingFileAppender> {
    if !folder.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("tableorder")
        .filename_suffix("log")
        .max_log_files(FILES_MAX)
        .build(folder)
        .map_err(io::Error::other)
}

struct UtcClock;

impl FormatTime for UtcClock {
    fn format_time(&self, w: &mut Writer<'_>) -> std::fmt::Result {
        w.write_str(&clock::rfc3339(clock::now()))
    }
}

/// Escapes what could end a line or command a terminal. An event comes as one buffer that ends in its own line break.
struct OneLine<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for OneLine<M> {
    type Writer = Escaping<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaping(self.0.make_writer())
    }
}

struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(escaped(event).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The event as one line: its last byte, a line break, stays; every other control character and every character that
/// turns the direction of text is written as `\u{…}`.
fn escaped(event: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(event);
    let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
    if !line.contains(is_forging) {
        return text;
    }
    let mut safe = String::with_capacity(line.len() + 16);
    for sign in line.chars() {
        if is_forging(sign) {
            safe.extend(sign.escape_unicode());
        } else {
            safe.push(sign);
        }
    }
    Cow::Owned(safe + end)
}

fn is_forging(sign: char) -> bool {
    let turns_text = matches!(sign, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    sign.is_control() || turns_text
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_timer(UtcClock)
            .with_writer(OneLine(move || writer.clone()))
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = lines.0.lock().expect("no panic").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn nobody_can_forge_a_line_through_a_message_or_a_field() {
        let forged = "x\n2026-11-20T00:00:00.000Z  INFO paid\r\x1b[2J\u{85}\u{2028}\u{202e}";
        let text = logged(|| tracing::warn!(name = %forged, other = ?forged, "said {forged}"));
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(text.ends_with('\n'));
        assert!(!text.trim_end().contains(is_forging), "{text:?}");
        assert!(text.contains("\\u{1b}"), "{text}");
    }

    #[test]
    fn a_line_begins_with_the_time_and_keeps_korean_words() {
        let text = logged(|| tracing::info!(table = 7, "주문을 받았어요"));
        assert_eq!(&text[23..24], "Z", "{text}");
        assert!(text.contains("INFO") && text.contains("주문을 받았어요") && text.contains("table=7"), "{text}");
    }

    #[test]
    fn journald_is_recognised_by_its_own_stream_only() {
        assert!(!stderr_is(None));
        assert!(!stderr_is(Some("nonsense")));
        assert!(!stderr_is(Some("0:0")));
        let own = std::fs::metadata("/proc/self/fd/2").expect("stderr");
        assert!(stderr_is(Some(&format!("{}:{}", own.dev(), own.ino()))));
    }

    #[test]
    fn a_day_s_file_is_made_in_a_folder_of_its_own() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("logs");
        daily_files(&folder).expect("made").write_all(b"a line\n").expect("written");
        let files: Vec<_> = std::fs::read_dir(&folder).expect("read").map(|file| file.expect("file").path()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(std::fs::read_to_string(&files[0]).expect("read"), "a line\n");
    }
}
