//! A paper to be printed and signed: what stands on it from top to bottom, whatever file it ends in.
//!
//! Texts are in the language of the reader already, numbers and dates are written out. How a block looks (Decree
//! 30/2020/NĐ-CP) is the equipment's business; what stands in it is decided here.

use crate::report::Qr;

/// One paper on A4 sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Language tag of the texts: `vi` or `en`.
    pub language: &'static str,
    /// For the file's properties and the browser's tab.
    pub title: String,
    /// The issuing body, for the file's properties.
    pub author: String,
    pub orientation: Orientation,
    pub blocks: Vec<Block>,
}

/// Which way the sheet lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    Portrait,
    Landscape,
}

/// What stands on the paper, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Masthead(Masthead),
    /// Centred and bold: the kind of paper in capitals, its subject beneath.
    Title {
        kind: String,
        subject: Vec<String>,
    },
    /// *Kính gửi:* and whom the paper is for.
    Addressees {
        label: String,
        names: Vec<String>,
    },
    /// A bold line that stays with what follows it.
    Heading(String),
    /// Justified, its first line indented.
    Paragraph(String),
    /// Lines that begin with a dash.
    List(Vec<String>),
    Table(Table),
    HeatMap(HeatMap),
    Bars(Bars),
    Proof(Proof),
    Closing(Closing),
}

/// The two columns at the head of an administrative paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masthead {
    /// The body above the issuer, capitals.
    pub parent: String,
    /// The issuing body, bold capitals, a rule beneath.
    pub issuer: String,
    /// *Số: … /BC-…*
    pub number: String,
    /// *CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*
    pub nation: String,
    /// *Độc lập - Tự do - Hạnh phúc*, a rule beneath.
    pub motto: String,
    /// Italic: place and day.
    pub place_and_day: String,
}

/// A framed table whose header is repeated on each page; no row is torn apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<TableColumn>,
    pub rows: Vec<TableRow>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    pub name: String,
    /// Its width in proportion to the other columns'.
    pub share: u16,
    pub align: Align,
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableRow {
    /// One text a column.
    Plain(Vec<String>),
    /// The same in bold, on a light ground.
    Sum(Vec<String>),
    /// One bold text across all columns, that stays with the next row.
    Group(String),
}

/// A field of days by items: how often each aired, red where that is too little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatMap {
    pub caption: String,
    /// What the rows are, over their titles.
    pub items: String,
    /// The days, as short as `10`; at most 31 of them.
    pub days: Vec<String>,
    pub rows: Vec<HeatRow>,
    /// What the colours mean, by example.
    pub legend: Vec<(Heat, String)>,
}

/// One item over the days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    pub title: String,
    /// One a day: how often it aired, and what that is worth.
    pub days: Vec<(u32, Heat)>,
}

/// What a number of airings on one day is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    /// Nothing was owed, whatever aired.
    Free,
    /// Nothing aired of what was owed.
    None,
    /// Less than owed.
    Short,
    /// As much as owed.
    Met,
    /// More than owed.
    Surplus,
}

impl Heat {
    /// The colour of the ground, as red, green, blue; dark letters can be read on all of them, also printed in grey.
    #[must_use]
    pub const fn colour(self) -> [u8; 3] {
        match self {
            Self::Free => [255, 255, 255],
            Self::None => [214, 69, 65],
            Self::Short => [244, 160, 150],
            Self::Met => [214, 236, 208],
            Self::Surplus => [142, 201, 137],
        }
    }
}

impl Heat {
    /// So many airings, as they are written into the field: nothing where nothing was owed and nothing aired.
    #[must_use]
    pub fn number(self, airings: u32) -> String {
        if self == Self::Free && airings == 0 { String::new() } else { airings.to_string() }
    }
}

/// Bars day by day, each with the minimum it should reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    pub caption: String,
    /// What the bars and the axis count: *phút*.
    pub unit: String,
    /// What the bars are, for the legend.
    pub bars_name: String,
    /// What the line of the minimum is, for the legend.
    pub minimum_name: String,
    /// At most 31 of them.
    pub bars: Vec<Bar>,
}

impl Bars {
    /// The highest that is drawn, a bar or a minimum.
    #[must_use]
    pub fn highest(&self) -> u64 {
        self.bars.iter().map(|bar| bar.value.max(bar.minimum)).max().unwrap_or(0)
    }

    /// What is between two lines of the axis: 1, 2 or 5 times a power of ten, the least of which five reach the highest.
    #[must_use]
    pub fn step(&self) -> u64 {
        let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
        let mut steps = powers.flat_map(|power| [1, 2, 5].map(|factor| power.saturating_mul(factor)));
        steps.find(|step| self.highest().max(1).div_ceil(*step) <= 5).unwrap_or(u64::MAX)
    }
}

/// One day's bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    pub value: u64,
    /// Zero where nothing was owed.
    pub minimum: u64,
    /// Drawn in red: the day did not meet what it owed.
    pub is_short: bool,
    /// The value as it is written.
    pub text: String,
}

/// What the figures rest on: the head of the log's chain, to be read by eye or by telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub lines: Vec<String>,
    pub qr: Qr,
}

/// Recipients at the left, signatures at the right; never torn apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// *Nơi nhận:*, bold italic.
    pub label: String,
    /// One a line, each with its dash and its semicolon.
    pub recipients: Vec<String>,
    /// From left to right; the last one stands at the right edge.
    pub signatures: Vec<Signature>,
}

/// Room for one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Bold capitals, one or two lines: *KT. GIÁM ĐỐC*, *PHÓ GIÁM ĐỐC*.
    pub function: Vec<String>,
    /// Italic, in brackets: how to sign; may be empty.
    pub hint: String,
    /// Bold; empty for the clerk to fill in.
    pub name: String,
}
