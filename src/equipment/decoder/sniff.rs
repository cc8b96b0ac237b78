//! Formats we do not decode, told by their first bytes, so that a clerk reads "opus" and not "unreadable".

/// What the first bytes of a file say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Worth a try.
    Perhaps,
    /// A sound or film format that is known and not decoded, by name.
    Refused(&'static str),
    /// Plainly something else.
    NotAudio,
}

/// A format's name, where its mark stands, and the mark.
const REFUSED: [(&str, usize, &[u8]); 21] = [
    ("wma", 0, &[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]),
    ("amr", 0, b"#!AMR"),
    ("ac3", 0, &[0x0b, 0x77]),
    ("dts", 0, &[0x7f, 0xfe, 0x80, 0x01]),
    ("midi", 0, b"MThd"),
    ("midi", 8, b"RMID"),
    ("ape", 0, b"MAC "),
    ("wavpack", 0, b"wvpk"),
    ("musepack", 0, b"MPCK"),
    ("musepack", 0, b"MP+"),
    ("tta", 0, b"TTA1"),
    ("dsd", 0, b"DSD "),
    ("dsd", 0, b"FRM8"),
    ("realaudio", 0, b".RMF"),
    ("realaudio", 0, b".ra\xfd"),
    ("au", 0, b".snd"),
    ("rf64", 0, b"RF64"),
    ("caf", 0, b"caff"),
    ("webm", 0, &[0x1a, 0x45, 0xdf, 0xa3]),
    ("avi", 8, b"AVI "),
    ("flv", 0, b"FLV\x01"),
];

/// Marks of files that hold no sound at all, at their very beginning.
const FOREIGN: [&[u8]; 13] = [
    b"\x7fELF",
    b"MZ",
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
    b"{\\rtf",
];

/// Looks at the first bytes (64 or more, where the file holds as many) after any leading tag.
#[must_use]
pub fn look(head: &[u8]) -> Look {
    let has = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if let Some((name, ..)) = REFUSED.iter().find(|(_, at, mark)| has(*at, mark)) {
        return Look::Refused(name);
    }
    if let Some(name) = ogg_codec(head) {
        return Look::Refused(name);
    }
    if FOREIGN.iter().any(|mark| has(0, mark)) || is_text(head) {
        return Look::NotAudio;
    }
    Look::Perhaps
}

/// The codec of an Ogg file's first page, if it is none of ours.
fn ogg_codec(head: &[u8]) -> Option<&'static str> {
    let segments = usize::from(*head.get(26).filter(|_| head.starts_with(b"OggS"))?);
    let payload = head.get(27 + segments..)?;
    [("opus", &b"OpusHead"[..]), ("speex", b"Speex   "), ("theora", b"\x80theora")]
        .into_iter()
        .find_map(|(name, mark)| payload.starts_with(mark).then_some(name))
}

/// Whether all of it could stand in a text file: letters in any 8-bit coding or UTF-16 with its mark, no controls.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return head.iter().skip(2).filter(|byte| **byte == 0).count() * 4 > head.len();
    }
    !head.is_empty() && head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..=0xfe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_strangers_are_called_by_name() {
        assert_eq!(look(b"#!AMR\n\x3c\x91\x17"), Look::Refused("amr"));
        assert_eq!(look(b"MThd\0\0\0\x06"), Look::Refused("midi"));
        assert_eq!(look(b"RIFF\x10\0\0\0RMIDdata"), Look::Refused("midi"));
        let mut opus = b"OggS\0\x02".to_vec();
        opus.resize(26, 0);
        opus.extend_from_slice(b"\x01\x13OpusHead\x01\x02");
        assert_eq!(look(&opus), Look::Refused("opus"));
    }

    #[test]
    fn text_is_no_sound() {
        assert_eq!(look("<html><body>Không tìm thấy</body></html>\r\n".as_bytes()), Look::NotAudio);
        assert_eq!(look(b"\xff\xfeH\0o\0m\0 \0n\0a\0y\0"), Look::NotAudio);
        assert_eq!(look(b"\x7fELF\x02\x01\x01"), Look::NotAudio);
    }

    #[test]
    fn what_may_be_sound_gets_its_try() {
        for head in
            [&b"RIFF\x24\0\0\0WAVEfmt "[..], b"\xff\xfb\x90\x64\0\0\0\0", b"fLaC\0\0\0\x22", b"\0\0\0\x20ftypM4A "]
        {
            assert_eq!(look(head), Look::Perhaps);
        }
    }
}
