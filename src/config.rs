//! Settings: flag before environment before file before default. The only place that reads environment variables.
//! Nothing unknown is passed over in silence: it is refused with its line or its name.

mod layers;
mod rules;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;

pub use layers::{ConfigError, Origin};
use layers::{Layers, Setting};
use tracing_subscriber::filter::Targets;

/// The settings file as it is shipped: every setting with its default and a comment.
pub const DEFAULT_FILE: &str = include_str!("../config/tableorder.toml");
/// The file read when `--config` names none, if it exists.
pub const FILE_IN_WORKING_FOLDER: &str = "config/tableorder.toml";

/// Everything that can be set, checked against its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Section `server`.
    pub server: ServerSettings,
    /// `data.dir`: folder for everything that must not be lost.
    pub data_dir: PathBuf,
    /// Section `store`: what a new store begins with.
    pub store: StoreSettings,
    /// `journal.segment_mib`: size of one journal segment, 1 to 1024.
    pub segment_mib: u64,
    /// Section `limits`.
    pub limits: LimitSettings,
    /// Section `stream`.
    pub stream: StreamSettings,
    /// Section `guest_page`.
    pub guest_page: GuestPageSettings,
    /// Section `disk`.
    pub disk: DiskSettings,
    /// Section `housekeeping`.
    pub housekeeping: HousekeepingSettings,
    /// `mirror.folder`: where a second copy of every journal is kept.
    pub mirror_folder: Option<PathBuf>,
    /// `backup.folder`: a second place that gets a copy of each automatic backup.
    pub backup_folder: Option<PathBuf>,
    /// Section `log`.
    pub log: LogSettings,
    /// `clock.offset_file`: file with the shift of this process's clock in milliseconds.
    pub clock_offset_file: Option<PathBuf>,
    /// `faults.folder`: plan and log of the fault bench.
    #[cfg(debug_assertions)]
    pub faults_folder: Option<PathBuf>,
}

/// Where to listen, and under which names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Address to listen on.
    pub bind: IpAddr,
    /// TCP port; 0 takes any free one.
    pub port: u16,
    /// Further allowed host names, in lower case.
    pub hosts: Vec<String>,
}

/// What a new store begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// IANA name; known to the calendar.
    pub time_zone: String,
    /// Local hour at which the business day ends, 0 to 23.
    pub day_cutoff_hour: u8,
    /// ISO 4217, three capitals.
    pub currency: String,
}

/// How much one identity may ask for. 0 = no limit, except for `streams_total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// Requests a minute of one table's tablets, and of each guest's phone.
    pub table_requests_per_minute: u32,
    /// Requests a minute of one staff login.
    pub staff_requests_per_minute: u32,
    /// Live streams of one table's tablets, and as many of its guests' phones.
    pub table_streams: u32,
    /// Live streams of one staff login.
    pub staff_streams: u32,
    /// Live streams in all, at least 1.
    pub streams_total: u32,
}

/// How live streams behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamSettings {
    /// Seconds between two pings.
    pub ping_seconds: u32,
    /// Seconds after which a stream ends by itself.
    pub life_seconds: u32,
    /// Milliseconds a page waits before it opens an ended stream again.
    pub retry_ms: u32,
}

/// How the guests' page behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestPageSettings {
    /// Seconds that an order's result stays before the menu comes back, 3 to 30; 0 = it stays.
    pub result_seconds: u32,
    /// Seconds without a touch after which a tablet asks whether somebody is there, 30 to 600.
    pub idle_seconds: u32,
    /// How guests may use their own phones.
    pub phones: Phones,
    /// Whether guests may write words of their own with an order.
    pub free_notes: bool,
}

/// How guests may use their own phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phones {
    /// Not at all.
    Off,
    /// A table's sticker asks for the code that its tablet shows.
    Code,
    /// A table's sticker lets in while a party sits there.
    Seated,
}

impl Phones {
    /// The word in settings and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Code => "code",
            Self::Seated => "seated",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Off, Self::Code, Self::Seated].into_iter().find(|phones| phones.word() == word)
    }
}

/// What is done while nobody orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HousekeepingSettings {
    /// Local hour of each store, 0 to 23.
    pub hour: u8,
    /// The history view is built anew once it is so many times as large as a fresh one, 2 to 1000.
    pub view_factor: u32,
}

/// Free space, in MiB; each is further bounded to 5 % of the file system where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSettings {
    /// Warn the owner below this.
    pub warn_mib: u64,
    /// Refuse new orders below this.
    pub refuse_mib: u64,
    /// Kept in reserve for a start on a full disk; 0 keeps none.
    pub ballast_mib: u64,
}

/// What is logged, and where when there is no journald.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// Filter such as `info,tableorder::journal=debug`.
    pub level: String,
    /// Folder for rotated files; absent means `logs` in the data folder.
    pub folder: Option<PathBuf>,
}

/// What stands outside the program and has a say: the file named by `--config`, flags and the environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file of `--config`; it must exist. Without it [`FILE_IN_WORKING_FOLDER`] is read if it exists.
    pub file: Option<PathBuf>,
    /// Flags as (section, key, text).
    pub flags: Vec<(&'static str, &'static str, OsString)>,
    /// Environment variables; only those that begin with `TABLEORDER_` matter.
    pub environment: Vec<(OsString, OsString)>,
}

impl Sources {
    /// This process's environment, no file named, no flags.
    #[must_use]
    pub fn of_process() -> Self {
        Self { environment: std::env::vars_os().collect(), ..Self::default() }
    }

    /// Adds a flag that was given.
    #[must_use]
    pub fn with_flag(mut self, section: &'static str, key: &'static str, value: Option<OsString>) -> Self {
        self.flags.extend(value.map(|value| (section, key, value)));
        self
    }
}

