//! The studio's half in WebAssembly: models, pieces and sound behind a handful of exported functions.
//!
//! [`Host`] takes requests as JSON with bytes after it, and answers in the same way; a README says what can be asked.
//!
//! ```
//! use galant_web::{Host, Status};
//!
//! let mut host = Host::default();
//! let tune = b"X:1\nM:4/4\nL:1/4\nK:G\nG A B c | d4 |]";
//! let answer = host.ask(r#"{ "do": "read", "name": "tune.abc" }"#, tune);
//! assert_eq!(answer.status, Status::Done);
//! assert!(answer.json.contains(r#""key":"G major""#));
//!
//! let answer = host.ask(r#"{ "do": "read", "name": "tune.mid" }"#, b"no music");
//! assert_eq!(answer.status, Status::Failed);
//! ```
#![deny(unsafe_code)]

mod answer;
mod compose;
mod error;
#[cfg(target_arch = "wasm32")]
mod exports;
mod harmonize;
mod host;
mod job;
mod join;
mod load;
mod originality;
mod piece;
mod read;
mod request;
mod slice;
mod sound;
mod studio;
mod vary;
mod write;

pub use answer::{Answer, Status};
pub use host::{Host, MAX_REQUEST_BYTES};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
