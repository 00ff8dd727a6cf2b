//! What the two databases say differently. Statements are written once, in MySQL's words and one of our own: `NOW_MS()`,
//! the database's clock in milliseconds since the epoch.

use std::borrow::Cow;

const NOW: &str = "NOW_MS()";
/// Rows stay as they were read to the end of the transaction.
const LOCKED: &str = " FOR UPDATE";

/// A statement for SQLite. Its writer holds the whole database, so that rows need no locks.
pub fn for_sqlite(sql: &str) -> Cow<'_, str> {
    let sql = sql.strip_suffix(LOCKED).unwrap_or(sql);
    with_clock(sql, "CAST(unixepoch('subsec') * 1000 AS INTEGER)")
}

/// A statement for MySQL and MariaDB.
pub fn for_mysql(sql: &str) -> Cow<'_, str> {
    with_clock(sql, "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)")
}

fn with_clock<'a>(sql: &'a str, clock: &str) -> Cow<'a, str> {
    match sql.contains(NOW) {
        true => Cow::Owned(sql.replace(NOW, clock)),
        false => Cow::Borrowed(sql),
    }
}

/// A migration for MySQL: texts as long as SQLite's, compared byte by byte as SQLite does, in tables that can roll back.
pub fn migration_for_mysql(text: &str) -> String {
    let text = text
        .trim()
        .trim_end_matches(';')
        .replace(" TEXT", " MEDIUMTEXT");
    match text.contains("CREATE TABLE") {
        true => format!(
            "{text} ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        ),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_knows_no_row_locks() {
        assert_eq!(for_sqlite("SELECT 1 FOR UPDATE"), "SELECT 1");
        assert_eq!(for_mysql("SELECT 1 FOR UPDATE"), "SELECT 1 FOR UPDATE");
    }

    #[test]
    fn the_clock_is_the_database_s_own() {
        assert!(for_sqlite("SET a = NOW_MS() + ?").contains("unixepoch"));
        assert!(for_mysql("SET a = NOW_MS() + ?").contains("UNIX_TIMESTAMP"));
    }

    #[test]
    fn only_plain_texts_grow() {
        let text = migration_for_mysql("CREATE TABLE a (b TEXT NOT NULL, c LONGTEXT NOT NULL);\n");
        assert!(
            text.starts_with("CREATE TABLE a (b MEDIUMTEXT NOT NULL, c LONGTEXT NOT NULL) ENGINE")
        );
    }
}
