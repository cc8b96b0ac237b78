//! Backups: an archive that somebody hands in, and the database that may lie in it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use loaphuong::equipment::store;
use loaphuong::station::home::Home;
use loaphuong::station::restore::restore;

/// The bytes as a database or, if they do not begin like one, as the tar inside a backup.
pub fn backups(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    if bytes.starts_with(b"SQLite format 3\0") {
        let database = folder.path().join("loa.db");
        fs::write(&database, bytes).expect("a file");
        let _ = store::examine(&database);
        return;
    }
    let backup = folder.path().join("backup.tar.gz");
    let mut gzip = GzEncoder::new(fs::File::create(&backup).expect("a file"), Compression::none());
    gzip.write_all(&with_right_sums(bytes)).and_then(|()| gzip.finish()).expect("a file");
    let home = folder.path().join("home");
    let now = "2020-08-10T04:00+07:00".parse().expect("an instant");
    if restore(&Home::new(home.clone()), &backup, false, now).is_ok() {
        assert!(!home.join(".loa-restore").exists(), "nothing is left lying about");
    }
    assert_eq!(outside(folder.path()), 0, "nothing is written outside the home");
}

fn outside(folder: &Path) -> usize {
    let names = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
    names.filter(|name| name != "home" && name != "backup.tar.gz").count()
}

/// A tar whose headers have their sums: a header with a wrong one is refused unread, so that few changed bytes would get further.
fn with_right_sums(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 512;
    const SUM: std::ops::Range<usize> = 148..156;
    let mut tar = bytes.to_vec();
    let mut at = 0;
    while let Some(header) = tar.get_mut(at..at + BLOCK) {
        header[SUM].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        if sum > 8 * u32::from(b' ') {
            header[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        } else {
            header[SUM].fill(0);
        }
        let digits = header[124..136].iter().take_while(|byte| matches!(byte, b'0'..=b'7'));
        let size = digits.fold(0, |size: usize, digit| size << 3 | usize::from(digit - b'0'));
        at = at.saturating_add(BLOCK).saturating_add(size.div_ceil(BLOCK).saturating_mul(BLOCK));
        if at > tar.len() {
            break;
        }
    }
    tar
}
