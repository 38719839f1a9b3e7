//! Any bytes are read as a list of tokens or refused; tokens make a score or an error.
#![no_main]

use galant_corpus::TokenList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match TokenList::parse(bytes) {
    Ok(list) => {
        assert!(list.tokens.len() <= bytes.len());
        let _ = list.score();
        // What is written is read again.
        assert_eq!(TokenList::parse(list.to_json().as_bytes()).as_ref(), Ok(&list));
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
