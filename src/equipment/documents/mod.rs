//! Sheets as files: for a terminal, CSV, and a workbook.

mod csv;
mod log_file;
mod text;
mod xlsx;

pub use csv::csv;
pub use log_file::{LogFile, read_log_file};
pub use text::text;
pub use xlsx::xlsx;
