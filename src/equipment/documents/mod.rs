//! Papers as files. A sheet: for a terminal, CSV, and a workbook. A document: for a word processor, and a web page.

mod csv;
mod docx;
mod fonts;
mod html;
mod letters;
#[cfg(test)]
mod sample;
mod text;
mod xlsx;

pub use csv::csv;
pub use docx::docx;
pub use html::html;
pub use text::text;
pub use xlsx::xlsx;
