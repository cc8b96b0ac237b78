//! Title and language out of an `ID3v2` tag, without reading its pictures.
//!
//! The tag before an mp3 may hold megabytes; only the heads of its frames are read, and of the two frames that matter
//! a few hundred bytes. The codec library never sees the tag: it starts behind it.

use std::fs::File;
use std::io;

use crate::equipment::decoder::source::peek;
use crate::equipment::decoder::tags::{Tags, clean};

/// Text frames are read up to this length, in bytes.
const TEXT_MAX: usize = 1_024;
/// A tag has a dozen frames; a damaged one is not searched for ever.
const FRAMES_MAX: usize = 512;

/// Reads the tag at the beginning of `file`, which ends at `end`; nothing where there is none.
///
/// # Errors
/// The file cannot be read.
pub fn read(file: &mut File, end: u64) -> io::Result<Tags> {
    let mut tags = Tags::default();
    let head = peek(file, 0, 10)?;
    let (Some(version @ 2..=4), Some(flags)) = (head.get(3), head.get(5)) else { return Ok(tags) };
    if !head.starts_with(b"ID3") {
        return Ok(tags);
    }
    let mut at = 10 + if flags & 0x40 == 0 { 0 } else { extended(file, *version)? };
    for _ in 0..FRAMES_MAX {
        let Some(frame) = Frame::parse(&peek(file, at, 10)?, *version) else { break };
        let body_at = at + frame.head;
        if frame.is(*b"TIT2", *b"TT2") || frame.is(*b"TLAN", *b"TLA") {
            let length = usize::try_from(frame.size).unwrap_or(TEXT_MAX).min(TEXT_MAX);
            let text = clean(&text(&peek(file, body_at, length)?));
            let slot = if frame.is(*b"TIT2", *b"TT2") { &mut tags.title } else { &mut tags.language };
            *slot = text.or(slot.take());
        }
        at = body_at.saturating_add(frame.size);
        if at >= end {
            break;
        }
    }
    Ok(tags)
}

/// Bytes of the extended header after the first ten.
fn extended(file: &mut File, version: u8) -> io::Result<u64> {
    let size = peek(file, 10, 4)?;
    Ok(if version == 4 { number(&size, 7) } else { number(&size, 8) + 4 })
}

struct Frame {
    name: Vec<u8>,
    head: u64,
    size: u64,
}

impl Frame {
    fn parse(head: &[u8], version: u8) -> Option<Self> {
        let (letters, digits, length) = if version == 2 { (3, 3..6, 6) } else { (4, 4..8, 10) };
        let name = head.get(..letters)?.to_vec();
        let named = name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let size = number(head.get(digits)?, if version == 4 { 7 } else { 8 });
        (named && size > 0).then_some(Self { name, head: length, size })
    }

    fn is(&self, name: [u8; 4], short: [u8; 3]) -> bool {
        self.name == name || self.name == short
    }
}

/// A big-endian number of which each byte holds so many bits.
fn number(bytes: &[u8], bits: u32) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << bits | (u64::from(*byte) & ((1 << bits) - 1)))
}

/// A text frame's body: one byte for the coding, then the text, up to the first zero.
fn text(body: &[u8]) -> String {
    let Some((coding, bytes)) = body.split_first() else { return String::new() };
    let text: String = match coding {
        1 | 2 => utf16(bytes, *coding == 2),
        0 => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.split('\0').next().unwrap_or_default().to_owned()
}

fn utf16(bytes: &[u8], big: bool) -> String {
    let (big, bytes) = match bytes {
        [0xff, 0xfe, rest @ ..] => (false, rest),
        [0xfe, 0xff, rest @ ..] => (true, rest),
        rest => (big, rest),
    };
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    let units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn tags(version: u8, frames: &[u8]) -> Tags {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'I', b'D', b'3', version, 0, 0, 0, 0, 0x7f, 0x7f]).unwrap();
        file.write_all(frames).unwrap();
        read(&mut file, 10 + frames.len() as u64).unwrap()
    }

    #[test]
    fn titles_are_read_in_every_coding() {
        let utf8 = tags(4, "TLAN\0\0\0\x04\0\0\x03vieTIT2\0\0\0\x0f\0\0\x03Ph\u{f2}ng d\u{1ecb}ch".as_bytes());
        assert_eq!(utf8, Tags { title: Some("Phòng dịch".to_owned()), language: Some("vie".to_owned()) });
        let utf16 = tags(3, b"TIT2\0\0\0\x09\0\0\x01\xff\xfeT\0i\0n\0");
        assert_eq!(utf16.title.as_deref(), Some("Tin"));
        assert_eq!(tags(2, b"TT2\0\0\x04\0Tin").title.as_deref(), Some("Tin"));
    }

    #[test]
    fn damaged_tags_end_quietly() {
        assert_eq!(tags(4, b""), Tags::default());
        assert_eq!(tags(4, b"TIT2\x7f\x7f\x7f\x7f\0\0\x03Tin").title.as_deref(), Some("Tin"));
        assert_eq!(tags(4, b"\0\0\0\0\0\0\0\0\0\0\0\0"), Tags::default());
    }
}
