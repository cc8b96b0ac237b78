//! The tally as papers: the reporting table of eight rows, and the airtime log as a sheet.
//!
//! Documents here are values; which file format they become is known to the equipment.

mod document;
mod entries;
mod figures;
mod grid;
mod installs;
mod letter;
mod letterhead;
mod log;
mod logbook;
mod pages;
mod pictures;
mod qr;
mod round;
mod sheet;
mod table;
mod workbook;

pub use crate::airtime::Cell;
pub use document::{
    Align, Bar, Bars, Block, Closing, Document, Heat, HeatMap, HeatRow, Masthead, Orientation, Proof, Signature, Table,
    TableColumn, TableRow,
};
pub use entries::{Entry, Subject, districts, latest};
pub use figures::{DayFigures, DayOwed, ItemFigures, Times};
pub use installs::{District, InstallsTable, plain_name, read_installs};
pub use letter::{ByHand, OUTAGE_MIN, Outage, Report};
pub use letterhead::Letterhead;
pub use log::{log_json, log_sheet, log_value};
pub use logbook::Logbook;
pub use qr::Qr;
pub use round::{Round, due};
pub use sheet::{Column, Sheet};
pub use table::{Period, ReportingTable, Row, Short, Totals};
pub use workbook::{Area, Chart, Field, Formula, Line, Page, Rule, Series, Spot, Tab, Workbook};
