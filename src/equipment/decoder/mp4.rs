//! What the boxes of an m4a promise that the codec library does not pass on: codec, priming and exact length.
//!
//! An AAC encoder puts 1,024 or more frames of its own before the sound; the edit list says how many. Without it every
//! item would begin 20–50 ms late and end in a click of silence. iTunes writes a comment with the same figures, which
//! counts where no edit list says anything. A file cut in its sound is mended so far that it can
//! be read to where it was cut, and measured against its promise.

use std::fs::File;
use std::io;
use std::ops::Range;

use crate::equipment::decoder::source::{Mend, peek};

/// The first sound track of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mp4 {
    /// Four letters that name the codec: `mp4a`, `alac`, `drms` …
    pub codec: [u8; 4],
    /// Ticks before the sound begins, at `timescale` a second.
    pub priming: u64,
    /// Ticks of sound after the priming; none where it is not told.
    pub length: Option<u64>,
    pub timescale: u32,
}

/// Gives a last box that claims more than the file holds the size it has.
///
/// # Errors
/// The file cannot be read.
pub fn mend(file: &mut File, file_len: u64) -> io::Result<Option<Mend>> {
    let mut at = 0;
    for _ in 0..CHILDREN_MAX {
        let head = peek(file, at, 16)?;
        let Some((size, header)) = box_size(&head, file_len.saturating_sub(at)) else { break };
        let left = file_len - at;
        if size > left {
            let fits = u32::try_from(left).ok().filter(|_| header == 8);
            return Ok(fits.map(|left| Mend { at, bytes: left.to_be_bytes() }));
        }
        at += size;
    }
    Ok(None)
}

/// A box has a handful of children; damaged ones are not searched for ever.
const CHILDREN_MAX: usize = 4_096;

/// Reads the boxes; none if the file is no MP4 or holds no sound track.
///
/// # Errors
/// The file cannot be read.
pub fn inspect(file: &mut File, file_len: u64) -> io::Result<Option<Mp4>> {
    if peek(file, 4, 4)? != b"ftyp" {
        return Ok(None);
    }
    let Some(movie) = child(file, 0..file_len, *b"moov")? else { return Ok(None) };
    let told = smooth_play(file, movie.clone())?;
    let movie_scale = match child(file, movie.clone(), *b"mvhd")? {
        Some(header) => u64::from(timescale_and_duration(file, header)?.0),
        None => 0,
    };
    let mut rest = movie;
    for _ in 0..CHILDREN_MAX {
        let Some(track) = child(file, rest.clone(), *b"trak")? else { break };
        if let Some(mut found) = sound_track(file, track.clone(), movie_scale)? {
            if let (0, Some((priming, length))) = (found.priming, told) {
                apply_smooth_play(&mut found, priming, length);
            }
            return Ok(Some(found));
        }
        rest.start = track.end;
    }
    Ok(None)
}

fn sound_track(file: &mut File, track: Range<u64>, movie_scale: u64) -> io::Result<Option<Mp4>> {
    let Some(media) = child(file, track.clone(), *b"mdia")? else { return Ok(None) };
    let Some(handler) = child(file, media.clone(), *b"hdlr")? else { return Ok(None) };
    if peek(file, handler.start + 8, 4)? != b"soun" {
        return Ok(None);
    }
    let (timescale, duration) = match child(file, media.clone(), *b"mdhd")? {
        Some(header) => timescale_and_duration(file, header)?,
        None => (0, 0),
    };
    let mut found = Mp4 { timescale, length: (duration > 0).then_some(duration), ..Mp4::default() };
    if let Some(table) = descend(file, media, &[*b"minf", *b"stbl", *b"stsd"])? {
        found.codec = peek(file, table.start + 12, 4)?.try_into().unwrap_or_default();
    }
    if let Some(list) = descend(file, track, &[*b"edts", *b"elst"])? {
        apply_edit(&mut found, &peek(file, list.start, 8 + 20)?, movie_scale);
    }
    Ok(Some(found))
}

