//! The little of HTTP that a browser on this machine needs to read files.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Room for a request: browsers send about one thousand bytes.
const MAX_REQUEST_BYTES: usize = 16 * 1024;

/// Headers that a request may have.
const MAX_HEADERS: usize = 64;

/// How long a request may take to arrive, and an answer to leave.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file for the browser.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) kind: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// The whole file at this path, which begins with a slash.
    File(String),
    /// Only what is known of it.
    Head(String),
    /// Nothing that is answered, by this status.
    Refused(&'static str),
    /// The rest of the request is still to come.
    Incomplete,
}

/// Reads one request from a connection to this machine's `port`, and answers it with the content that `find` has.
///
/// # Errors
///
/// If the connection breaks, or nothing comes for ten seconds.
pub(super) fn answer(mut stream: &TcpStream, port: u16, find: impl Fn(&str) -> Option<Content>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = Vec::new();
    let mut room = [0; 2048];
    let asked = loop {
        let n_bytes = stream.read(&mut room)?;
        request.extend_from_slice(&room[..n_bytes]);
        match asked(&request, port) {
            Asked::Incomplete if n_bytes == 0 => return Ok(()),
            Asked::Incomplete if request.len() >= MAX_REQUEST_BYTES => {
                break Asked::Refused("431 Request Header Fields Too Large");
            }
            Asked::Incomplete => {}
            complete => break complete,
        }
    };
    let text = |status: &'static str| (status, Content { kind: "text/plain", bytes: format!("{status}\n").into() });
    let (is_whole, (status, content)) = match asked {
        Asked::File(path) => (true, find(&path).map_or_else(|| text("404 Not Found"), |content| ("200 OK", content))),
        Asked::Head(path) => (false, find(&path).map_or_else(|| text("404 Not Found"), |content| ("200 OK", content))),
        Asked::Refused(status) => (true, text(status)),
        Asked::Incomplete => return Ok(()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n",
        content.kind,
        content.bytes.len()
    )?;
    if is_whole {
        stream.write_all(&content.bytes)?;
    }
    stream.flush()
}

/// Understands a request.
///
/// A page of another site can make a browser ask here under that site's name, by naming this machine's address in its own
/// records (DNS rebinding), and would be given what only this machine's user may read: so the name must be this machine's.
fn asked(request: &[u8], port: u16) -> Asked {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(request) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Asked::Incomplete,
        Err(_) => return Asked::Refused("400 Bad Request"),
    }
    let hosts: Vec<&[u8]> = parsed
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("host"))
        .map(|header| header.value)
        .collect();
    let is_ours =
        |host: &[u8]| ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}").as_bytes());
    if !matches!(hosts[..], [host] if is_ours(host)) {
        return Asked::Refused("403 Forbidden");
    }
    let target = parsed.path.unwrap_or_default();
    let Some(path) = decoded(target.split(['?', '#']).next().unwrap_or_default()) else {
        return Asked::Refused("400 Bad Request");
    };
    match parsed.method {
        Some("GET") => Asked::File(path),
        Some("HEAD") => Asked::Head(path),
        _ => Asked::Refused("405 Method Not Allowed"),
    }
}

/// A path without its percent signs.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok().filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &str, expected: Asked) {
        assert_eq!(asked(request.as_bytes(), 1793), expected, "{request:?}");
    }

    #[test]
    fn a_file_is_asked_for_by_its_path() {
        check("GET / HTTP/1.1\r\nHost: 127.0.0.1:1793\r\n\r\n", Asked::File("/".to_owned()));
        check("GET /a%20b.js?x=1 HTTP/1.1\r\nhost: localhost:1793\r\n\r\n", Asked::File("/a b.js".to_owned()));
        check("HEAD /galant.wasm HTTP/1.1\r\nHost: localhost:1793\r\n\r\n", Asked::Head("/galant.wasm".to_owned()));
        check("GET / HTTP/1.1\r\nHost: local", Asked::Incomplete);
    }

    #[test]
    fn the_name_of_another_host_is_refused() {
        for host in
            ["evil.example", "evil.example:1793", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:1793", ""]
        {
            check(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), Asked::Refused("403 Forbidden"));
        }
        check("GET / HTTP/1.1\r\n\r\n", Asked::Refused("403 Forbidden"));
        check("GET / HTTP/1.1\r\nHost: localhost:1793\r\nHost: evil.example\r\n\r\n", Asked::Refused("403 Forbidden"));
    }

    #[test]
    fn what_is_no_reading_of_a_file_is_refused() {
        check("POST / HTTP/1.1\r\nHost: localhost:1793\r\n\r\n", Asked::Refused("405 Method Not Allowed"));
        check("\u{0}\r\n\r\n", Asked::Refused("400 Bad Request"));
        for target in ["/%", "/%4", "/%zz", "/%ff", "*", "http://evil.example/"] {
            check(&format!("GET {target} HTTP/1.1\r\nHost: localhost:1793\r\n\r\n"), Asked::Refused("400 Bad Request"));
        }
        let headers: String = (0..=MAX_HEADERS).map(|number| format!("x{number}: y\r\n")).collect();
        check(&format!("GET / HTTP/1.1\r\n{headers}\r\n"), Asked::Refused("400 Bad Request"));
    }
}
