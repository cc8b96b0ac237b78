//! What is handed out, as files: sheets for a terminal and as CSV, workbooks as .xlsx, papers as PDF, for a word processor,
//! and as a web page. An exported log is read again here, to see whether it is still what was handed out.

mod csv;
mod docx;
pub mod fonts;
mod html;
mod letters;
mod log_file;
mod pdf;
#[cfg(test)]
mod sample;
mod text;
mod xlsx;

pub use csv::csv;
pub use docx::docx;
pub use html::html;
pub use log_file::{LogFile, read_log_file};
pub use pdf::pdf;
pub use text::text;
pub use xlsx::xlsx;
