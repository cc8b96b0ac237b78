#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| loaphuong_fuzz::backups(bytes));
