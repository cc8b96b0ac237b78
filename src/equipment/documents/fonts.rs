//! Liberation Serif 2: the letters of every paper where Times New Roman is not installed.
//!
//! It has the widths of Times New Roman, so that lines and pages break alike, and all Vietnamese letters. Licence:
//! `assets/fonts/LICENSE` (OFL 1.1; its copyright notice is inside the files as well).

pub const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/LiberationSerif-Regular.ttf");
pub const BOLD: &[u8] = include_bytes!("../../../assets/fonts/LiberationSerif-Bold.ttf");
pub const ITALIC: &[u8] = include_bytes!("../../../assets/fonts/LiberationSerif-Italic.ttf");
pub const BOLD_ITALIC: &[u8] = include_bytes!("../../../assets/fonts/LiberationSerif-BoldItalic.ttf");
