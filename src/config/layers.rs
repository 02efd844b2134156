//! Where settings come from: shipped defaults, a file, the environment, flags; each later one covers the one before it.
//! Says where a wrong name or value stands, and what would have been right.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rules::{self, Kind, RULES, Rule};
use super::{DEFAULT_FILE, FILE_IN_WORKING_FOLDER, Sources};

const ENVIRONMENT_PREFIX: &str = "TABLEORDER_";
/// A settings file beyond this many bytes is something else.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Where a value comes from, or where something wrong stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The shipped settings.
    Default,
    /// A line of a settings file, from 1.
    File(PathBuf, usize),
    /// A settings file as a whole.
    WholeFile(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line) => write!(f, "{} line {line}", file.display()),
            Self::WholeFile(file) => write!(f, "{}", file.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A wrong setting: where it stands and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {message}")]
pub struct ConfigError {
    /// Where it stands.
    pub origin: Origin,
    /// What to do about it.
    pub message: String,
}

/// A value of its rule's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Integer(i64),
    Flag(bool),
    Text(String),
    List(Vec<String>),
}

impl Value {
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Integer(number) => (*number).into(),
            Self::Flag(on) => (*on).into(),
            Self::Text(text) => text.clone().into(),
            Self::List(texts) => texts.clone().into(),
        }
    }
}

/// As it would be written in a settings file.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Flag(on) => on.fmt(f),
            Self::Text(text) => toml::Value::from(text.as_str()).fmt(f),
            Self::List(texts) => toml::Value::from(texts.clone()).fmt(f),
        }
    }
}

/// One setting with its value and where that comes from.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) rule: &'static Rule,
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// All settings after all layers, one per rule in the rules' order.
#[derive(Debug)]
pub(super) struct Layers {
    settings: Vec<Setting>,
    /// The settings file that was read, if there is one.
    pub(super) file: Option<PathBuf>,
    pub(super) warnings: Vec<String>,
    errors: Vec<ConfigError>,
}

impl Layers {
    /// The shipped settings alone.
    pub(super) fn defaults() -> Self {
        let mut layers =
            Self { settings: Vec::with_capacity(RULES.len()), file: None, warnings: Vec::new(), errors: Vec::new() };
        layers.add_file(DEFAULT_FILE, |_| Origin::Default);
        // For the fault bench alone, so that an owner's settings file never shows it.
        #[cfg(debug_assertions)]
        layers.add_file("[faults]\nfolder = \"\"", |_| Origin::Default);
        assert!(layers.errors.is_empty(), "shipped settings: {:?}", layers.errors);
        assert!(RULES.iter().all(|rule| layers.setting(rule).is_some()), "a setting is missing in the shipped file");
        layers
    }

    /// All layers.
    pub(super) fn read(sources: &Sources) -> Result<Self, Vec<ConfigError>> {
        let mut layers = Self::defaults();
        layers.read_file(sources.file.as_deref());
        for (name, value) in &sources.environment {
            layers.add_environment(name, value);
        }
        for (section, key, value) in &sources.flags {
            let origin = Origin::Flag(format!("--{}", if *key == "dir" { "data-dir" } else { key }));
            if let Some(rule) = rules::find(section, key) {
                layers.add_text(rule, value, origin);
            }
        }
        if layers.errors.is_empty() { Ok(layers) } else { Err(layers.errors) }
    }

    /// In the order of the shipped file.
    pub(super) fn into_settings(mut self) -> Vec<Setting> {
        self.settings.sort_by_key(|setting| RULES.iter().position(|rule| std::ptr::eq(rule, setting.rule)));
        self.settings
    }

    fn setting(&self, rule: &Rule) -> Option<&Setting> {
        self.settings.iter().find(|setting| std::ptr::eq(setting.rule, rule))
    }

    fn value(&self, section: &str, key: &str) -> Option<&Value> {
        Some(&self.setting(rules::find(section, key)?)?.value)
    }

    /// A whole number that its rule keeps within the asked type.
    pub(super) fn integer<T: TryFrom<i64>>(&self, section: &str, key: &str) -> T {
        let number = match self.value(section, key) {
            Some(Value::Integer(number)) => T::try_from(*number).ok(),
            _ => None,
        };
        number.expect("the rule of a setting bounds it to the type it is read as")
    }

    pub(super) fn flag(&self, section: &str, key: &str) -> bool {
        matches!(self.value(section, key), Some(Value::Flag(true)))
    }

