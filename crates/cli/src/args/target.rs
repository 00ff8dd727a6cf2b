//! `APP` and `APP/COMPONENT`.

use std::convert::Infallible;
use std::str::FromStr;

/// An application by name or id, or one of its components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name or id.
    pub app: String,
    /// Component.
    pub component: Option<String>,
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (app, component) = match text.split_once('/') {
            Some((app, component)) => (app, (!component.is_empty()).then(|| component.to_owned())),
            None => (text, None),
        };
        Ok(Self {
            app: app.to_owned(),
            component,
        })
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.app)?;
        match &self.component {
            Some(component) => write!(f, "/{component}"),
            None => Ok(()),
        }
    }
}
