//! CSV as the console gives it and as spreadsheets save it (RFC 4180): quotes, CRLF, a byte order mark.

/// Returns the rows with the line each begins in, counted from 1; a blank line is no row. `None`: a quote is never closed.
pub(super) fn rows(text: &str) -> Option<Vec<(usize, Vec<String>)>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut line, mut first_line) = (false, 1, 1);
    let mut characters = text.chars().chain(std::iter::once('\n')).peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                is_quoted = true;
            }
            ',' if !is_quoted => row.push(std::mem::take(&mut field).trim().to_owned()),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field).trim().to_owned());
                let row = std::mem::take(&mut row);
                if row.iter().any(|field| !field.is_empty()) {
                    rows.push((first_line, row));
                }
                line += 1;
                first_line = line;
            }
            other => {
                line += usize::from(other == '\n');
                field.push(other);
            }
        }
    }
    (!is_quoted).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn rows_are_what_a_spreadsheet_meant() {
        let read =
            |text| rows(text).map(|rows| rows.into_iter().map(|(line, row)| format!("{line}:{}", row.join("|"))).collect());
        let some = |rows: &[&str]| Some(rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>());
        assert_eq!(read("\u{feff}a,b\r\n1, 2 \r\n"), some(&["1:a|b", "2:1|2"]));
        assert_eq!(read("\"a,b\",\"c\"\"d\"\n\n\"e\nf\",g\nh"), some(&["1:a,b|c\"d", "3:e\nf|g", "5:h"]));
        assert_eq!(read(""), some(&[]));
        assert_eq!(read("a,\"b"), None);
    }
}
