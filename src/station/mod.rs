//! The station: drives the machine with the equipment.
//!
//! One loop ([`on_air::OnAir`]) does everything that decides what is heard: it is stepped by the real clock in
//! `loa run` and by a simulated one in `loa simulate`, and knows no difference.

pub mod command;
mod amplifier_settings;
pub mod archive;
pub mod backup;
pub mod config;
pub mod call;
pub mod control;
pub mod examination;
pub mod home;
pub mod import;
pub mod ingest;
pub mod last_day;
pub mod last_good;
pub mod log_keeper;
pub mod on_air;
pub mod recovery;
mod keeping;
mod listening;
pub mod lock;
mod paperwork;
mod quiet_gate;
pub mod reports;
pub mod restore;
mod rows;
pub mod running;
pub mod shelf;
pub mod simulation;
pub mod snapshot;
mod vouched;
pub mod zone_settings;
