//! One fault's run: its seed, whether it is the long one, and its line in the summary.
//!
//! `FAULTS=long` makes every fault run with the counts of the promises; `FAULTS_SEED` repeats a run. The long run writes
//! its summary as a Markdown table to `target/tmp/faults/summary.md`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use super::dice::Dice;

static SUMMARY: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What a fault found out, for the summary.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    /// Kills, cuts, failures or whatever else was done to the program.
    pub faults: u64,
    /// Orders that were acknowledged and found again, once and unchanged.
    pub orders: u64,
    /// Events that screens were shown and that were found again.
    pub shown: u64,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.faults += other.faults;
        self.orders += other.orders;
        self.shown += other.shown;
    }
}

pub struct Run {
    name: &'static str,
    pub seed: u64,
    pub is_long: bool,
    began: Instant,
}

impl Run {
    /// Begins and says how to repeat it.
    pub fn begin(name: &'static str) -> Self {
        let is_long = std::env::var("FAULTS").is_ok_and(|value| value == "long");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        let seed = std::env::var("FAULTS_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(now.subsec_nanos() ^ std::process::id()));
        let length = if is_long { "FAULTS=long " } else { "" };
        println!("{name}: repeat it with {length}FAULTS_SEED={seed} cargo test --test faults {name}");
        Self { name, seed, is_long, began: Instant::now() }
    }

    pub fn dice(&self) -> Dice {
        Dice::new(self.seed)
    }

    pub fn count(&self, short: u64, long: u64) -> u64 {
        if self.is_long { long } else { short }
    }

    /// How far the long run has come.
    pub fn say(&self, figures: Figures) {
        if self.is_long {
            let seconds = self.began.elapsed().as_secs();
            println!("{}: {} done, {} orders, {seconds} s so far", self.name, figures.faults, figures.orders);
        }
    }

    /// Ends well: one more line of the summary. `what` says what was done so many times.
    pub fn end(self, figures: Figures, what: &str) {
        let Figures { faults, orders, shown } = figures;
        let seconds = self.began.elapsed().as_secs();
        println!(
            "{}: {faults} {what}, {orders} acknowledged orders, {shown} events on screens, {seconds} s",
            self.name
        );
        if self.is_long {
            let Self { name, seed, .. } = self;
            let line = format!("| {name} | {faults} {what} | {orders} | {shown} | 0 | {seed} | {seconds} s |");
            write_summary(line);
        }
    }
}

fn write_summary(line: String) {
    let mut lines = SUMMARY.lock().unwrap_or_else(PoisonError::into_inner);
    lines.push(line);
    let said = |command: &mut Command| {
        let output = command.output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output).trim().to_owned()
    };
    let commit = said(Command::new("git").args(["rev-parse", "--short", "HEAD"]));
    let day = said(Command::new("date").arg("+%Y-%m-%d"));
    let mut text = format!("Version {}, commit {commit}, {day}, debug build.\n\n", env!("CARGO_PKG_VERSION"));
    text.push_str("| fault | done | orders acknowledged | events shown | lost, doubled, changed | seed | time |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for line in lines.iter() {
        let _ = writeln!(text, "{line}");
    }
    let file = scratch().join("summary.md");
    std::fs::write(&file, text).expect("the summary is written");
    println!("summary so far: {}", file.display());
}

/// Where everything of the bench lies; a failed run's folder stays there.
pub fn scratch() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("faults");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
