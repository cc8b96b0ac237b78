//! A WAV file that grows: 48 kHz, stereo, 16 bits, with a valid header at every moment.
//!
//! A recording that exists goes on at its end. Anything else under its name is left alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::time::RATE;

/// An open recording.
pub struct Recording {
    file: File,
    /// Bytes of sound in the file.
    bytes: u64,
    buffer: Vec<u8>,
}

const HEADER_BYTES: usize = 44;
const FRAME_BYTES: u64 = 4;

impl Recording {
    /// Begins a recording at `path`, or takes one up at its end.
    ///
    /// # Errors
    /// The system's, or [`io::ErrorKind::AlreadyExists`] for a file that is no recording of this kind.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let length = file.metadata()?.len();
        let mut recording = if length == 0 {
            file.write_all(&header(0))?;
            Self { file, bytes: 0, buffer: Vec::new() }
        } else {
            check(&mut file)?;
            // Frames written after the sizes were last brought up to date are sound as well; half a frame is not.
            let bytes = (length - HEADER_BYTES as u64) / FRAME_BYTES * FRAME_BYTES;
            Self { file, bytes, buffer: Vec::new() }
        };
        recording.file.seek(SeekFrom::Start(HEADER_BYTES as u64 + recording.bytes))?;
        Ok(recording)
    }

    /// Appends interleaved stereo samples, held to full scale.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        self.buffer.clear();
        self.buffer.extend(samples.iter().flat_map(|sample| to_i16(*sample).to_le_bytes()));
        self.file.write_all(&self.buffer)?;
        self.bytes += self.buffer.len() as u64;
        Ok(())
    }

    /// Brings the sizes in the header up to date.
    ///
    /// # Errors
    /// The system's.
    pub fn settle(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&header(self.bytes))?;
        self.file.seek(SeekFrom::Start(HEADER_BYTES as u64 + self.bytes))?;
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range first")]
fn to_i16(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16
}

/// The header of so many bytes of sound; beyond 4 GiB it says what stands for "to the end of the file".
fn header(bytes: u64) -> [u8; HEADER_BYTES] {
    let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    let mut header = [0; HEADER_BYTES];
    let parts: [&[u8]; 9] = [
        b"RIFF",
        &size(bytes + HEADER_BYTES as u64 - 8),
        b"WAVEfmt \x10\0\0\0\x01\0\x02\0",
        &RATE.to_le_bytes(),
        &(RATE * 4).to_le_bytes(),
        &[4, 0],
        &[16, 0],
        b"data",
        &size(bytes),
    ];
    let mut at = 0;
    for part in parts {
        header[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    header
}

/// Whether a file begins as ours do, the two sizes apart.
fn check(file: &mut File) -> io::Result<()> {
    let mut found = Vec::with_capacity(HEADER_BYTES);
    file.rewind()?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut found)?;
    let ours = header(0);
    let alike = found.len() == HEADER_BYTES && found[..4] == ours[..4] && found[8..40] == ours[8..40];
    alike.then_some(()).ok_or_else(|| io::Error::new(io::ErrorKind::AlreadyExists, "another file stands in its place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(path: &Path) -> Vec<i16> {
        hound::WavReader::open(path).unwrap().samples::<i16>().map(Result::unwrap).collect()
    }

    #[test]
    fn a_recording_goes_on_where_it_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("air.wav");
        let mut first = Recording::open(&path).unwrap();
        assert!(frames(&path).is_empty());
        first.write(&[0.0, 0.5, -2.0, 2.0]).unwrap();
        first.settle().unwrap();
        first.write(&[0.25, 0.25]).unwrap();
        assert_eq!(frames(&path), [0, 16_384, -32_767, 32_767], "what came after the sizes does not disturb");
        drop(first);
        Recording::open(&path).unwrap().settle().unwrap();
        assert_eq!(frames(&path).len(), 6);
    }

    #[test]
    fn another_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.wav");
        std::fs::write(&path, "Kính gửi đồng chí").unwrap();
        assert_eq!(Recording::open(&path).err().map(|error| error.kind()), Some(io::ErrorKind::AlreadyExists));
        assert_eq!(std::fs::read(&path).unwrap(), "Kính gửi đồng chí".as_bytes());
    }
}
