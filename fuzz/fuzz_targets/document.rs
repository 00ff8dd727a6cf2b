//! Arbitrary bytes as a document, in both notations.
#![no_main]

use kubemin_fuzz::examine;
use kubemin_model::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        examine(text, Format::Json);
        examine(text, Format::Yaml);
    }
});
