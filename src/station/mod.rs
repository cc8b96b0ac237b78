//! The station: drives the machine with the equipment.
//!
//! One loop ([`on_air::OnAir`]) does everything that decides what is heard: it is stepped by the real clock in
//! `loa run` and by a simulated one in `loa simulate`, and knows no difference.

mod amplifier_settings;
pub mod archive;
pub mod backup;
pub mod call;
pub mod command;
pub mod config;
pub mod control;
pub mod examination;
pub mod home;
pub mod import;
pub mod ingest;
mod keeping;
pub mod last_day;
pub mod last_good;
mod listening;
pub mod lock;
pub mod log_keeper;
pub mod on_air;
mod paperwork;
mod quiet_gate;
pub mod recovery;
pub mod reports;
pub mod restore;
mod rows;
pub mod running;
pub mod shelf;
pub mod simulation;
pub mod snapshot;
mod vouched;
pub mod zone_settings;
