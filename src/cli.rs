//! The command line: reads arguments, settings and the data folder, and turns every failure into an exit code and a
//! reason on stderr. It serves nothing itself: `serve` and `demo` are handed on to `app` as a [`Start`].

mod backup;
mod export;
mod import;
mod restore;
mod setup_link;
mod show;
mod start;
mod verify;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use start::Start;

use crate::config::{self, Loaded, Sources};
use crate::ops::data_folder::{self, DataFolderError, Purpose};

/// The folder of `demo` when none is named. Settings have no say here, so that a demo never meets a real shop's folder.
const DEMO_FOLDER: &str = "./demo-data";

/// Why the program ends, and with which code: 1 failed, 2 wrong usage or configuration, 3 data damaged or of another
/// version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// For stderr; says what to do about it.
    pub reason: String,
}

impl Failure {
    /// Exit code 1.
    pub fn failed(reason: impl Into<String>) -> Self {
        Self { code: 1, reason: reason.into() }
    }

    /// Exit code 2.
    pub fn wrong_usage(reason: impl Into<String>) -> Self {
        Self { code: 2, reason: reason.into() }
    }

    /// Exit code 3.
    pub fn damaged(reason: impl Into<String>) -> Self {
        Self { code: 3, reason: reason.into() }
    }
}

impl From<DataFolderError> for Failure {
    fn from(error: DataFolderError) -> Self {
        Self { code: error.exit_code(), reason: error.to_string() }
    }
}

