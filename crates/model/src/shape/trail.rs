//! Where the walk is: one link per level, turned into text only when there is something to report.

use std::fmt::{self, Write};

/// Most characters of a key in a path: a long or strange key must not flood a message.
const SHOWN: usize = 128;

/// One level of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Link<'a> {
    /// Canonical and written name of a known field.
    Field(&'a str, &'a str),
    /// Canonical field that the document does not write (a bare list of steps).
    Implied(&'a str),
    Index(usize),
    /// Key of a free map.
    Key(&'a str),
}

/// The path to a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trail<'a> {
    parent: Option<&'a Trail<'a>>,
    link: Option<Link<'a>>,
}

impl<'a> Trail<'a> {
    pub const ROOT: Trail<'static> = Trail {
        parent: None,
        link: None,
    };

    pub fn then(&'a self, link: Link<'a>) -> Trail<'a> {
        Trail {
            parent: Some(self),
            link: Some(link),
        }
    }

    /// With canonical names.
    pub fn canonical(&self) -> String {
        self.render(|link| match link {
            Link::Field(canonical, _) | Link::Implied(canonical) => {
                Some(Link::Field(canonical, canonical))
            }
            other => Some(other),
        })
    }

    /// With the document's own names.
    pub fn written(&self) -> String {
        self.render(|link| match link {
            Link::Field(_, written) => Some(Link::Field(written, written)),
            Link::Implied(_) => None,
            other => Some(other),
        })
    }

    fn render(&self, choose: fn(Link<'a>) -> Option<Link<'a>>) -> String {
        let mut links = Vec::new();
        let mut trail = Some(self);
        while let Some(Trail { parent, link }) = trail {
            links.extend(link.and_then(choose));
            trail = *parent;
        }
        let mut text = String::new();
        for link in links.iter().rev() {
            match link {
                Link::Field(name, _) | Link::Implied(name) => push_name(&mut text, name),
                Link::Index(index) => push_index(&mut text, *index),
                Link::Key(key) => push_name(&mut text, key),
            }
        }
        text
    }
}

/// Appends `.name`, or `["na.me"]` when the name would be read as something else.
pub(crate) fn push_name(path: &mut String, name: &str) {
    let plain = name.len() <= SHOWN
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    } else {
        let shown: String = name.chars().take(SHOWN).collect();
        push(path, format_args!("[{shown:?}]"));
    }
}

/// Appends `[index]`.
pub(crate) fn push_index(path: &mut String, index: usize) {
    push(path, format_args!("[{index}]"));
}

fn push(path: &mut String, text: fmt::Arguments) {
    // writing to a String does not fail
    let _ = path.write_fmt(text);
}
