//! Statements over many rows. The only place where SQL text is put together, from constants and counts.

use crate::sql::Value;

/// Rows of one statement: a statement's text depends on their number, and each text is prepared and kept once.
pub const ROWS: usize = 16;
/// Members of one `IN` list.
pub const MEMBERS: usize = 64;

/// `head` followed by `rows` groups of `columns` placeholders: `INSERT … VALUES (?, ?), (?, ?)`.
pub fn values(head: &'static str, rows: usize, columns: usize) -> String {
    let row = format!("({})", marks(columns));
    format!("{head} VALUES {}", vec![row; rows].join(", "))
}

/// `head (?, ?, …) tail`, for `… IN`, with its values. The list is padded to a power of two with its last
/// member, so that few texts exist.
pub fn members<'a>(
    head: &'static str,
    tail: &'static str,
    members: &'a [String],
) -> (String, Vec<Value<'a>>) {
    let width = members.len().next_power_of_two();
    let padding = members.last().into_iter().cycle();
    let values = members.iter().chain(padding).take(width);
    let sql = format!("{head} ({}) {tail}", marks(width));
    (sql, values.map(Value::from).collect())
}

/// `condition OR condition …`, one for each of `rows`, with their values. Padded as [`members`].
pub fn any_of<'a, T, const N: usize>(
    condition: &'static str,
    rows: &'a [T],
    values: impl Fn(&'a T) -> [Value<'a>; N],
) -> (String, Vec<Value<'a>>) {
    let width = rows.len().next_power_of_two();
    let padding = rows.last().into_iter().cycle();
    let values = rows.iter().chain(padding).take(width).flat_map(values);
    (vec![condition; width].join(" OR "), values.collect())
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