#[derive(Debug, Parser)]
#[command(
    name = "tableorder",
    version,
    about = "Table ordering for a restaurant: one program on the shop PC.",
    after_help = "Exit codes: 0 done, 1 failed (reason on stderr), 2 wrong usage or configuration, 3 data damaged or of another version.\nEvery setting can also be given as TABLEORDER_<SECTION>_<KEY>; see `tableorder config show --origin`.",
    disable_help_subcommand = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serve the shop: tablets, staff, kitchen and the HTTP API
    Serve {
        #[command(flatten)]
        listen: Listen,
        #[command(flatten)]
        place: Place,
    },
    /// Show a made-up restaurant with known passwords, kept apart from real data
    Demo {
        #[command(flatten)]
        listen: Listen,
        /// Folder of the demo's data [default: ./demo-data]
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// Settings file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Write one JSON line with address, user and passwords to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Make a one-time link for setting up the shop, also while `serve` runs
    SetupLink {
        #[command(flatten)]
        place: Place,
        /// For a further store, when there is one already
        #[arg(long)]
        new_store: bool,
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Make a backup of everything, also while `serve` runs
    Backup {
        #[command(flatten)]
        place: Place,
        /// File to make, or folder to put it into [default: backups in the data folder]
        #[arg(long, value_name = "FILE|DIR")]
        to: Option<PathBuf>,
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Put a backup in the place of the data; what was there is kept aside. Nothing may serve the folder meanwhile
    Restore {
        /// The backup
        #[arg(value_name = "ARCHIVE")]
        archive: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Write a store as JSON lines, also while `serve` runs
    Export {
        #[command(flatten)]
        place: Place,
        /// The store, where there are several
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        /// File to make [default: stdout]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// With --to: write one JSON line to stdout instead of text
        #[arg(long, requires = "to")]
        json: bool,
    },
    /// Take an exported store into a data folder that does not have it
    Import {
        /// The export
        #[arg(value_name = "FILE")]
        export: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Look through all data and say whether it is sound
    Verify {
        #[command(flatten)]
        place: Place,
        /// Read the journals in the backups too, line by line
        #[arg(long)]
        backups: bool,
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
    /// Show settings
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Say which version this is
    Version {
        /// Write one JSON line to stdout instead of text
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Print the settings that count now, as a settings file
    Show {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listen: Listen,
        /// Also say where each setting comes from
        #[arg(long)]
        origin: bool,
        /// Write JSON instead of a settings file
        #[arg(long)]
        json: bool,
    },
}

/// Values are read as they come and checked with the settings, so that a wrong one is told in the same words everywhere.
#[derive(Debug, Default, Args)]
struct Listen {
    /// Address to listen on [default: 0.0.0.0]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<OsString>,
    /// Port to listen on; 0 takes any free one [default: 8080]
    #[arg(long, value_name = "PORT", allow_negative_numbers = true)]
    port: Option<OsString>,
}

#[derive(Debug, Default, Args)]
struct Place {
    /// Folder of all data [default: ./data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<OsString>,
    /// Settings file [default: config/tableorder.toml if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the program: `main` and nothing else calls it. `serve_until_stopped` serves until it is told to stop.
pub fn run(serve_until_stopped: impl FnOnce(Start) -> Result<(), Failure>) -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            // Help and version come as errors with exit code 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    data_folder::set_umask();
    match act(command_line.command, serve_until_stopped) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.reason.lines() {
                let _ = writeln!(std::io::stderr(), "tableorder: {line}");
            }
            ExitCode::from(failure.code)
        }
    }
}

fn act(action: Action, serve_until_stopped: impl FnOnce(Start) -> Result<(), Failure>) -> Result<(), Failure> {
    match action {
        Action::Serve { listen, place } => {
            let loaded = settings(listen, place)?;
            let folder = loaded.settings.data_dir.clone();
            serve_until_stopped(Start::prepare(loaded, &folder, Purpose::Shop, false)?)
        }
        Action::Demo { listen, data_dir, config, json } => {
            let loaded = settings(listen, Place { data_dir: None, config })?;
            let folder = data_dir.unwrap_or_else(|| PathBuf::from(DEMO_FOLDER));
            serve_until_stopped(Start::prepare(loaded, &folder, Purpose::Demo, json)?)
        }
        Action::SetupLink { place, new_store, json } => {
            setup_link::run(&settings(Listen::default(), place)?.settings, new_store, json)
        }
        Action::Backup { place, to, json } => backup::run(&settings(Listen::default(), place)?, to, json),
        Action::Restore { archive, place, json } => {
            restore::run(&settings(Listen::default(), place)?.settings, &archive, json)
        }
        Action::Export { place, store, to, json } => {
            export::run(&settings(Listen::default(), place)?.settings, store.as_deref(), to.as_deref(), json)
        }
        Action::Import { export, place, json } => {
            import::run(&settings(Listen::default(), place)?.settings, &export, json)
        }
        Action::Verify { place, backups, json } => {
            verify::run(&settings(Listen::default(), place)?.settings, backups, json)
        }
        Action::Config { action: ConfigAction::Show { place, listen, origin, json } } => {
            show::settings(&settings(listen, place)?, origin, json);
            Ok(())
        }
        Action::Version { json } => {
            show::version(json);
            Ok(())
        }
    }
}

fn settings(listen: Listen, place: Place) -> Result<Loaded, Failure> {
    let sources = Sources { file: place.config, ..Sources::of_process() }
        .with_flag("server", "bind", listen.bind)
        .with_flag("server", "port", listen.port)
        .with_flag("data", "dir", place.data_dir);
    let loaded = config::load(&sources).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Failure::wrong_usage(lines.join("\n"))
    })?;
    for warning in &loaded.warnings {
        let _ = writeln!(std::io::stderr(), "tableorder: {warning}");
    }
    Ok(loaded)
}

/// Writes to stdout at once. A reader that went away is no reason to stop.
fn say(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parsed(line: &str) -> Result<Action, clap::Error> {
        CommandLine::try_parse_from(line.split(' ')).map(|line| line.command)
    }

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_of_the_contract_is_known() {
        for line in [
            "tableorder serve",
            "tableorder serve --data-dir ./data --bind 0.0.0.0 --port 8080 --config shop.toml",
            "tableorder demo --data-dir ./demo-data --port 8080 --json",
            "tableorder setup-link --data-dir x --new-store --json",
            "tableorder backup --data-dir x --to /media/usb --json",
            "tableorder restore x.tar.gz --data-dir x --json",
            "tableorder export --data-dir x --store moon --to y --json",
            "tableorder import y --data-dir x --json",
            "tableorder verify --data-dir x --backups --json",
            "tableorder config show --origin --json",
            "tableorder version --json",
        ] {
            assert!(parsed(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_has_exit_code_2() {
        for line in [
            "tableorder",
            "tableorder dance",
            "tableorder serve --prot 1",
            "tableorder serve --port",
            "tableorder config",
            "tableorder restore",
            "tableorder export --json",
        ] {
            assert_eq!(parsed(line).expect_err("refused").exit_code(), 2, "{line}");
        }
        assert_eq!(parsed("tableorder --help").expect_err("help").exit_code(), 0);
        assert_eq!(parsed("tableorder --version").expect_err("version").exit_code(), 0);
    }
}
