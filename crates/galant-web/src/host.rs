//! The memory of requests, and their answers.

use crate::answer::Answer;
use crate::studio::Studio;

/// The most bytes of a request: a model file may be as large as this, less its JSON.
pub const MAX_REQUEST_BYTES: usize = 256 << 20;

/// The most requests in memory at a time.
const MAX_BUFFERS: usize = 16;

/// Keeps requests in memory, and answers them.
#[derive(Debug, Default)]
pub struct Host {
    buffers: Vec<Vec<u8>>,
    studio: Studio,
}

impl Host {
    /// Room for `len` bytes, filled with zeros; its address, or none if it is over [`MAX_REQUEST_BYTES`] together with what is
    /// there already.
    pub fn alloc(&mut self, len: usize) -> Option<usize> {
        let taken: usize = self.buffers.iter().map(Vec::len).sum();
        if len > MAX_REQUEST_BYTES - taken || self.buffers.len() == MAX_BUFFERS {
            return None;
        }
        // A buffer without bytes would have no address of its own.
        let mut buffer = vec![0; len.max(1)];
        let address = buffer.as_mut_ptr() as usize;
        self.buffers.push(buffer);
        Some(address)
    }

    /// Gives back the room at an address; nothing happens if there is none.
    pub fn free(&mut self, address: usize) {
        self.buffers.retain(|buffer| buffer.as_ptr() as usize != address);
    }

    /// Answers the request in the room at `address`: JSON, and right after it bytes.
    ///
    /// A job that is not done is dropped.
    pub fn call(&mut self, address: usize, json_len: usize, bytes_len: usize) -> Answer {
        let buffer = self.buffers.iter().find(|buffer| buffer.as_ptr() as usize == address);
        let end = json_len.checked_add(bytes_len);
        let request = buffer.zip(end).and_then(|(buffer, end)| Some(buffer.get(..end)?.split_at(json_len)));
        match request {
            Some((json, bytes)) => self.studio.begin(json, bytes),
            None => Answer::failed(&format!("a request of {json_len} and {bytes_len} bytes was not allocated")),
        }
    }

    /// Answers a request as JSON and bytes.
    pub fn ask(&mut self, json: &str, bytes: &[u8]) -> Answer {
        self.studio.begin(json.as_bytes(), bytes)
    }

    /// Goes on with a job that is not done.
    pub fn resume(&mut self) -> Answer {
        self.studio.resume()
    }
}
