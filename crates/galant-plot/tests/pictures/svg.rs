//! The elements of an SVG document, read without the code that wrote it.

/// One element with its attributes and, for a text, what it says.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) tag: String,
    pub(crate) text: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        &found.unwrap_or_else(|| panic!("no {name} in {self:?}")).1
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        self.attribute(name).parse().unwrap_or_else(|_| panic!("{name} of {self:?} is not a number"))
    }
}

/// All elements of a document in their order.
pub(crate) fn elements(svg: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    for piece in svg.split('<').skip(1).filter(|piece| !piece.starts_with('/')) {
        let (inside, after) = piece.split_once('>').expect("a tag is closed");
        let (tag, mut rest) = inside.split_once(' ').expect("our elements have attributes");
        let mut attributes = Vec::new();
        while let Some((key, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("a value is closed");
            attributes.push((key.trim().to_owned(), value.to_owned()));
            rest = after;
        }
        let text =
            after.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&apos;", "'").replace("&quot;", "\"");
        elements.push(Element { tag: tag.to_owned(), text: text.replace("&amp;", "&"), attributes });
    }
    elements
}

/// Left, top, right, bottom.
pub(crate) type Rectangle = [f64; 4];

/// The extent of a text in a font whose letters are 0.54 em wide on average, as in common sans-serif fonts.
pub(crate) fn text_box(text: &Element) -> Rectangle {
    let size = text.number("font-size");
    let (x, y) = (text.number("x"), text.number("y"));
    let width = 0.54 * size * text.text.chars().count() as f64;
    let from = match text.attribute("text-anchor") {
        "start" => 0.0,
        "middle" => -width / 2.0,
        _ => -width,
    };
    let half = size * 0.45;
    let is_turned = text.attributes.iter().any(|(key, _)| key == "transform");
    // Turned by 270°, a text runs upward.
    if is_turned {
        [x - half, y - from - width, x + half, y - from]
    } else {
        [x + from, y - half, x + from + width, y + half]
    }
}

pub(crate) fn overlap(a: Rectangle, b: Rectangle) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// The extent of a shape.
pub(crate) fn extent(element: &Element) -> Option<Rectangle> {
    let number = |name| element.number(name);
    match element.tag.as_str() {
        "rect" | "image" => {
            let (x, y) = (number("x"), number("y"));
            Some([x, y, x + number("width"), y + number("height")])
        }
        "line" => Some([number("x1"), number("y1"), number("x2"), number("y2")]),
        "text" => Some(text_box(element)),
        "polyline" | "polygon" => {
            let points = element.attribute("points").split_whitespace().map(|point| {
                let (x, y) = point.split_once(',').expect("a point has two numbers");
                (x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap())
            });
            points.fold(None, |extent: Option<Rectangle>, (x, y)| {
                let [left, top, right, bottom] = extent.unwrap_or([x, y, x, y]);
                Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
            })
        }
        "svg" => None,
        other => panic!("unexpected element {other}"),
    }
}
