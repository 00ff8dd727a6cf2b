//! Reading a row field by field, whichever driver it comes from.

use kubemin_ports::store::StoreResult;

use crate::error::corrupt;

/// A value of a row. Tables hold no others.
pub enum Cell<'r> {
    /// BIGINT.
    Number(i64),
    /// UTF-8 text.
    Text(&'r [u8]),
}

/// A row of a driver.
pub trait Columns {
    /// A column by its place; `None` for NULL, for another type and behind the last one.
    fn cell(&self, index: usize) -> Option<Cell<'_>>;
}

/// Reads the columns of a row one after another.
pub struct Fields<'r> {
    row: &'r dyn Columns,
    next: usize,
}

impl<'r> Fields<'r> {
    /// Starts at the first column.
    pub fn new(row: &'r dyn Columns) -> Self {
        Self { row, next: 0 }
    }

    /// The next column, a text.
    pub fn text(&mut self) -> StoreResult<String> {
        match self.take() {
            Some(Cell::Text(text)) => std::str::from_utf8(text)
                .map(str::to_owned)
                .map_err(|error| corrupt("text", error)),
            _ => Err(corrupt("text", "another type")),
        }
    }

    /// The next column, a whole number of any width.
    pub fn number<T: TryFrom<i64>>(&mut self) -> StoreResult<T> {
        match self.take() {
            Some(Cell::Number(number)) => {
                T::try_from(number).map_err(|_| corrupt("number", "out of range"))
            }
            _ => Err(corrupt("number", "another type")),
        }
    }

    /// The next column, 0 or anything else.
    pub fn flag(&mut self) -> StoreResult<bool> {
        self.number::<i64>().map(|number| number != 0)
    }

    /// The next column, JSON text.
    pub fn json<T: serde::de::DeserializeOwned>(&mut self) -> StoreResult<T> {
        serde_json::from_str(&self.text()?).map_err(|error| corrupt("JSON", error))
    }

    /// The next column, a word of an enumeration.
    pub fn word<T>(&mut self, from_word: impl Fn(&str) -> Option<T>) -> StoreResult<T> {
        let word = self.text()?;
        from_word(&word).ok_or_else(|| corrupt("unknown word", word))
    }

    fn take(&mut self) -> Option<Cell<'r>> {
        self.next += 1;
        self.row.cell(self.next - 1)
    }
}
