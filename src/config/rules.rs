//! Every setting's name, kind and bounds. The defaults stand in the shipped settings file; a test holds both together.

use std::net::IpAddr;

use crate::clock::Calendar;

/// One setting: where it stands and what it takes.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) section: &'static str,
    pub(super) key: &'static str,
    pub(super) kind: Kind,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A whole number from the first to the last, inclusive.
    Integer(i64, i64),
    /// The same, or 0 for none.
    ZeroOr(i64, i64),
    /// `true` or `false`.
    Flag,
    /// A text, with what is wrong about it, if anything.
    Text(fn(&str) -> Option<&'static str>),
    /// A list of texts, with what is wrong about one of them, if anything.
    List(fn(&str) -> Option<&'static str>),
}

const fn rule(section: &'static str, key: &'static str, kind: Kind) -> Rule {
    Rule { section, key, kind }
}

/// All settings, in the order of the shipped file.
pub(super) static RULES: &[Rule] = &[
    rule("server", "bind", Kind::Text(address)),
    rule("server", "port", Kind::Integer(0, 65_535)),
    rule("server", "hosts", Kind::List(host)),
    rule("data", "dir", Kind::Text(folder)),
    rule("store", "time_zone", Kind::Text(time_zone)),
    rule("store", "day_cutoff_hour", Kind::Integer(0, 23)),
    rule("store", "currency", Kind::Text(currency)),
    rule("journal", "segment_mib", Kind::Integer(1, 1_024)),
    rule("limits", "table_requests_per_minute", Kind::Integer(0, 1_000_000)),
    rule("limits", "staff_requests_per_minute", Kind::Integer(0, 1_000_000)),
    rule("limits", "table_streams", Kind::Integer(0, 100_000)),
    rule("limits", "staff_streams", Kind::Integer(0, 100_000)),
    rule("limits", "streams_total", Kind::Integer(1, 100_000)),
    rule("stream", "ping_seconds", Kind::Integer(1, 60)),
    rule("stream", "life_seconds", Kind::Integer(1, 86_400)),
    rule("stream", "retry_ms", Kind::Integer(100, 60_000)),
    rule("guest_page", "result_seconds", Kind::ZeroOr(3, 30)),
    rule("guest_page", "idle_seconds", Kind::Integer(30, 600)),
    rule("guest_page", "phones", Kind::Text(phones)),
    rule("guest_page", "free_notes", Kind::Flag),
    rule("disk", "warn_mib", Kind::Integer(0, 1_000_000_000)),
    rule("disk", "refuse_mib", Kind::Integer(0, 1_000_000_000)),
    rule("disk", "ballast_mib", Kind::Integer(0, 1_000_000_000)),
    rule("housekeeping", "hour", Kind::Integer(0, 23)),
    rule("housekeeping", "view_factor", Kind::Integer(2, 1_000)),
    rule("mirror", "folder", Kind::Text(absolute_folder)),
    rule("backup", "folder", Kind::Text(anything)),
    rule("log", "level", Kind::Text(level)),
    rule("log", "folder", Kind::Text(anything)),
    rule("clock", "offset_file", Kind::Text(anything)),
    #[cfg(debug_assertions)]
    rule("faults", "folder", Kind::Text(anything)),
];

/// The rule of a setting, otherwise nothing.
pub(super) fn find(section: &str, key: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.section == section && rule.key == key)
}

/// Names of all sections, or of all keys of one, for saying what would have been right.
pub(super) fn names(section: Option<&str>) -> Vec<&'static str> {
    let mut names: Vec<_> = match section {
        None => RULES.iter().map(|rule| rule.section).collect(),
        Some(section) => RULES.iter().filter(|rule| rule.section == section).map(|rule| rule.key).collect(),
    };
    names.dedup();
    names
}

impl Rule {
    /// The name in the environment.
    pub(super) fn environment_name(&self) -> String {
        format!("TABLEORDER_{}_{}", self.section, self.key).to_ascii_uppercase()
    }
}

fn anything(_: &str) -> Option<&'static str> {
    None
}

/// A folder that must not depend on where the program was started; empty = none.
fn absolute_folder(text: &str) -> Option<&'static str> {
    let fits = text.is_empty() || std::path::Path::new(text).is_absolute();
    (!fits).then_some("must be empty or name a folder from the root on, such as \"/media/usb\"")
}

fn folder(text: &str) -> Option<&'static str> {
    text.is_empty().then_some("must name a folder")
}

fn address(text: &str) -> Option<&'static str> {
    text.parse::<IpAddr>().is_err().then_some("must be an IP address such as \"0.0.0.0\" or \"127.0.0.1\"")
}

/// A host name in ASCII, without port, path or scheme.
fn host(text: &str) -> Option<&'static str> {
    let label = |label: &str| {
        let ends = [label.bytes().next(), label.bytes().last()];
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && ends.iter().flatten().all(u8::is_ascii_alphanumeric)
    };
    let fits = text.len() <= 253 && text.split('.').all(label);
    (!fits).then_some("must hold host names such as \"order.example\", without port or http://")
}

fn time_zone(text: &str) -> Option<&'static str> {
    Calendar::new(text, 0).is_none().then_some("must be the IANA name of a time zone such as \"Asia/Seoul\"")
}

fn currency(text: &str) -> Option<&'static str> {
    let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    (!fits).then_some("must be three capital letters such as \"KRW\"")
}

fn phones(text: &str) -> Option<&'static str> {
    super::Phones::of_word(text).is_none().then_some("must be \"off\", \"code\" or \"seated\"")
}

fn level(text: &str) -> Option<&'static str> {
    let fits = super::log_targets(text).is_some();
    (!fits).then_some("must be error, warn, info, debug or trace, or a filter such as \"info,tableorder=debug\"")
}
