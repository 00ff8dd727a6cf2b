//! Documents that are nearly right: an example with changes that the bytes choose.
#![no_main]

use kubemin_fuzz::{changed_example, examine};
use kubemin_model::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    examine(&changed_example(bytes).to_string(), Format::Json);
});