/// Settings together with where each of them comes from.
#[derive(Debug)]
pub struct Loaded {
    /// What counts.
    pub settings: Settings,
    /// The settings file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// Things worth saying that stop nothing, one sentence each.
    pub warnings: Vec<String>,
    shown: Vec<Setting>,
}

impl Loaded {
    /// The settings as a settings file; with `origins`, each line says in a comment where it comes from.
    #[must_use]
    pub fn show(&self, origins: bool) -> String {
        let mut text = String::new();
        let mut section = "";
        for setting in &self.shown {
            if section != setting.rule.section {
                section = setting.rule.section;
                let gap = if text.is_empty() { "" } else { "\n" };
                let _ = writeln!(text, "{gap}[{section}]");
            }
            let _ = write!(text, "{} = {}", setting.rule.key, setting.value);
            if origins {
                let _ = write!(text, "  # {}", setting.origin);
            }
            text.push('\n');
        }
        text
    }

    /// The same as JSON: `{section: {key: value | {value, origin}}}`.
    #[must_use]
    pub fn show_json(&self, origins: bool) -> serde_json::Value {
        let mut sections = serde_json::Map::new();
        for Setting { rule, value, origin } in &self.shown {
            let value = value.to_json();
            let shown =
                if origins { serde_json::json!({ "value": value, "origin": origin.to_string() }) } else { value };
            let section = sections.entry(rule.section).or_insert_with(|| serde_json::json!({}));
            section[rule.key] = shown;
        }
        sections.into()
    }
}

/// What systemd says about this process's journald stream, for choosing where log lines go.
#[must_use]
pub fn journal_stream() -> Option<String> {
    std::env::var("JOURNAL_STREAM").ok()
}

/// Folder for what is needed only for a moment.
#[must_use]
pub fn scratch_folder() -> PathBuf {
    std::env::temp_dir()
}

/// What the HTTP library calls an error of its own is a client that sends nonsense or goes away. It could fill the log,
/// so it is heard only when it is named.
const CLIENTS_FAULTS: &str = "actix_http::h1::dispatcher=off";

/// Reads `log.level`: a level, or parts with a level each, separated by commas. Nothing when it is neither.
#[must_use]
pub fn log_targets(text: &str) -> Option<Targets> {
    // An empty part would count as "error".
    let parts: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let all = std::iter::once(CLIENTS_FAULTS).chain(parts.iter().copied()).collect::<Vec<_>>().join(",");
    if parts.is_empty() { None } else { all.parse().ok() }
}

/// Reads and checks all settings.
///
/// # Errors
/// Every wrong line, name or value found, in the order flags, environment, file.
pub fn load(sources: &Sources) -> Result<Loaded, Vec<ConfigError>> {
    let layers = Layers::read(sources)?;
    let settings = settings_of(&layers);
    Ok(Loaded { settings, file: layers.file.clone(), warnings: layers.warnings.clone(), shown: layers.into_settings() })
}

/// Values were checked against their rules; what is read here fits.
fn settings_of(layers: &Layers) -> Settings {
    let path = |section, key| Some(layers.text(section, key)).filter(|text| !text.is_empty()).map(PathBuf::from);
    Settings {
        server: ServerSettings {
            bind: layers.text("server", "bind").parse().unwrap_or(IpAddr::from([0, 0, 0, 0])),
            port: layers.integer("server", "port"),
            hosts: layers.list("server", "hosts").iter().map(|host| host.to_ascii_lowercase()).collect(),
        },
        data_dir: PathBuf::from(layers.text("data", "dir")),
        store: StoreSettings {
            time_zone: layers.text("store", "time_zone").to_owned(),
            day_cutoff_hour: layers.integer("store", "day_cutoff_hour"),
            currency: layers.text("store", "currency").to_owned(),
        },
        segment_mib: layers.integer("journal", "segment_mib"),
        limits: LimitSettings {
            table_requests_per_minute: layers.integer("limits", "table_requests_per_minute"),
            staff_requests_per_minute: layers.integer("limits", "staff_requests_per_minute"),
            table_streams: layers.integer("limits", "table_streams"),
            staff_streams: layers.integer("limits", "staff_streams"),
            streams_total: layers.integer("limits", "streams_total"),
        },
        stream: StreamSettings {
            ping_seconds: layers.integer("stream", "ping_seconds"),
            life_seconds: layers.integer("stream", "life_seconds"),
            retry_ms: layers.integer("stream", "retry_ms"),
        },
        guest_page: GuestPageSettings {
            result_seconds: layers.integer("guest_page", "result_seconds"),
            idle_seconds: layers.integer("guest_page", "idle_seconds"),
            phones: Phones::of_word(layers.text("guest_page", "phones")).unwrap_or(Phones::Off),
            free_notes: layers.flag("guest_page", "free_notes"),
        },
        disk: DiskSettings {
            warn_mib: layers.integer("disk", "warn_mib"),
            refuse_mib: layers.integer("disk", "refuse_mib"),
            ballast_mib: layers.integer("disk", "ballast_mib"),
        },
        housekeeping: HousekeepingSettings {
            hour: layers.integer("housekeeping", "hour"),
            view_factor: layers.integer("housekeeping", "view_factor"),
        },
        mirror_folder: path("mirror", "folder"),
        backup_folder: path("backup", "folder"),
        log: LogSettings { level: layers.text("log", "level").to_owned(), folder: path("log", "folder") },
        clock_offset_file: path("clock", "offset_file"),
        #[cfg(debug_assertions)]
        faults_folder: path("faults", "folder"),
    }
}

/// The defaults alone, for tests of other parts.
impl Default for Settings {
    fn default() -> Self {
        settings_of(&Layers::defaults())
    }
}

#[cfg(test)]
mod tests;
