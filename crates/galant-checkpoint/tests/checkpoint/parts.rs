//! Safetensors files taken apart, to be put together again with something wrong.

use serde_json::Value;

/// The parts of a safetensors file.
pub(crate) struct Parts {
    pub(crate) header: Value,
    pub(crate) data: Vec<u8>,
}

impl Parts {
    pub(crate) fn of(bytes: &[u8]) -> Parts {
        let (len, rest) = bytes.split_first_chunk().unwrap();
        let (header, data) = rest.split_at(u64::from_le_bytes(*len) as usize);
        Parts { header: serde_json::from_slice(header).unwrap(), data: data.to_vec() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        raw(&self.header.to_string(), &self.data)
    }

    pub(crate) fn metadata(&self) -> Value {
        serde_json::from_str(self.header["__metadata__"]["galant"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn set_metadata(&mut self, metadata: &Value) {
        self.header["__metadata__"]["galant"] = metadata.to_string().into();
    }

    /// Takes the checksum away, as files from before there was one have none.
    pub(crate) fn remove_checksum(&mut self) {
        let mut metadata = self.metadata();
        assert!(metadata.as_object_mut().unwrap().remove("tensors_sha256").is_some());
        self.set_metadata(&metadata);
    }

    /// Where a tensor's bytes are in the data.
    pub(crate) fn range(&self, tensor: &str) -> std::ops::Range<usize> {
        let offset = |i: usize| self.header[tensor]["data_offsets"][i].as_u64().unwrap() as usize;
        offset(0)..offset(1)
    }
}

pub(crate) fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}