    pub(super) fn text(&self, section: &str, key: &str) -> &str {
        match self.value(section, key) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub(super) fn list(&self, section: &str, key: &str) -> &[String] {
        match self.value(section, key) {
            Some(Value::List(texts)) => texts,
            _ => &[],
        }
    }

    fn refuse(&mut self, origin: Origin, message: impl Into<String>) {
        self.errors.push(ConfigError { origin, message: message.into() });
    }

    fn read_file(&mut self, named: Option<&Path>) {
        let file = named.unwrap_or(Path::new(FILE_IN_WORKING_FOLDER));
        let text = match std::fs::metadata(file) {
            Ok(metadata) if metadata.len() > FILE_BYTES_MAX => {
                Err(std::io::Error::other("larger than 1 MiB; this is no settings file"))
            }
            Ok(_) => std::fs::read_to_string(file),
            Err(error) => Err(error),
        };
        match text {
            Ok(text) => {
                self.file = Some(file.to_owned());
                self.add_file(&text, |line| Origin::File(file.to_owned(), line));
            }
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.refuse(Origin::WholeFile(file.to_owned()), format!("cannot be read: {error}")),
        }
    }

    fn add_file(&mut self, text: &str, origin: impl Fn(usize) -> Origin) {
        let line_of = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        let (root, mistakes) = DeTable::parse_recoverable(text);
        if let Some(mistake) = mistakes.first() {
            let line = mistake.span().map_or(1, |span| line_of(span.start));
            self.refuse(origin(line), format!("not written as TOML: {}", mistake.message()));
            return;
        }
        for (section, entries) in root.get_ref() {
            let here = origin(line_of(section.span().start));
            let (section, keys) = (section.get_ref().as_ref(), rules::names(Some(section.get_ref().as_ref())));
            if keys.is_empty() {
                self.refuse(here, unknown("section", section, &rules::names(None)));
            } else if let DeValue::Table(entries) = entries.get_ref() {
                for (key, value) in entries {
                    let here = origin(line_of(key.span().start));
                    match rules::find(section, key.get_ref()) {
                        Some(rule) => self.add_toml(rule, value, here),
                        None => self.refuse(here, unknown(&format!("setting in [{section}]"), key.get_ref(), &keys)),
                    }
                }
            } else {
                self.refuse(here, format!("\"{section}\" is a section: write [{section}] on a line of its own"));
            }
        }
    }

    fn add_toml(&mut self, rule: &'static Rule, value: &Spanned<DeValue<'_>>, origin: Origin) {
        let text = |value: &DeValue<'_>| match value {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        let value = match (rule.kind, value.get_ref()) {
            (Kind::Integer(..) | Kind::ZeroOr(..), DeValue::Integer(number)) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Integer)
            }
            (Kind::Flag, DeValue::Boolean(on)) => Some(Value::Flag(*on)),
            (Kind::Text(_), value) => text(value).map(Value::Text),
            (Kind::List(_), DeValue::Array(values)) => {
                values.iter().map(|value| text(value.get_ref())).collect::<Option<_>>().map(Value::List)
            }
            _ => None,
        };
        self.add(rule, value, origin);
    }

    fn add_environment(&mut self, name: &OsStr, value: &OsStr) {
        let Some(name) = name.to_str().filter(|name| name.starts_with(ENVIRONMENT_PREFIX)) else { return };
        if let Some(rule) = RULES.iter().find(|rule| rule.environment_name() == name) {
            return self.add_text(rule, value, Origin::Environment(name.to_owned()));
        }
        let section = rules::names(None)
            .into_iter()
            .find(|section| name[ENVIRONMENT_PREFIX.len()..].starts_with(&format!("{section}_").to_ascii_uppercase()));
        match section {
            Some(section) => {
                let names: Vec<_> = RULES.iter().filter(|rule| rule.section == section).collect();
                let names: Vec<_> = names.iter().map(|rule| rule.environment_name()).collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                self.refuse(Origin::Environment(name.to_owned()), unknown("setting", name, &names));
            }
            None => self.warnings.push(format!("environment {name}: no setting has this name; it is not used")),
        }
    }

    fn add_text(&mut self, rule: &'static Rule, text: &OsStr, origin: Origin) {
        let Some(text) = text.to_str() else {
            return self.refuse(origin, "must be written in UTF-8");
        };
        let value = match rule.kind {
            Kind::Integer(..) | Kind::ZeroOr(..) => text.trim().parse().ok().map(Value::Integer),
            Kind::Flag => text.trim().parse().ok().map(Value::Flag),
            Kind::Text(_) => Some(Value::Text(text.to_owned())),
            Kind::List(_) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(Value::List(parts.map(str::to_owned).collect()))
            }
        };
        self.add(rule, value, origin);
    }

    /// Takes a value; absent means that it is not of the rule's kind.
    fn add(&mut self, rule: &'static Rule, value: Option<Value>, origin: Origin) {
        let wrong = match (rule.kind, &value) {
            (Kind::Integer(first, last), Some(Value::Integer(number))) if (first..=last).contains(number) => None,
            (Kind::Integer(first, last), _) => Some(format!("must be a whole number from {first} to {last}")),
            (Kind::ZeroOr(first, last), Some(Value::Integer(number)))
                if *number == 0 || (first..=last).contains(number) =>
            {
                None
            }
            (Kind::ZeroOr(first, last), _) => Some(format!("must be 0 or a whole number from {first} to {last}")),
            (Kind::Flag, Some(Value::Flag(_))) => None,
            (Kind::Flag, _) => Some("must be true or false".to_owned()),
            (Kind::Text(check), Some(Value::Text(text))) => check(text).map(str::to_owned),
            (Kind::Text(_), _) => Some("must be a text in quotes".to_owned()),
            (Kind::List(check), Some(Value::List(texts))) => {
                texts.iter().find_map(|text| check(text)).map(str::to_owned)
            }
            (Kind::List(_), _) => Some("must be a list of texts such as [\"one\", \"two\"]".to_owned()),
        };
        match (wrong, value) {
            (None, Some(value)) => match self.settings.iter_mut().find(|setting| std::ptr::eq(setting.rule, rule)) {
                Some(setting) => (setting.value, setting.origin) = (value, origin),
                None => self.settings.push(Setting { rule, value, origin }),
            },
            (wrong, _) => {
                let message = format!("{}.{} {}", rule.section, rule.key, wrong.unwrap_or_default());
                self.refuse(origin, message);
            }
        }
    }
}

fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    format!("there is no {what} named \"{name}\"; there are {}", names.join(", "))
}
