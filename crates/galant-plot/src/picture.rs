//! A picture as a list of shapes, and its two forms: SVG and PNG.
//!
//! Shapes are laid out on a canvas 800 units wide, at which everything is readable, and drawn twice as large.

use plotters_backend::text_anchor::HPos;
use plotters_backend::{BackendColor, BackendStyle, DrawingBackend, FontTransform};
use plotters_bitmap::BitMapBackend;
use plotters_svg::SVGBackend;

use crate::color::Color;
use crate::encode;
use crate::text::{self, TextStyle};

/// The width of every picture, in units.
pub(crate) const WIDTH: f64 = 800.0;

/// Pixels per unit: fine enough for print, and a note of a long piece is still more than a line.
const SCALE: u32 = 2;

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    height: f64,
    shapes: Vec<Shape>,
}

/// What a picture is made of, in the order it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Rectangle { left: f64, top: f64, width: f64, height: f64, color: Color },
    Line { points: Vec<(f64, f64)>, width: u32, color: Color },
    Polygon { points: Vec<(f64, f64)>, color: Color },
    Text { at: (f64, f64), text: String, size: f64, anchor: Anchor, turn: Turn, color: Color },
    Raster { left: f64, top: f64, width: f64, height: f64, pixels: Pixels },
}

/// A grid of colors, `[rows, columns]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pixels {
    pub(crate) n_columns: usize,
    pub(crate) colors: Vec<Color>,
}

/// Which point of a text is at its position; it is centered vertically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// The direction of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Level,
    Upward,
}

impl Picture {
    /// An empty picture, without height until [`Picture::ending_at`] gives it one.
    pub(crate) fn new() -> Picture {
        Picture { height: 0.0, shapes: Vec::new() }
    }

    pub(crate) fn ending_at(self, height: f64) -> Picture {
        Picture { height, ..self }
    }

