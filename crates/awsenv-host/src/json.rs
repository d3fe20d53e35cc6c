//! JSON as Python writes it, which is what the AWS CLI's caches look like.

use std::io;

use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// Writes a value as `json.dumps` does by default: `", "` and `": "` between the parts, ASCII only, no newline.
pub(crate) fn python_dumps(value: &Value) -> String {
    let mut bytes = Vec::new();
    let written = serde::Serialize::serialize(value, &mut Serializer::with_formatter(&mut bytes, Python));
    debug_assert!(written.is_ok(), "a value in memory can be written");
    String::from_utf8(bytes).unwrap_or_default()
}

struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if matches!(c, ' '..='~') {
                writer.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_like_pythons() {
        let value = serde_json::json!({"a": "é\"\n", "b": [1, {"c": null}], "d": {}});
        assert_eq!(python_dumps(&value), r#"{"a": "\u00e9\"\n", "b": [1, {"c": null}], "d": {}}"#);
    }
}
