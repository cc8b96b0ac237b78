//! An exported log that somebody hands in again, and the heads of logs that people copy from paper.

use loaphuong::airtime::{Beginning, Head, Lost, holds, verify};
use loaphuong::equipment::documents::read_log_file;

use super::papers::tell;

/// The bytes as the file of `loa log verify FILE`, as its `--head`, and as the note of a row that tells of a gap.
pub fn logs(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        if let Some(head) = Head::read(text) {
            assert_eq!(Head::read(&head.to_string()), Some(head), "what is printed is read again");
        }
        if let Some(lost) = Lost::read(text) {
            assert_eq!(Lost::read(&lost.to_string()), Some(lost), "what is written is read again");
        }
    }
    let head = match read_log_file(bytes).and_then(|file| Ok((verify(&file.rows, Beginning::Anywhere)?, file))) {
        Ok((head, file)) => head.inspect(|head| assert_eq!(holds(&file.rows, head), Ok(()))),
        Err(what) => return tell(&what),
    };
    if let Some(head) = head {
        assert_eq!(head.hash.as_str().len(), 64, "only a row that was sealed has the hash of its cells");
    }
}
