//! Files that are taken for models, and what they are instead.

use super::DecodeModelError;
use crate::magic::SNAPSHOT;

/// What else the bytes are, if they begin like a file that is often taken for a model.
pub(super) fn other_kind(bytes: &[u8]) -> Option<DecodeModelError> {
    let kind = |what, instead| Some(DecodeModelError::OtherKind { what, instead });
    match bytes {
        [b'v', ..] if bytes.starts_with(GIT_LFS) => {
            kind("a Git LFS pointer, which stands for the model", "fetch the model itself with `git lfs pull`")
        }
        _ if bytes.starts_with(&SNAPSHOT) => {
            kind("a snapshot, from which a training resumes", "the model is model.safetensors in the same folder")
        }
        // Since version 1.6 PyTorch puts a pickle into a ZIP archive.
        [b'P', b'K', 3, 4, ..] => kind("a ZIP archive, such as torch.save writes", SAFETENSORS),
        // A pickle since Python 2.3 begins with the number of its protocol.
        [0x80, 2..=5, rest @ ..] if !is_header(rest) => kind("a pickle, such as torch.save writes", SAFETENSORS),
        _ if bytes.starts_with(b"\x89HDF\r\n\x1a\n") => kind("an HDF5 file, such as Keras writes", SAFETENSORS),
        _ if bytes.starts_with(b"MThd") => kind("a MIDI file", SAFETENSORS),
        _ if is_text(bytes) => kind("a text, such as music in ABC notation or MusicXML", SAFETENSORS),
        _ => None,
    }
}

const SAFETENSORS: &str = "name a model that `galant train` wrote, model.safetensors";

/// How the text of a pointer begins, by the specification of Git LFS.
const GIT_LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Whether the eight bytes that would be the length of a header are those of a text.
fn is_text(bytes: &[u8]) -> bool {
    bytes.get(..8).is_some_and(|start| start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()))
}

/// Whether a safetensors file goes on like this, whose header's length has the same first two bytes.
fn is_header(rest: &[u8]) -> bool {
    rest.get(..7) == Some(b"\0\0\0\0\0\0{")
}
