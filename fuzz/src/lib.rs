//! What comes from strangers, and the doors through which the program takes it in: one function for each kind of bytes.
//!
//! `make fuzz` has every door tried by a fuzzer (`fuzz_targets/`), `make test` by the bytes that are kept in `corpus/`
//! (`tests/corpora.rs`). A door goes as far as the program goes with such bytes, and asserts what the program relies on from there on. What
//! panics in it, takes too long or too much memory is a finding.

mod audio;
mod backups;
mod logs;
mod papers;
mod relays;
mod schedules;
mod sidecars;

pub use audio::audio;
pub use backups::backups;
pub use logs::logs;
pub use relays::relays;
pub use schedules::schedules;
pub use sidecars::sidecars;
