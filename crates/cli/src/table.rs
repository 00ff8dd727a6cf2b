//! Tables without lines, as people know them from kubectl.

use comfy_table::{Cell, ContentArrangement, Table, presets};

use crate::paint::Paint;

/// Blanks between two columns.
const GAP: &str = "  ";

/// Rows under headings; states are coloured.
pub fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    paint: Paint,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(headings.map(Cell::new));
    for row in rows {
        table.add_row(row.map(|text| text.replace(|c: char| c.is_control(), " ")));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
        .lines()
        .map(|line| format!("{}\n", coloured(line.trim_end(), paint)))
        .collect()
}

/// A cell that is the name of a state gets the colour of it; the widths are settled by then.
fn coloured(line: &str, paint: Paint) -> String {
    if !paint.0 {
        return line.to_owned();
    }
    let cells: Vec<String> = line
        .split(GAP)
        .map(|cell| {
            let word = cell.trim();
            if paint.is_state(word) {
                cell.replace(word, &paint.state(word))
            } else {
                cell.to_owned()
            }
        })
        .collect();
    cells.join(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_and_colours_take_no_room() {
        let rows = || {
            [
                ["a".to_owned(), "Running".to_owned(), "x y".to_owned()],
                ["bbb".to_owned(), "Failed".to_owned(), "1\n2".to_owned()],
            ]
        };
        let plain = table(["N", "STATUS", "M"], rows(), Paint(false));
        assert_eq!(
            plain,
            "N    STATUS   M\na    Running  x y\nbbb  Failed   1 2\n"
        );
        let colour = table(["N", "STATUS", "M"], rows(), Paint(true));
        assert_eq!(
            colour,
            "N    STATUS   M\na    \u{1b}[32mRunning\u{1b}[0m  x y\nbbb  \u{1b}[31mFailed\u{1b}[0m   1 2\n"
        );
    }
}
