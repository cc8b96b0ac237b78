//! Sheets as text for a terminal and as CSV, workbooks as .xlsx.

mod csv;
mod log_file;
mod text;
mod xlsx;

pub use csv::csv;
pub use log_file::{LogFile, read_log_file};
pub use text::text;
pub use xlsx::xlsx;
