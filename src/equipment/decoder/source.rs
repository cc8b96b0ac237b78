//! The bytes of a file as the codec library sees them: within bounds, with mended headers, never in circles.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// A file from `start` on, with a few bytes of its header replaced.
///
/// Headers are mended where a stream was written by a program that never came back to fill in the length; the file
/// itself is never touched.
pub struct Source {
    file: File,
    start: u64,
    end: u64,
    position: u64,
    mended: Vec<Mend>,
    allowance: u64,
}

/// Four bytes at `at` (from the start of the file) that read as `bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mend {
    pub at: u64,
    pub bytes: [u8; 4],
}

/// How often over a file may be read before its reader is taken to run in circles.
const PASSES_MAX: u64 = 8;
/// What small files may be read beyond that, in bytes.
const SPARE_BYTES: u64 = 16 << 20;

impl Source {
    /// The bytes of `file` from `start` to `end`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(mut file: File, start: u64, end: u64, mended: Vec<Mend>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        let allowance = (end - start).saturating_mul(PASSES_MAX).saturating_add(SPARE_BYTES);
        Ok(Self { file, start, end, position: start, mended, allowance })
    }

    fn mend(&self, at: u64, bytes: &mut [u8]) {
        for mend in &self.mended {
            for (place, byte) in (mend.at..).zip(mend.bytes) {
                let inside = place.checked_sub(at).and_then(|offset| usize::try_from(offset).ok());
                if let Some(target) = inside.and_then(|offset| bytes.get_mut(offset)) {
                    *target = byte;
                }
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.file.read(&mut buffer[..wanted])?;
        self.allowance = self
            .allowance
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other("the reader of this format runs in circles"))?;
        self.mend(self.position, &mut buffer[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(offset) => (self.start.checked_add(offset), 0),
            SeekFrom::End(by) => (Some(self.end), by),
            SeekFrom::Current(by) => (Some(self.position), by),
        };
        let target = base
            .and_then(|base| base.checked_add_signed(by))
            .filter(|target| *target >= self.start)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.position = self.file.seek(SeekFrom::Start(target))?;
        Ok(self.position - self.start)
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.end - self.start)
    }
}

/// Reads what there is of `length` bytes at `at`: fewer only at the end of the file.
///
/// # Errors
/// The file cannot be read.
pub fn peek(file: &mut File, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    file.seek(SeekFrom::Start(at))?;
    file.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_mended_header_reads_mended_however_it_is_cut() {
        let mend = Mend { at: 3, bytes: *b"WXYZ" };
        for step in 1..8 {
            let mut source = Source::new(file_of(b"0123456789"), 1, 9, vec![mend]).unwrap();
            let mut read = Vec::new();
            let mut piece = vec![0; step];
            while let Ok(count @ 1..) = source.read(&mut piece) {
                read.extend_from_slice(&piece[..count]);
            }
            assert_eq!(read, b"12WXYZ78", "in steps of {step}");
        }
    }

    #[test]
    fn seeking_counts_from_the_start_of_the_window() {
        let mut source = Source::new(file_of(b"0123456789"), 2, 8, Vec::new()).unwrap();
        assert_eq!(source.seek(SeekFrom::End(-1)).unwrap(), 5);
        let mut one = [0];
        assert_eq!(source.read(&mut one).unwrap(), 1);
        assert_eq!(&one, b"7");
        assert_eq!(source.read(&mut one).unwrap(), 0, "the window ends");
        assert!(source.seek(SeekFrom::Current(-7)).is_err());
    }

    #[test]
    fn reading_in_circles_ends() {
        let mut source = Source::new(file_of(&vec![7; 1 << 20]), 0, 1 << 20, Vec::new()).unwrap();
        let mut block = vec![0; 1 << 20];
        let passes = (0..100).take_while(|_| source.rewind().is_ok() && source.read(&mut block).is_ok()).count();
        assert_eq!(passes, 24);
    }
}
