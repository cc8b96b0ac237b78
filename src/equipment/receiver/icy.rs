//! Titles out of the bytes of an Icecast or Shoutcast stream.
//!
//! A listener that asks for it (`Icy-MetaData: 1`) finds, after every so many bytes of sound (`icy-metaint`), one byte that
//! counts blocks of 16 bytes, and those blocks: `StreamTitle='…';`, filled up with zeros.

use std::io::{self, Read};
use std::sync::Arc;

use crate::equipment::Live;

/// A stream without its titles, which go to `live`.
pub struct Untitled<R> {
    stream: R,
    every: usize,
    /// Bytes of sound before the next title.
    left: usize,
    live: Arc<Live>,
}

impl<R: Read> Untitled<R> {
    /// `every` is what the server called `icy-metaint`.
    pub fn new(stream: R, every: usize, live: Arc<Live>) -> Self {
        Self { stream, every, left: every, live }
    }

    /// Takes the title that is due; false at the end of the stream.
    fn take_title(&mut self) -> io::Result<bool> {
        let mut blocks = [0];
        if self.stream.read(&mut blocks)? == 0 {
            return Ok(false);
        }
        let mut words = vec![0; usize::from(blocks[0]) * 16];
        self.stream.read_exact(&mut words)?;
        if let Some(title) = title(&words) {
            self.live.note_title(&title);
        }
        self.left = self.every;
        Ok(true)
    }
}

impl<R: Read> Read for Untitled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.take_title()? {
            return Ok(0);
        }
        let wanted = buffer.len().min(self.left);
        let count = self.stream.read(&mut buffer[..wanted])?;
        self.left -= count;
        Ok(count)
    }
}

/// The title in one announcement. Old servers send Latin-1, in which every byte is a letter.
fn title(words: &[u8]) -> Option<String> {
    let text =
        std::str::from_utf8(words).map_or_else(|_| words.iter().map(|&byte| char::from(byte)).collect(), str::to_owned);
    let (_, rest) = text.split_once("StreamTitle='")?;
    // An apostrophe may stand in the title itself: it ends where the next part begins, or at the last one.
    let end = rest.find("';").or_else(|| rest.rfind('\''))?;
    Some(rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(text: &str) -> Vec<u8> {
        let blocks = text.len().div_ceil(16);
        let mut bytes = vec![u8::try_from(blocks).unwrap()];
        bytes.extend(text.as_bytes());
        bytes.resize(1 + blocks * 16, 0);
        bytes
    }

    /// Gives one byte a time, as a slow network may.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn the_sound_comes_whole_and_the_titles_apart() {
        let mut stream = b"aaaa".to_vec();
        stream.extend(announcement("StreamTitle='Thời sự 12h';StreamUrl='';"));
        stream.extend(b"bbbb\0cccc");
        stream.extend(announcement("StreamTitle='L'été';"));
        stream.extend(b"dd");
        let live = Arc::new(Live::default());
        let mut sound = String::new();
        Untitled::new(Drops(&stream), 4, Arc::clone(&live)).read_to_string(&mut sound).unwrap();
        assert_eq!(sound, "aaaabbbbccccdd");
        assert_eq!(live.titles(), ["Thời sự 12h", "L'été"]);
    }

    #[test]
    fn latin_1_and_nonsense() {
        assert_eq!(title(b"StreamTitle='\xe9t\xe9';"), Some("été".to_owned()));
        assert_eq!(title(b"StreamTitle='open"), None);
        assert_eq!(title(b"hello"), None);
    }
}
