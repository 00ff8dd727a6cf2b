//! A figure with what it is held against.

use std::fmt;

/// Head of the table.
pub const HEAD: &str =
    "| what | figure | beside it | ratio | to reach | met |\n|---|---|---|---|---|---|";

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was measured, with the number of runs.
    pub what: String,
    /// Ours, with unit and spread.
    pub figure: String,
    /// Peer or floor of the same run; empty when there is none.
    pub beside: String,
    /// Ours to theirs, as the target words it.
    pub ratio: String,
    /// The target.
    pub target: String,
    /// Whether it is reached.
    pub met: bool,
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let met = if self.met { "yes" } else { "**no**" };
        write!(
            out,
            "| {} | {} | {} | {} | {} | {met} |",
            self.what, self.figure, self.beside, self.ratio, self.target
        )
    }
}
