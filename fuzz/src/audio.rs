//! Sound: what the process in quarantine does with a file never seen before, and what the air does with it afterwards.

use std::fs::File;
use std::io::Write as _;

use loaphuong::equipment::Pcm as _;
use loaphuong::equipment::decoder::Reader;
use loaphuong::library::{Analysis, Defect};
use loaphuong::station::ingest;
use loaphuong::time::Frames;
use rustix::fs::{MemfdFlags, memfd_create};

/// What is longer is not played to its end: that would only take time.
const PLAYED_MOST: Frames = Frames::from_secs(10);

/// The bytes as a file that was copied into `audio/`.
pub fn audio(bytes: &[u8]) {
    let found = ingest::analyse(file(bytes), "file");
    let answer = serde_json::to_string(&found).expect("numbers and texts are JSON");
    let understood: Result<Analysis, Defect> =
        serde_json::from_str(&answer).expect("the station reads what quarantine writes");
    assert_eq!(understood.is_ok(), found.is_ok(), "{answer}");
    let Ok(found) = found else { return };
    assert!(found.loudness.lufs.is_none_or(f64::is_finite) && found.loudness.true_peak_dbtp.is_finite(), "{answer}");
    if found.length <= PLAYED_MOST {
        assert_eq!(played(file(bytes)), found.length, "what goes out is as long as it was measured");
    }
}

fn played(file: File) -> Frames {
    let mut reader = Reader::new(file, "file").expect("it was decoded before");
    let (mut block, mut frames) = (vec![0.0; 4_096], 0);
    loop {
        match reader.read(&mut block).expect("it was decoded before") {
            0 => return Frames(frames),
            samples => frames += samples as u64 / 2,
        }
    }
}

/// A file in memory, of no name.
fn file(bytes: &[u8]) -> File {
    let mut file = File::from(memfd_create("stranger", MemfdFlags::CLOEXEC).expect("memory for a file"));
    file.write_all(bytes).expect("memory for a file");
    file
}
