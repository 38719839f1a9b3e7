//! `galant studio`: serves the studio's page on this machine, and opens a browser.

mod http;
mod site;

use std::env;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context;

use crate::args::StudioArgs;
use site::Site;

/// The year in which Mozart's dice game was printed; it is no port that others are known to use.
const PORT: u16 = 1793;

/// Connections at the same time: a page needs a handful.
const MAX_CONNECTIONS: usize = 64;

/// Serves until Ctrl-C.
pub(crate) fn run(args: &StudioArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let page = args.page.clone().map_or_else(page_beside_program, Ok)?;
    let site = Site::new(page, &args.models)?;
    let listener = listen(args.port)?;
    let port = listener.local_addr()?.port();
    let address = format!("http://127.0.0.1:{port}/");
    writeln!(out, "the studio is at {address} until you press Ctrl-C")?;
    site.models().try_for_each(|(name, path)| writeln!(out, "  {name}: {}", path.display()))?;
    out.flush()?;
    if !args.no_open {
        open(&address);
    }
    serve(&listener, Arc::new(site), port);
    Ok(ExitCode::SUCCESS)
}

/// The folder `studio` next to the program.
fn page_beside_program() -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("looking for the page next to the program")?;
    Ok(program.with_file_name("studio"))
}

/// Only programs on this machine reach the address.
fn listen(port: Option<u16>) -> anyhow::Result<TcpListener> {
    let at = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => at(port).with_context(|| format!("port {port}: choose another by --port")),
        None => at(PORT).or_else(|_| at(0)).context("no port of this machine is free"),
    }
}

fn serve(listener: &TcpListener, site: Arc<Site>, port: u16) {
    let n_open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // What a browser gave up is no connection; it tries again.
        let Ok(stream) = stream else { continue };
        if n_open.fetch_add(1, Ordering::Relaxed) >= MAX_CONNECTIONS {
            n_open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (site, n_open) = (Arc::clone(&site), Arc::clone(&n_open));
        thread::spawn(move || {
            // A browser that goes away in the middle needs no answer.
            let _ = http::answer(&stream, port, |path| site.get(path));
            n_open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Shows the address in a browser, where there is one; it is printed anyway.
fn open(address: &str) {
    let has_screen = cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !has_screen || env::var_os("CI").is_some() {
        return;
    }
    let (program, args): (&str, &[&str]) = match env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/c", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let started: io::Result<_> = Command::new(program)
        .args(args)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    // Whoever has no such program opens the printed address.
    drop(started);
}
