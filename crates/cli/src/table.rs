//! Tables without lines, as people know them from kubectl.

use comfy_table::{Cell, ContentArrangement, Table, presets};

/// Rows under headings, columns two blanks apart.
pub fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(headings.map(Cell::new));
    for row in rows {
        table.add_row(row.map(|text| text.replace(['\n', '\r'], " ")));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}
