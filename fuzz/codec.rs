//! The panics of a fuzz target that decodes sound.

use std::panic::{PanicHookInfo, set_hook};

/// The codec library may panic on a file: the decoder catches that (`guarded` in src/equipment/decoder/stream.rs), and the file is a
/// broken one. Where anybody else panics, the fuzzer has found something.
pub fn may_panic() {
    set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        if !panic.location().is_some_and(|at| at.file().contains("/symphonia-")) {
            eprintln!("{panic}");
            std::process::abort();
        }
    }));
}
