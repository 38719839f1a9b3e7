//! A page of HTML that asks for nothing but itself.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use galant_plot::Picture;

/// Nothing may be loaded from anywhere; pictures and sound are in the page.
const HEAD: &str = "<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'\">
<meta name=\"viewport\" content=\"width=device-width\">
<link rel=\"icon\" href=\"data:,\">
<style>
body { max-width: 800px; margin: 2em auto; padding: 0 1em; font: 15px/1.45 sans-serif; color: #222; background: #fff }
h1 { font-size: 1.7em; font-weight: normal } h2 { font-size: 1.25em; margin-top: 2em }
svg { width: 100%; height: auto } audio { width: 100% }
table { border-collapse: collapse } td, th { padding: .15em .9em .15em 0; text-align: left; font-variant-numeric: tabular-nums }
th { border-bottom: 1px solid #222; font-weight: normal } footer { margin-top: 3em; color: #555 }
</style>";

/// A page as it is written.
pub(super) struct Page {
    html: String,
}

impl Page {
    pub(super) fn new(title: &str) -> Page {
        let title = escaped(title);
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>{title}</title>\n{HEAD}\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        Page { html }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.add(&format!("<h2>{}</h2>\n", escaped(text)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.add(&format!("<p>{}</p>\n", escaped(text)));
    }

    pub(super) fn picture(&mut self, picture: &Picture) {
        self.add(&picture.svg());
    }

    /// A player that holds a WAV file.
    pub(super) fn sound(&mut self, wav: &[u8]) {
        self.add("<audio controls src=\"data:audio/wav;base64,");
        STANDARD.encode_string(wav, &mut self.html);
        self.add("\"></audio>\n");
    }

    /// A table whose first row is its head.
    pub(super) fn table<const N: usize>(&mut self, rows: &[[String; N]]) {
        self.add("<table>\n");
        for (number, row) in rows.iter().enumerate() {
            let cell = if number == 0 { "th" } else { "td" };
            let cells: String = row.iter().fold(String::new(), |mut cells, text| {
                let _ = write!(cells, "<{cell}>{}</{cell}>", escaped(text));
                cells
            });
            self.add(&format!("<tr>{cells}</tr>\n"));
        }
        self.add("</table>\n");
    }

    pub(super) fn finished(mut self, program: &str) -> String {
        self.add(&format!("<footer>Trained by {}.</footer>\n</body>\n</html>\n", escaped(program)));
        self.html
    }

    fn add(&mut self, html: &str) {
        self.html.push_str(html);
    }
}

/// Text as HTML shows it, whatever it holds.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
