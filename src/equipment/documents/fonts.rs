//! The letters of the papers: Liberation Serif in four faces.
//!
//! Decree 30/2020/NĐ-CP asks for Times New Roman. Liberation Serif has the same widths and may be handed on inside a
//! file (SIL Open Font License, `assets/fonts/`), so that a paper looks the same on a machine that has neither.

/// The name by which programs know the font.
pub const FAMILY: &str = "Liberation Serif";

/// One face of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Regular,
    Bold,
    Italic,
    BoldItalic,
}

impl Face {
    pub const ALL: [Self; 4] = [Self::Regular, Self::Bold, Self::Italic, Self::BoldItalic];

    /// The whole TrueType file.
    #[must_use]
    pub const fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../assets/fonts/LiberationSerif-Regular.ttf"),
            Self::Bold => include_bytes!("../../../assets/fonts/LiberationSerif-Bold.ttf"),
            Self::Italic => include_bytes!("../../../assets/fonts/LiberationSerif-Italic.ttf"),
            Self::BoldItalic => include_bytes!("../../../assets/fonts/LiberationSerif-BoldItalic.ttf"),
        }
    }
}
