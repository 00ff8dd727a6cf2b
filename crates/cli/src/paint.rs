//! Colours, for terminals only.

use std::borrow::Cow;

/// Meaning of a coloured text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Failed, refused.
    Bad,
    /// A warning, something that waits.
    Attention,
    /// Done, healthy.
    Good,
    /// Under way.
    Active,
    /// Of less weight.
    Faint,
    /// A heading.
    Strong,
}

/// Whether texts are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    /// The text in the colour of its tone.
    pub fn tone<'a>(self, tone: Tone, text: &'a str) -> Cow<'a, str> {
        if !self.0 || text.is_empty() {
            return text.into();
        }
        let code = match tone {
            Tone::Bad => "31",
            Tone::Attention => "33",
            Tone::Good => "32",
            Tone::Active => "36",
            Tone::Faint => "2",
            Tone::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m").into()
    }

    /// The text in the colour of the state it names.
    pub fn state(self, state: &str) -> Cow<'_, str> {
        self.tone(tone_of(state).unwrap_or(Tone::Faint), state)
    }

    /// Whether a word names a state.
    pub fn is_state(self, word: &str) -> bool {
        tone_of(word).is_some()
    }
}

fn tone_of(state: &str) -> Option<Tone> {
    Some(match state {
        "Running" | "Completed" | "completed" | "ok" | "create" => Tone::Good,
        "Failed" | "failed" | "timeout" | "rejected" | "delete" | "problem" => Tone::Bad,
        "Pending" | "Unknown" | "cancelled" | "suspended" | "Warning" | "warning" => {
            Tone::Attention
        }
        "running" => Tone::Active,
        "Stopped" | "waiting" | "queued" | "skipped" | "keep" => Tone::Faint,
        _ => return None,
    })
}
