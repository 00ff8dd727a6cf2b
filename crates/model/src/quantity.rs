//! Amounts of CPU, memory, storage and GPUs, as the author wrote them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::amount::{Amount, AmountError};

/// A Kubernetes quantity, kept as text. A JSON number is accepted and kept as its digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Quantity(pub String);

impl Quantity {
    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Digits without unit and exponent, which mean Gi as the size of a volume (app-plane §1).
    pub fn is_bare_number(&self) -> bool {
        self.0
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    }

    /// The exact amount.
    pub fn amount(&self) -> Result<Amount, AmountError> {
        Amount::parse(&self.0)
    }
}

impl From<&str> for Quantity {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextOrNumber {
            Text(String),
            Number(serde_json::Number),
        }
        Ok(match TextOrNumber::deserialize(deserializer)? {
            TextOrNumber::Text(text) => Self(text),
            TextOrNumber::Number(number) => Self(number.to_string()),
        })
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"], "description": "A Kubernetes quantity such as 500m, 1Gi or 2." })
    }
}