    pub(crate) fn add(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    pub(crate) fn text(&mut self, at: (f64, f64), text: &str, size: f64, anchor: Anchor, color: Color) {
        self.add(Shape::Text { at, text: text.to_owned(), size, anchor, turn: Turn::Level, color });
    }

    /// Width and height of the PNG form in pixels; the SVG form is shown at half that size and scales freely.
    pub fn size(&self) -> (u32, u32) {
        (pixel(WIDTH) as u32, pixel(self.height) as u32)
    }

    /// The picture as an SVG document.
    ///
    /// Texts are in the viewer's sans-serif font; heat maps are embedded images.
    pub fn svg(&self) -> String {
        let (width, height) = self.size();
        let mut svg = String::new();
        self.draw(&mut SVGBackend::with_string(&mut svg, (width, height)), 0.0);
        // Shown at the size it is laid out for; the coordinates stay fine.
        let natural = format!("<svg width=\"{width}\" height=\"{height}\"");
        let shown = format!("<svg width=\"{}\" height=\"{}\"", width / SCALE, height / SCALE);
        let mut svg = svg.replacen(&natural, &shown, 1);
        let rasters: String = self.shapes.iter().filter_map(image_element).collect();
        let end = svg.rfind("</svg>").expect("an SVG document ends with its element");
        svg.insert_str(end, &rasters);
        svg
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let (width, height) = self.size();
        let mut pixels = vec![255; 3 * width as usize * height as usize];
        self.draw(&mut BitMapBackend::with_buffer(&mut pixels, (width, height)), text::BITMAP_DROP);
        for shape in &self.shapes {
            if let Shape::Raster { left, top, width: across, height: down, pixels: raster } = shape {
                let (x, y) = (pixel(*left) as usize, pixel(*top) as usize);
                let (n_x, n_y) = (pixel(*across) as usize, pixel(*down) as usize);
                raster.enlarge(n_x, n_y, |dx, dy, color| {
                    let at = 3 * ((y + dy) * width as usize + x + dx);
                    pixels[at..at + 3].copy_from_slice(&color.0);
                });
            }
        }
        encode::png(width, height, &pixels)
    }

    /// The characters of its texts that [`Picture::png`] draws as boxes, as its font does not have them; each once.
    ///
    /// The SVG form has all characters that the viewer's fonts have.
    pub fn missing_in_png(&self) -> String {
        let mut missing = String::new();
        for shape in &self.shapes {
            let Shape::Text { text, .. } = shape else { continue };
            for c in text.chars().filter(|&c| text::is_missing(c)) {
                if !missing.contains(c) {
                    missing.push(c);
                }
            }
        }
        missing
    }

    /// Draws everything except rasters; texts are `text_drop` ems lower.
    fn draw<B: DrawingBackend>(&self, backend: &mut B, text_drop: f64) {
        let (width, height) = self.size();
        let corner = (width as i32, height as i32);
        succeeded(backend.draw_rect((0, 0), corner, &opaque(Color::WHITE), true));
        self.shapes.iter().for_each(|shape| draw_shape(shape, backend, text_drop));
        succeeded(backend.present());
    }
}

/// Backends may fail to write a file; ours write into memory.
fn succeeded<E: std::error::Error>(drawn: Result<(), E>) {
    drawn.unwrap_or_else(|error| panic!("drawing into memory failed: {error}"));
}

fn draw_shape<B: DrawingBackend>(shape: &Shape, backend: &mut B, text_drop: f64) {
    succeeded(match shape {
        Shape::Rectangle { left, top, width, height, color } => {
            let (x0, y0) = place((*left, *top));
            let (x1, y1) = place((left + width, top + height));
            // The shortest note is still visible.
            backend.draw_rect((x0, y0), (x1.max(x0 + 1), y1.max(y0 + 1)), &opaque(*color), true)
        }
        Shape::Line { points, width, color } => {
            let style = Stroke { width: *width, color: opaque(*color) };
            match points[..] {
                [from, to] => backend.draw_line(place(from), place(to), &style),
                _ => backend.draw_path(points.iter().copied().map(place), &style),
            }
        }
        Shape::Polygon { points, color } => backend.fill_polygon(points.iter().copied().map(place), &opaque(*color)),
        Shape::Text { at, text, size, anchor, turn, color } => {
            let anchor = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let drop = text_drop * size;
            let (transform, at) = match turn {
                Turn::Level => (FontTransform::None, (at.0, at.1 + drop)),
                Turn::Upward => (FontTransform::Rotate270, (at.0 + drop, at.1)),
            };
            let size = size * f64::from(SCALE) * text::PLOTTERS_EM;
            backend.draw_text(text, &TextStyle { size, anchor, transform, color: opaque(*color) }, place(at))
        }
        // Neither backend draws these as we want them; the callers insert them.
        Shape::Raster { .. } => Ok(()),
    });
}

/// A raster as an element of an SVG document, its cells with sharp edges.
fn image_element(shape: &Shape) -> Option<String> {
    let Shape::Raster { left, top, width, height, pixels } = shape else { return None };
    let bytes: Vec<u8> = pixels.colors.iter().flat_map(|color| color.0).collect();
    let data = encode::data_uri("image/png", &encode::png(pixels.n_columns as u32, pixels.n_rows() as u32, &bytes));
    let (x, y, width, height) = (pixel(*left), pixel(*top), pixel(*width), pixel(*height));
    Some(format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"{data}\"/>\n"
    ))
}

impl Pixels {
    fn n_rows(&self) -> usize {
        self.colors.len() / self.n_columns
    }

    /// Sets the color of each of `n_x` × `n_y` pixels spread over the grid.
    fn enlarge(&self, n_x: usize, n_y: usize, mut set: impl FnMut(usize, usize, Color)) {
        for y in 0..n_y {
            for x in 0..n_x {
                let (column, row) = (x * self.n_columns / n_x, y * self.n_rows() / n_y);
                set(x, y, self.colors[row * self.n_columns + column]);
            }
        }
    }
}

fn pixel(units: f64) -> i32 {
    (units * f64::from(SCALE)).round() as i32
}

fn place((x, y): (f64, f64)) -> (i32, i32) {
    (pixel(x), pixel(y))
}

/// How a line is drawn.
struct Stroke {
    width: u32,
    color: BackendColor,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

fn opaque(color: Color) -> BackendColor {
    BackendColor { alpha: 1.0, rgb: color.0.into() }
}
