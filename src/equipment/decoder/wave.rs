//! What a WAV header promises, and the mending of lengths that were never filled in.
//!
//! A recorder that writes into a pipe, or is killed, leaves a length of 0 or 2^32 − 1 behind: then what is there is
//! taken. A length beyond the end of the file is a file that was cut: it is read to its end and called truncated.
//! Channels and rates that no sound can have are refused here, before the codec library multiplies with them.

use std::fs::File;
use std::io;

use crate::equipment::decoder::source::{Mend, peek};
use crate::library::Defect;

/// What the header says, as far as it can be kept.
#[derive(Debug, Default, PartialEq)]
pub struct Wave {
    /// Corrections that let the file be read to its real end.
    pub mended: Vec<Mend>,
    /// Length in seconds that the header promises; none for a stream without one.
    pub promised_secs: Option<f64>,
}

/// Lengths from here on are what programs write that do not know the length (2^31 − 4096 is sox's).
const UNKNOWN_FROM: u32 = 0x7fff_f000;
/// A WAV has a handful of chunks; one with more than this is not read to find its sound.
const CHUNKS_MAX: usize = 256;
/// More channels than any recorder has.
const CHANNELS_MAX: u16 = 64;

/// Reads the chunks of a WAV up to its data; none if the file is no WAV.
///
/// # Errors
/// Values no sound can have are [`Defect::Broken`].
pub fn inspect(file: &mut File, file_len: u64) -> Result<Option<Wave>, Defect> {
    let head = peek(file, 0, 12).map_err(unreadable)?;
    if head.len() < 12 || !head.starts_with(b"RIFF") || &head[8..] != b"WAVE" {
        return Ok(None);
    }
    // Without a parent's length no chunk can exceed it.
    let mut wave = Wave { mended: vec![Mend { at: 4, bytes: [0xff; 4] }], promised_secs: None };
    let (mut at, mut bytes_per_sec) = (12_u64, 0.0);
    for _ in 0..CHUNKS_MAX {
        let chunk = peek(file, at, 8 + 16).map_err(unreadable)?;
        let Some((tag, length)) = chunk_head(&chunk) else { break };
        match tag {
            b"fmt " => bytes_per_sec = format(&chunk[8..])?,
            b"data" => {
                mend_data(&mut wave, at, length, file_len, bytes_per_sec);
                break;
            }
            _ => {}
        }
        at += 8 + u64::from(length) + u64::from(length & 1);
    }
    Ok(Some(wave))
}

fn chunk_head(chunk: &[u8]) -> Option<(&[u8; 4], u32)> {
    let tag = chunk.first_chunk::<4>()?;
    let length = chunk.get(4..8)?.try_into().ok()?;
    Some((tag, u32::from_le_bytes(length)))
}

fn mend_data(wave: &mut Wave, at: u64, length: u32, file_len: u64, bytes_per_sec: f64) {
    let there = file_len.saturating_sub(at + 8);
    let unknown = length == 0 || (length >= UNKNOWN_FROM && u64::from(length) > there);
    if !unknown && bytes_per_sec > 0.0 {
        wave.promised_secs = Some(f64::from(length) / bytes_per_sec);
    }
    let readable = if unknown { there } else { there.min(u64::from(length)) };
    // Beyond 4 GiB the length stays unknown and the reader goes to the end of the file.
    let readable = u32::try_from(readable).unwrap_or(u32::MAX);
    wave.mended.push(Mend { at: at + 4, bytes: readable.to_le_bytes() });
}

/// Bytes per second of a format chunk's body.
fn format(body: &[u8]) -> Result<f64, Defect> {
    let word = |at: usize| body.get(at..at + 2).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]));
    let long = |at: usize| u32::from(word(at)) | u32::from(word(at + 2)) << 16;
    let (coding, channels, rate, block) = (word(0), word(2), long(4), word(12));
    if channels == 0 || channels > CHANNELS_MAX {
        return Err(broken(format!("the header says {channels} channels")));
    }
    if rate == 0 || block == 0 {
        return Err(broken(format!("the header says {rate} Hz and blocks of {block} bytes")));
    }
    let plain = matches!(coding, 1 | 3 | 0xfffe);
    Ok(if plain { f64::from(rate) * f64::from(block) } else { f64::from(long(8)) })
}

fn broken(detail: String) -> Defect {
    Defect::Broken { detail }
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn unreadable(error: io::Error) -> Defect {
    Defect::Unreadable { detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A stereo 16-bit WAV at 48 kHz with the given lengths written into it.
    fn wave(channels: u16, rate: u32, data_length: u32, bytes: usize) -> Result<Option<Wave>, Defect> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0").unwrap();
        file.write_all(&channels.to_le_bytes()).unwrap();
        file.write_all(&rate.to_le_bytes()).unwrap();
        file.write_all(&(rate * 4).to_le_bytes()).unwrap();
        file.write_all(&[4, 0, 16, 0]).unwrap();
        file.write_all(b"data").unwrap();
        file.write_all(&data_length.to_le_bytes()).unwrap();
        file.write_all(&vec![0; bytes]).unwrap();
        let length = file.metadata().unwrap().len();
        inspect(&mut file, length)
    }

    fn data_length(wave: &Wave) -> u32 {
        u32::from_le_bytes(wave.mended[1].bytes)
    }

    #[test]
    fn a_length_never_filled_in_is_what_is_there() {
        for unknown in [0, 0x7fff_f000, u32::MAX] {
            let wave = wave(2, 48_000, unknown, 9_600).unwrap().unwrap();
            assert_eq!((data_length(&wave), wave.promised_secs), (9_600, None));
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_a_promise_not_kept() {
        let wave = wave(2, 48_000, 192_000, 9_600).unwrap().unwrap();
        assert_eq!((data_length(&wave), wave.promised_secs), (9_600, Some(1.0)));
    }

    #[test]
    fn impossible_values_are_refused() {
        for (channels, rate) in [(0, 48_000), (65_535, 48_000), (2, 0)] {
            assert!(matches!(wave(channels, rate, 0, 10), Err(Defect::Broken { .. })), "{channels} at {rate}");
        }
    }
}
