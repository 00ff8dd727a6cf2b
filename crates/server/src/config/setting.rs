//! A row of the table of settings.

/// What the text of a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `3s`, `5m`, `1h30m`.
    Duration,
    /// A whole number that is not negative.
    Number,
    /// Any text.
    Text,
    /// Texts separated by commas; a list in the file.
    List,
    /// `true` or `false`.
    Switch,
    /// A file or folder; `~/` is the home folder.
    Path,
    /// One of [`Setting::choices`].
    Choice,
}

/// In which kind of installation a setting does something (seed 000, Kafka 模式特别说明).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effective {
    /// In every one.
    Always,
    /// Only with `messaging.type: redis`.
    Redis,
    /// Only with `messaging.type: kafka`.
    Kafka,
}

/// What of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// All of it.
    Open,
    /// An address whose password is masked.
    Address,
    /// Nothing. Such a setting is taken from the environment only: command lines and files are read by others.
    Hidden,
}

/// One setting: where it can be given and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Path in the YAML file, `workflow.maxConcurrentWorkflows`.
    pub key: &'static str,
    /// Flag without the dashes; gives the name in the environment too.
    pub flag: &'static str,
    /// Value when nobody gives one; empty means unset.
    pub default: &'static str,
    /// What it does, for people.
    pub help: &'static str,
    /// Form of the value.
    pub kind: Kind,
    /// Allowed values of a [`Kind::Choice`].
    pub choices: &'static [&'static str],
    /// Further paths that the file may use.
    pub also: &'static [&'static str],
    /// A second name in the environment, looked at after the first.
    pub second_environment: Option<&'static str>,
    /// Where it has an effect.
    pub effective: Effective,
    /// What may be shown.
    pub secrecy: Secrecy,
    /// Whether zero is refused.
    pub positive: bool,
}

impl Setting {
    /// A row without help and form; the section that holds it adds both.
    pub(super) const fn new(key: &'static str, flag: &'static str, default: &'static str) -> Self {
        Self {
            key,
            flag,
            default,
            help: "",
            kind: Kind::Text,
            choices: &[],
            also: &[],
            second_environment: None,
            effective: Effective::Always,
            secrecy: Secrecy::Open,
            positive: false,
        }
    }

    pub(super) const fn described(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(super) const fn formed(self, kind: Kind, choices: &'static [&'static str]) -> Self {
        Self {
            kind,
            choices,
            ..self
        }
    }

    /// Zero is refused.
    pub(super) const fn positive(self) -> Self {
        Self {
            positive: true,
            ..self
        }
    }

    pub(super) const fn only_with(self, effective: Effective) -> Self {
        Self { effective, ..self }
    }

    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    pub(super) const fn or_environment(self, name: &'static str) -> Self {
        Self {
            second_environment: Some(name),
            ..self
        }
    }

    pub(super) const fn secret(self, secrecy: Secrecy) -> Self {
        Self { secrecy, ..self }
    }

    /// Name in the environment, `KUBEMIN_WORKFLOW_MAX_CONCURRENT`.
    pub fn environment(&self) -> String {
        format!("KUBEMIN_{}", self.flag.to_uppercase().replace('-', "_"))
    }

    /// Whether it can be given as a flag and in the file.
    pub fn in_the_open(&self) -> bool {
        self.secrecy != Secrecy::Hidden
    }

    /// First part of the key: the section of the file.
    pub fn section(&self) -> &'static str {
        self.key
            .split_once('.')
            .map_or(self.key, |(section, _)| section)
    }

    /// What may be shown of a value.
    pub fn shown<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        match self.secrecy {
            Secrecy::Hidden if !text.is_empty() => "***".into(),
            Secrecy::Address => masked_address(text).into(),
            Secrecy::Open | Secrecy::Hidden => text.into(),
        }
    }
}

/// `mysql://user:***@host/database?password=***`.
fn masked_address(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    // the last `@`: a password may hold one
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    let user = user.map(|user| match user.split_once(':') {
        Some((name, _)) => format!("{name}:***@"),
        None => format!("{user}@"),
    });
    let place = match place.split_once('?') {
        Some((place, query)) => format!("{place}?{}", masked_query(query)),
        None => place.to_owned(),
    };
    format!("{scheme}://{}{place}", user.unwrap_or_default())
}

fn masked_query(query: &str) -> String {
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if name.to_lowercase().contains("pass") => format!("{name}=***"),
        _ => pair.to_owned(),
    });
    masked.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::masked_address;

    #[test]
    fn the_password_of_an_address_is_masked() {
        for (given, shown) in [
            (
                "mysql://root:pa@ss@db:3306/kubemin",
                "mysql://root:***@db:3306/kubemin",
            ),
            (
                "mysql://root@db/kubemin?password=x&a=b",
                "mysql://root@db/kubemin?password=***&a=b",
            ),
            ("sqlite:/var/lib/kubemin.db", "sqlite:/var/lib/kubemin.db"),
            ("mysql://db/kubemin", "mysql://db/kubemin"),
        ] {
            assert_eq!(masked_address(given), shown);
        }
    }
}
