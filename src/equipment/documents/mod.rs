//! Sheets as text for a terminal and as CSV, workbooks as .xlsx.

mod csv;
mod text;
mod xlsx;

pub use csv::csv;
pub use text::text;
pub use xlsx::xlsx;
