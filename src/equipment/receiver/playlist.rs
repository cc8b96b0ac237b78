//! Playlists: small texts that name a stream, which many stations hand out instead of its address.

/// What a playlist says.
#[derive(Debug, PartialEq, Eq)]
pub enum Playlist {
    /// The address of its first entry.
    Entry(String),
    /// Pieces of sound to be fetched one by one (HLS), which is no stream.
    Pieces,
    Empty,
}

/// Playlists longer than this are none, in bytes.
pub const BYTES_MAX: u64 = 64 << 10;

/// Whether a server's content type names a playlist.
#[must_use]
pub fn is_playlist(content: &str) -> bool {
    ["mpegurl", "scpls", "pls+xml"].iter().any(|word| content.contains(word))
}

/// Reads m3u and pls alike: the first line, or `File1=`, that is an address.
#[must_use]
pub fn read(text: &str) -> Playlist {
    if text.lines().any(|line| line.starts_with("#EXT-X-")) {
        return Playlist::Pieces;
    }
    let address = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim();
        let entry = line.split_once('=').filter(|(key, _)| key.to_ascii_lowercase().starts_with("file"));
        let entry = entry.map_or(line, |(_, address)| address.trim());
        let scheme = entry.get(..8).unwrap_or_default().to_ascii_lowercase();
        (scheme.starts_with("http://") || scheme == "https://").then(|| entry.to_owned())
    };
    text.lines().find_map(address).map_or(Playlist::Empty, Playlist::Entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_counts() {
        let entry = |text: &str| read(text);
        let wanted = Playlist::Entry("http://a/vov1.mp3?x=1".to_owned());
        assert_eq!(entry("#EXTM3U\r\n#EXTINF:-1,VOV1\r\nhttp://a/vov1.mp3?x=1\r\nhttp://b/"), wanted);
        assert_eq!(entry("[playlist]\nNumberOfEntries=1\nFile1=http://a/vov1.mp3?x=1\nTitle1=VOV"), wanted);
        assert_eq!(entry("\u{feff}http://a/vov1.mp3?x=1"), wanted);
        assert_eq!(entry("HTTPS://a/b"), Playlist::Entry("HTTPS://a/b".to_owned()));
    }

    #[test]
    fn pieces_and_nothing_are_no_stream() {
        assert_eq!(read("#EXTM3U\n#EXT-X-VERSION:3\nhttp://a/1.ts"), Playlist::Pieces);
        assert_eq!(read("#EXTM3U\n../vov1.mp3\nfile:///etc/passwd"), Playlist::Empty);
        assert_eq!(read(""), Playlist::Empty);
    }
}
