//! A page of HTML that asks for nothing but itself.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use galant_checkpoint::Sha256Hash;

use super::words::escaped;

const STYLE: &str = include_str!("page.css");

/// Plays the pieces; without it, browsers show their own players.
const SCRIPT: &str = include_str!("page.js");

/// A page as it is written.
pub(super) struct Page {
    html: String,
    is_in_section: bool,
}

impl Page {
    pub(super) fn new(title: &str, by: &str) -> Page {
        let (title, by) = (escaped(title), escaped(by));
        // Nothing may be loaded from anywhere, and no script may run but the page's own.
        let of_script = STANDARD.encode(Sha256Hash::of(SCRIPT.as_bytes()).0);
        let policy = format!(
            "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; script-src 'sha256-{of_script}'"
        );
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<p>{by}</p>\n\
             <nav aria-label=\"Page\"><a href=\"#pieces\">Pieces</a> <a href=\"#learning\">Learning</a> \
             <a href=\"#corpus\">Corpus</a> <a href=\"#settings\">Settings</a></nav>\n</header>\n<main>\n"
        );
        Page { html, is_in_section: false }
    }

    /// Begins a section, after the one before.
    pub(super) fn section(&mut self, id: &str, heading: &str) {
        self.end_section();
        let heading = escaped(heading);
        self.add(&format!("<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{heading}</h2>\n"));
        self.is_in_section = true;
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.add(&format!("<p>{}</p>\n", escaped(text)));
    }

    /// A player of a browser that holds a WAV file.
    pub(super) fn sound(&mut self, wav: &[u8]) {
        self.add("<audio controls preload=\"metadata\" src=\"data:audio/wav;base64,");
        STANDARD.encode_string(wav, &mut self.html);
        self.add("\"></audio>\n");
    }

    /// A table whose first row is its head.
    pub(super) fn table<const N: usize>(&mut self, caption: &str, rows: &[[String; N]]) {
        self.add(&format!("<div class=\"wide\"><table>\n<caption>{}</caption>\n", escaped(caption)));
        for (number, row) in rows.iter().enumerate() {
            let (cell, scope) = if number == 0 { ("th", " scope=\"col\"") } else { ("td", "") };
            let cells: String = row.iter().fold(String::new(), |mut cells, text| {
                let _ = write!(cells, "<{cell}{scope}>{}</{cell}>", escaped(text));
                cells
            });
            self.add(&format!("<tr>{cells}</tr>\n"));
        }
        self.add("</table></div>\n");
    }

    /// Begins what is shown only when it is asked for.
    pub(super) fn begin_details(&mut self, summary: &str) {
        self.add(&format!("<details>\n<summary>{}</summary>\n", escaped(summary)));
    }

    pub(super) fn end_details(&mut self) {
        self.add("</details>\n");
    }

    pub(super) fn finished(mut self, program: &str) -> String {
        self.end_section();
        let program = escaped(program);
        self.add(&format!(
            "</main>\n<footer>Trained by {program}.</footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
        ));
        self.html
    }

    /// Adds HTML as it is.
    pub(super) fn add(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn end_section(&mut self) {
        if self.is_in_section {
            self.add("</section>\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_no_script_run_but_the_page_s_own_and_nothing_be_loaded() {
        let page = Page::new("<script>alert(1)</script>", "by").finished("galant");
        let scripts: Vec<&str> = page.split("<script>").skip(1).collect();
        let [script] = scripts[..] else { panic!("{} scripts", scripts.len()) };
        let script = script.split("</script>").next().unwrap();
        let of_script = STANDARD.encode(Sha256Hash::of(script.as_bytes()).0);
        let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        let expected = format!(
            "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; script-src 'sha256-{of_script}'"
        );
        assert_eq!(policy, expected);
        // What has an address of the page itself, or none.
        for way in
            ["//", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "import(", "sendBeacon", "<iframe"]
        {
            assert!(!page.contains(way), "{way}");
        }
    }

    #[test]
    fn a_section_ends_where_the_next_begins_and_tables_have_heads() {
        let mut page = Page::new("t", "b");
        page.section("one", "One");
        page.table("Numbers", &[["a".to_owned(), "b".to_owned()], ["1".to_owned(), "<2>".to_owned()]]);
        page.section("two", "Two & three");
        let page = page.finished("galant");
        let body = page.split("<main>\n").nth(1).unwrap().split("</main>").next().unwrap();
        expect_test::expect![[r#"
            <section id="one" aria-labelledby="one-h">
            <h2 id="one-h">One</h2>
            <div class="wide"><table>
            <caption>Numbers</caption>
            <tr><th scope="col">a</th><th scope="col">b</th></tr>
            <tr><td>1</td><td>&lt;2&gt;</td></tr>
            </table></div>
            </section>
            <section id="two" aria-labelledby="two-h">
            <h2 id="two-h">Two &amp; three</h2>
            </section>
        "#]]
        .assert_eq(body);
    }
}
