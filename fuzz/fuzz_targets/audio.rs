#![no_main]

#[path = "../codec.rs"]
mod codec;

libfuzzer_sys::fuzz_target!(init: codec::may_panic(), |bytes: &[u8]| loaphuong_fuzz::audio(bytes));
