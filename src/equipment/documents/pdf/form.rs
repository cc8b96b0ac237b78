//! The measures of an administrative paper: Decree 30/2020/NĐ-CP, Annex I.
//!
//! All lengths in this room are points, 72 to the inch, counted from the left and from the top.

use crate::equipment::documents::fonts::Face;
use crate::equipment::documents::pdf::letters::Type;
use crate::report::Orientation;

/// That many millimetres, in points.
pub const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// A number of things, as a length's factor.
#[expect(clippy::cast_precision_loss, reason = "nothing on a paper is counted beyond 2^24")]
pub fn times(count: usize) -> f32 {
    count as f32
}

/// A4, and its margins (Annex I, part I, I.1–4): top and bottom 20–25 mm, left 30–35 mm, right 15–20 mm.
pub const SHORT_SIDE: f32 = mm(210.0);
pub const LONG_SIDE: f32 = mm(297.0);
pub const TOP: f32 = mm(20.0);
pub const BOTTOM: f32 = mm(20.0);
pub const LEFT: f32 = mm(30.0);
pub const RIGHT: f32 = mm(15.0);
/// From the upper edge to the foot of the page number, which stands in the middle of the top margin.
pub const PAGE_NUMBER_FOOT: f32 = mm(12.5);

/// The masthead: names 12–13, motto, place and day 13–14, number 13.
pub const BODY_ABOVE: Type = Type { face: Face::Regular, size: 12.0 };
pub const ISSUER: Type = Type { face: Face::Bold, size: 12.0 };
pub const NUMBER: Type = Type { face: Face::Regular, size: 13.0 };
pub const NATION: Type = Type { face: Face::Bold, size: 12.0 };
pub const MOTTO: Type = Type { face: Face::Bold, size: 13.0 };
pub const PLACE_AND_DAY: Type = Type { face: Face::Italic, size: 13.0 };

/// Title, addressees and text: 13–14.
pub const TITLE: Type = Type { face: Face::Bold, size: 14.0 };
pub const ADDRESSEES: Type = Type { face: Face::Regular, size: 14.0 };
pub const TEXT: Type = Type { face: Face::Regular, size: 13.0 };
pub const HEADING: Type = Type { face: Face::Bold, size: 13.0 };
pub const PAGE_NUMBER: Type = Type { face: Face::Regular, size: 13.0 };

/// Tables, drawings and the proof are set smaller; the decree leaves them open.
pub const CELL: Type = Type { face: Face::Regular, size: 12.0 };
pub const CELL_OF_MANY: Type = Type { face: Face::Regular, size: 11.0 };
pub const CAPTION: Type = Type { face: Face::Bold, size: 12.0 };
pub const SMALL: Type = Type { face: Face::Regular, size: 10.0 };
pub const TINY: Type = Type { face: Face::Regular, size: 8.0 };

/// Recipients 12 and 11, signature 13–14.
pub const RECIPIENTS_LABEL: Type = Type { face: Face::BoldItalic, size: 12.0 };
pub const RECIPIENTS: Type = Type { face: Face::Regular, size: 11.0 };
pub const FUNCTION: Type = Type { face: Face::Bold, size: 13.0 };
pub const HINT: Type = Type { face: Face::Italic, size: 13.0 };
pub const SIGNATORY: Type = Type { face: Face::Bold, size: 13.0 };
/// Room for the hand and the seal.
pub const SIGNING_ROOM: f32 = mm(25.0);

/// From line to line, in sizes of the type: single spacing is 1.15, of the font itself. The text may have 1 to 1.5
/// times that.
pub const SINGLE: f32 = 1.15;
pub const SPACED: f32 = 1.15 * 1.15;
/// Between paragraphs: at least 6 points.
pub const PARAGRAPH_GAP: f32 = 6.0;
/// The first line of a paragraph begins 10–12.7 mm in.
pub const INDENT: f32 = mm(12.7);
pub const BLOCK_GAP: f32 = 12.0;

/// Ruled lines.
pub const HAIRLINE: f32 = 0.5;
pub const RULE: f32 = 0.75;

/// Colours as red, green, blue.
pub type Colour = [u8; 3];
pub const BLACK: Colour = [0, 0, 0];
pub const PALE: Colour = [200, 200, 200];
/// The ground under a sum.
pub const GROUND: Colour = [236, 236, 236];

/// Width and height of the sheet.
pub const fn sheet(orientation: Orientation) -> (f32, f32) {
    match orientation {
        Orientation::Portrait => (SHORT_SIDE, LONG_SIDE),
        Orientation::Landscape => (LONG_SIDE, SHORT_SIDE),
    }
}
