//! Expected texts in files: a difference is shown line by line, and written over when it is meant.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Holds `text` against the file `expected`. With `GOLDEN=write` the file is written instead.
pub fn compare(expected: &Path, text: &str) {
    if std::env::var("GOLDEN").is_ok_and(|mode| mode == "write") {
        fs::create_dir_all(expected.parent().unwrap()).unwrap();
        fs::write(expected, text).unwrap();
        return;
    }
    if fs::read_to_string(expected).unwrap_or_default() == text {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let came = folder.path().join("came");
    fs::write(&came, text).unwrap();
    let diff = Command::new("diff").arg("-u").arg(expected).arg(&came).output().unwrap();
    let diff = String::from_utf8_lossy(&diff.stdout);
    panic!("{diff}\nIf this is meant: GOLDEN=write cargo test --test stories, and read the diff");
}
