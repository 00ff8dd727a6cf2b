//! Which value holds: flag before environment before file before default, and everything that is wrong.

use std::fmt;

use super::file::{self, Entry, Value};
use super::form::Form;
use super::inputs::Inputs;
use super::sections::{Settings, every_setting};
use super::setting::{Kind, Setting};
use super::{rules, unknown};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// This variable of the environment.
    Environment(String),
    /// The file, at line and column.
    File(String, usize, usize),
    /// Nobody gave one.
    Default,
}

impl Source {
    /// The word in `--print-config`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment(_) => "environment",
            Self::File(..) => "file",
            Self::Default => "default",
        }
    }
}

/// A setting with the text that holds.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The setting.
    pub setting: &'static Setting,
    /// Its text; empty means unset.
    pub text: String,
    /// Who gave it.
    pub source: Source,
}

/// Something that keeps the server from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting, as its user wrote it: `server.yaml:3:5`, `--msg-type`, `KUBEMIN_MSG_TYPE`. Empty for contradictions.
    pub place: String,
    /// Key of the setting, or the keys of a contradiction.
    pub keys: Vec<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        if let [key] = self.keys.as_slice() {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What the inputs come to.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// Every setting with its value, in the order of the sections.
    pub values: Vec<Resolved>,
    /// The values, typed. Only to be used when there is no fault.
    pub settings: Settings,
    /// Everything wrong, at once.
    pub faults: Vec<Fault>,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// Resolves every setting.
pub fn resolve(inputs: &Inputs) -> Resolution {
    let mut faults = Vec::new();
    let entries = entries(inputs, &mut faults);
    let values: Vec<Resolved> = every_setting()
        .map(|setting| resolve_one(setting, inputs, &entries, &mut faults))
        .collect();
    let mut reader = Reader {
        values: &values,
        next: 0,
        faults: Vec::new(),
    };
    let settings = Settings::read(&mut reader);
    faults.append(&mut reader.faults);
    let faulty = |key: &str| {
        faults
            .iter()
            .any(|fault| fault.keys.iter().any(|k| k == key))
    };
    // a contradiction with a value that could not be read would only confuse
    let contradictions: Vec<Fault> = rules::contradictions(&settings, &values)
        .into_iter()
        .filter(|fault| !fault.keys.iter().any(|key| faulty(key)))
        .collect();
    faults.extend(contradictions);
    let mut warnings = rules::warnings(&settings, &values);
    warnings.extend(unknown::variables(inputs));
    Resolution {
        values,
        settings,
        faults,
        warnings,
    }
}

/// The entries of the file that belong to a setting; the others are faults.
fn entries(inputs: &Inputs, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let Some((name, text)) = &inputs.file else {
        return Vec::new();
    };
    let entries = match file::read(text) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(Fault {
                place: format!("{name}:{}:{}", error.at.line, error.at.column),
                keys: Vec::new(),
                message: error.reason,
            });
            return Vec::new();
        }
    };
    faults.extend(unknown::keys(name, &entries));
    entries
}

fn resolve_one(
    setting: &'static Setting,
    inputs: &Inputs,
    entries: &[Entry],
    faults: &mut Vec<Fault>,
) -> Resolved {
    let file = inputs.file.as_ref().map_or("", |(name, _)| name.as_str());
    let in_file = from_file(setting, file, entries, faults);
    let given = (setting.in_the_open())
        .then(|| inputs.flag(setting.flag))
        .flatten()
        .map(|text| (text, Source::Flag))
        .or_else(|| from_environment(setting, inputs))
        .or(in_file);
    let (text, source) = given.unwrap_or_else(|| (setting.default.to_owned(), Source::Default));
    let mut resolved = Resolved {
        setting,
        text,
        source,
    };
    if setting.kind == Kind::Path {
        at_home(&mut resolved, inputs, faults);
    }
    resolved
}

fn from_environment(setting: &Setting, inputs: &Inputs) -> Option<(String, Source)> {
    let names = [
        Some(setting.environment()),
        setting.second_environment.map(str::to_owned),
    ];
    names.into_iter().flatten().find_map(|name| {
        let value = inputs.variable(&name)?;
        // Kubernetes sets KUBEMIN_CACHE_PORT=tcp://… in pods when a Service is called kubemin-cache
        if setting.kind == Kind::Number && value.starts_with("tcp://") {
            return None;
        }
        Some((value.to_owned(), Source::Environment(name)))
    })
}

fn from_file(
    setting: &Setting,
    file: &str,
    entries: &[Entry],
    faults: &mut Vec<Fault>,
) -> Option<(String, Source)> {
    let mut given = entries.iter().filter(|entry| {
        setting.in_the_open()
            && (entry.path == setting.key || setting.also.contains(&entry.path.as_str()))
    });
    let entry = given.next()?;
    let fault = |entry: &Entry, message: &str| Fault {
        place: format!("{file}:{}:{}", entry.at.line, entry.at.column),
        keys: vec![entry.path.clone()],
        message: message.to_owned(),
    };
    faults.extend(given.map(|again| {
        fault(
            again,
            &format!(
                "the same setting stands in line {} already; keep one",
                entry.at.line
            ),
        )
    }));
    let text = match &entry.value {
        Value::Empty => return None,
        Value::Text(text) => text.clone(),
        Value::List(items) if setting.kind == Kind::List => items.join(","),
        Value::List(_) => {
            faults.push(fault(entry, "is a list where one value belongs"));
            return None;
        }
    };
    Some((
        text,
        Source::File(file.to_owned(), entry.at.line, entry.at.column),
    ))
}

/// Replaces a leading `~/` by the home folder.
fn at_home(resolved: &mut Resolved, inputs: &Inputs, faults: &mut Vec<Fault>) {
    let Some(below) = resolved.text.strip_prefix("~/") else {
        return;
    };
    match &inputs.home {
        Some(home) => resolved.text = home.join(below).to_string_lossy().into_owned(),
        None => faults.push(Fault {
            place: place(resolved),
            keys: vec![resolved.setting.key.to_owned()],
            message: format!(
                "{} is in the home folder, and HOME is not set; give --{}",
                resolved.text, resolved.setting.flag
            ),
        }),
    }
}

fn place(resolved: &Resolved) -> String {
    match &resolved.source {
        Source::Flag => format!("--{}", resolved.setting.flag),
        Source::Environment(name) => name.clone(),
        Source::File(name, line, column) => format!("{name}:{line}:{column}"),
        Source::Default => "default".to_owned(),
    }
}

/// Hands out the values, typed, in the order of the table.
pub(super) struct Reader<'a> {
    values: &'a [Resolved],
    next: usize,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// The next value; one that can't be read is a fault, and the default takes its place.
    pub(super) fn next<T: Form>(&mut self) -> T {
        let Some(resolved) = self.values.get(self.next) else {
            return T::default();
        };
        self.next += 1;
        let setting = resolved.setting;
        let read = T::of_text(resolved.text.trim()).and_then(|value| {
            if setting.positive && value.is_zero() {
                return Err(format!(
                    "{} is too small; it must be more than 0",
                    resolved.text
                ));
            }
            Ok(value)
        });
        read.unwrap_or_else(|message| {
            self.faults.push(Fault {
                place: place(resolved),
                keys: vec![setting.key.to_owned()],
                message,
            });
            T::of_text(setting.default).unwrap_or_default()
        })
    }
}
