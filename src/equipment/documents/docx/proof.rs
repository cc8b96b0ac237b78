//! The proof: the QR code as a picture, its lines beside it.

use std::io::{self, Write as _};

use flate2::{Compression, Crc, write::ZlibEncoder};

use crate::equipment::documents::docx::attached::Attached;
use crate::equipment::documents::docx::grid::{Cell, Frame, Row, grid, row};
use crate::equipment::documents::docx::markup::Xml;
use crate::equipment::documents::docx::paragraph::{Paragraph, Style};
use crate::equipment::documents::docx::sheet::mm;
use crate::report::{Proof, Qr};

/// One side of the code with its border, in twips: large enough for a telephone, also from a photocopy.
const CODE_SIDE: u32 = mm(30);
/// Pixels along one module: a multiple of it, so that a printer at 300 or 600 dots an inch draws sharp edges.
const PIXELS: usize = 8;

/// Code left, lines right, on one page.
pub fn proof(proof: &Proof, text_width: u32, attached: &mut Attached) -> Result<Xml, String> {
    let picture = png(&proof.qr).map_err(|error| error.to_string())?;
    let code = Paragraph::empty(Style::Figure).push(attached.picture(picture, CODE_SIDE, &proof.lines.join(" ")));
    let lines = proof.lines.iter().map(|line| Paragraph::of(Style::Proof, line));
    let (left, right) = (CODE_SIDE + mm(2), text_width - CODE_SIDE - mm(2));
    let cells = [Cell::of(left, [code]).middle(), Cell::of(right, lines).middle()];
    Ok(grid(Frame::None, 0, &[left, right], [row(Row::Body, cells)]))
}

/// The code as a PNG of one bit a pixel (ISO/IEC 15948): signature, header, compressed rows, end.
fn png(qr: &Qr) -> io::Result<Vec<u8>> {
    let side = (qr.side() + 2 * Qr::BORDER) * PIXELS;
    let side = u32::try_from(side).map_err(io::Error::other)?.to_be_bytes();
    // Width, height, 1 bit, grey, deflate, the standard filters, not interlaced.
    let header = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    rows.write_all(&pixels(qr))?;
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", rows.finish()?), (b"IEND", Vec::new())] {
        chunk(&mut file, *kind, &data)?;
    }
    Ok(file)
}

/// The rows from top to bottom, each behind the number of its filter (0, none); a set bit is light.
fn pixels(qr: &Qr) -> Vec<u8> {
    let modules = qr.side() + 2 * Qr::BORDER;
    let light = |from: &mut Vec<u8>, rows: usize| {
        (0..rows * PIXELS).for_each(|_| {
            from.push(0);
            from.extend(std::iter::repeat_n(0xff, modules));
        });
    };
    let mut pixels = Vec::with_capacity((modules + 1) * modules * PIXELS);
    light(&mut pixels, Qr::BORDER);
    for row in qr.rows() {
        // Eight pixels a module are one byte a module.
        let border = [0xff; Qr::BORDER];
        let modules: Vec<u8> = row.iter().map(|dark| if *dark { 0 } else { 0xff }).collect();
        (0..PIXELS).for_each(|_| pixels.extend([&[0], &border[..], &modules, &border].concat()));
    }
    light(&mut pixels, Qr::BORDER);
    pixels
}

/// Length, kind, data, and a checksum of the latter two.
fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> io::Result<()> {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    let length = u32::try_from(data.len()).map_err(io::Error::other)?;
    file.extend([&length.to_be_bytes()[..], &kind, data, &sum.sum().to_be_bytes()].concat());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_one_byte_a_module_and_a_light_border() {
        let qr = Qr::of("loa").unwrap();
        let modules = qr.side() + 8;
        let pixels = pixels(&qr);
        assert_eq!(pixels.len(), modules * 8 * (modules + 1));
        let line = |y: usize| &pixels[y * (modules + 1)..(y + 1) * (modules + 1)];
        assert!(line(31)[1..].iter().all(|byte| *byte == 0xff));
        // The finder: seven dark modules after the border.
        assert_eq!(line(32)[..13], [0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 255]);
        assert!(png(&qr).unwrap().starts_with(b"\x89PNG"));
    }
}
