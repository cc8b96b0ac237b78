//! What cells look like: type, frames, grounds.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::report::{Cell, Heat, Line};

pub const FONT: &str = "Times New Roman";
/// Sizes of type.
pub const BODY_POINTS: u16 = 12;
pub const TITLE_POINTS: u16 = 14;
/// Height of one line of the body's type, in points.
pub const LINE_POINTS: f64 = 16.5;
/// From none to three decimals; a number with more is shown with three.
const DECIMALS: usize = 4;
/// A light grey that letters can be read on, also printed.
const SUM_GROUND: u32 = 0x00EF_EFEF;

/// Every format of the file, made once.
pub struct Looks {
    pub title: Format,
    pub remark: Format,
    pub header: Format,
    plain: Row,
    sum: Row,
}

struct Row {
    text: Format,
    /// By the number of decimals.
    numbers: [Format; DECIMALS],
}

impl Row {
    fn new(framed: &Format) -> Self {
        // `_)` leaves the width of a bracket before the frame; LibreOffice forgets a right indent in some cells.
        let number = |places: usize| match places {
            0 => "0_)".to_owned(),
            _ => format!("0.{}_)", "0".repeat(places)),
        };
        let numbers = std::array::from_fn(|places| framed.clone().set_num_format(number(places)));
        Self { text: framed.clone().set_text_wrap().set_align(FormatAlign::Left).set_indent(1), numbers }
    }
}

impl Looks {
    pub fn new() -> Self {
        let font = Format::new().set_font_name(FONT).set_font_size(BODY_POINTS);
        let wrapped = font.clone().set_text_wrap().set_align(FormatAlign::Top);
        let framed = font.set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let header = framed.clone().set_bold().set_text_wrap();
        Self {
            title: wrapped.clone().set_bold().set_font_size(TITLE_POINTS),
            remark: wrapped.set_italic(),
            header: header.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            plain: Row::new(&framed),
            sum: Row::new(&framed.set_bold().set_background_color(Color::RGB(SUM_GROUND))),
        }
    }

    /// How a cell of this line looks.
    pub fn of(&self, line: &Line, shown: &Cell) -> &Format {
        let row = match line {
            Line::Plain(_) => &self.plain,
            Line::Sum(_) => &self.sum,
        };
        match shown {
            Cell::Number(_, decimals) => &row.numbers[usize::from(*decimals).min(DECIMALS - 1)],
            Cell::Text(_) | Cell::Empty => &row.text,
        }
    }
}

/// The ground of a cell that is worth this.
pub fn ground(heat: Heat) -> Format {
    let [red, green, blue] = heat.colour();
    Format::new().set_background_color(Color::RGB(u32::from_be_bytes([0, red, green, blue])))
}
