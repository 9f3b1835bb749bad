//! Tables for people: aligned columns, numbers to the right.

use std::{collections::BTreeMap, fmt::Write};

/// Renders rows under a header; every row has as many cells as the header.
pub fn render(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    let mut text = String::new();
    for row in std::iter::once(&header).chain(rows) {
        for (cell, width) in row.iter().zip(&widths) {
            let is_number = cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains('T');
            let padded = if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            write!(text, "{padded}  ").expect("a string takes every write");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// One row for each reason for which something was set aside.
pub fn reasons(counts: &BTreeMap<String, u64>) -> impl Iterator<Item = Vec<String>> + '_ {
    counts.iter().map(|(reason, count)| vec![format!("quarantined: {reason}"), count.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let rows =
            vec![vec!["2026-11-20T14".into(), "1480".into()], vec!["2026-11-20T15".into(), "7".into()]];
        let expected = "hour           rows\n2026-11-20T14  1480\n2026-11-20T15     7\n";
        assert_eq!(render(&["hour", "rows"], &rows), expected);
    }
}
