//! Places in a text.

/// Line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    pub const START: Self = Self { line: 1, column: 1 };

    /// Place of a byte offset; offsets inside a character count as its start.
    pub fn of_offset(text: &str, offset: usize) -> Self {
        let mut cursor = Cursor::new(text);
        cursor.advance_to(offset)
    }
}

/// Turns rising byte offsets into positions in one pass over the text.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            position: Position::START,
        }
    }

    /// Position of `offset`; offsets must not go back.
    pub fn advance_to(&mut self, offset: usize) -> Position {
        for byte in self.text.as_bytes().iter().take(offset).skip(self.offset) {
            match byte {
                b'\n' => {
                    self.position = Position {
                        line: self.position.line + 1,
                        column: 1,
                    }
                }
                // continuation bytes of UTF-8 belong to the character before them
                0x80..=0xbf => {}
                _ => self.position.column += 1,
            }
        }
        self.offset = self.offset.max(offset);
        self.position
    }
}
