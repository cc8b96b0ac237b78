//! One value of a table, as it is written in files.

/// One cell. Text stays text: a title such as `=1+1` is never a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// A number with so many decimals.
    Number(f64, u8),
    Empty,
}

impl Cell {
    /// A text, or nothing for an empty one.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// The one way this cell is written.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number, decimals) => format!("{number:.*}", usize::from(*decimals)),
            Self::Empty => String::new(),
        }
    }
}