/// Takes priming and length from an edit list of one entry; longer lists cut films, not announcements.
fn apply_edit(track: &mut Mp4, list: &[u8], movie_scale: u64) {
    let long = |at: usize| list.get(at..at + 4).map_or(0, |b| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    let (version, entries) = (long(0) >> 24, long(4));
    let (segment, begin) = match version {
        0 => (long(8), long(12)),
        _ => (long(8) << 32 | long(12), long(16) << 32 | long(20)),
    };
    let longest = track.length.unwrap_or(u64::MAX);
    if entries != 1 || begin >= longest || begin > u64::from(u32::MAX / 2) {
        return;
    }
    track.priming = begin;
    track.length = track.length.map(|whole| whole - begin);
    // The segment counts in the film's coarse ticks: it overrules only where it says clearly less.
    let scale = u64::from(track.timescale);
    if segment > 0 && movie_scale > 0 && scale > 0 {
        let tick = scale.div_ceil(movie_scale);
        let told = u64::try_from(u128::from(segment) * u128::from(scale) / u128::from(movie_scale)).unwrap_or(u64::MAX);
        if track.length.is_none_or(|length| length > told.saturating_add(tick)) {
            track.length = Some(told);
        }
    }
}

/// Priming and length in samples out of the comment `iTunSMPB`, which stands among the tags of the film.
fn smooth_play(file: &mut File, movie: Range<u64>) -> io::Result<Option<(u64, u64)>> {
    let Some(meta) = descend(file, movie, &[*b"udta", *b"meta"])? else { return Ok(None) };
    // A version of four bytes stands before the boxes in it.
    let Some(mut tags) = child(file, meta.start + 4..meta.end.max(meta.start + 4), *b"ilst")? else { return Ok(None) };
    for _ in 0..CHILDREN_MAX {
        let Some(tag) = child(file, tags.clone(), *b"----")? else { break };
        if let Some(found) = read_smooth_play(&peek(file, tag.start, SMOOTH_PLAY_MAX)?) {
            return Ok(Some(found));
        }
        tags.start = tag.end;
    }
    Ok(None)
}

/// Bytes of a free tag that are looked through: the comment and the boxes around it take some 200.
const SMOOTH_PLAY_MAX: usize = 512;

/// Reads `00000000 PRIMING PADDING LENGTH …`, hexadecimal, after the name and a `data` box's head of twelve bytes.
fn read_smooth_play(tag: &[u8]) -> Option<(u64, u64)> {
    let after = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).position(|w| w == mark).map(|at| at + mark.len());
    let named = tag.get(after(tag, b"iTunSMPB")?..)?;
    let text = named.get(after(named, b"data")? + 8..)?;
    let told = text.iter().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b' ').copied().collect();
    let told = String::from_utf8(told).ok()?;
    let mut numbers = told.split(' ').filter(|word| !word.is_empty()).map(|word| u64::from_str_radix(word, 16));
    let (_, priming, _, length) = (numbers.next()?, numbers.next()?.ok()?, numbers.next()?, numbers.next()?.ok()?);
    Some((priming, length))
}

/// Takes priming and length as told in samples, where the track counts in samples and holds as many.
fn apply_smooth_play(track: &mut Mp4, priming: u64, length: u64) {
    let fits = track.length.is_some_and(|whole| priming.checked_add(length).is_some_and(|told| told <= whole));
    if fits && length > 0 {
        (track.priming, track.length) = (priming, Some(length));
    }
}

/// Of an `mvhd` or `mdhd` box.
fn timescale_and_duration(file: &mut File, header: Range<u64>) -> io::Result<(u32, u64)> {
    let bytes = peek(file, header.start, 32)?;
    let long = |at: usize| bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    Ok(match bytes.first() {
        Some(0) => (long(12), if long(16) == u32::MAX { 0 } else { u64::from(long(16)) }),
        _ => (long(20), u64::from(long(24)) << 32 | u64::from(long(28))),
    })
}

