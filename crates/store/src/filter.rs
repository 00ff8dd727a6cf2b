//! How a list is searched and paged. Pure.

use kubemin_model::Application;
use kubemin_ports::store::StoreResult;
use kubemin_ports::{ApplicationRow, StoreError};

const MAX_ROWS: usize = 500;

/// A place in the list: rows strictly before it, in order of change, follow.
#[derive(Debug, PartialEq)]
pub struct Cursor {
    /// Last change of the row before.
    pub updated_ms: i64,
    /// Its id.
    pub id: String,
}

impl Cursor {
    /// Reads what [`Cursor::to_text`] wrote; the start of the list when absent.
    pub fn parse(text: Option<&str>) -> StoreResult<Self> {
        let Some(text) = text else {
            return Ok(Self {
                updated_ms: i64::MAX,
                id: String::new(),
            });
        };
        text.split_once('.')
            .and_then(|(at, id)| Some((at.parse().ok()?, id)))
            .map(|(updated_ms, id)| Self {
                updated_ms,
                id: id.to_owned(),
            })
            .ok_or_else(|| StoreError::NotFound("the page of this cursor".to_owned()))
    }

    /// The place after a row.
    pub fn after(row: &ApplicationRow) -> Self {
        Self {
            updated_ms: row.updated_ms,
            id: row.id.clone(),
        }
    }

    /// For the client.
    pub fn to_text(&self) -> String {
        format!("{}.{}", self.updated_ms, self.id)
    }
}

/// Rows of a page: 1 to 500.
pub fn limit(asked: usize) -> usize {
    asked.clamp(1, MAX_ROWS)
}

/// What `text` is looked for in: name, alias, project, description.
pub fn search_text(name: &str, document: &Application) -> String {
    let texts = [&document.alias, &document.project, &document.description];
    std::iter::once(name)
        .chain(texts.into_iter().flatten().map(String::as_str))
        .collect::<Vec<_>>()
        .join("\n")
        .to_lowercase()
}

/// `LIKE` pattern for a part of the text, with `!` as escape; empty for no text.
pub fn pattern(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_searched_text_stand_for_themselves() {
        assert_eq!(pattern("50%_A!"), "%50!%!_a!!%");
        assert_eq!(pattern(""), "");
    }

    #[test]
    fn a_cursor_reads_back_and_a_foreign_one_is_refused() {
        let cursor = Cursor {
            updated_ms: 17,
            id: "shop-1".into(),
        };
        assert_eq!(Cursor::parse(Some(&cursor.to_text())).unwrap(), cursor);
        assert!(Cursor::parse(Some("nonsense")).is_err());
    }

    #[test]
    fn a_page_has_1_to_500_rows() {
        assert_eq!((limit(0), limit(20), limit(9000)), (1, 20, 500));
    }
}
