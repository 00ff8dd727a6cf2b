//! Statements over many rows. The only place where SQL text is put together, from constants and counts.

use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Database};

use crate::sql::Db;

/// Rows of one statement: a statement's text depends on their number, and each text is prepared and kept once.
pub const ROWS: usize = 16;
/// Members of one `IN` list.
pub const MEMBERS: usize = 64;

/// A statement without values yet.
pub type Statement<'q> = Query<'q, Db, <Db as Database>::Arguments>;

/// `head` followed by `rows` groups of `columns` placeholders: `INSERT … VALUES (?, ?), (?, ?)`.
pub fn values<'q>(head: &'static str, rows: usize, columns: usize) -> Statement<'q> {
    let row = format!("({})", marks(columns));
    let rows = vec![row; rows].join(", ");
    sqlx::query(AssertSqlSafe(format!("{head} VALUES {rows}")))
}

/// `head (?, ?, …) tail`, for `… IN`. The list is padded to a power of two with its last member, so that few texts exist.
pub fn members<'q>(head: &'static str, tail: &'static str, members: &'q [String]) -> Statement<'q> {
    let width = members.len().next_power_of_two();
    let sql = format!("{head} ({}) {tail}", marks(width));
    let padding = members.last().into_iter().cycle();
    members
        .iter()
        .chain(padding)
        .take(width)
        .fold(sqlx::query(AssertSqlSafe(sql)), |statement, member| {
            statement.bind(member.as_str())
        })
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
