//! The tally as papers: the reporting table of eight rows, and the airtime log as a sheet.
//!
//! Documents here are values; which file format they become is known to the equipment.

mod entries;
mod log;
mod sheet;
mod table;

pub use crate::airtime::Cell;
pub use entries::{Entry, latest};
pub use log::{log_json, log_sheet};
pub use sheet::{Column, Sheet};
pub use table::{DayOwed, Period, ReportingTable, Row, Short, Totals};
