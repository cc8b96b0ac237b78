//! What is handed out, as files: sheets for a terminal, as CSV and as a workbook; papers as PDF.

mod csv;
pub mod fonts;
mod pdf;
mod text;
mod xlsx;

pub use csv::csv;
pub use pdf::pdf;
pub use text::text;
pub use xlsx::xlsx;
