//! What is handed out, as files: sheets for a terminal and as CSV, workbooks as .xlsx, papers as PDF. An exported log is
//! read again here, to see whether it is still what was handed out.

mod csv;
pub mod fonts;
mod log_file;
mod pdf;
mod text;
mod xlsx;

pub use csv::csv;
pub use log_file::{LogFile, read_log_file};
pub use pdf::pdf;
pub use text::text;
pub use xlsx::xlsx;
