//! Tables as WordprocessingML knows them: a grid of fixed columns, rows that are not torn, cells.

use crate::equipment::documents::docx::markup::{Xml, el, hex, w_val};
use crate::equipment::documents::docx::paragraph::{Paragraph, Style};

/// How a table looks: framed, or only there to hold things side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    Lines,
    None,
}

/// What a row is to its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Repeated on every page.
    Header,
    Body,
    /// At least so many twips high.
    Tall(u32),
}

/// A table as wide as its columns, which keep their widths (twips) whatever is written into them. `margin`: blank at
/// both sides of each cell, in twips. In the order of `CT_TblPr` (ECMA-376-1, 17.4.60).
pub fn grid(frame: Frame, margin: u32, widths: &[u32], rows: impl IntoIterator<Item = Xml>) -> Xml {
    let columns = widths.iter().map(|width| el("w:gridCol").attr("w:w", width));
    let properties = el("w:tblPr")
        .with(length("w:tblW", widths.iter().sum()))
        .with(length("w:tblInd", 0))
        .all((frame == Frame::Lines).then(borders))
        .with(el("w:tblLayout").attr("w:type", "fixed"))
        .with(el("w:tblCellMar").with(length("w:left", margin)).with(length("w:right", margin)));
    el("w:tbl").with(properties).with(el("w:tblGrid").all(columns)).all(rows)
}

/// A row that no page break tears apart.
pub fn row(kind: Row, cells: impl IntoIterator<Item = Cell>) -> Xml {
    let height = |twips| w_val("w:trHeight", twips).attr("w:hRule", "atLeast");
    let properties = el("w:trPr").with(el("w:cantSplit"));
    let properties = match kind {
        Row::Header => properties.with(el("w:tblHeader")),
        Row::Tall(twips) => properties.with(height(twips)),
        Row::Body => properties,
    };
    el("w:tr").with(properties).all(cells.into_iter().map(Cell::xml))
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    width: u32,
    columns: usize,
    /// `restart` begins a cell that reaches down several rows, `continue` goes on with it.
    down: Option<&'static str>,
    ground: Option<[u8; 3]>,
    middle: bool,
    content: Vec<Paragraph>,
}

impl Cell {
    /// A cell `width` twips wide.
    pub fn of(width: u32, content: impl IntoIterator<Item = Paragraph>) -> Self {
        let content = content.into_iter().collect();
        Self { width, columns: 1, down: None, ground: None, middle: false, content }
    }

    #[must_use]
    pub fn across(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    /// Begins a cell that goes on in the rows below.
    #[must_use]
    pub fn begins_down(self) -> Self {
        Self { down: Some("restart"), ..self }
    }

    /// The cell above goes on here.
    #[must_use]
    pub fn goes_on(self) -> Self {
        Self { down: Some("continue"), ..self }
    }

    #[must_use]
    pub fn ground(self, colour: [u8; 3]) -> Self {
        Self { ground: Some(colour), ..self }
    }

    /// Half way between top and bottom of the row.
    #[must_use]
    pub fn middle(self) -> Self {
        Self { middle: true, ..self }
    }

    /// In the order of `CT_TcPr` (ECMA-376-1, 17.4.70). A cell without a paragraph would be a broken file.
    fn xml(self) -> Xml {
        let properties = el("w:tcPr")
            .with(length("w:tcW", self.width))
            .all((self.columns > 1).then(|| w_val("w:gridSpan", self.columns)))
            .all(self.down.map(|down| w_val("w:vMerge", down)))
            .all(self.ground.map(shading))
            .all(self.middle.then(|| w_val("w:vAlign", "center")));
        let filler = self.content.is_empty().then(|| Paragraph::empty(Style::Cell));
        let paragraphs = self.content.into_iter().chain(filler).map(Paragraph::xml);
        el("w:tc").with(properties).all(paragraphs)
    }
}

/// A ground of one colour, for cells and for runs.
pub fn shading(colour: [u8; 3]) -> Xml {
    w_val("w:shd", "clear").attr("w:color", "auto").attr("w:fill", hex(colour))
}

fn length(name: &'static str, twips: u32) -> Xml {
    el(name).attr("w:w", twips).attr("w:type", "dxa")
}

/// Half a point, black, on all sides.
fn borders() -> Xml {
    let line = |name| w_val(name, "single").attr("w:sz", 4).attr("w:space", 0).attr("w:color", "000000");
    el("w:tblBorders").all(["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"].into_iter().map(line))
}
