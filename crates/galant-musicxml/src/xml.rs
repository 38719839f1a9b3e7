//! XML within limits, and what is read of its elements.

use galant_types::Place;
use roxmltree::{Document, Node, ParsingOptions};

use crate::error::DecodeError;
use crate::limits::{BYTES_PER_TAG, MAX_ATTRIBUTES, MAX_ATTRIBUTES_OF_TAG, MAX_NAMESPACES, MAX_TAGS};

/// The tree of a text.
///
/// What would take time or memory out of proportion is refused before it is parsed: the parser compares each attribute of
/// a tag with the others, and copies the namespaces of a tag to those in it.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, DecodeError> {
    let max_tags = MAX_TAGS.max(text.len() / BYTES_PER_TAG);
    check(text, max_tags)?;
    // A tag, and the text after it. Fits: the text is within the limit of its size.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 2 * max_tags as u32, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| DecodeError::Xml { reason: error.to_string() })
}

fn check(text: &str, max_tags: usize) -> Result<(), DecodeError> {
    let (mut n_tags, mut n_attributes) = (0, 0);
    // A tag ends before the next one begins: `<` is not allowed in attributes.
    for tag in text.as_bytes().split(|&byte| byte == b'<') {
        n_tags += 1;
        let of_tag = tag.iter().filter(|&&byte| byte == b'=').count();
        n_attributes += of_tag;
        let limits = [
            ("tags", n_tags, max_tags),
            ("attributes", n_attributes, MAX_ATTRIBUTES),
            ("attributes in one tag", of_tag, MAX_ATTRIBUTES_OF_TAG),
        ];
        if let Some((what, _, limit)) = limits.into_iter().find(|&(_, found, limit)| found > limit) {
            return Err(DecodeError::XmlLimit { what, limit });
        }
    }
    if text.matches("xmlns").count() > MAX_NAMESPACES {
        return Err(DecodeError::XmlLimit { what: "namespaces", limit: MAX_NAMESPACES });
    }
    if text.contains("<!ENTITY") { Err(DecodeError::Entities) } else { Ok(()) }
}

/// The scores that the table of a compressed file names.
pub(crate) fn root_files(text: &str) -> Result<Vec<String>, DecodeError> {
    let document = parse(text)?;
    let names = document.descendants().filter(|node| node.tag_name().name() == "rootfile");
    Ok(names.filter_map(|node| node.attribute("full-path")).map(str::to_owned).collect())
}

/// The elements directly in one, with their names.
pub(crate) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = (&'a str, Node<'a, 'i>)> {
    node.children().filter(Node::is_element).map(|child| (child.tag_name().name(), child))
}

/// The first element of a name directly in one.
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(node).find(|&(found, _)| found == name).map(|(_, child)| child)
}

/// The text of the first element of a name directly in one, without space around it.
pub(crate) fn child_text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).map(text)
}

/// The text of an element, without space around it.
pub(crate) fn text<'a>(node: Node<'a, '_>) -> &'a str {
    node.text().unwrap_or_default().trim()
}

/// The text of the first element of a name directly in one, as a number.
pub(crate) fn child_number<T: std::str::FromStr>(node: Node<'_, '_>, name: &str) -> Option<T> {
    child_text(node, name)?.parse().ok()
}

/// Where an element begins, in bytes of the text.
pub(crate) fn at(node: Node<'_, '_>) -> usize {
    node.range().start
}

/// The line and the character of byte `at` of a text.
pub(crate) fn place(text: &str, at: usize) -> Place {
    let before = &text[..text.floor_char_boundary(at)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let n_lines = before.bytes().filter(|&byte| byte == b'\n').count();
    let column = before[line_start..].chars().count();
    // Texts are far shorter than 2^32 characters.
    Place::Line { line: n_lines as u32 + 1, column: column as u32 + 1 }
}

/// A value for a message: its beginning, without control characters.
pub(crate) fn shown(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(40).collect()
}
