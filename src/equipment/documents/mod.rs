//! Sheets as files: for a terminal, CSV, and a workbook.

mod csv;
pub mod fonts;
mod text;
mod xlsx;

pub use csv::csv;
pub use text::text;
pub use xlsx::xlsx;
