//! From the text of a setting to its value.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use kubemin_model::duration;

use super::setting::Kind;

/// A type that a setting can have.
pub(super) trait Form: Default {
    /// Form of the text.
    const KIND: Kind;
    /// Allowed texts, when only some are.
    const CHOICES: &'static [&'static str] = &[];

    /// Reads a text; the message of a refusal continues the name of the setting.
    fn of_text(text: &str) -> Result<Self, String>;

    /// Whether the value is zero.
    fn is_zero(&self) -> bool {
        false
    }
}

impl Form for Duration {
    const KIND: Kind = Kind::Duration;

    fn of_text(text: &str) -> Result<Self, String> {
        duration::parse(text).map_err(|error| error.to_string())
    }

    fn is_zero(&self) -> bool {
        Duration::is_zero(self)
    }
}

macro_rules! whole_number {
    ($($type:ty),+) => {$(
        impl Form for $type {
            const KIND: Kind = Kind::Number;

            fn of_text(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| match text.parse::<i128>() {
                    Ok(number) if number < 0 => format!("{number} is negative"),
                    Ok(number) => format!("{number} is larger than {}", <$type>::MAX),
                    Err(_) => format!("{text:?} is no whole number"),
                })
            }

            fn is_zero(&self) -> bool {
                *self == 0
            }
        }
    )+};
}

whole_number!(u16, u32, u64);

impl Form for bool {
    const KIND: Kind = Kind::Switch;

    fn of_text(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{text:?} is neither true nor false")),
        }
    }
}

impl Form for String {
    const KIND: Kind = Kind::Text;

    fn of_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Form for PathBuf {
    const KIND: Kind = Kind::Path;

    fn of_text(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the path is empty".to_owned());
        }
        Ok(PathBuf::from(text))
    }
}

impl Form for Vec<String> {
    const KIND: Kind = Kind::List;

    fn of_text(text: &str) -> Result<Self, String> {
        Ok(text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect())
    }
}

/// `None` when the text is empty.
impl<T: Form> Form for Option<T> {
    const KIND: Kind = T::KIND;
    const CHOICES: &'static [&'static str] = T::CHOICES;

    fn of_text(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(None);
        }
        T::of_text(text).map(Some)
    }

    fn is_zero(&self) -> bool {
        self.as_ref().is_some_and(T::is_zero)
    }
}

/// Address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BindAddress(pub SocketAddr);

impl Default for BindAddress {
    fn default() -> Self {
        Self(SocketAddr::from(([127, 0, 0, 1], 8080)))
    }
}

impl Form for BindAddress {
    const KIND: Kind = Kind::Text;

    fn of_text(text: &str) -> Result<Self, String> {
        let numeric = match text.split_once(':') {
            Some(("localhost", port)) => format!("127.0.0.1:{port}"),
            Some(("", port)) => format!("0.0.0.0:{port}"),
            _ => text.to_owned(),
        };
        numeric.parse().map(Self).map_err(|_| {
            format!("{text:?} is no address to listen on; write IP:PORT, e.g. 127.0.0.1:8080")
        })
    }
}

/// Address of a database, `sqlite:PATH` or `mysql://USER@HOST:PORT/DATABASE`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatastoreUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// The whole address.
    Mysql(String),
}

impl Default for DatastoreUrl {
    fn default() -> Self {
        Self::Sqlite(PathBuf::from("kubemin.db"))
    }
}

/// The address of MySQL may hold a password.
impl std::fmt::Debug for DatastoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Mysql(_) => f.write_str("Mysql(***)"),
        }
    }
}

impl Form for DatastoreUrl {
    const KIND: Kind = Kind::Text;

    fn of_text(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err("names no file; write sqlite:/var/lib/kubemin/kubemin.db".to_owned())
            } else {
                Ok(Self::Sqlite(PathBuf::from(path)))
            };
        }
        if text.starts_with("mysql://") {
            return Ok(Self::Mysql(text.to_owned()));
        }
        Err("is neither sqlite:PATH nor mysql://USER@HOST:PORT/DATABASE".to_owned())
    }
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Form for Secret {
    const KIND: Kind = Kind::Text;

    fn of_text(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}
