//! What the module exports: numbers go in and out, and all bytes are in memory that [`Host`] owns.
// The attribute that keeps a function's name is called unsafe, because two functions could have the same name. Nothing else
// here is unsafe.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::sync::Once;

use crate::answer::{Answer, Status};
use crate::host::Host;

thread_local! {
    static HOST: RefCell<Host> = RefCell::default();
    /// Apart from the host, so that it can be written while the host panics.
    static ANSWER: RefCell<Answer> = RefCell::default();
}

/// Room for `len` bytes of a request, which the caller fills; its address, or 0 if that is too much.
#[unsafe(no_mangle)]
extern "C" fn alloc(len: usize) -> usize {
    answer_panics();
    HOST.with_borrow_mut(|host| host.alloc(len)).unwrap_or(0)
}

/// Gives back what [`alloc`] gave.
#[unsafe(no_mangle)]
extern "C" fn free(address: usize, _len: usize) {
    HOST.with_borrow_mut(|host| host.free(address));
}

/// Does what the request at `address` asks: `json_len` bytes of JSON, and right after them `bytes_len` bytes.
#[unsafe(no_mangle)]
extern "C" fn call(address: usize, json_len: usize, bytes_len: usize) -> i32 {
    publish(HOST.with_borrow_mut(|host| host.call(address, json_len, bytes_len)))
}

/// Goes on with what is not done.
#[unsafe(no_mangle)]
extern "C" fn resume() -> i32 {
    publish(HOST.with_borrow_mut(Host::resume))
}

/// Where the JSON of the last answer is.
#[unsafe(no_mangle)]
extern "C" fn json_ptr() -> usize {
    ANSWER.with_borrow(|answer| answer.json.as_ptr() as usize)
}

/// How many bytes it has.
#[unsafe(no_mangle)]
extern "C" fn json_len() -> usize {
    ANSWER.with_borrow(|answer| answer.json.len())
}

/// Where the bytes of the last answer are.
#[unsafe(no_mangle)]
extern "C" fn bytes_ptr() -> usize {
    ANSWER.with_borrow(|answer| answer.bytes.as_ptr() as usize)
}

/// How many they are.
#[unsafe(no_mangle)]
extern "C" fn bytes_len() -> usize {
    ANSWER.with_borrow(|answer| answer.bytes.len())
}

fn publish(answer: Answer) -> i32 {
    let status = match answer.status {
        Status::Done => 0,
        Status::Failed => 1,
        Status::Going => 2,
    };
    ANSWER.set(answer);
    status
}

/// Leaves what a panic says as the answer, before the module traps.
fn answer_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| ANSWER.set(Answer::failed(&format!("internal error: {info}")))))
    });
}