fn descend(file: &mut File, from: Range<u64>, path: &[[u8; 4]]) -> io::Result<Option<Range<u64>>> {
    let mut inside = from;
    for name in path {
        match child(file, inside, *name)? {
            Some(found) => inside = found,
            None => return Ok(None),
        }
    }
    Ok(Some(inside))
}

/// The body of the first box called `name` among those in `parent`.
fn child(file: &mut File, parent: Range<u64>, name: [u8; 4]) -> io::Result<Option<Range<u64>>> {
    let mut at = parent.start;
    for _ in 0..CHILDREN_MAX {
        let head = peek(file, at, 16)?;
        let Some((size, header)) = box_size(&head, parent.end - at) else { break };
        let end = at.saturating_add(size).min(parent.end);
        if head[4..8] == name {
            return Ok(Some(at + header..end));
        }
        at = end;
        if at >= parent.end {
            break;
        }
    }
    Ok(None)
}

/// A box's whole size and that of its header; none if it is no box.
fn box_size(head: &[u8], left: u64) -> Option<(u64, u64)> {
    let short = u32::from_be_bytes(*head.first_chunk()?);
    let (size, header) = match short {
        0 => (left, 8),
        1 => (u64::from_be_bytes(head.get(8..16)?.try_into().ok()?), 16),
        size => (u64::from(size), 8),
    };
    (head.len() >= 8 && size >= header && header <= left).then_some((size, header))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_list_tells_priming_and_length() {
        let mut track = Mp4 { length: Some(221_524), timescale: 44_100, ..Mp4::default() };
        let mut list = vec![0, 0, 0, 0, 0, 0, 0, 1];
        list.extend_from_slice(&5_000_u32.to_be_bytes());
        list.extend_from_slice(&1_024_u32.to_be_bytes());
        apply_edit(&mut track, &list, 1_000);
        assert_eq!((track.priming, track.length), (1_024, Some(220_500)));
    }

    #[test]
    fn a_segment_that_ends_clearly_earlier_counts() {
        let mut track = Mp4 { length: Some(223_232), timescale: 44_100, ..Mp4::default() };
        let mut list = vec![0, 0, 0, 0, 0, 0, 0, 1];
        list.extend_from_slice(&220_500_u32.to_be_bytes());
        list.extend_from_slice(&2_112_u32.to_be_bytes());
        apply_edit(&mut track, &list, 44_100);
        assert_eq!((track.priming, track.length), (2_112, Some(220_500)));
    }

    #[test]
    fn the_comment_of_itunes_tells_the_same() {
        let mut tag = b"\0\0\0\x1cmean\0\0\0\0com.apple.iTunes\0\0\0\x14name\0\0\0\0iTunSMPB".to_vec();
        tag.extend_from_slice(b"\0\0\0\x84data\0\0\0\x01\0\0\0\0 00000000 00000840 000001C4 0000000000035D54 00000000");
        assert_eq!(read_smooth_play(&tag), Some((2_112, 220_500)));
        assert_eq!(read_smooth_play(&tag[..tag.len() - 40]), None, "cut in the middle");
        assert_eq!(read_smooth_play(b"iTunNORM 00000840"), None);
        let mut track = Mp4 { length: Some(223_064), timescale: 44_100, ..Mp4::default() };
        apply_smooth_play(&mut track, 2_112, 220_500);
        assert_eq!((track.priming, track.length), (2_112, Some(220_500)));
        apply_smooth_play(&mut track, 2_112, 220_501);
        assert_eq!(track.length, Some(220_500), "more than there is");
    }

    #[test]
    fn nonsense_in_an_edit_list_changes_nothing() {
        let whole = Mp4 { length: Some(1_000), timescale: 44_100, ..Mp4::default() };
        for list in [&[0; 4][..], &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff]] {
            let mut track = whole;
            apply_edit(&mut track, list, 1_000);
            assert_eq!(track, whole);
        }
    }
}
