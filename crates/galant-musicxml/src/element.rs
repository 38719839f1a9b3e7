//! Text of XML, element by element.

use std::fmt::Write;

/// XML while it is written.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    text: String,
    /// The elements that are open.
    open: Vec<&'static str>,
}

impl Xml {
    /// How many bytes there are so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Begins an element; its attributes are written out, such as `id="P1"`.
    pub(crate) fn open(&mut self, name: &'static str, attributes: &str) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(crate) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            let _ = writeln!(self.text, "</{name}>");
        }
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: &str) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with text.
    pub(crate) fn leaf(&mut self, name: &'static str, text: impl std::fmt::Display) {
        self.leaf_with(name, "", text);
    }

    /// An element with attributes and text.
    pub(crate) fn leaf_with(&mut self, name: &'static str, attributes: &str, text: impl std::fmt::Display) {
        self.begin(name, attributes);
        let _ = writeln!(self.text, ">{}</{name}>", escaped(&text.to_string()));
    }

    /// All of it, without elements that are still open.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn begin(&mut self, name: &str, attributes: &str) {
        self.indent();
        let space = if attributes.is_empty() { "" } else { " " };
        let _ = write!(self.text, "<{name}{space}{attributes}");
    }

    fn indent(&mut self) {
        for _ in 0..self.open.len() {
            self.text.push(' ');
        }
    }
}

/// A text whose special characters are replaced; characters that XML cannot have become U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Readers take a carriage return for a line feed.
            '\r' => escaped.push_str("&#13;"),
            '\n' | '\t' => escaped.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(c),
        }
    }
    escaped
}
