//! What stands around MPEG audio in a file: tags before and after it, and whether its first frame tells a length.
//!
//! An mp3 has no header of its own. The codec library guesses a length where none is written, which is wrong for
//! every variable bit rate; so we look for the Xing, Info or VBRI mark ourselves and believe a length only then.

use std::fs::File;
use std::io;

use crate::equipment::decoder::source::peek;

/// The surroundings of the sound in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Bytes of `ID3v2` tags at the beginning.
    pub before: u64,
    /// Bytes of `ID3v1` and APE tags at the end.
    pub after: u64,
    /// Whether a Xing, Info or VBRI mark follows the tags.
    pub marked: bool,
}

/// Nobody writes more tags than this one after another.
const TAGS_MAX: usize = 8;
/// Where the first frame is looked through for its mark, in bytes after the tags.
const MARK_WINDOW: usize = 4_096;

/// Looks around the sound in `file`.
///
/// # Errors
/// The file cannot be read.
pub fn surroundings(file: &mut File, file_len: u64) -> io::Result<Surroundings> {
    let before = leading(file, file_len)?;
    let after = trailing(file, file_len)?.min(file_len - before);
    let window = peek(file, before, MARK_WINDOW)?;
    let marked = window.windows(4).any(|mark| matches!(mark, b"Xing" | b"Info" | b"VBRI"));
    Ok(Surroundings { before, after, marked })
}

fn leading(file: &mut File, file_len: u64) -> io::Result<u64> {
    let mut at = 0;
    for _ in 0..TAGS_MAX {
        let head = peek(file, at, 10)?;
        if head.len() < 10 || !head.starts_with(b"ID3") {
            break;
        }
        let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
        let body = head[6..].iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
        at += 10 + body + footer;
    }
    Ok(at.min(file_len))
}

fn trailing(file: &mut File, file_len: u64) -> io::Result<u64> {
    let mut after = 0;
    if file_len >= 128 && peek(file, file_len - 128, 3)? == b"TAG" {
        after = 128;
    }
    if let Some(at) = (file_len - after).checked_sub(32) {
        let foot = peek(file, at, 32)?;
        if foot.starts_with(b"APETAGEX") {
            let size = u32::from_le_bytes([foot[12], foot[13], foot[14], foot[15]]);
            after += u64::from(size) + 32;
        }
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn around(bytes: &[u8]) -> Surroundings {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        surroundings(&mut file, bytes.len() as u64).unwrap()
    }

    #[test]
    fn tags_are_not_sound() {
        let mut bytes = b"ID3\x04\0\0\0\0\x01\x02".to_vec();
        bytes.resize(10 + 130 + 500, 0);
        bytes.extend_from_slice(b"TAG");
        bytes.resize(10 + 130 + 500 + 128, b' ');
        assert_eq!(around(&bytes), Surroundings { before: 140, after: 128, marked: false });
    }

    #[test]
    fn a_tag_that_claims_more_than_the_file_holds_ends_with_the_file() {
        assert_eq!(around(b"ID3\x04\0\0\x7f\x7f\x7f\x7fxx").before, 12);
        assert_eq!(around(b""), Surroundings { before: 0, after: 0, marked: false });
    }

    #[test]
    fn the_mark_is_seen() {
        assert!(around(b"\xff\xfb\x90\x64\0\0\0\0Xing\0\0\0\x0f").marked);
    }
}
