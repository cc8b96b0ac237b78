//! A QR code as a field of dark and light.

use qrcode::{EcLevel, QrCode};

/// A square code; around it belongs a light border four modules wide (ISO/IEC 18004).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    side: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// The code of a short text; a quarter of it may be smudged. None for a text longer than a code can hold.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::Q).ok()?;
        let dark = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
        Some(Self { side: code.width(), dark })
    }

    /// Modules along one side.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// Modules of light border that belong around it (ISO/IEC 18004, 5.3.8).
    pub const BORDER: usize = 4;

    /// The dark stretches: column and row of the first module, and how many there are in a row.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.rows().enumerate().flat_map(|(y, row)| {
            let stretches = row.chunk_by(|one, next| one == next).scan(0, |next, stretch| {
                let x = *next;
                *next += stretch.len();
                Some((x, stretch))
            });
            stretches.filter(|(_, stretch)| stretch[0]).map(move |(x, stretch)| (x, y, stretch.len()))
        })
    }

    /// The rows from top to bottom, each from left to right; true is dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_and_has_its_three_finders() {
        let qr = Qr::of("loa:1:0000").unwrap();
        let rows: Vec<_> = qr.rows().collect();
        assert!(rows.len() == qr.side() && rows.iter().all(|row| row.len() == qr.side()));
        let last = qr.side() - 1;
        assert!(rows[0][0] && rows[0][last] && rows[last][0]);
        let dark: usize = qr.runs().map(|(_, _, length)| length).sum();
        assert_eq!(dark, rows.concat().iter().filter(|dark| **dark).count());
        assert!(qr.runs().all(|(x, y, length)| rows[y][x..x + length].iter().all(|dark| *dark)));
        assert!(Qr::of(&"a".repeat(8_000)).is_none());
    }
}
