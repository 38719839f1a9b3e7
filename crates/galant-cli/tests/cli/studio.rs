//! `galant studio` as a browser meets it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::errors::error;
use crate::folder;

/// The program while it serves; it ends with the test.
struct Studio {
    program: Child,
    address: String,
}

impl Studio {
    fn start(folder: &Path, models: &[&str]) -> Studio {
        let mut program = Command::new(env!("CARGO_BIN_EXE_galant"))
            .current_dir(folder)
            .args(["studio", "--no-open", "--port", "0", "--page", "page"])
            .args(models)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        Studio { program, address }
    }

    /// The status, the headers and the body of what comes for a path.
    fn get(&self, path: &str, host: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

fn write_page(folder: &Path) {
    fs::create_dir_all(folder.join("page/models")).unwrap();
    fs::write(folder.join("page/index.html"), "<!doctype html>").unwrap();
    fs::write(folder.join("page/galant.wasm"), b"\0asm").unwrap();
    fs::write(folder.join("page/models/small.safetensors"), "small").unwrap();
    fs::write(folder.join("page/models/models.json"), r#"[{"file":"small.safetensors","name":"Small"}]"#).unwrap();
    fs::write(folder.join("secret"), "secret").unwrap();
}

#[test]
fn the_page_is_served_by_its_kinds_and_nothing_beside_it() {
    let folder = folder("studio-page");
    write_page(&folder);
    let studio = Studio::start(&folder, &[]);
    let host = &studio.address;
    let (head, body) = studio.get("/", host);
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("text/html") && body == b"<!doctype html>", "{head}");
    let (head, body) = studio.get("/galant.wasm", host);
    assert!(head.contains("application/wasm") && body == b"\0asm", "{head}");
    for path in
        ["/../secret", "/%2e%2e/secret", "/models/..%2f..%2fsecret", "//etc/passwd", "/page/index.html", "/models"]
    {
        let (head, _) = studio.get(path, host);
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
    }
}

#[test]
fn a_page_of_another_name_is_given_nothing() {
    let folder = folder("studio-host");
    write_page(&folder);
    let studio = Studio::start(&folder, &[]);
    let (_, port) = studio.address.split_once(':').unwrap();
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1:1".to_owned()] {
        let (head, body) = studio.get("/", &host);
        assert!(head.starts_with("HTTP/1.1 403 Forbidden"), "{host}: {head}");
        assert!(!body.starts_with(b"<!doctype"), "{host}");
    }
    assert!(studio.get("/", &format!("localhost:{port}")).0.starts_with("HTTP/1.1 200"));
}

#[test]
fn models_of_a_folder_are_before_those_of_the_page() {
    let folder = folder("studio-models");
    write_page(&folder);
    fs::create_dir_all(folder.join("trained/mine")).unwrap();
    fs::write(folder.join("trained/mine/model.safetensors"), "mine").unwrap();
    fs::write(folder.join("trained/small.safetensors"), "another").unwrap();
    fs::write(folder.join("trained/training.csv"), "no model").unwrap();
    let studio = Studio::start(&folder, &["trained"]);
    let (_, list) = studio.get("/models/models.json", &studio.address);
    let expected = r#"[{"file":"mine.safetensors","name":"mine"},{"file":"small 2.safetensors","name":"small 2"},{"file":"small.safetensors","name":"Small"}]"#;
    assert_eq!(String::from_utf8(list).unwrap(), expected);
    assert_eq!(studio.get("/models/mine.safetensors", &studio.address).1, b"mine");
    assert_eq!(studio.get("/models/small%202.safetensors", &studio.address).1, b"another");
    assert_eq!(studio.get("/models/small.safetensors", &studio.address).1, b"small");
}

#[test]
fn what_is_missing_is_said() {
    let folder = folder("studio-missing");
    let said = error(&folder, "studio --no-open --page none");
    assert!(said.contains("there is no page in none; `cargo xtask studio` builds it"), "{said}");
    write_page(&folder);
    fs::create_dir(folder.join("empty")).unwrap();
    let said = error(&folder, "studio --no-open --page page empty");
    assert!(said.contains("reading empty: no file in it ends in .safetensors"), "{said}");
}
